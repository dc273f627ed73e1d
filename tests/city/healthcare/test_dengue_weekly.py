"""Dengue by week: five years and more, of the truth's cases, up to where single reports begin."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from city.city import City
from city.registers.tambon import AMPHOE
from city.sources.healthcare.dengue_reports import cases_known
from city.sources.healthcare.dengue_weekly import (
    SOURCE_ID,
    WEEK,
    WRONG_BY,
    dengue_weekly,
    sundays_of,
    week_of,
)
from city.truth.incidents.dengue import cases_on
from tests.city.door import at_the_door


@pytest.mark.parametrize(
    ("day", "sunday", "year", "week"),
    [
        (date(2025, 12, 28), date(2025, 12, 28), 2025, 53),
        (date(2026, 1, 3), date(2025, 12, 28), 2025, 53),
        (date(2026, 1, 4), date(2026, 1, 4), 2026, 1),
        (date(2020, 12, 31), date(2020, 12, 27), 2020, 53),
        (date(2023, 1, 1), date(2023, 1, 1), 2023, 1),
        (date(2019, 12, 29), date(2019, 12, 29), 2020, 1),
    ],
)
def test_a_week_begins_on_sunday_and_belongs_to_the_year_of_its_wednesday(
    day: date, sunday: date, year: int, week: int
) -> None:
    assert week_of(day) == (sunday, (year, week))


def test_every_week_of_five_whole_years_is_told_once_and_nothing_is_missing(city: City) -> None:
    judged = at_the_door(city, SOURCE_ID, dengue_weekly(city).body)

    assert judged.quarantined == []
    weeks = {(row["epi_year"], row["epi_week"]) for row in judged.accepted}
    assert len(judged.accepted) == len(weeks) * len(AMPHOE)
    by_year = Counter(year for year, _ in weeks)
    assert {year: by_year[year] for year in range(2020, 2026)} == {
        2020: 53, 2021: 52, 2022: 52, 2023: 52, 2024: 52, 2025: 53,
    }  # fmt: skip


@pytest.mark.parametrize("first_day", [date(2026, 9, 7), date(2026, 9, 8), date(2027, 1, 2)])
def test_weeks_end_where_the_first_report_of_the_city_begins(first_day: date) -> None:
    city = City(seed=3, first_day=first_day, days=7)
    sundays = sundays_of(city)
    monday = next(day for day in city.calendar if day.weekday() == 0)
    told_by_reports = min(case.onset for case in cases_known(city.seed, monday))

    assert sundays[-1] + WEEK >= monday - timedelta(days=55)
    assert told_by_reports - sundays[-1] < timedelta(days=20)
    assert first_day - sundays[-1] > timedelta(days=42)  # settled: the laboratory has answered
    assert (first_day - sundays[0]).days > 5 * 365 + 56
    assert all(b - a == WEEK for a, b in pairwise(sundays))


def test_cases_are_the_truths_and_one_total_is_wrong(city: City) -> None:
    table = dengue_weekly(city)
    rows = at_the_door(city, SOURCE_ID, table.body).accepted
    (defect,) = table.defects
    forms = ("dengue_fever", "haemorrhagic_fever", "shock_syndrome")
    off = {
        row["_record"]: int(str(row["cases"])) - sum(int(str(row[form])) for form in forms)
        for row in rows
    }

    assert {record: by for record, by in off.items() if by} == {defect.where.records[0]: WRONG_BY}
    for row in rows[::97]:
        sunday = row["week_from"]
        assert isinstance(sunday, date)
        codes = Counter(
            case.code
            for day in range(7)
            for case in cases_on(city.seed, sunday + timedelta(days=day))
            if case.tambon[:4] == row["amphoe_code"]
        )
        assert [row[form] for form in forms] == [codes["66"], codes["26"], codes["27"]]


def test_one_year_is_an_outbreak_and_stands_far_above_the_others(city: City) -> None:
    by_year: Counter[object] = Counter()
    for row in at_the_door(city, SOURCE_ID, dengue_weekly(city).body).accepted:
        by_year[row["epi_year"]] += int(str(row["cases"]))

    usual = [by_year[year] for year in (2020, 2022, 2024, 2025)]
    assert by_year[2023] > 1.8 * max(usual)
    assert by_year[2021] < 0.7 * min(usual)
