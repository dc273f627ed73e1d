"""The city's air sensors: judged by their contract, compared with the truth of the air."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from city.city import City
from city.registers.air_sensors import AIR_SENSORS
from city.registers.tambon import TAMBON_CODES
from city.sources.environment.air_quality_sensors import DUST_ERROR, SOURCE
from city.truth.weather.air import air_on
from ingestion.clock import BANGKOK
from tests.city.environment.conftest import Judge
from tests.support.judging import Judged


def answer(city: City, day: date) -> str:
    """The day as a broker answers it, `temporalValues`, in one page."""
    assert SOURCE.history is not None
    return json.dumps(list(SOURCE.history(city, day))) + "\n"


@pytest.fixture(scope="module")
def days(nature: City, judged: Judge) -> dict[date, Judged]:
    return {day: judged("air_quality_sensors", answer(nature, day)) for day in nature.calendar}


def name(day: date) -> str:
    return f"AirQualityObserved-{day:%Y%m%d}.jsonl"


def test_exactly_the_planted_hours_are_quarantined(nature: City, days: dict[date, Judged]) -> None:
    planted = {
        (defect.file, record)
        for defect in SOURCE.defects(nature)
        if defect.outcome == "quarantined"
        for record in defect.where.records
    }

    found = {(name(day), record) for day, one in days.items() for record, _ in one.codes}

    assert found == planted
    assert len(planted) == 3


def test_a_dirty_laser_has_no_dust_for_its_hours(nature: City, days: dict[date, Judged]) -> None:
    found = {
        (name(day), row["_record"])
        for day, one in days.items()
        for row in one.accepted
        if row["pm25_ugm3_reason"] == "sentinel"
    }

    assert found == {
        (defect.file, record)
        for defect in SOURCE.defects(nature)
        if defect.kind == "sentinel"
        for record in defect.where.records
    }
    assert len(found) == 2


def test_every_hour_of_every_sensor_is_there_but_the_gap(days: dict[date, Judged]) -> None:
    rows = [one.outcome.rows for one in days.values()]

    assert rows == [len(AIR_SENSORS) * 24 - (5 if n == 2 else 0) for n in range(len(days))]


def test_sensors_tell_the_air_of_their_tambon_in_the_units_of_the_contract(
    nature: City, days: dict[date, Judged]
) -> None:
    day = nature.first_day
    air = air_on(nature.seed, day)

    for row in days[day].accepted:
        told = row["observed_at"]
        assert isinstance(told, datetime)
        at = (TAMBON_CODES.index(str(row["tambon_code"])), told.astimezone(BANGKOK).hour)
        assert row["pm25_ugm3"] == pytest.approx(air.dust[at] / 10, abs=DUST_ERROR / 10 + 1e-9)
        assert row["temperature_celsius"] == pytest.approx(air.temperature[at] / 10)
        assert row["humidity_pct"] == pytest.approx(air.humidity[at])


def test_spikes_and_stuck_fans_pass_the_door_where_the_truth_says(
    nature: City, days: dict[date, Judged]
) -> None:
    values = {
        defect.kind: [
            row["pm25_ugm3"]
            for row in next(one for day, one in days.items() if name(day) == defect.file).accepted
            if row["_record"] in defect.where.records
        ]
        for defect in SOURCE.defects(nature)
        if defect.outcome == "flagged"
    }

    assert values["spike"] == [260.0]
    assert len(values["stuck"]) == 14
    assert len(set(values["stuck"])) == 1


def test_the_present_is_the_last_hour_of_the_last_day(nature: City) -> None:
    (first, *_) = SOURCE.present(nature)

    assert first["dateObserved"] == "2025-09-13T16:59:00Z"
    assert list(SOURCE.present(nature)) == list(SOURCE.present(nature))
