"""What the next build must do, told from the record of the last one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration.building import Plan, plan
from orchestration.builds import Build, keep_build, last_build
from orchestration.deployment import Deployment
from orchestration.tables import mark


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=datetime(2026, 1, 8, 19, tzinfo=UTC)))


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
