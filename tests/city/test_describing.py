"""What is told of a city: measured sizes, an island whole, scales that hold their numbers."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest

from city.city import City
from city.describing.charts import HEIGHT, WIDTH, Axis, axis, bars, line
from city.describing.facts import Facts, facts_of
from city.describing.land import Point, fields, island, on_map, within_province
from city.describing.measuring import measured
from city.describing.page import page_of
from city.registers.tambon import TAMBON
from city.sources.environment.sensor_drops import READINGS, STATIONS
from city.sources.tourism.airport_passengers import SOURCE as AIRPORT
from city.truth.version import TRUTH_VERSION
from ingestion.sources import load_contracts

NUMBERS = re.compile(r"(-?[\d.]+) (-?[\d.]+)")


@pytest.fixture(scope="module")
def facts(city: City) -> Facts:
    sizes = measured(city, load_contracts(), sources=(READINGS, STATIONS, AIRPORT))
    return facts_of(city, sizes)


def corners(path: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in NUMBERS.findall(path)]


def area(path: str) -> float:
    around = corners(path)
    pairs = zip(around, [*around[1:], around[0]], strict=True)
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2


def test_a_source_is_as_large_as_what_comes_of_it_in_a_day(facts, city):
    sizes = {size.contract.id: size for size in facts.sizes}
    sent = [file.body for file in READINGS.files(replace(city, days=1), city.first_day)]

    readings = sizes["environment_sensor_readings"]

    assert (readings.files, readings.size) == (4, sum(map(len, sent)))
    assert readings.daily
    assert facts.records_a_day == readings.records > 20_000
    assert not sizes["airport_passengers"].daily
    assert sizes["airport_passengers"].records == 72


def test_a_register_tells_where_its_things_stand(facts, city):
    (register,) = facts.registers

    assert (register.contract.id, register.records) == ("environment_stations", 56)
    assert sorted(register.places) == sorted(
        (station.latitude / 10_000, station.longitude / 10_000) for station in city.stations
    )


def test_measuring_leaves_the_environment_as_it_was(city):
    before = dict(os.environ)

    measured(city, load_contracts(), sources=(STATIONS,))

    assert dict(os.environ) == before


def test_the_curves_are_of_the_wettest_day(facts, city):
    fallen = {
        day: sum(int(s[n * 144 : (n + 1) * 144].sum()) for s in city.environment.rain.values())
        for n, day in enumerate(city.calendar)
    }

    assert fallen[facts.day] == max(fallen.values())
    gauges = len(city.environment.rain)
    assert sum(facts.rain.values) * gauges * 100 == pytest.approx(fallen[facts.day])


def test_coordinates_that_were_exchanged_are_no_place_in_the_province():
    assert within_province(7.9, 98.3)
    assert not within_province(98.3, 7.9)


def test_every_tambon_has_a_field_and_together_they_are_the_island():
    found = fields()

    assert [field.tambon for field in found] == list(TAMBON)
    assert sum(area(field.path) for field in found) == pytest.approx(area(island()), rel=0.001)
    for field in found:
        x, y = on_map(field.tambon.latitude / 10_000, field.tambon.longitude / 10_000)
        east, south = zip(*corners(field.path), strict=True)
        assert min(east) < x < max(east)
        assert min(south) < y < max(south)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 13], Axis(0, 15, 5)),
        ([3, 100], Axis(0, 100, 25)),
        ([0, 0], Axis(0, 0.25, 0.25)),
        ([-1.2, 0.9], Axis(-2, 1, 1)),
        ([1234, 49_000], Axis(0, 60_000, 20_000)),
    ],
)
def test_an_axis_has_round_numbers_and_holds_every_value(values, expected):
    assert axis(values) == expected


def test_an_axis_need_not_begin_at_zero():
    assert axis([7.1, 7.9], from_zero=False) == Axis(7.0, 8.0, 0.2)


def test_the_marks_of_an_axis_are_written_as_finely_as_it_steps():
    assert [text for _, text in Axis(0, 1, 0.25).marks] == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert [text for _, text in Axis(0, 2000, 1000).marks] == ["0", "1,000", "2,000"]


def test_a_line_runs_from_edge_to_edge():
    assert corners(line([0, 5, 10], Axis(0, 10, 5))) == [
        (0, HEIGHT), (WIDTH / 2, HEIGHT / 2), (WIDTH, 0),
    ]  # fmt: skip


def test_bars_stand_on_those_of_the_series_before():
    lower, upper = bars([[5.0], [2.5]], Axis(0, 10, 5))

    assert lower[0][1:] == (HEIGHT / 2, WIDTH * 0.9, HEIGHT / 2)
    assert upper[0][1] + upper[0][3] == pytest.approx(lower[0][1])


def test_the_page_names_everything_in_both_languages_and_needs_nothing_from_elsewhere(facts):
    page = page_of(facts)

    assert f"version {TRUTH_VERSION} of the truth" in page
    assert f"รุ่นที่ {TRUTH_VERSION} " in page

    for size in facts.sizes:
        assert size.contract.title.th in page
        assert size.contract.title.en in page
    for tambon in TAMBON:
        assert f">{tambon.name_th}</text>" in page
        assert f">{tambon.name_en}</text>" in page
    assert page.count("<circle") == 56
    assert not re.findall(r"(?:src|href)=|url\((?!#)|@import", page)
    assert "ไม่ใช่ข้อมูลจริง" in page
