"""Observations of the probes: judged by their contract, compared with the truth of the water."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from city.city import City
from city.defects import Defect
from city.registers.agency_stations import WATER_PROBES
from city.sources.environment.water_quality_probes import (
    SOURCE,
    STREAMS,
    true_value,
)
from tests.city.environment.conftest import Judge
from tests.support.judging import Judged


def answer(city: City, day: date) -> str:
    """The day as a service answers it with `$expand=Datastream`, in one page."""
    streams = {stream["@iot.id"]: stream for stream in SOURCE.datastreams(city)}
    value = [
        {
            "phenomenonTime": f"{seen.phenomenon_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "result": seen.result,
            "resultTime": None,
            "Datastream": {k: v for k, v in streams[seen.datastream].items() if k != "Thing"},
        }
        for seen in SOURCE.observations(city, day)
    ]
    return json.dumps({"value": value}, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def days(nature: City, judged: Judge) -> dict[date, Judged]:
    return {day: judged("water_quality_probes", answer(nature, day)) for day in nature.calendar}


def planned(city: City, kind: str) -> list[Defect]:
    return [defect for defect in SOURCE.defects(city) if defect.kind == kind]


def test_exactly_the_planted_observations_are_quarantined(
    nature: City, days: dict[date, Judged]
) -> None:
    wanted = {
        (defect.file, record)
        for defect in SOURCE.defects(nature)
        if defect.outcome == "quarantined"
        for record in defect.where.records
    }

    found = {
        (f"Observations-{day:%Y%m%d}", record)
        for day, judged in days.items()
        for record, _ in judged.codes
    }

    assert found == wanted
    assert len(wanted) == 1


def test_exactly_the_planted_repeat_is_counted_once(nature: City, days: dict[date, Judged]) -> None:
    (repeat,) = planned(nature, "duplicate_row")

    found = {f"Observations-{day:%Y%m%d}": j.outcome.deduplicated for day, j in days.items()}

    assert {name: count for name, count in found.items() if count} == {repeat.file: 1}


def test_a_day_has_an_observation_of_every_datastream_and_hour_but_the_gaps(
    nature: City, days: dict[date, Judged]
) -> None:
    (gap,) = planned(nature, "gap")
    whole = len(WATER_PROBES) * len(STREAMS) * 24

    accepted = {f"Observations-{day:%Y%m%d}": j.outcome.accepted for day, j in days.items()}

    assert gap.where.records == ()
    assert accepted[gap.file] == whole - 5
    assert accepted["Observations-20250908"] == whole


def test_values_are_those_of_the_water_to_within_the_instruments_error(
    nature: City, days: dict[date, Judged]
) -> None:
    probes = {probe.code: probe for probe in WATER_PROBES}
    streams = dict(
        zip(
            ("dissolved_oxygen", "water_temperature", "ph", "salinity", "water_level"),
            STREAMS,
            strict=True,
        )
    )

    for row in days[nature.first_day].accepted[::7]:
        if row["has_probe"]:
            stream, told = streams[str(row["parameter"])], row["observed_at"]
            assert isinstance(told, datetime)
            true = true_value(nature.seed, probes[str(row["station_id"])], stream, told)
            error = stream.noise / 10**stream.decimals
            assert row["value"] == pytest.approx(true / 10**stream.decimals, abs=error + 1e-9)


def test_where_there_is_no_probe_the_value_is_zero_and_the_row_says_so(
    nature: City, days: dict[date, Judged]
) -> None:
    rows = [row for judged in days.values() for row in judged.accepted if not row["has_probe"]]

    assert {(row["station_id"], row["parameter"], row["value"]) for row in rows} == {
        ("PK-05", "dissolved_oxygen", 0.0)
    }
    assert len(rows) == sum(len(defect.where.records) for defect in planned(nature, "no_probe"))


def test_a_stuck_probe_repeats_one_value_for_its_hours(
    nature: City, days: dict[date, Judged]
) -> None:
    (stuck,) = planned(nature, "stuck")
    judged = next(j for day, j in days.items() if f"{day:%Y%m%d}" in stuck.file)

    values = {r["value"] for r in judged.accepted if r["_record"] in stuck.where.records}

    assert len(stuck.where.records) == 16
    assert len(values) == 1


def test_half_of_the_loggers_write_texts(nature: City) -> None:
    texts = {
        seen.datastream // 10
        for seen in SOURCE.observations(nature, nature.first_day)
        if isinstance(seen.result, str)
    }

    assert texts == {2, 4, 6, 8}


def test_the_observations_come_in_the_order_of_time_and_are_the_same_twice(nature: City) -> None:
    first = list(SOURCE.observations(nature, nature.last_day))

    order = [(seen.phenomenon_time, seen.datastream) for seen in first]
    assert order == sorted(order)
    assert first == list(SOURCE.observations(nature, nature.last_day))
