"""Dengue: how cases follow rain and place, how they are reported, and what the door makes of it."""

from __future__ import annotations

from datetime import date, timedelta

from city.city import City
from city.published.healthcare import DENGUE_2562
from city.sources.healthcare.dengue_reports import (
    SOURCE,
    cases_known,
    report,
    report_id,
)
from city.truth.incidents.dengue import cases_on, expected_millionths
from city.truth.weather.environment import basin_rain_on
from tests.city.door import at_the_door, kept_out

WEEK = timedelta(days=7)
CODES = {"66": "dengue_fever", "26": "haemorrhagic_fever", "27": "shock_syndrome"}


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def test_the_first_months_of_2562_have_about_the_published_cases(city: City) -> None:
    cases = [case for day in days(date(2019, 1, 1), 122) for case in cases_on(city.seed, day)]

    assert abs(len(cases) - DENGUE_2562) < DENGUE_2562 // 4
    kathu = sum(case.tambon.startswith("8302") for case in cases)
    assert 25 <= kathu <= 55  # 66.78 per 100,000 registered were 39
    assert sum(case.tambon == "830202" for case in cases) <= 12


def test_wet_weeks_are_followed_by_cases_after_one_to_two_months(city: City) -> None:
    def rain_before(day: date) -> int:
        ages = range(28, 57, 4)
        return sum(int(basin_rain_on(city.seed, day - timedelta(n)).sum()) for n in ages)

    by_rain = sorted(days(date(2025, 1, 1), 365)[::7], key=rain_before)

    dry, wet = (
        sum(int(expected_millionths(city.seed, day).sum()) for day in some)
        for some in (by_rain[:15], by_rain[-15:])
    )
    assert wet > 1.4 * dry


def test_the_door_keeps_out_exactly_what_the_truth_says(city: City) -> None:
    file = report(city.seed, city.first_day)
    judged = at_the_door(city, SOURCE.source, file.body)

    assert {row.record for row in judged.quarantined} == kept_out(file.defects)
    assert judged.outcome.deduplicated == 1
    cases = cases_known(city.seed, city.first_day)
    assert len(judged.accepted) == len(cases) - len(judged.quarantined)
    told = {
        (r["report_id"], r["disease"], r["onset_on"], r["tambon_code"]) for r in judged.accepted
    }
    truth = {(report_id(c), CODES[c.code], c.onset, c.tambon) for c in cases}
    assert told < truth


def test_no_name_and_no_hospital_number_is_in_a_report(city: City) -> None:
    headings = report(city.seed, city.first_day).body.decode("cp874").splitlines()[0].split(",")

    assert not {"NAME", "HN", "NMEPAT", "IDCARD"} & set(headings)


def test_an_issue_a_week_later_changes_what_was_said_of_old_weeks(city: City) -> None:
    monday = city.first_day
    before = {report_id(c): c for c in cases_known(city.seed, monday)}
    later = {report_id(c): c for c in cases_known(city.seed, monday + WEEK)}

    old = {name for name, case in later.items() if case.onset <= monday}
    assert old - set(before)  # cases that came late
    assert [n for n in old & set(before) if later[n].code != before[n].code]  # and diagnoses
    assert set(before) - set(later)  # the oldest week is not told again
    assert all(case.onset <= monday - 7 * WEEK for n, case in before.items() if n not in later)


def test_the_latest_weeks_are_incomplete_when_they_are_reported(city: City) -> None:
    monday = city.first_day
    known = cases_known(city.seed, monday)

    def share(first: date) -> float:
        whole = [case for day in days(first, 7) for case in cases_on(city.seed, day)]
        return sum(case.onset in days(first, 7) for case in known) / len(whole)

    assert share(monday - 7 * WEEK) > 0.9
    assert share(monday - WEEK) < 0.8


def test_a_file_comes_on_mondays_and_is_the_same_every_time(city: City) -> None:
    by_day = {day: list(SOURCE.files(city, day)) for day in city.calendar}
    (file,) = by_day.pop(city.first_day)
    cases_on.cache_clear()

    assert not any(by_day.values())
    assert file.name == "dengue506_20260907.csv"
    assert file == report(city.seed, city.first_day)
