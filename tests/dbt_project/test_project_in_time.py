"""How the rows of the real models go by time: what their YAML says, held against their code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dbt_project.compiled import AS_OF, SOURCE, Project, seed_leaves
from dbt_project.fingerprints import fingerprints, stale
from dbt_project.made_from import Dated, Leaf, Model, Reported
from dbt_project.sources import PROJECT
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from orchestration.compiling import manifest, project
from orchestration.deployment import Deployment

FLAGGED, READINGS = "int_environment_observation_flagged", "environment_sensor_readings"
NOW = datetime(2026, 3, 20, tzinfo=UTC)
LIMIT = re.compile(r"interval '(\d+)' day\s*<=\s*(?:cast\()?'" + re.escape(AS_OF))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment(Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def found(deployment: Deployment) -> Project:
    return project(deployment)


@pytest.fixture(scope="module")
def models(found: Project) -> Mapping[str, Model]:
    return found.models({contract.id: contract.lookback_days for contract in load_contracts()})


def on(day: int) -> date:
    return date(2026, 3, day)


def leaves(found: Project, **said: Leaf) -> dict[str, Leaf]:
    """Readings of twelve days, whatever the seeds say, and of the sources named what is said."""
    of: dict[str, Leaf] = {SOURCE + contract.id: "" for contract in load_contracts()}
    of[SOURCE + READINGS] = Reported({on(day): f"{day}" for day in range(1, 13)})
    return of | seed_leaves(found, PROJECT) | {SOURCE + name: leaf for name, leaf in said.items()}


def test_every_model_and_seed_is_known_with_all_that_it_is_made_from(
    found: Project, models: Mapping[str, Model]
) -> None:
    files = [path for kind in ("models/**/*.sql", "seeds/*.csv") for path in PROJECT.glob(kind)]

    assert models.keys() == {path.stem for path in files}
    assert fingerprints(models, leaves(found), NOW).keys() == models.keys()


def test_code_asks_for_no_limit_of_time_that_fingerprints_do_not_look_at(
    deployment: Deployment, models: Mapping[str, Model]
) -> None:
    """A status that changes so many days after the end of a period, and no other way."""
    nodes = json.loads(manifest(deployment).read_text("utf-8"))["nodes"].values()
    asked = 0
    for node in nodes:
        sql = node.get("compiled_code") or ""
        if node["resource_type"] == "model" and AS_OF in sql:
            limits, clock = [int(days) for days in LIMIT.findall(sql)], models[node["name"]].clock
            asked += 1
            assert len(limits) == sql.count(AS_OF), f"{node['name']} asks for the time otherwise"
            assert set(limits) <= set(clock or ()), node["name"]
    assert asked >= 5


def test_a_rule_that_held_within_the_window_of_a_flat_line_counts_like_its_readings(
    found: Project, models: Mapping[str, Model]
) -> None:
    """Steps as long as the reading's own are looked back through: what the register says of a day
    decides whether that day's are. A delivery of it may be judged again long afterwards."""
    was, now = (
        Dated(((None, on(3), "a"), (on(4), on(4), said), (on(5), None, "c")))
        for said in ("b", "b judged again")
    )
    kept = fingerprints(models, leaves(found, environment_stations=was), NOW)
    again = fingerprints(models, leaves(found, environment_stations=now), NOW)

    assert stale(again, kept)[FLAGGED].periods == tuple(on(day) for day in range(4, 11))


def test_what_a_register_says_from_a_day_on_leaves_all_before_as_it_is(
    found: Project, models: Mapping[str, Model]
) -> None:
    was = Dated(((None, None, "every 10 minutes"),))
    now = Dated(((None, on(11), "every 10 minutes"), (on(12), None, "every 5 minutes")))
    kept = fingerprints(models, leaves(found, environment_stations=was), NOW)
    made = stale(fingerprints(models, leaves(found, environment_stations=now), NOW), kept)

    by_day = {name: made[name].periods for name in made if models[name].period}
    assert FLAGGED in by_day
    for name, periods in by_day.items():
        if name.endswith("_monthly"):
            assert periods == (on(1),)
        else:
            assert min(periods) == on(12), name
            assert max(periods) <= on(12) + timedelta(days=1), name


def test_a_file_that_lies_elsewhere_changes_no_code(tmp_path: Path, found: Project) -> None:
    elsewhere = Deployment(Settings(home=tmp_path / "another home"))

    assert project(elsewhere) == found
