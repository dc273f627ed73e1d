"""What the next build must do, told from the record of the last one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.deliveries.ledger import Ledger
from ingestion.settings import Settings
from orchestration.building import Plan, plan
from orchestration.builds import Build, keep_build, last_build
from orchestration.deployment import Deployment
from orchestration.tables import mark
from tests.ingestion.deliveries.test_ledger import entry

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


@pytest.fixture
def planned(deployment: Deployment) -> Plan:
    """The plan of the very first build."""
    found = plan(deployment)
    assert isinstance(found, Plan)
    return found


def keep(deployment: Deployment, build: Build) -> None:
    mark(deployment, build.token)
    keep_build(deployment.lake, build)


def test_a_build_with_nothing_new_is_not_made_again(deployment: Deployment, planned: Plan) -> None:
    keep(deployment, planned.build)

    assert plan(deployment) == last_build(deployment.lake)


def test_a_build_in_which_something_broke_is_made_anew(
    deployment: Deployment, planned: Plan
) -> None:
    keep(deployment, planned.build.model_copy(update={"broken": {"rain_daily": "wet"}}))

    again = plan(deployment)

    assert isinstance(again, Plan)
    assert again.build.full


def test_a_build_of_some_tables_is_followed_by_one_of_all(
    deployment: Deployment, planned: Plan
) -> None:
    keep(deployment, planned.of_some_tables().build)

    again = plan(deployment)

    assert isinstance(again, Plan)
    assert (again.build.full, again.build.in_part) == (True, False)


@pytest.mark.parametrize(
    ("said", "again"),
    [({}, False), ({"now": datetime(2026, 1, 9, 19, tzinfo=UTC)}, True)],
    ids=["the same night", "the next day"],
)
def test_a_day_later_there_is_something_to_build(
    deployment: Deployment, planned: Plan, said: dict[str, object], again: bool
) -> None:
    keep(deployment, planned.build)
    later = Deployment(deployment.settings.model_copy(update=said))

    found = plan(later)

    assert isinstance(found, Plan) is again


def test_the_days_of_every_record_after_the_last_build_are_recomputed(
    deployment: Deployment, planned: Plan
) -> None:
    keep(deployment, planned.build)
    ledger = Ledger(deployment.lake, "registered_hotels")
    for number in (1, 2):
        days = (date(2026, 1, number), date(2026, 1, number + 4))
        ledger.append([entry(str(number)).model_copy(update={"days": days})], NOW)
    first = plan(deployment)
    assert isinstance(first, Plan)
    assert first.changed_days is not None
    assert first.changed_days["registered_hotels"] == [
        *("2026-01-01", "2026-01-02", "2026-01-05", "2026-01-06")
    ]

    keep(deployment, first.build)
    ledger.append([entry("3").model_copy(update={"days": (date(2026, 1, 3),)})], NOW)
    second = plan(deployment)

    assert isinstance(second, Plan)
    assert second.changed_days is not None
    assert second.changed_days["registered_hotels"] == ["2026-01-03"]
