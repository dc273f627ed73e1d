"""Daily arrivals: sums of days are the published month, and the door finds what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from city.channels import Drop, DropFile
from city.city import City
from city.sources.tourism.arrivals_daily import (
    AIRPORT,
    DAYS_BEFORE,
    IMMIGRATION,
    LATE_ON,
    TWICE_ON,
    UNKNOWN_ON,
)
from city.truth.people.visitors import LONGEST_STAY, airport_arrivals
from ingestion.clock import BANGKOK
from tests.city.door import at_the_door, kept_out
from tests.city.sending import table_of
from tests.support.judging import Judged


def files(city: City, drop: Drop) -> list[tuple[DropFile, Judged]]:
    sent = [file for day in city.calendar for file in drop.sent(city, day)]
    return [(file, at_the_door(city, drop.source, file.body)) for file in sent]


@pytest.mark.parametrize("drop", [IMMIGRATION, AIRPORT], ids=lambda drop: drop.source)
def test_the_door_keeps_out_what_the_truth_says_and_nothing_else(city: City, drop: Drop) -> None:
    for file, judged in files(city, drop):
        assert {row.record for row in judged.quarantined} == kept_out(file.defects)
        twice = sum(defect.kind == "duplicate_row" for defect in file.defects)
        assert judged.outcome.deduplicated == twice


def test_each_fault_comes_once_a_week_of_the_city(city: City) -> None:
    planted = {
        (defect.kind, file.name[-12:-4])
        for drop in (IMMIGRATION, AIRPORT)
        for day in city.calendar
        for file in drop.sent(city, day)
        for defect in file.defects
    }

    assert planted == {
        (kind, f"{city.first_day + timedelta(days=at):%Y%m%d}")
        for kind, at in [
            ("unknown_parameter", UNKNOWN_ON), ("duplicate_row", TWICE_ON), ("late_file", LATE_ON),
        ]
    }  # fmt: skip


@pytest.mark.parametrize("drop", [IMMIGRATION, AIRPORT], ids=lambda drop: drop.source)
def test_a_file_is_there_in_its_night_but_for_the_late_one(city: City, drop: Drop) -> None:
    for day in city.calendar:
        night = datetime.combine(day + timedelta(days=1), time(2), BANGKOK)
        *before, file = drop.sent(city, day)
        late = drop == AIRPORT and day == city.first_day + timedelta(days=LATE_ON)
        assert (file.sent_at > night) == late
        assert file.sent_at < night + timedelta(days=1)
        assert all(each.sent_at < night - timedelta(days=1) for each in before)


def test_days_of_a_month_add_up_to_the_monthly_table(city: City) -> None:
    monthly = at_the_door(city, "immigration_arrivals", table_of(city, "immigration_arrivals").body)
    august = {
        row["nationality"]: row["arrivals"]
        for row in monthly.accepted
        if (row["year"], row["month"]) == (2026, 8)
    }
    (_, before), *_ = files(city, IMMIGRATION)
    sums: Counter[object] = Counter()
    for row in before.accepted:
        if str(row["arrived_on"]).startswith("2026-08"):
            sums[row["nationality"]] += int(str(row["arrivals"]))

    assert sums == august


def test_the_total_of_a_day_is_its_nations_and_the_airports_international_passengers(
    city: City,
) -> None:
    airport = {
        (row["arrived_on"], row["service"]): row["passengers"]
        for _, judged in files(city, AIRPORT)
        for row in judged.accepted
    }
    for file, judged in files(city, IMMIGRATION):
        by_day: dict[object, dict[str, int]] = {}
        for row in judged.accepted:
            day = by_day.setdefault(row["arrived_on"], {})
            day[str(row["nationality"])] = int(str(row["arrivals"]))
        for when, told in by_day.items():
            total = told.pop("total")
            assert total == airport[when, "international"]
            assert (total == sum(told.values())) != bool(kept_out(file.defects))


def test_the_airport_counts_the_truth_domestic_flights_too(city: City) -> None:
    told = {
        (row["arrived_on"], row["service"]): row["passengers"]
        for _, judged in files(city, AIRPORT)
        for row in judged.accepted
    }

    assert len(told) == 2 * (DAYS_BEFORE + city.days)
    for day in city.calendar:
        both = (told[day, "domestic"], told[day, "international"])
        assert both == airport_arrivals(city.seed, day)


def test_the_first_file_reaches_back_as_far_as_anybody_stays(city: City) -> None:
    (file, judged), *_ = files(city, IMMIGRATION)
    days = {row["arrived_on"] for row in judged.accepted}

    assert DAYS_BEFORE > 2 * LONGEST_STAY
    assert file.name == "immigration_20260906.csv"
    assert days == {city.first_day - timedelta(days=n) for n in range(1, DAYS_BEFORE + 1)}
    later = replace(city, first_day=date(2027, 1, 1), days=1)
    assert [f.name for f, _ in files(later, AIRPORT)] == [
        "airport_arrivals_20261231.csv", "airport_arrivals_20270101.csv",
    ]  # fmt: skip
