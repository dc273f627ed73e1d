"""Raw bytes land once, as they came, with a receipt that says where from and nothing secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.connectors import Fetched
from ingestion.deliveries.landing import Arrival, content_hash, extension, land
from ingestion.privacy.vault import Vault
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, open_store
from tests.support.ingesting import Crash, CrashingStore
from tests.support.judging import NOW, readings

SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of "abc"


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "lake"), Settings())


@pytest.fixture
def arrival(tmp_path: Path) -> Arrival:
    path = tmp_path / "fetched"
    path.write_bytes(b"abc")
    fetched = Fetched(
        name="levels 2026.CSV.gz",
        path=path,
        origin="https://source.example/levels.csv.gz",
        mark='"e1"',
        details={"status": "200"},
    )
    return Arrival.of(readings(), fetched)


def receipts(store: ObjectStore) -> list[dict[str, object]]:
    keys = [info.key for info in store.list("raw/") if info.key.endswith("receipt.json")]
    found = [json.loads(store.get(key)) for key in keys]
    assert all(receipt.pop("sealed") for receipt in found)
    return found


def test_bytes_land_under_their_hash_with_a_receipt_beside_them(
    store: ObjectStore, arrival: Arrival
) -> None:
    landed = land(arrival, store, NOW)

    assert landed.key == f"raw/readings/2026-01-09/{SHA256}.csv.gz"
    assert store.get(landed.key) == b"abc"
    assert receipts(store) == [
        {
            "source": "readings",
            "name": "levels 2026.CSV.gz",
            "origin": "https://source.example/levels.csv.gz",
            "sha256": SHA256,
            "bytes": 3,
            "received_at": "2026-01-09T02:00:00+00:00",
            "mark": '"e1"',
            "details": {"status": "200"},
            "contract_version": "1.0.0",
        }
    ]


def test_landing_again_changes_nothing_and_keeps_the_first_time(
    store: ObjectStore, arrival: Arrival
) -> None:
    first = land(arrival, store, NOW)
    before = {info.key: info.etag for info in store.list()}

    again = land(arrival, store, NOW + timedelta(hours=23))

    assert (again.key, again.received_at) == (first.key, NOW)
    assert {info.key: info.etag for info in store.list()} == before


def test_bytes_that_another_run_lands_at_the_same_time_have_one_time(
    store: ObjectStore, arrival: Arrival
) -> None:
    land(arrival, store, NOW)

    second = land(arrival, store, NOW + timedelta(seconds=1))

    assert second.received_at == NOW


def test_a_landing_cut_off_before_its_receipt_is_done_again(
    store: ObjectStore, arrival: Arrival
) -> None:
    with pytest.raises(Crash):
        land(arrival, CrashingStore(store, at=1), NOW)

    landed = land(arrival, store, NOW + timedelta(minutes=5))

    assert landed.received_at == NOW + timedelta(minutes=5)
    assert [receipt["received_at"] for receipt in receipts(store)] == ["2026-01-09T02:05:00+00:00"]


def test_a_snapshot_that_is_present_once_more_counts_from_now(
    store: ObjectStore, arrival: Arrival
) -> None:
    land(arrival, store, NOW)

    again = land(arrival, store, NOW + timedelta(hours=1), again=True)

    assert again.received_at == NOW + timedelta(hours=1)
    assert [receipt["received_at"] for receipt in receipts(store)] == ["2026-01-09T02:00:00+00:00"]


def test_the_day_of_a_key_is_that_of_utc(store: ObjectStore, arrival: Arrival) -> None:
    landed = land(arrival, store, datetime(2026, 1, 8, 23, 30, tzinfo=UTC))

    assert landed.key.split("/")[2] == "2026-01-08"


def test_a_large_file_is_hashed_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"a" * 3_000_000)

    sha256, size = content_hash(path)

    assert size == 3_000_000
    assert sha256 == "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4"


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.csv", "csv"),
        ("environment_20260108_1.csv.gz", "csv.gz"),
        ("Report 2026.XLSX", "xlsx"),
        ("a.b.c.d", "c.d"),
        ("nothing", "bin"),
        ("รายงาน.ไทย", "bin"),
        ("folder.d/file", "bin"),
        ("a.$(rm)", "bin"),
        ("a.verylongending", "bin"),
        ("..", "bin"),
        (".csv", "csv"),
    ],
)
def test_the_ending_of_a_key_is_plain_whatever_the_name(name: str, ending: str) -> None:
    assert extension(name) == ending


def test_a_file_that_was_landed_yesterday_and_erased_since_is_todays(
    store: ObjectStore, tmp_path: Path
) -> None:
    contract = readings(classification="personal")
    vault = Vault.of(Settings(home=tmp_path), store)
    path = tmp_path / "fetched"
    path.write_bytes(b"abc")
    arrival = Arrival.of(contract, Fetched("a.csv", path, "https://source.example/a.csv"))
    first = land(arrival, store, NOW, vault=vault)
    vault.erase(contract.id, NOW.date())

    again = land(arrival, store, NOW + timedelta(days=1), vault=vault)

    assert (again.received_at, again.key) == (
        NOW + timedelta(days=1),
        first.key.replace("2026-01-09", "2026-01-10"),
    )
    vault.bring_back(again.key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"abc"
