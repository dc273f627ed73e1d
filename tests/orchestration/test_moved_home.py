"""A home that was copied, restored or moved: it goes on where it is now."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.engine import EngineError
from ingestion.settings import Settings
from orchestration.building import Plan, plan
from orchestration.builds import Build, keep_build, last_build
from orchestration.deployment import Deployment
from orchestration.tables import mark, open_tables
from publication.release import Released
from publication.verify import verify
from tests.support.demo_home import SMALL, DemoRun, run_demo

NEVER_IN_A_BACKUP = ("keys", "scratch")


def built(home: Path) -> tuple[Deployment, Build]:
    """A home whose tables are those of its last build."""
    deployment = Deployment(Settings(home=home))
    planned = plan(deployment)
    assert isinstance(planned, Plan)
    mark(deployment, planned.build.token, "", planned.fingerprints)
    keep_build(deployment.lake, planned.build)
    last = last_build(deployment.lake)
    assert last
    return deployment, last


def moved(run: DemoRun, to: Path) -> Path:
    """A copy of a finished home that was made at another place, which is no more."""
    made = to / "made-here"
    shutil.copytree(run.settings.home, made, ignore=shutil.ignore_patterns(*NEVER_IN_A_BACKUP))
    with duckdb.connect(str(made / "catalog.ducklake")) as con:
        there = f"{made}/lake/curated/"
        con.execute("update ducklake_metadata set value = ? where key = 'data_path'", [there])
    return made.rename(to / "is-here")


def test_a_home_that_was_moved_has_nothing_to_build(tmp_path: Path) -> None:
    _, last = built(tmp_path / "made-here")
    (tmp_path / "made-here").rename(tmp_path / "is-here")

    assert plan(Deployment(Settings(home=tmp_path / "is-here"))) == last


def test_without_its_catalogue_every_table_is_made_anew(tmp_path: Path) -> None:
    deployment, _ = built(tmp_path)
    (tmp_path / "catalog.ducklake").unlink()

    planned = plan(deployment)

    assert isinstance(planned, Plan)
    assert (planned.build.full, planned.build.id) == (True, "00000002")


def test_a_catalogue_of_an_earlier_build_than_the_last_is_not_believed(tmp_path: Path) -> None:
    deployment, last = built(tmp_path)
    shutil.copy(tmp_path / "catalog.ducklake", tmp_path / "kept")
    later = last.model_copy(update={"id": "00000002", "token": "later"})
    mark(deployment, later.token)
    keep_build(deployment.lake, later)
    assert plan(deployment) == last_build(deployment.lake)

    shutil.copy(tmp_path / "kept", tmp_path / "catalog.ducklake")

    assert isinstance(plan(deployment), Plan)


def test_the_catalogue_of_another_lake_is_refused(tmp_path: Path) -> None:
    built(tmp_path / "one")
    wrong = Settings(home=tmp_path / "two", catalog=str(tmp_path / "one" / "catalog.ducklake"))

    with pytest.raises(EngineError) as failure:
        plan(Deployment(wrong))

    assert "belongs to another lake" in failure.value.message
    assert "CDP_CATALOG" in failure.value.message


@pytest.mark.whole
def test_a_restored_home_builds_and_publishes_what_a_source_has_changed(
    small_run: DemoRun, tmp_path: Path
) -> None:
    home = moved(small_run, tmp_path)

    corrected = run_demo(Settings(home=home), SMALL, airport_corrected=True)

    outcomes = {outcome.product: outcome for outcome in corrected.report.outcomes}
    assert not corrected.report.build.broken
    assert not corrected.report.build.full
    assert isinstance(outcomes["airport_passengers_yearly"], Released)
    assert verify(Deployment(corrected.settings).open).ok


@pytest.mark.whole
def test_of_a_lake_without_catalogue_and_tables_all_is_made_again(
    small_run: DemoRun, tmp_path: Path
) -> None:
    home = moved(small_run, tmp_path)
    for lost in ("builds", "candidate", "curated"):
        shutil.rmtree(home / "lake" / lost)
    (home / "catalog.ducklake").unlink()

    again = run_demo(Settings(home=home), SMALL).report

    assert not again.build.broken
    assert again.committed is None
    with open_tables(Deployment(Settings(home=home))) as tables:
        assert tables.files()
