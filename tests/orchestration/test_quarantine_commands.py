"""What `cdp quarantine`, `cdp vault` and `cdp try` tell an operator, word by word.

Belongs here: messages of commands, run in this process. Does not belong here: exit codes and
streams of the installed command (`test_commands.py`), and what replays do (`test_replay*.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.clock import FixedClock
from ingestion.contracts import SourceContract
from ingestion.judging.sandbox import Sandbox
from orchestration.cli import app
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, wifi
from tests.support.arrivals import Arrivals, levels
from tests.support.demo_home import environment_restored
from tests.support.judging import NOW

LONG = "levels_of_the_northern_canals_2026-01-08_part_01.csv"
LEVELS = (
    "station,at,level\nPKT-01,2026-01-07T08:00:00+07:00,1\nPKT-01,2026-01-08T08:00:00+07:00,150\n"
)
SESSIONS = f"{WIFI_HEADER}\n" + "".join(
    f"0{n},,A0:00:00:00:00:01,Free,2026-01-08T09:00:00+07:00,{octets},\n"
    for n, octets in enumerate((5, 6, 2e8))
)


class Desk:
    """A home, and the operator who types commands there."""

    def __init__(self, root: Path, sandbox: Sandbox, patch: pytest.MonkeyPatch) -> None:
        self.root, self._sandbox, self._patch = root, sandbox, patch
        (root / "overlay").mkdir()
        patch.setenv("CDP_HOME", str(root / "home"))
        patch.setenv("CDP_CONTRACTS_OVERLAY", str(root / "overlay"))
        patch.setenv("CDP_DROPS", str(root / "drops"))
        self.at(NOW)

    def at(self, now: datetime) -> None:
        self._patch.setenv("CDP_NOW", now.isoformat())

    def city(self, contract: SourceContract) -> Arrivals:
        self.words(contract)
        return Arrivals(self.root / "home", self._sandbox, contract, FixedClock(NOW))

    def words(self, contract: SourceContract) -> None:
        body = contract.model_dump_json(exclude_unset=True)
        (self.root / "overlay" / f"{contract.id}.yaml").write_text(body, "utf-8")

    def types(self, *words: str) -> str:
        with environment_restored():  # what they tell Dagster, they tell that of this home
            ran = CliRunner().invoke(app, list(words))
        return f"{ran.output}{ran.exception or ''}"


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, sandbox, monkeypatch)


@pytest.fixture
def delivery(desk: Desk) -> str:
    """Of a file with one row too high, the delivery as commands call it."""
    return desk.city(levels(desk.root / "drops")).arrive(LONG, LEVELS).sha256[:12]


@pytest.fixture
def personal(desk: Desk) -> str:
    """The same of a personal source, whose contract was corrected since."""
    fetch = {"connector": "drop_folder", "url": str(desk.root / "drops"), "pattern": "*"}
    city = desk.city(wifi(fetch=fetch, tolerance={"quarantined_pct": 90}))
    delivery = city.arrive("sessions.csv", SESSIONS).sha256[:12]
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[-1]["maximum"] = 1e9
    city.correct(fields=fields)
    desk.words(city.contract)
    return delivery


def test_the_list_names_every_file_whole(desk: Desk, delivery: str) -> None:
    said = desk.types("quarantine", "list", "levels")

    file_column = "".join(line.split("│")[2].strip() for line in said.splitlines() if "│" in line)
    assert LONG in file_column
    assert delivery in said


def test_of_a_refused_file_all_rows_are_out(desk: Desk) -> None:
    desk.city(levels(desk.root / "drops")).arrive("a.csv", "<html><title>Log in</title>")

    said = desk.types("quarantine", "list")

    assert [cell.strip() for cell in said.splitlines()[3].split("│")[4:7]] == [
        *("refused", "all", "html_document"),
    ]


def test_a_shown_delivery_says_where_its_bytes_are_and_what_to_do(
    desk: Desk, delivery: str
) -> None:
    said = desk.types("quarantine", "show", delivery)

    assert f"levels {LONG}, delivery {delivery}, received 2026-01-09 09:00+07:00: accepted" in said
    assert "value_out_of_range: found '150', expected " in said
    assert "value_out_of_range: ask the sender; or correct the bounds" in said
    assert "สอบถามผู้ส่ง หรือแก้ช่วงค่า" in said
    assert str(desk.root / "home" / "lake" / "raw" / "levels") in said
    assert f"cdp quarantine replay {delivery}" in said


def test_a_delivery_of_which_nothing_was_kept_out_is_not_unknown(desk: Desk) -> None:
    city = desk.city(levels(desk.root / "drops"))
    good = city.arrive("a.csv", "".join(LEVELS.splitlines(keepends=True)[:2])).sha256[:12]

    assert "nothing was kept out: 1 rows are in the lake" in desk.types("quarantine", "show", good)


def test_too_short_a_beginning_is_told_from_an_unknown_one(desk: Desk, delivery: str) -> None:
    city = desk.city(levels(desk.root / "drops"))
    city.arrive("b.csv", LEVELS + "\n")

    assert "2 deliveries begin with ''; expected exactly one; type more of it" in desk.types(
        "quarantine", "show", ""
    )


def test_a_personal_delivery_is_replayed_while_the_vault_holds_it(
    desk: Desk, personal: str
) -> None:
    listed = desk.types("quarantine", "list")
    said = desk.types("quarantine", "replay", personal)

    assert "1 judged under older words of the contract: cdp quarantine replay" in listed
    assert "2 → 3" in said


def test_after_the_vaults_end_nobody_is_sent_to_replay(desk: Desk, personal: str) -> None:
    desk.at(datetime(2026, 1, 17, tzinfo=UTC))
    expired = desk.types("vault", "expire")

    replayed = desk.types("quarantine", "replay", personal)
    listed = desk.types("quarantine", "list")
    shown = desk.types("quarantine", "show", personal)

    assert "vault: 1 files and 1 of their keys are gone" in expired
    assert f"NOT REPLAYED sessions.csv {personal}: its raw bytes were in the vault" in replayed
    assert "nothing to replay" not in replayed
    assert "bytes gone" in " ".join(listed.replace("│", " ").split())
    assert "judged under older words" not in listed
    assert "It cannot be judged again: its raw bytes were in the vault" in shown


def test_nothing_due_is_said_in_plain_words(desk: Desk) -> None:
    assert desk.types("vault", "expire").strip() == "vault: nothing was due"


def test_only_personal_sources_have_something_to_erase(desk: Desk, delivery: str) -> None:
    said = desk.types("vault", "erase", "levels", "2026-01-07")

    assert "source levels is not personal" in said


def test_a_source_out_of_reach_is_not_called_nothing_new(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CDP_SENSOR_DROP_URL", raising=False)

    said = desk.types("ingest", "environment_sensor_readings")

    assert "not reached" in said
    assert "nothing new" not in said


def test_a_trial_says_where_its_results_are(desk: Desk, tmp_path: Path) -> None:
    desk.words(levels(desk.root / "drops"))
    (tmp_path / "a.csv").write_text(LEVELS, "utf-8")

    said = desk.types("try", "levels", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"))

    assert f"kept in {tmp_path / 'out' / 'a.csv'}" in said
    assert sorted(path.name for path in (tmp_path / "out" / "a.csv").iterdir()) == [
        *("accepted.parquet", "quarantine.jsonl"),
    ]
