"""The order of a night, which of its days a source is asked for, and when somebody must act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

import pytest

from ingestion.clock import Clock, FixedClock
from ingestion.contracts import SourceContract, load_contracts
from ingestion.errors import PermanentError
from ingestion.ingest import IngestReport
from ingestion.parsing.sandbox import Sandbox
from ingestion.privacy.vault import Expired
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.nightly import NightlyReport, ingest_all
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
    ids=["a product is held", "a model broke", "a source is down", "not expired", "refused"],
)
def test_somebody_must_act_when_anything_failed_and_not_when_a_product_is_held(
    found: dict[str, object], failed: bool
) -> None:
    assert night(**found).failed is failed


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
