"""Of the past of the tables stays what a release names: it can be asked again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.building import plan
from orchestration.builds import Build, last_build
from orchestration.deployment import Deployment
from orchestration.maintaining import maintain
from orchestration.tables import open_tables
from orchestration.verifying import verify
from publication.commits import head
from tests.support.commands import cdp
from tests.support.curated import recorded
from tests.support.demo_home import DemoRun

RELEASED = "tap_water_yearly"


@pytest.fixture
def deployment(small_run: DemoRun, tmp_path: Path) -> Deployment:
    home = tmp_path / "home"
    shutil.copytree(small_run.settings.home, home, ignore=shutil.ignore_patterns("dbt", "scratch"))
    return Deployment(Settings(home=home, now=small_run.settings.now))


def versions(deployment: Deployment) -> set[str]:
    """What readers have."""
    commit = head(deployment.open)
    assert commit
    states = commit.products.items()
    return {f"{name} {state.version}" for name, state in states if state.release}


def emptied(deployment: Deployment, product: str) -> Build:
    """A build that nobody has judged, in which a table lost its rows."""
    with open_tables(deployment) as tables:
        tables.con.execute(f"delete from lake.marts.{product}")
    return recorded(deployment)


def count(deployment: Deployment, product: str, at: int | None = None) -> int:
    version = f"at (version => {at})" if at is not None else ""
    with open_tables(deployment, read_only=True) as tables:
        found = tables.con.execute(f"select count(*) from lake.marts.{product} {version}")
        return int((found.fetchone() or (0,))[0])


def test_after_a_night_one_snapshot_is_left_which_every_release_names(
    small_run: DemoRun, deployment: Deployment
) -> None:
    told = small_run.report.maintained

    assert told.problem == ""
    assert set(told.kept) == versions(deployment)
    assert len(set(told.kept.values())) == told.after.snapshots == 1
    assert told.expired > 10


def test_a_night_with_nothing_new_builds_nothing_after_the_tables_were_put_in_order(
    deployment: Deployment,
) -> None:
    assert plan(deployment) == last_build(deployment.lake)
    assert verify(deployment).ok


def test_a_table_as_it_was_released_can_be_asked_after_later_builds(
    deployment: Deployment,
) -> None:
    rows = count(deployment, RELEASED)
    for _ in range(3):
        emptied(deployment, RELEASED)

    done = maintain(deployment)

    (number,) = set(done.kept.values())
    assert done.problem == ""
    assert set(done.kept) == versions(deployment)
    assert done.after.snapshots == 2
    assert (count(deployment, RELEASED), count(deployment, RELEASED, number)) == (0, rows)
    assert maintain(deployment).kept == done.kept


def test_where_nobody_knows_what_readers_have_nothing_is_let_go(deployment: Deployment) -> None:
    emptied(deployment, RELEASED)
    (manifest, *_) = (i.key for i in deployment.open.list() if i.key.endswith("manifest.json"))
    deployment.open.put(manifest, b"{}")
    with open_tables(deployment, read_only=True) as tables:
        before = tables.snapshots()

    done = maintain(deployment)

    with open_tables(deployment, read_only=True) as tables:
        assert before.keys() <= tables.snapshots().keys()
    assert manifest in done.problem


def test_a_verdict_that_is_damaged_names_no_snapshot(deployment: Deployment) -> None:
    build = last_build(deployment.lake)
    assert build
    key = keys.gate_report(build.id, RELEASED)
    deployment.lake.put(key, deployment.lake.get(key).replace(b"passed", b"Passed", 1))

    kept = maintain(deployment).kept

    assert {name.split()[0] for name in kept} == {
        name.split()[0] for name in versions(deployment)
    } - {RELEASED}


def test_the_command_tells_what_it_did(deployment: Deployment) -> None:
    emptied(deployment, RELEASED)
    home = deployment.settings.home

    first = cdp("lake", "maintain", "--json", home=home)
    told = cdp("lake", "maintain", home=home)

    facts = json.loads(first.stdout)
    assert first.returncode == told.returncode == 0
    assert facts["problem"] == ""
    assert facts["files"][0] >= facts["files"][1] > 0
    assert facts["bytes"][1] > 0
    assert facts["snapshots_expired"] >= 1
    assert set(facts["snapshots_of_releases"]) == versions(deployment)
    assert f"{facts['files'][1]} files of" in told.stdout
    assert RELEASED in told.stdout


def test_the_command_fails_where_the_tables_could_not_be_put_in_order(
    deployment: Deployment,
) -> None:
    with open_tables(deployment) as tables:
        (key, *_) = tables.files(RELEASED)
    deployment.lake.put(key, b"")

    ran = cdp("lake", "maintain", home=deployment.settings.home)

    assert ran.returncode == 1
    assert "NOT IN ORDER" in ran.stdout
    assert "cdp build" in ran.stdout
