"""Flipped bits in what a build reads: made again, left out, or made anew, and never read."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.deliveries.ledger import Ledger
from ingestion.storage import keys
from orchestration.building import Plan, build, plan
from orchestration.deployment import Deployment
from orchestration.gating import gate, read_report
from orchestration.steps import GATE, PUBLISH, Night, walk
from orchestration.tables import open_tables
from publication.release import Held
from tests.support.demo_home import DemoRun

SOURCE = "registered_hotels"


@pytest.fixture
def deployment(small_run: DemoRun, tmp_path: Path) -> Deployment:
    """A copy of a finished home, a day later: there is something to build."""
    home = tmp_path / "home"
    shutil.copytree(small_run.settings.home, home, ignore=shutil.ignore_patterns("scratch"))
    was = small_run.settings
    moved = {"home": home, "lake_url": "", "open_url": "", "catalog": "", "key_store": None}
    assert was.now is not None
    return Deployment(was.model_copy(update=moved | {"now": was.now + timedelta(days=1)}))


def flip(deployment: Deployment, key: str) -> bytes:
    """Change one bit of an object; its bytes before."""
    body = deployment.lake.get(key)
    flipped = bytearray(body)
    flipped[len(body) // 2] ^= 1
    deployment.lake.put(key, bytes(flipped))
    return body


def lake_file(deployment: Deployment, source: str = SOURCE) -> str:
    """A file of the lake that the ledger names."""
    return next(e for e in Ledger(deployment.lake, source).receipts() if e.lake).lake[0]


def planned(deployment: Deployment, *, anew: bool = False) -> Plan:
    found = plan(deployment, anew=anew)
    assert isinstance(found, Plan)
    return found


def test_a_damaged_file_of_the_lake_is_made_again_from_its_raw_bytes(
    deployment: Deployment,
) -> None:
    key = lake_file(deployment)
    before = flip(deployment, key)

    found = planned(deployment, anew=True)

    assert found.unsound == {}
    assert deployment.lake.get(key) == before
    assert found.build.ledgers[SOURCE] == len(Ledger(deployment.lake, SOURCE).records())


def test_a_file_that_is_gone_is_made_again_too(deployment: Deployment) -> None:
    key = lake_file(deployment)
    before = deployment.lake.get(key)
    deployment.lake.delete(key)

    assert planned(deployment, anew=True).unsound == {}
    assert deployment.lake.get(key) == before


def test_without_raw_bytes_only_what_depends_on_the_source_is_left_out(
    deployment: Deployment,
) -> None:
    key = lake_file(deployment)
    flip(deployment, key)
    (entry,) = [e for e in Ledger(deployment.lake, SOURCE).receipts() if key in e.lake]
    deployment.lake.delete(entry.raw)

    found = planned(deployment, anew=True)

    assert list(found.unsound) == [SOURCE]
    assert key in found.unsound[SOURCE]
    assert entry.raw in found.unsound[SOURCE]
    assert "backup" in found.unsound[SOURCE]
    assert f"source:lake.{SOURCE}+" in found.arguments()


def test_a_damaged_ledger_leaves_out_its_source_alone(deployment: Deployment) -> None:
    flip(deployment, keys.ledger(SOURCE, 1))

    found = planned(deployment, anew=True)

    assert list(found.unsound) == [SOURCE]
    assert keys.ledger(SOURCE, 1) in found.unsound[SOURCE]


def test_files_of_days_that_a_build_does_not_read_are_not_looked_at(
    deployment: Deployment,
) -> None:
    key = lake_file(deployment, "environment_sensor_readings")
    flip(deployment, key)
    damaged = deployment.lake.get(key)

    found = planned(deployment)

    assert not found.build.full
    assert deployment.lake.get(key) == damaged


@pytest.mark.parametrize("change", ["flip", "delete"])
def test_damaged_tables_are_made_anew_and_the_reason_is_told(
    deployment: Deployment, change: str
) -> None:
    with open_tables(deployment) as tables:
        table, files = sorted(tables.files_by_table().items())[0]
        key = min(files)
    if change == "flip":
        flip(deployment, key)
    else:
        deployment.lake.delete(key)

    found = planned(deployment)

    assert table in found.run
    assert "int_rain_daily" in found.spared
    assert not found.build.full
    assert found.build.why.startswith(f"{key} is ")


@pytest.mark.parametrize("there_is_one", [True, False])
def test_no_candidate_is_written_from_a_damaged_table_and_the_step_says_why(
    deployment: Deployment, small_run: DemoRun, there_is_one: bool
) -> None:
    made, product = small_run.report.build, deployment.product("hotels_yearly")
    with open_tables(deployment) as tables:
        (key,) = tables.files(product.id)
    flip(deployment, key)
    deployment.lake.delete(keys.gate_report(made.id, product.id))
    if not there_is_one:
        for info in list(deployment.lake.list(keys.candidate_prefix(made.id, product.id))):
            deployment.lake.delete(info.key)

    (report,) = walk(Night(deployment, products=[product], build=made), GATE).reports

    assert report.verdict == "held"
    assert read_report(deployment, made, product) == report
    assert "a file of the table marts.hotels_yearly is damaged or missing" in report.headline
    assert "cdp build --anew" in report.headline
    (outcome,) = walk(Night(deployment, products=[product], build=made), PUBLISH).outcomes
    assert isinstance(outcome, Held)
    assert outcome.version, "readers keep what they have"


@pytest.mark.whole
def test_a_source_that_cannot_be_used_holds_its_products_and_no_others(
    deployment: Deployment,
) -> None:
    key = lake_file(deployment)
    flip(deployment, key)
    (entry,) = [e for e in Ledger(deployment.lake, SOURCE).receipts() if key in e.lake]
    flip(deployment, entry.raw)

    made, _ = build(deployment, anew=True)

    assert list(made.broken) == [f"lake.{SOURCE}"]
    assert made.blame("hotels_yearly")
    assert not made.blame("rain_daily")
    reports = {report.product: report.verdict for report in gate(deployment, made)}
    assert reports["hotels_yearly"] == "held"
    assert reports["sensor_quality_daily"] == "passed"
