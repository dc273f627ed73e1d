"""Government tables of safety: real mistakes kept, simulated numbers derived from the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from city.channels import Catalogued
from city.city import City
from city.published.safety import CRIME, ROAD_DEATHS, ROAD_INJURIES
from city.registers.cameras import plate_cameras
from city.registers.tambon import TAMBON_CODES
from city.sources.months import SHORT_MONTHS
from city.sources.safety import SOURCES, crime_cases, road_accidents
from city.sources.safety.face_alert_counts import PENDING
from city.truth.incidents.accidents import WET, accidents, risk_by_hour
from city.truth.incidents.crime import GROUPS, STATIONS, cases_of
from city.truth.people.traffic import passes_by_hour
from city.truth.weather.environment import basin_rain_on
from tests.city.safety.judging import Door, Sent

TABLES = {source.source: source for source in SOURCES if isinstance(source, Catalogued)}


@pytest.fixture(scope="module")
def table(small: City, door: Door) -> Callable[[str], Sent]:
    return cache(lambda source: door.table(TABLES[source].table(small)))


@pytest.mark.parametrize("source", TABLES)
def test_the_door_takes_every_row_but_the_planted_ones(
    source: str, table: Callable[[str], Sent]
) -> None:
    sent = table(source)

    assert sent.quarantined == sent.planted_records("quarantined")
    assert not sent.deduplicated
    assert not sent.refused


def test_deaths_are_as_published_and_january_is_mislabelled(table: Callable[[str], Sent]) -> None:
    rows = table("road_deaths").accepted
    totals = {row["year"]: row["persons"] for row in rows if row["month"] == "total"}
    injuries = [(row["year"], row["month"]) for row in rows if row["measure"] == "injuries"]

    assert totals == {2022: 80, 2023: 88, 2024: 124, 2025: 91}
    assert injuries == [(2024, "1"), (2025, "1")]
    for year, months in ROAD_DEATHS.items():
        told = [r["persons"] for r in rows if r["year"] == year - 543 and r["month"] != "total"]
        assert told == list(months)


def test_there_are_fewer_injured_than_dead_which_no_severity_survives() -> None:
    totals = [(sum(ROAD_INJURIES[year]), sum(ROAD_DEATHS[year])) for year in ROAD_DEATHS]

    assert totals == [(71, 80), (58, 88), (106, 124), (69, 91)]


def test_crime_groups_are_as_published(table: Callable[[str], Sent]) -> None:
    rows = table("crime_groups").accepted
    told = {(r["crime_group"], r["fiscal_year"]): (r["reported"], r["arrested"]) for r in rows}

    assert len(told) == 16
    assert told[("life_body_sex", 2018)] == CRIME["life"][2561]
    assert told[("state_as_victim", 2015)] == (13_600, 15_952)
    assert told[("special", 2016)] == (None, None)


def test_accidents_are_those_of_the_truth(small: City, table: Callable[[str], Sent]) -> None:
    rows = table("road_accidents").accepted
    truth = [a for day in road_accidents.days_of(small) for a in accidents(small.seed, day)]
    planted = TABLES["road_accidents"].table(small).defects[0].where.records

    assert len(rows) == len(truth) - len(planted)
    lost = sum(truth[record - 1].killed for record in planted)
    assert sum(int(str(row["killed"])) for row in rows) == sum(a.killed for a in truth) - lost


def test_a_road_in_the_rain_is_twice_as_dangerous(small: City) -> None:
    rows = [TAMBON_CODES.index(camera.place.tambon) for camera in plate_cameras()]
    dry, wet = [], []
    for day in (date(2026, 9, 1) + timedelta(days=n) for n in range(30)):
        risk, passes = risk_by_hour(small.seed, day), passes_by_hour(small.seed, day)
        rain = basin_rain_on(small.seed, day)[rows].reshape(-1, 24, 6).sum(axis=2)
        by_pass = (risk * 100 // passes)[:, 8:18]
        wet += by_pass[rain[:, 8:18] > WET].tolist()
        dry += by_pass[rain[:, 8:18] == 0].tolist()

    assert len(wet) > 500
    assert 1.8 < np.mean(wet) / np.mean(dry) < 2.4


def test_dangerous_roads_have_more_accidents(small: City) -> None:
    days = road_accidents.days_of(small)[-240:]
    found = [a for day in days for a in accidents(small.seed, day)]
    by_road = Counter(a.camera.road for a in found)

    assert by_road["phra_barami"] > 1.5 * by_road["wiset"]
    assert 250 < len(found) < 500


def test_a_case_of_crime_is_where_people_are(small: City) -> None:
    january, june = (cases_of(small.seed, 2026, month) for month in (1, 6))
    patong = next(n for n, station in enumerate(STATIONS) if station.name_en == "Pa Tong")

    assert january[patong].sum() > 1.3 * june[patong].sum()
    ordinary = [n for n, group in enumerate(GROUPS) if group != "state"]
    assert (january[:, ordinary, 1] <= january[:, ordinary, 0]).all()


def test_one_total_of_crime_is_wrong(table: Callable[[str], Sent]) -> None:
    sent = table("crime_cases")
    sums: Counter[tuple[object, ...]] = Counter()
    for row in sent.accepted:
        sign = -1 if row["crime_group"] == "total" else 1
        sums[(row["year"], row["month"], row["station"])] += sign * int(str(row["reported"]))

    assert [total for total in sums.values() if total] == [-10]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_whole_fiscal_year_is_told_with_its_arrests_and_the_wrong_total_in_it(
    small: City, month: int
) -> None:
    table = crime_cases.crime_cases(replace(small, first_day=date(2026, month, 7)))
    months = [(int(row[0]) - 543, SHORT_MONTHS.index(row[1]) + 1) for row in table.rows]
    pending = {when for when, row in zip(months, table.rows, strict=True) if row[-1] == PENDING}
    wrong = months[table.defects[0].where.records[0] - 1]
    whole = [
        year
        for year in range(2024, 2027)
        if {(year - (n >= 10), n) for n in range(1, 13)} <= set(months) - pending
    ]

    assert len(set(months)) == 24
    assert len(pending) == 1
    assert whole
    assert wrong[0] + (wrong[1] >= 10) in whole


def test_the_same_city_publishes_the_same_tables(small: City) -> None:
    for source in TABLES.values():
        assert source.table(small).body == source.table(replace(small)).body
