"""The order of a night, which of its days a source is asked for, and when somebody must act."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from ingestion.clock import Clock, FixedClock
from ingestion.contracts import SourceContract
from ingestion.deliveries.damage import Damage
from ingestion.deliveries.report import IngestReport
from ingestion.errors import PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.privacy.vault import Expired
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from orchestration import nightly as nights
from orchestration import steps as walked
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.ingesting import ingest_all, merge
from orchestration.maintaining import Maintained
from orchestration.nightly import NightlyReport
from orchestration.verifying import Verified
from publication.release import Refused, Unchanged

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)
DAYS = [date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 8)]


def build(**found: object) -> Build:
    facts = {"id": "00000001", "day": DAYS[-1], "as_of": NOW, "code": "c", "full": True}
    return Build.model_validate(facts | {"ledgers": {}} | found)


def night(**found: object) -> NightlyReport:
    """A night in which all is well but for what is said."""
    well = {
        "day": DAYS[-1],
        "sources": (IngestReport("rain"),),
        "build": build(),
        "built": True,
        "reports": (),
        "outcomes": (Unchanged("rain_daily", "2026-01-08.0", held=True),),
    }
    return NightlyReport(**well | found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "failed"),
    [
        ({}, False),
        ({"build": build(broken={"int_rain_daily": "Binder Error"})}, True),
        ({"sources": (IngestReport("rain"), IngestReport("tide", problem="no answer"))}, True),
        ({"expired": Expired(problem="the key store is full")}, True),
        ({"maintained": Maintained(problem="a file is damaged")}, True),
        ({"verified": Verified(3, (Damage("lake/rain/a", "is damaged", "replay it"),))}, True),
        (
            {
                "outcomes": (
                    Unchanged("rain_daily", None, held=False),
                    Refused("piers", PermanentError("other bytes")),
                )
            },
            True,
        ),
    ],
    ids=[
        "held",
        "a model broke",
        "a source is down",
        "not expired",
        "not in order",
        "damaged",
        "refused",
    ],
)
def test_somebody_must_act_when_anything_failed_and_not_when_a_product_is_held(
    found: dict[str, object], failed: bool
) -> None:
    assert night(**found).failed is failed


def test_what_is_known_to_be_down_is_no_reason_to_act_and_hides_none() -> None:
    down = IngestReport("tide", problem="no answer")
    both = (down, IngestReport("rain", problem="no answer"))
    known = {"tide", "piers"}

    assert not night(sources=(down,)).failed_but_for(known)
    assert night(sources=both).failed_but_for(known)
    assert night(sources=(down,), expired=Expired(problem="full")).failed_but_for(known)
    assert night(sources=(down,), build=build(broken={"m": "x"})).failed_but_for(known)


def test_of_several_days_every_problem_is_told_once_and_the_last_day_says_what_stands() -> None:
    problems = ("no answer", "", "no answer", "not found", "")
    found = [
        IngestReport("tide", known=n, older=n, by_wrong_clock=n, problem=problem, clock=str(n))
        for n, problem in enumerate(problems)
    ]

    merged = merge(found)

    assert merged.problem == "no answer; not found"
    assert (merged.known, merged.older, merged.by_wrong_clock, merged.clock) == (4, 4, 4, "4")


@dataclass
class Asked:
    """An ingestion that only remembers what it was asked for."""

    clock: Clock = field(default_factory=lambda: FixedClock(NOW))
    days: list[tuple[str, date, datetime]] = field(default_factory=list)

    def ingest(self, contract: SourceContract, day: date) -> IngestReport:
        self.days.append((contract.id, day, self.clock.now()))
        return IngestReport(contract.id)


@dataclass
class Asking:
    """A deployment whose ingestion only remembers."""

    asked: Asked
    clock: Clock

    def ingestion(self, sandbox: Sandbox, progress: object) -> Asked:
        return self.asked

    def locked(self, work: str) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.mark.parametrize(
    ("source", "days"),
    [
        pytest.param("hotel_occupancy", DAYS[-1:], id="a snapshot"),
        pytest.param("environment_sensor_readings", DAYS, id="dumps by day"),
    ],
)
def test_of_several_days_a_snapshot_is_taken_as_of_the_last(source: str, days: list[date]) -> None:
    contract = next(each for each in load_contracts() if each.id == source)
    asked = Asked()
    deployment = cast("Deployment", Asking(asked, FixedClock(NOW)))

    def at(_: SourceContract, day: date) -> Clock:
        return FixedClock(datetime(day.year, day.month, day.day, 19, tzinfo=UTC))

    ingest_all(deployment, [contract], DAYS, clock_of=at)

    assert asked.days == [(source, day, at(contract, day).now()) for day in days]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a night of nothing but its order does, each step with the thread that takes it."""
    taken: list[str] = []

    def step(name: str) -> None:
        here = "here" if threading.current_thread() is threading.main_thread() else "beside"
        taken.append(f"{name} {here}")

    def built(_: Deployment, meanwhile: Callable[[], None], *, anew: bool) -> tuple[Build, bool]:
        step("dbt starts")
        meanwhile()
        step("dbt ends")
        return build(), True

    monkeypatch.setattr(walked, "ingest_all", lambda *_: ())
    monkeypatch.setattr(walked, "build", built)
    monkeypatch.setattr(nights, "load_gx", lambda: step("GX is loaded"))
    monkeypatch.setattr(walked, "gate", lambda *_: step("judged") or ("verdict",))
    monkeypatch.setattr(walked, "publish_judged", lambda *_: step("published") or ())
    return taken


@pytest.fixture
def home(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


def test_nothing_is_loaded_beside_anything_else(home: Deployment, steps: list[str]) -> None:
    def tell(_: object) -> None:
        here = threading.current_thread() is threading.main_thread()
        steps.append(f"Dagster is told {'here' if here else 'beside'}")

    nights.nightly(home, DAYS, on_sources=tell)

    assert steps == [
        *("dbt starts here", "Dagster is told here", "GX is loaded here", "dbt ends here"),
        *("judged here", "published here"),
    ]


@pytest.mark.parametrize("runs", [0, 1, 3])
def test_dagster_is_told_once_however_often_dbt_runs(
    home: Deployment, steps: list[str], monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    told: list[object] = []

    def built(_: Deployment, meanwhile: Callable[[], None], *, anew: bool) -> tuple[Build, bool]:
        for _ in range(runs):
            meanwhile()
        return build(), bool(runs)

    monkeypatch.setattr(walked, "build", built)

    nights.nightly(home, DAYS, on_sources=told.append)

    assert told == [()]


def test_an_engine_that_cannot_be_loaded_early_is_left_to_the_gate(
    home: Deployment, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ImportError("cannot import name 'x' from partially initialized module")

    monkeypatch.setattr(nights, "load_gx", broken)

    nights.nightly(home, DAYS)

    assert steps[-2:] == ["judged here", "published here"]


def test_who_cannot_be_told_is_reported_after_the_release(
    home: Deployment, steps: list[str]
) -> None:
    def broken(_: object) -> None:
        raise OSError("the records of Dagster are full")

    with pytest.raises(OSError, match="are full"):
        nights.nightly(home, DAYS, on_sources=broken)

    assert steps[-2:] == ["judged here", "published here"]
