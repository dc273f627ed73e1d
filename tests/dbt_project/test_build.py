"""The curated tables, built by a real dbt over a small lake: empty, day by day, and all anew."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import CityLake, Row, reading, station

READINGS = "environment_sensor_readings"
FIRST = date(2026, 1, 1)
CURATED = (
    "intermediate.int_environment_observation_flagged",
    "intermediate.int_sensor_quality_daily",
    "intermediate.int_rain_daily",
    "intermediate.int_water_quality_monthly",
    "marts.rain_daily",
    "marts.sensor_quality_daily",
    "marts.water_quality_monthly",
)

# dbt takes seconds to start, so all tests of this module share four runs of it in one process.
pytestmark = pytest.mark.whole


def on(day: int) -> date:
    return FIRST + timedelta(days=day - 1)


def times(day: int) -> list[datetime]:
    start = datetime.combine(on(day), datetime.min.time(), tzinfo=BANGKOK)
    return [start + timedelta(minutes=10 * step) for step in range(144)]


def noisy_day(day: int, stations: tuple[str, ...]) -> list[Row]:
    """Readings that meet every flag: gaps, empty values, spikes, jumps and hours of standstill."""
    rows: list[Row] = []
    for name in stations:
        chance = random.Random(f"{name} {day}")
        stuck = day % 6 > 1
        for at in times(day):
            if chance.random() < 0.05:
                continue
            swing = 2 * math.sin(at.timestamp() / 7000)
            oxygen = 6 + swing + (chance.choice([3, 9, 20]) if chance.random() < 0.03 else 0)
            values = {
                "dissolved_oxygen": None if chance.random() < 0.02 else round(oxygen, 2),
                "water_temperature": round(29 + swing / 4, 2),
                "salinity": 30.0 if stuck else round(30 + chance.random(), 2),
                "rain_10min": chance.choice([0, 0, 0, 0.2, 0.2, 5.25, 40]),
            }
            rows += [reading(name, parameter, at, value) for parameter, value in values.items()]
    return rows


def slow_day(day: int, salinity: float | None) -> list[Row]:
    """Three readings in five, all alike: five days of them fill the longest flat-line window."""
    kept = [at for step, at in enumerate(times(day)) if step % 5 < 3]
    return [
        reading("WQ-004", "salinity", at, salinity or 20 + step % 7) for step, at in enumerate(kept)
    ]


def deliver_registers(city: CityLake) -> None:
    """Two tables of agencies with what they are known for: a repeated key, a pending figure."""
    passenger: Row = {"province": "ภูเก็ต", "item": "ผู้โดยสาร", "unit": "คน", "agency": "ทอท."}
    total = passenger | {"year": 2023, "passenger_type": "domestic", "direction": "total"}
    city.deliver(
        "airport_passengers",
        "p1",
        on(1),
        [total | {"passengers": 6_262_493}, total | {"passengers": 7_716_858}],
    )
    water: Row = {"province": "ภูเก็ต", "item": "น้ำ", "unit": "ลบ.ม.", "agency": "กปภ.", "year": 2025}
    volumes = {"produced": 38_324_038.0, "distributed": 36_184_177.0, "sold": None}
    city.deliver(
        "tap_water_supply",
        "w1",
        on(1),
        [
            water
            | {"measure": measure, "volume_m3": volume}
            | {"volume_m3_reason": None if volume else "pending"}
            for measure, volume in volumes.items()
        ],
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityLake:
    """A lake that dbt built in steps: empty, 17 days, and then what the tests are about."""
    city = CityLake(tmp_path_factory.mktemp("city"))
    city.build()

    city.deliver("environment_stations", "r1", on(1), [station("WQ-001"), station("WQ-002")])
    deliver_registers(city)
    for day in range(1, 16):
        late = ("WQ-001", "WQ-003") if day == 9 else ("WQ-001",)
        city.deliver(READINGS, f"d{day}", on(day), noisy_day(day, late))
    for day in range(11, 18):
        city.deliver(READINGS, f"slow{day}", on(day), slow_day(day, None if day == 12 else 30.0))
    city.build()

    city.deliver(
        "environment_stations", "r2", on(16), [station("WQ-001"), station("WQ-003", 1.0, 3.0)]
    )
    corrected = [reading("WQ-001", "salinity", at, 30.0) for at in times(12)]
    corrected += slow_day(12, 30.0)
    # Rain at both ends of a rain day, beside steps that were lost before.
    corrected += [reading("WQ-001", "rain_10min", times(12)[step], 9.0) for step in (39, 46, 143)]
    # The reading before, on the day before, becomes the neighbour of a spike.
    corrected.append(reading("WQ-001", "dissolved_oxygen", times(12)[0], 19.5))
    city.deliver(READINGS, "late", on(12), corrected, received="2026-01-17 01:00:00+00")
    for day in (19, 20):
        city.deliver(READINGS, f"d{day}", on(day), noisy_day(day, ("WQ-001", "WQ-002")))
    unread = [city.home / "lake" / "lake" / READINGS / f"day={on(day)}" for day in (1, 2)]
    spared = {path: path.read_bytes() for folder in unread for path in folder.iterdir()}
    for path in spared:
        path.write_bytes(b"not a Parquet file")
    city.build()
    for path, body in spared.items():
        path.write_bytes(body)
    return city


@pytest.fixture(scope="module")
def incremental(city: CityLake) -> dict[str, list[tuple[object, ...]]]:
    return {table: city.ask(f"select * from lake.{table} order by all") for table in CURATED}


@pytest.fixture(scope="module")
def anew(
    city: CityLake, incremental: dict[str, list[tuple[object, ...]]]
) -> dict[str, list[tuple[object, ...]]]:
    city.build(anew=True)
    return {table: city.ask(f"select * from lake.{table} order by all") for table in CURATED}


def test_the_small_lake_meets_every_flag(city: CityLake) -> None:
    found = city.ask(
        """
        select distinct flag_test, flag
        from (unpivot lake.intermediate.int_environment_observation_flagged
              on flag_gross_range, flag_spike, flag_rate_of_change, flag_flat_line, flag
              into name flag_test value flag)
        """
    )

    assert {flag for test, flag in found if test == "flag"} == {1, 3, 4, 9}
    assert {flag for test, flag in found if test == "flag_flat_line"} >= {1, 3, 4}


@pytest.mark.parametrize("table", CURATED)
def test_building_day_by_day_ends_in_the_rows_of_a_full_build(
    table: str,
    incremental: dict[str, list[tuple[object, ...]]],
    anew: dict[str, list[tuple[object, ...]]],
) -> None:
    assert incremental[table]
    assert incremental[table] == anew[table]


@pytest.mark.parametrize("table", [table for table in CURATED if table.startswith("int")])
def test_a_table_that_is_made_anew_is_divided_by_months_before_its_first_row(
    city: CityLake, anew: dict[str, list[tuple[object, ...]]], table: str
) -> None:
    name = table.removeprefix("intermediate.")
    files = city.ask(
        f"select data_file from ducklake_list_files('lake', '{name}', schema => 'intermediate')"
    )

    assert anew[table]
    assert files
    assert all("/year=2026/month=" in str(file) for (file,) in files)


def test_a_late_reading_replaces_the_earlier_one(city: CityLake) -> None:
    found = city.ask(
        f"""
        select distinct value from lake.intermediate.int_environment_observation_flagged
        where station_id = 'WQ-001' and parameter = 'salinity' and event_day = '{on(12)}'
        """
    )

    assert found == [(30.0,)]


def test_a_station_is_placed_from_the_day_on_which_the_register_has_it(city: CityLake) -> None:
    found = city.ask(
        """
        select is_registered, place_code, min(day), max(day) from lake.marts.sensor_quality_daily
        where station_id = 'WQ-003' group by all order by all
        """
    )

    assert found == [(False, None, on(9), on(16)), (True, "830202", on(17), on(20))]


def test_a_station_keeps_its_place_until_the_register_has_it_no_more(city: CityLake) -> None:
    found = city.ask(
        """
        select is_registered, place_code, station_name_th, min(day)
        from lake.marts.sensor_quality_daily where station_id = 'WQ-002' group by all
        """
    )

    assert found == [(False, None, None, on(19))]


def test_a_silent_day_counts_as_expected_and_not_received(city: CityLake) -> None:
    found = city.ask(
        f"""
        select expected, received, completeness_pct from lake.marts.sensor_quality_daily
        where station_id = 'WQ-001' and parameter = 'salinity' and day = '{on(16)}'
        """
    )

    assert found == [(144, 0, 0.0)]


def test_counts_of_flags_add_up_to_the_readings_received(city: CityLake) -> None:
    found = city.ask(
        """
        select count(*) from lake.marts.sensor_quality_daily
        where received <> good + unknown + suspect + failed + missing
        """
    )

    assert found == [(0,)]


def test_tables_between_hold_what_was_measured_and_no_sum_as_floating_point(
    city: CityLake,
) -> None:
    found = city.ask("""
        select column_name from information_schema.columns
        where table_schema = 'intermediate' and data_type = 'DOUBLE'
            and table_name not in ('int_qartod_rule', 'int_environment_observation_flagged')
            and table_name not like 'int_station%'""")

    assert {name for (name,) in found} == {"min_value", "max_value", "max_interval_mm"}


def test_a_hydrological_day_runs_from_seven_to_seven_in_thailand(city: CityLake) -> None:
    found = city.ask(
        f"""
        select period_start at time zone 'Asia/Bangkok', period_end at time zone 'Asia/Bangkok'
        from lake.marts.rain_daily
        where station_id = 'WQ-001' and hydrological_day = '{on(5)}'
        """
    )

    assert found == [(datetime(2026, 1, 4, 7), datetime(2026, 1, 5, 7))]  # noqa: DTZ001


def test_a_day_is_final_once_late_readings_are_no_longer_expected(city: CityLake) -> None:
    found = city.ask("select distinct status from lake.marts.rain_daily")
    month = city.ask("select distinct status from lake.marts.water_quality_monthly")

    assert found == [("final",)]
    assert month == [("provisional",)]


def test_rows_of_the_airport_that_contradict_each_other_reach_the_gate(city: CityLake) -> None:
    found = city.ask(
        """
        select source_record, place_code, passengers, status
        from lake.marts.airport_passengers_yearly order by source_record
        """
    )

    assert found == [(1, "83", 6_262_493, "final"), (2, "83", 7_716_858, "final")]


def test_a_pending_volume_is_empty_with_its_reason(city: CityLake) -> None:
    found = city.ask(
        """
        select year, produced_m3, produced_status, sold_m3, sold_status, status
        from lake.marts.tap_water_yearly
        """
    )

    assert found == [(2025, 38_324_038.0, "reported", None, "pending", "provisional")]


def test_models_read_nothing_but_what_ingestion_wrote(city: CityLake) -> None:
    compiled = Path(city.home / "dbt" / "target" / "compiled")
    read = [
        line.strip()
        for path in compiled.rglob("*.sql")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "read_" in line
    ]

    assert read
    assert all(f"{city.home}/lake/lake/" in line for line in read)
