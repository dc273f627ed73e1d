"""Daily rain, built by a real dbt: what stays in a total, and what leaves a day without one.

Each gauge is a story of its own. The judgement that the totals are held against is written here, in
plain Python over the steps of a day; it shares nothing with the SQL.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import CityLake, Row, reading, station
from tests.dbt_project.rain_stories import (
    CHANCE,
    CHANCE_DAYS,
    DAY,
    STORIES,
    Published,
    by_chance,
    steps,
)

pytestmark = pytest.mark.whole

READINGS = "environment_sensor_readings"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityLake:
    city = CityLake(tmp_path_factory.mktemp("rain"))
    register = [station(name) | {"interval_minutes": story.interval, "kind": "rain_gauge"}
                for name, (story, _) in STORIES.items() if story.registered]  # fmt: skip
    city.deliver("environment_stations", "r1", date(2026, 1, 1), register)
    sent = {name: story.readings() for name, (story, _) in STORIES.items()}
    sent |= {name: by_chance(name) for name in CHANCE}
    days: dict[date, list[Row]] = {}
    for name, readings in sent.items():
        for at, value in readings.items():
            row = reading(name, "rain_10min", at, value)
            days.setdefault(at.astimezone(BANGKOK).date(), []).append(row)
    for day, rows in days.items():
        city.deliver(READINGS, f"d{day}", day, rows)
    city.dbt("build", "--exclude-resource-type", "unit_test")
    return city


def published(city: CityLake, name: str, day: date = DAY) -> Published:
    (row,) = city.ask(f"""
        select rain_mm, rain_mm_status, rain_class, rain_suspect_mm, max_interval_mm,
            interval_minutes, completeness_pct
        from lake.marts.rain_daily where station_id = '{name}' and hydrological_day = '{day}'""")
    return row  # type: ignore[return-value]


@pytest.mark.parametrize("name", STORIES)
def test_a_day_of_rain_is_told_as_it_was(city: CityLake, name: str) -> None:
    _, expected = STORIES[name]

    assert published(city, name) == expected


def test_the_day_that_lost_the_step_has_no_total_and_the_day_of_the_rain_has(
    city: CityLake,
) -> None:
    assert published(city, "RG-032", DAY + timedelta(days=1))[1] == "missing"
    assert published(city, "RG-032")[:2] == (9.0, "ok")


@pytest.mark.parametrize("name", CHANCE)
def test_totals_are_those_of_a_judgement_step_by_step(city: CityLake, name: str) -> None:
    sent = by_chance(name)
    measured = {at: value for at, value in sent.items() if value is not None and value <= 60}
    rain = [at for at, value in sent.items() if value is not None and value > 2]
    for day in CHANCE_DAYS:
        lost = [at for at in steps(10, day) if at not in measured]
        torn = any(abs(at - wet) <= timedelta(hours=1) for at in lost for wet in rain)
        known = not torn and len(lost) <= 14
        values = [Decimal(str(measured[at])) for at in steps(10, day) if at in measured]
        suspect = sum((value for value in values if value > 30), Decimal(0))

        total, status, _, suspect_mm, most, _, complete = published(city, name, day)

        assert (total is not None) == known, day
        assert total in (None, pytest.approx(float(sum(values)), abs=0.051)), day
        assert status in (
            ("suspect" if suspect else "ok",) if known else ("missing", "below_quality")
        )
        assert suspect_mm == pytest.approx(float(suspect), abs=0.051)
        assert most == pytest.approx(float(max(values)))
        assert complete == pytest.approx(100 * (144 - len(lost)) / 144, abs=0.051)


def test_chance_brings_days_with_and_without_a_total(city: CityLake) -> None:
    found = city.ask("""
        select count(rain_mm), count(*) - count(rain_mm), count(distinct rain_mm_status)
        from lake.marts.rain_daily where station_id like 'RN-%'""")

    assert min(found[0]) >= 4  # type: ignore[type-var]
