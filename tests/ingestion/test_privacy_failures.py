"""What hides people fails for one source: that source reports it, and the others go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.clock import FixedClock
from ingestion.judging.sandbox import Sandbox
from ingestion.privacy.key_store import KeyStore
from ingestion.settings import Settings
from orchestration.deployment import Deployment
from orchestration.ingesting import ingest_all
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, wifi
from tests.support.arrivals import DAY, Arrivals, hours, levels

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
SESSIONS = f"{WIFI_HEADER}\n0a,,A0:00:00:00:00:01,Free,2026-01-08T09:00:00+07:00,512,\n"
Harm = Callable[[Path], None]


def keys_of_today_are_destroyed(home: Path) -> None:
    store = KeyStore.of(Settings(home=home))
    store.obtain("vault/wifi_sessions/2026-01-09")
    store.destroy("vault/wifi_sessions/2026-01-09")


def master_key_is_destroyed(home: Path) -> None:
    store = KeyStore.of(Settings(home=home))
    store.obtain("master/vault")
    store.destroy("master/vault")


def master_key_is_anothers(home: Path) -> None:
    store = KeyStore.of(Settings(home=home))
    store.put("vault/wifi_sessions/2026-01-09", b"wrapped by another" * 4)


def others_can_enter(home: Path) -> None:
    KeyStore.of(Settings(home=home)).obtain("pseudonym/any")
    (home / "keys").chmod(0o755)


def a_file_is_in_its_place(home: Path) -> None:
    (home / "keys").write_text("no folder")


HARMS = (
    keys_of_today_are_destroyed,
    master_key_is_destroyed,
    master_key_is_anothers,
    others_can_enter,
    a_file_is_in_its_place,
)


@pytest.mark.parametrize("harm", HARMS)
def test_a_night_goes_on_with_the_other_sources(tmp_path: Path, harm: Harm) -> None:
    home = tmp_path / "home"
    home.mkdir()
    deployment = Deployment(Settings(home=home, now=NOW))
    drops = {name: tmp_path / name for name in ("first", "personal", "last")}
    texts = {"first": hours((1, 2.0)), "personal": SESSIONS, "last": hours((2, 3.0))}
    for name, folder in drops.items():
        folder.mkdir()
        (folder / "a.csv").write_text(texts[name])
    personal = wifi(
        fetch={"connector": "drop_folder", "url": str(drops["personal"]), "pattern": "*"}
    )
    contracts = [
        *(levels(drops["first"], id="first"), personal),
        levels(drops["last"], id="last"),
    ]
    harm(home)

    reports = ingest_all(deployment, contracts, [DAY])

    assert [report.accepted for report in reports] == [1, 0, 1]
    assert [bool(report.problem) for report in reports] == [False, True, False]
    assert reports[1].problem.startswith("source wifi_sessions: file a.csv: ")
    assert "key" in reports[1].problem


def test_what_was_taken_before_the_failure_is_kept(tmp_path: Path, sandbox: Sandbox) -> None:
    fetch = {"connector": "drop_folder", "url": str(tmp_path / "drops"), "pattern": "*"}
    city = Arrivals(tmp_path / "home", sandbox, wifi(fetch=fetch), FixedClock(NOW))
    city.arrive("a.csv", SESSIONS)
    others_can_enter(tmp_path / "home")
    city.drop("b.csv", SESSIONS.replace("0a", "0b"))

    problem = city.ingestion.ingest(city.contract, DAY).problem

    assert "chmod 700" in problem
    assert len(city.ledger().entries()) == 1
    (tmp_path / "home" / "keys").chmod(0o700)
    assert city.take().accepted == 1


def test_a_replay_leaves_what_cannot_be_opened_as_it_is(tmp_path: Path, sandbox: Sandbox) -> None:
    fetch = {"connector": "drop_folder", "url": str(tmp_path / "drops"), "pattern": "*"}
    city = Arrivals(tmp_path / "home", sandbox, wifi(fetch=fetch), FixedClock(NOW))
    entry = city.arrive("a.csv", SESSIONS)
    city.correct(version="1.0.1", key=["session", "started_at"])
    others_can_enter(tmp_path / "home")

    report = city.replay(everything=True)

    ((left, why),) = report.problems
    assert (left.sha256, report.replayed) == (entry.sha256, ())
    assert "chmod 700" in why
