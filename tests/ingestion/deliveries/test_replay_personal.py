"""Replays of personal sources: out of the vault while it lives, and what is told afterwards.

Does not belong here: replays of bytes that are kept for ever (`test_replay.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.clock import FixedClock
from ingestion.judging.sandbox import Sandbox
from ingestion.privacy.vault import Vault
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, lpr, wifi
from tests.support.arrivals import Arrivals
from tests.support.judging import json_of

AT = "2026-01-08T09:00:00+07:00"
KEYS_OF_PLATES_GONE = datetime(2026, 1, 11, 0, tzinfo=UTC)
VAULT_GONE = datetime(2026, 1, 17, tzinfo=UTC)
SESSIONS = "\n".join(
    [
        WIFI_HEADER,
        f"0a,,A0:00:00:00:00:01,Free WiFi,{AT},512,",
        f"0b,,A0:00:00:00:00:01,Free WiFi,{AT},200000000,",
        f"0c,,A0:00:00:00:00:02,Free WiFi,{AT},900000000,",
    ]
)


def dropped(tmp_path: Path) -> dict[str, object]:
    fetch = {"connector": "drop_folder", "url": str(tmp_path / "drops"), "pattern": "*"}
    return {"fetch": fetch, "tolerance": {"quarantined_pct": 90}}


@pytest.fixture
def sessions(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, wifi(**dropped(tmp_path)))


@pytest.fixture
def plates(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, lpr(**dropped(tmp_path)))


def allow(city: Arrivals, octets: float) -> None:
    """The contract is corrected: so many octets may a session have."""
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[-1]["maximum"] = octets
    city.correct(fields=fields)


def night_of(city: Arrivals, now: datetime) -> None:
    """The vault's end, as every night brings it; and it is that time now."""
    Vault.of(city.settings, city.store).expire(now)
    city.clock = FixedClock(now)


def test_what_becomes_good_comes_out_of_the_vault_once(sessions: Arrivals) -> None:
    entry = sessions.arrive("a.csv", SESSIONS)
    before = sessions.rows("session, device")

    allow(sessions, 5e8)
    (done,) = sessions.replay().replayed
    again = sessions.replay()

    rows = sessions.rows("session, device")
    assert entry.raw.startswith("vault/")
    assert (done.gained, again.replayed) == (1, ())
    assert [row[0] for row in rows] == ["0a", "0b"]
    assert rows[0] == before[0]
    assert rows[1][1] == rows[0][1]  # one telephone, one pseudonym, before and after
    assert done.after.outcome.reasons == {"value_out_of_range": 1}


def test_after_the_vaults_end_a_replay_says_so_and_changes_nothing(sessions: Arrivals) -> None:
    sessions.arrive("a.csv", SESSIONS)
    rooms = ("lake", "quarantine", "ledger")
    before = [sessions.objects(room) for room in rooms]
    night_of(sessions, VAULT_GONE)

    allow(sessions, 5e8)
    report = sessions.replay()

    ((entry, why),) = report.problems
    assert (entry.name, why) == (
        "a.csv",
        "its raw bytes were in the vault, and their day there is over",
    )
    assert report.replayed == ()
    assert [sessions.objects(room) for room in rooms] == before


def test_a_replay_that_can_never_be_made_is_not_asked_for(sessions: Arrivals) -> None:
    sessions.arrive("a.csv", SESSIONS)
    allow(sessions, 5e8)
    in_time = sessions.take().older
    night_of(sessions, VAULT_GONE)

    assert (in_time, sessions.take().older) == (1, 0)


def test_rows_whose_pseudonyms_cannot_be_made_again_stay_as_they_are(plates: Arrivals) -> None:
    read = {"camera": "CAM-001", "seen_at": AT, "plate": "กข 1234"}
    plates.arrive("a.jsonl", json_of(read, read | {"camera": "GATE-1"}))
    before = plates.objects("lake"), plates.objects("quarantine")
    fields = [field.model_dump(exclude_unset=True) for field in plates.contract.fields]
    fields[0]["pattern"] = "(CAM|GATE)-[0-9]+"
    night_of(plates, KEYS_OF_PLATES_GONE)

    plates.correct(fields=fields)
    report = plates.replay()

    ((_, why),) = report.problems
    assert why == "2 of its rows need a pseudonym whose key was destroyed since"
    assert (plates.objects("lake"), plates.objects("quarantine")) == before
