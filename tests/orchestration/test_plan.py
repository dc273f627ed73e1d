"""What the next build must do, told from what the tables keep of what they were made from."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dbt_project.fingerprints import Fingerprints
from ingestion.deliveries.ledger import Ledger
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration import outdated, planning
from orchestration.builds import Build, keep_build, last_build
from orchestration.compiling import project
from orchestration.deployment import Deployment
from orchestration.planning import Plan, plan
from orchestration.tables import mark, open_tables
from tests.ingestion.deliveries.test_ledger import entry

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)
READINGS = "environment_sensor_readings"
FLAGGED = "int_environment_observation_flagged"


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


def planned(deployment: Deployment) -> Plan:
    found = plan(deployment)
    assert isinstance(found, Plan)
    return found


def carry_out(
    deployment: Deployment, done: Plan, failed: Collection[str] = (), **found: object
) -> None:
    """Do to the catalogue and the records what a build by dbt does, without making any rows."""
    with open_tables(deployment) as tables:
        kept = tables.fingerprints()
    for name in set(done.run) - set(failed):
        written: Fingerprints = done.fingerprints[name]
        periods = done.told["periods"].get(name)
        stays = kept.get(name, {}) if periods is not None else {}
        kept[name] = {
            p: k for p, k in stays.items() if p and p.isoformat() not in periods
        } | written
    mark(deployment, done.build.token, done.build.id, kept)
    keep_build(deployment.lake, done.build.model_copy(update=found))


def deliver(
    deployment: Deployment,
    source: str,
    *days: date,
    sha256: str = "a",
    received: datetime | None = None,
) -> None:
    """Record a delivery with rows of these days."""
    lake = tuple(keys.lake(source, day, sha256 * 16) for day in days)
    at = received or deployment.clock.now()
    came = {"source": source, "lake": lake, "days": days, "received_at": at}
    Ledger(deployment.lake, source).append([entry(sha256).model_copy(update=came)], NOW)


def later(deployment: Deployment, **time: int) -> Deployment:
    now = deployment.clock.now() + timedelta(**time)
    return Deployment(deployment.settings.model_copy(update={"now": now}))


def days(*numbers: int) -> list[str]:
    return [date(2026, 1, number).isoformat() for number in numbers]


def test_the_first_build_makes_everything(deployment: Deployment) -> None:
    first = planned(deployment)

    assert first.build.full
    assert first.spared == ()
    assert {FLAGGED, "rain_daily", "place", f"source.{READINGS}"} <= set(first.run)


def test_a_build_with_nothing_new_is_not_made_again(deployment: Deployment) -> None:
    carry_out(deployment, planned(deployment))

    assert plan(deployment) == last_build(deployment.lake)


def test_a_delivery_is_read_for_the_periods_whose_window_it_is_in(deployment: Deployment) -> None:
    deliver(deployment, READINGS, *(date(2025, 12, day) for day in range(1, 32)))
    carry_out(deployment, planned(deployment))

    deliver(deployment, READINGS, date(2025, 12, 20), sha256="b")
    found = planned(deployment)

    of_december = [date(2025, 12, day).isoformat() for day in range(1, 32)]
    assert found.told["periods"][FLAGGED] == of_december[18:26]
    staged = "stg_environment_sensor_readings"
    assert found.told["reads"][FLAGGED][staged] == of_december[12:27]
    assert found.told["periods"]["int_rain_daily"] == of_december[18:27]
    assert found.told["tested"][f"source.{READINGS}"] == [of_december[19]]
    assert {"int_water_quality_monthly", "sensor_quality_daily"} <= set(found.run)
    assert not found.build.full
    assert {"hotels_yearly", "dim_day", "source.plate_reads"} <= set(found.spared)


def test_a_source_that_no_model_reads_has_only_its_own_tests_run(deployment: Deployment) -> None:
    deliver(deployment, "plate_reads", date(2026, 1, 6))
    carry_out(deployment, planned(deployment))

    deliver(deployment, "plate_reads", date(2026, 1, 7), sha256="b")
    found = planned(deployment)

    assert found.run == ("source.plate_reads",)
    assert found.told["tested"] == {"source.plate_reads": days(7)}


def test_a_register_that_changes_today_leaves_the_days_before_alone(deployment: Deployment) -> None:
    earlier = NOW - timedelta(days=7)
    deliver(deployment, "environment_stations", date(2026, 1, 2), received=earlier)
    deliver(deployment, READINGS, *(date(2026, 1, day) for day in range(1, 10)))
    carry_out(deployment, planned(deployment))

    deliver(deployment, "environment_stations", date(2026, 1, 9), sha256="b")
    found = planned(deployment)

    assert found.told["periods"][FLAGGED] == days(9)
    # A hydrological day ends at seven, so its last hours are those of the day that it is named by.
    assert found.told["periods"]["int_rain_daily"] == days(9, 10)
    assert "int_qartod_rule" in found.run


def test_what_failed_is_made_again_and_what_did_not_is_left_alone(deployment: Deployment) -> None:
    failed = {"int_rain_daily", "rain_daily"}
    carry_out(deployment, planned(deployment), failed, broken={"int_rain_daily": "wet"})

    again = planned(deployment)

    assert set(again.run) == failed
    assert not again.build.full


def test_what_a_test_broke_on_is_looked_at_again_as_a_whole(deployment: Deployment) -> None:
    deliver(deployment, READINGS, date(2026, 1, 7))
    first = planned(deployment)
    name = "keeps_the_contract"
    (test,) = (
        test.split(".", 2)[2]
        for test, of in project(deployment).tests.items()
        if name in test and of == (f"source.{READINGS}",)
    )
    carry_out(deployment, first, broken={test: "Got 3 results"})

    deliver(deployment, READINGS, date(2026, 1, 8), sha256="b")
    again = planned(deployment)

    assert f"source.{READINGS}" in again.run
    assert f"source.{READINGS}" not in again.told["tested"]


def test_what_is_left_out_is_not_forgotten_and_counts_as_nothing_that_was_tested(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that cannot be read costs no build of everything once it can."""
    deliver(deployment, READINGS, *(date(2026, 1, day) for day in range(1, 8)))
    carry_out(deployment, planned(deployment))
    ledgers = planning._ledgers
    with monkeypatch.context() as patch:
        patch.setattr(planning, "_ledgers", lambda of: ledger_lost(ledgers(of)[0]))
        without = planned(deployment)

    assert f"source.{READINGS}" not in without.of_sources()
    assert FLAGGED in without.run
    assert plan(deployment) == last_build(deployment.lake)


def ledger_lost(known: dict[str, Ledger]) -> tuple[dict[str, Ledger], dict[str, str]]:
    return {s: of for s, of in known.items() if s != READINGS}, {READINGS: "it is damaged"}


def test_what_a_killed_build_wrote_is_tested_by_the_next_one(deployment: Deployment) -> None:
    """It is what it is made from, so nothing would have it looked at any more."""
    deliver(deployment, READINGS, *(date(2026, 1, day) for day in range(1, 8)))
    carry_out(deployment, planned(deployment))
    deliver(deployment, READINGS, date(2026, 1, 8), sha256="b")
    killed = planned(deployment)
    with open_tables(deployment) as tables:  # as dbt does, table by table
        tables.keep({FLAGGED: tables.fingerprints()[FLAGGED] | killed.fingerprints[FLAGGED]})

    again = planned(deployment)

    assert FLAGGED in again.run
    assert again.told["periods"][FLAGGED] == []
    assert FLAGGED not in again.told["tested"]
    assert "int_rain_daily" in again.told["tested"]
    carry_out(deployment, again)
    assert plan(deployment) == last_build(deployment.lake)


@pytest.mark.parametrize(
    ("after", "made"),
    [
        ({"minutes": 4 * 60 + 59}, set()),
        # At midnight in Thailand: a year may be over, and registers are told as of a day.
        (
            {"hours": 5},
            {"hotels_yearly", "airport_passengers_yearly", "tap_water_yearly"}
            | {"places", "stations", "wifi_access_points"},
        ),
    ],
    ids=["the same night", "the next day"],
)
def test_time_alone_makes_what_depends_on_it(
    deployment: Deployment, after: dict[str, int], made: set[str]
) -> None:
    deployment = later(deployment, hours=-7)  # seven in the evening
    carry_out(deployment, planned(deployment))

    found = plan(later(deployment, **after))

    assert set(found.run if isinstance(found, Plan) else ()) == made


def test_a_period_is_made_again_when_it_is_over_and_when_it_is_final(
    deployment: Deployment,
) -> None:
    deliver(deployment, READINGS, date(2026, 1, 1), date(2026, 1, 8))
    carry_out(deployment, planned(deployment))
    made: list[tuple[str, str]] = []

    for hour in range(5, 24 * 4 + 5, 6):
        then = later(deployment, hours=hour)
        found = plan(then)
        if isinstance(found, Plan):
            at = then.clock.now().isoformat()[:13]
            made += [(at, day) for day in found.told["periods"].get("sensor_quality_daily", ())]
            carry_out(then, found)

    (contract,) = (c for c in deployment.contracts if c.id == READINGS)
    final = datetime(2026, 1, 8, 17, tzinfo=UTC) + timedelta(days=contract.lookback_days)
    assert ((final + timedelta(hours=1)).isoformat()[:13], "2026-01-08") in made
    assert [day for _, day in made].count("2026-01-08") == 1
    assert "2026-01-01" not in [day for _, day in made]


def test_whoever_asks_for_some_tables_leaves_the_others_to_the_next_build(
    deployment: Deployment,
) -> None:
    deliver(deployment, READINGS, date(2026, 1, 7))
    carry_out(deployment, planned(deployment))
    deliver(deployment, READINGS, date(2026, 1, 7), sha256="b")

    some = planned(deployment).for_some({FLAGGED, "rain_daily"}, deployment)

    # The table between was not made, so what is made from it is not what it will be.
    assert FLAGGED not in some.fingerprints or "stg_environment_sensor_readings" not in some.run
    assert "rain_daily" not in some.fingerprints


def test_more_periods_than_can_be_told_are_a_table_made_anew(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(deployment, READINGS, *(date(2025, 1, 1) + timedelta(days=n) for n in range(300)))
    carry_out(deployment, planned(deployment))
    deliver(deployment, READINGS, *(date(2025, 1, 1) + timedelta(days=n) for n in range(200)))
    monkeypatch.setattr(outdated, "_TOLD_BYTES", 20_000)

    found = planned(deployment)

    assert len(json.dumps(found.told)) <= 20_000
    assert found.told["anew"]
    assert all(name not in found.told["periods"] for name in found.told["anew"])
    assert len(found.fingerprints[found.told["anew"][0]]) > 12


def test_days_far_apart_are_told_within_what_a_process_may_be_told(deployment: Deployment) -> None:
    """Each is read with those around it, and each month with all of its days."""
    far_apart = [date(2018, 1, 1) + timedelta(days=9 * n) for n in range(300)]
    deliver(deployment, READINGS, *far_apart)
    carry_out(deployment, planned(deployment))
    deliver(deployment, READINGS, *far_apart[:-20], sha256="b")

    told = planned(deployment).told

    assert len(json.dumps(told)) <= 100_000
    assert set(told["reads"]) == set(told["periods"])


def test_dbt_is_told_what_the_rows_are_made_from_in_a_file(
    deployment: Deployment, tmp_path: Path
) -> None:
    deliver(deployment, READINGS, date(2026, 1, 7))
    first = planned(deployment)

    told = json.loads(first.environment(tmp_path)["CDP_DBT_BUILD"])

    lines = [json.loads(line) for line in Path(told["fingerprints"]).read_text().splitlines()]
    assert [line["period"] for line in lines if line["model"] == "sensor_quality_daily"] == [
        *(None, "2026-01-07")
    ]
    assert told["as_of"] == NOW.isoformat()
    assert isinstance(last_build(deployment.lake), Build | None)
