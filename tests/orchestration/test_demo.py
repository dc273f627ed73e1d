"""The whole way on the simulated city: what it says, and that it is true."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from city.city import demo_city
from city.sources import defects, service_defects
from expectations.report import GateReport
from ingestion.deliveries.ledger import Ledger
from ingestion.sealed import read_sealed
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.deployment import Deployment
from publication.release import Held, Released, Unchanged
from publication.verify import verify
from tests.support.demo_home import DemoRun, copied, run_demo

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def deployment(demo_run: DemoRun) -> Deployment:
    return Deployment(demo_run.settings)


def test_every_source_is_taken_in_and_nobody_must_act(demo_run: DemoRun) -> None:
    down = {
        defect.source for defect in service_defects(demo_city()) if defect.kind == "source_down"
    }

    assert not demo_run.report.failed_but_for(down)
    assert all(source.accepted > 0 for source in demo_run.report.sources)


def test_every_row_is_accepted_quarantined_or_repeated(deployment: Deployment) -> None:
    for contract in deployment.contracts:
        for entry in Ledger(deployment.lake, contract.id).entries().values():
            outcome = entry.outcome
            if outcome.status == "accepted":
                total = outcome.accepted + outcome.quarantined + outcome.deduplicated
                assert outcome.rows == total + outcome.dropped, entry.name


def test_the_lake_holds_exactly_the_accepted_rows(
    demo_run: DemoRun, deployment: Deployment
) -> None:
    for source in demo_run.report.sources:
        glob = deployment.lake.uri(keys.lake_glob(source.source))

        found = duckdb.sql(f"select count(*) from read_parquet('{glob}')").fetchone()

        assert found == (source.accepted,)


def test_the_planted_defects_are_quarantined_and_nothing_else(demo_run: DemoRun) -> None:
    planted = [
        defect.where.records
        for defect in defects(demo_city())
        if defect.outcome == "quarantined" and defect.source == "environment_sensor_readings"
    ]

    report = next(s for s in demo_run.report.sources if s.source == "environment_sensor_readings")

    assert report.quarantined == sum(len(records) for records in planted)


def test_the_airport_is_held_back_by_rule_and_rows_and_the_others_go_out(
    demo_run: DemoRun, deployment: Deployment
) -> None:
    outcomes = {outcome.product: outcome for outcome in demo_run.report.outcomes}
    key = keys.gate_report(demo_run.report.build.id, "airport_passengers_yearly")

    report = read_sealed(GateReport, deployment.lake.get(key), key, deployment.lake.url, fix="")

    assert isinstance(outcomes.pop("airport_passengers_yearly"), Held)
    assert all(isinstance(outcome, Released) for outcome in outcomes.values())
    totals = next(r for r in report.results if r.rule == "total_is_sum_of_directions")
    assert {row["year"] for row in totals.unexpected_rows} == set(range(2020, 2026))


def test_a_second_run_changes_nothing_and_says_so(
    demo_run: DemoRun, deployment: Deployment
) -> None:
    before = {info.key: info.etag for info in deployment.open.list()}

    again = run_demo(demo_run.settings).report

    assert again.committed is None
    assert not again.built
    assert all(isinstance(outcome, Unchanged) for outcome in again.outcomes)
    assert {info.key: info.etag for info in deployment.open.list()} == before


def test_what_is_published_verifies_and_one_changed_byte_is_found(
    demo_home: Path, tmp_path: Path
) -> None:
    from ingestion.storage import open_store

    assert verify(open_store(str(demo_home / "open"), Settings())).ok
    folder = copied(demo_home, tmp_path / "open")
    victim = next(folder.rglob("rain_daily.csv"))
    body = bytearray(victim.read_bytes())
    body[len(body) // 2] ^= 1
    victim.write_bytes(body)

    report = verify(open_store(str(folder), Settings()))

    assert not report.ok
    assert any("rain_daily.csv" in str(problem) for problem in report.problems)


def test_a_published_manifest_names_what_it_was_made_from(deployment: Deployment) -> None:
    manifest = next(
        i.key
        for i in deployment.open.list("tourism/hotels_yearly/")
        if i.key.endswith("manifest.json")
    )

    facts = json.loads(deployment.open.get(manifest))

    assert facts["inputs"] == [
        "ledger/hotel_occupancy/00000001.json",
        "ledger/registered_hotels/00000001.json",
    ]
