"""The calendar says what calendars say: held against Python's own and against lists of the Cabinet.

Belongs here: facts and rules told without SQL. What dbt builds is held against them in one build.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from dbt_project.holidays_of_thailand import ANNOUNCED_UNTIL, SEED, render
from dbt_project.sources import PROJECT
from tests.dbt_project.city_lake import CityLake

Row = dict[str, object]
CLOSING = {"yearly", "in_lieu", "special", "regional"}
# Working days on which offices were closed, as the Cabinet announced them. Facts, copied by hand.
OFFICES_CLOSED = {
    2020: """1/1 10/2 6/4 4/5 6/5 11/5 3/6 6/7 7/7 27/7 28/7 12/8 4/9 7/9 13/10 23/10 19/11 20/11
        10/12 11/12 31/12""",
    2021: """1/1 12/2 26/2 6/4 12/4 13/4 14/4 15/4 4/5 10/5 26/5 3/6 26/7 28/7 12/8 24/9 6/10 13/10
        22/10 6/12 10/12 31/12""",
    2025: """1/1 12/2 7/4 14/4 15/4 16/4 5/5 9/5 12/5 2/6 3/6 10/7 11/7 28/7 11/8 12/8 13/10 23/10
        5/12 10/12 31/12""",
    2026: """1/1 2/1 3/3 6/4 13/4 14/4 15/4 4/5 13/5 1/6 3/6 28/7 29/7 30/7 12/8 13/10 23/10 7/12
        10/12 31/12""",
}


@cache
def holidays() -> dict[date, dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row for row in csv.DictReader(file)}


@cache
def terms() -> list[dict[str, str]]:
    path: Path = PROJECT / "seeds" / "school_term.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calendar() -> Iterator[date]:
    day = date(2015, 1, 1)
    while day <= date(2035, 12, 31):
        yield day
        day += timedelta(days=1)


def epidemiological_week(day: date) -> tuple[int, int]:
    """Year and week, by walking: week 1 is the first that ends on a Saturday after 3 January."""
    for year in (day.year + 1, day.year, day.year - 1):
        saturday = date(year, 1, 4)
        while saturday.strftime("%a") != "Sat":
            saturday += timedelta(days=1)
        first = saturday - timedelta(days=6)
        if first <= day:
            return year, 1 + (day - first).days // 7
    raise AssertionError(day)


def test_the_seed_of_holidays_is_what_its_code_writes() -> None:
    assert SEED.read_text("utf-8") == render(), "run python -m dbt_project.holidays_of_thailand"


@pytest.mark.parametrize("year", OFFICES_CLOSED)
def test_offices_were_closed_on_the_days_that_the_cabinet_announced(year: int) -> None:
    announced = [text.split("/") for text in OFFICES_CLOSED[year].split()]

    told = [
        day
        for day, row in holidays().items()
        if day.year == year and row["kind"] in CLOSING and day.weekday() < 5
    ]

    assert told == sorted(date(year, int(month), int(day)) for day, month in announced)


def test_a_holiday_that_nobody_announced_yet_says_so() -> None:
    for day, row in holidays().items():
        assert row["status"] == ("announced" if day.year <= ANNOUNCED_UNTIL else "projected")
        assert row["source"]
        assert row["name_th"]
        assert row["name_en"]


def test_no_day_in_lieu_and_no_special_day_falls_on_a_weekend() -> None:
    moved = [day for day, row in holidays().items() if row["kind"] in ("in_lieu", "special")]

    assert [day for day in moved if day.weekday() > 4] == []


def test_the_bureau_of_epidemiology_counts_weeks_as_we_do() -> None:
    assert {epidemiological_week(date(2009, 1, day)) for day in range(18, 25)} == {(2009, 3)}
    assert epidemiological_week(date(2009, 1, 17)) == (2009, 2)


def test_terms_follow_each_other_and_are_of_the_regulation_but_for_two_years() -> None:
    days = [(row["first_day"], row["last_day"]) for row in terms()]
    usual = {(row["first_day"][5:], row["last_day"][5:]) for row in terms()
             if row["status"] == "regulation"}  # fmt: skip

    assert [day for pair in days for day in pair] == sorted(day for pair in days for day in pair)
    assert usual == {("05-16", "10-10"), ("11-01", "03-31")}
    assert {row["academic_year"] for row in terms() if row["status"] == "announced"} == {
        "2020", "2021",
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[date, Row]:
    city = CityLake(tmp_path_factory.mktemp("calendar"))
    city.dbt("build", "--select", "+dim_day")
    names = [name for (name,) in city.ask(
        "select column_name from information_schema.columns where table_name = 'dim_day'"
    )]  # fmt: skip
    rows = [dict(zip(map(str, names), row, strict=True)) for row in city.ask(
        f"select {', '.join(map(str, names))} from lake.dimensions.dim_day order by day"
    )]  # fmt: skip
    return {row["day"]: row for row in rows}  # type: ignore[misc]


def expected(day: date) -> Row:
    """What every reader of a calendar would say of a day."""
    iso = day.isocalendar()
    holiday = holidays().get(day, {})
    in_term = [row["term"] for row in terms()
               if row["first_day"] <= day.isoformat() <= row["last_day"]]  # fmt: skip
    closed = holiday.get("kind") in CLOSING
    working = day.weekday() < 5 and not closed
    fiscal = day.year + (day.month > 9)
    academic = day.year - ((day.month, day.day) < (5, 16))
    epi = epidemiological_week(day)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    dry_from, rains_from, rains_until = (2, 16), (5, 16), (10, 15)
    season = "northeast_monsoon"
    if dry_from <= (day.month, day.day) < rains_from:
        season = "hot"
    elif rains_from <= (day.month, day.day) <= rains_until:
        season = "southwest_monsoon"
    return {
        "day": day, "year_ce": day.year, "year_be": day.year + 543, "month_of_year": day.month,
        "weekday": iso.weekday, "iso_year": iso.year, "iso_week": iso.week,
        "epi_week_start": day - timedelta(days=iso.weekday % 7),
        "epi_year": epi[0], "epi_week": epi[1],
        "fiscal_year_ce": fiscal, "fiscal_year_be": fiscal + 543,
        "academic_year_ce": academic, "academic_year_be": academic + 543,
        "school_term": int(in_term[0]) if in_term else None,
        "hydrological_day_start": midnight - timedelta(days=1), "hydrological_day_end": midnight,
        "season": season, "holiday_kind": holiday.get("kind"),
        "holiday_name_th": holiday.get("name_th"), "holiday_name_en": holiday.get("name_en"),
        "holiday_status": "announced" if day.year <= ANNOUNCED_UNTIL else "projected",
        "is_public_holiday": closed, "is_weekend": day.weekday() > 4, "is_working_day": working,
        "is_school_day": working and bool(in_term) and holiday.get("kind") != "school",
    }  # fmt: skip


@pytest.mark.whole
def test_every_day_of_twenty_one_years_is_told_as_python_tells_it(built: dict[date, Row]) -> None:
    assert list(built) == list(calendar())
    wrong = [(built[day], expected(day)) for day in calendar() if built[day] != expected(day)]

    assert not wrong, wrong[0]


@pytest.mark.whole
def test_epidemiological_weeks_have_seven_days_and_years_52_or_53(built: dict[date, Row]) -> None:
    weeks: dict[tuple[object, object], set[date]] = {}
    for day, row in built.items():
        weeks.setdefault((row["epi_year"], row["epi_week"]), set()).add(day)
    whole_years = range(2016, 2035)

    assert all(len(weeks[year, week]) == 7 for year, week in weeks if year in whole_years)
    assert {year for year, week in weeks if week == 53} == {2014, 2020, 2025, 2031}
