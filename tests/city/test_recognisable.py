"""A generated year beside what is published of Phuket: would an official recognise the city?

Every figure has its source and the tolerance that it is held to. What newspapers were told are
estimates: they get more room than the tables of the agencies.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from city.chance import Ints
from city.published.tourism import AIRPORT_PASSENGERS, HOTEL_OCCUPANCY
from city.published.visitors import visitors_of
from city.truth.calendar import day_kind
from city.truth.people.hotels import ROOMS, rooms_taken
from city.truth.people.traffic import passes_by_hour
from city.truth.people.visitors import airport_arrivals, arrivals
from city.truth.weather.environment import basin_rain_on

SEED = 8355

# Thai Meteorological Department, normals of 1961-1990 (as kept by the Hong Kong Observatory).
RAIN_MM = (29.8, 20.9, 49.1, 121.9, 319.4, 268.9, 290.5, 272.6, 399.0, 309.6, 175.7, 59.4)
RAINY_DAYS = (4, 3, 5, 11, 21, 19, 19, 19, 23, 22, 16, 8)
# Hotels by month of 2024, in per cent: market report of Knight Frank (January, February, May and
# June); Tourism Authority (March; Bangkok Post, 25 May 2024); Thai Hotels Association (December;
# The Nation, 27 December 2024).
OCCUPANCY_2024 = {1: 91, 2: 91, 3: 86, 5: 74, 6: 75, 12: 88}
# Of the year's visitors: "more than 3.6 million" from January to March 2024 (Tourism Authority;
# Bangkok Post, 25 May 2024), 9.55 million in nine months of 13.5 (The Nation, 27 December 2024).
FIRST_QUARTER, NINE_MONTHS = 3.6 / 13.5, 9.55 / 13.5
# Landing from 29 December 2023 to 1 January 2024, a day: 9,006 domestic and 15,959 from abroad
# (Tourism Authority; The Thaiger). Of all visitors of 2566 that is this many per mille:
NEW_YEAR_PERMILLE = 1000 * (9_006 + 15_959) / 12_209_044


@cache
def by_month(year: int) -> Ints:
    """Visitors who came in each month."""
    found = np.zeros(12, dtype=np.int64)
    for day in days_of(year):
        found[day.month - 1] += int(arrivals(SEED, day).sum())
    return found


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", [2561, 2562, 2567, 2568])
def test_visitors_of_a_year_are_the_published_ones_within_3_percent(year: int) -> None:
    assert by_month(year - 543).sum() == pytest.approx(sum(visitors_of(year)), rel=0.03)


def test_visitors_by_month_are_within_3_points_of_what_the_offices_told() -> None:
    share = by_month(2024).cumsum() / by_month(2024).sum()

    assert share[2] == pytest.approx(FIRST_QUARTER, abs=0.03)
    assert share[8] == pytest.approx(NINE_MONTHS, abs=0.03)


def test_occupancy_of_a_year_is_within_5_points_and_of_a_month_within_14() -> None:
    taken = {day: 100 * rooms_taken(SEED, day) / ROOMS for day in days_of(2024)}
    of_month = {m: np.mean([v for day, v in taken.items() if day.month == m]) for m in range(1, 13)}

    assert np.mean([*taken.values()]) == pytest.approx(float(HOTEL_OCCUPANCY[2567]), abs=5)
    told = {month: of_month[month] for month in OCCUPANCY_2024}
    assert told == pytest.approx(OCCUPANCY_2024, abs=14)
    assert min(of_month[m] for m in (12, 1, 2, 3)) > max(of_month[m] for m in (5, 6, 7, 8, 9))


def test_passengers_are_within_5_percent_and_at_new_year_within_a_half() -> None:
    landed = sum(sum(airport_arrivals(SEED, day)) for day in days_of(2025))
    new_year = [date(2023, 12, 29) + timedelta(days=n) for n in range(4)]
    busiest = sum(sum(airport_arrivals(SEED, day)) for day in new_year) / 4

    domestic, abroad = (AIRPORT_PASSENGERS[2568][at] for at in (0, 4))
    assert landed == pytest.approx(domestic + abroad, rel=0.05)
    assert landed / 365 == pytest.approx(24_000, rel=0.05)
    assert 1000 * busiest / by_month(2023).sum() == pytest.approx(NEW_YEAR_PERMILLE, rel=0.5)


def test_rain_by_season_is_within_the_spread_of_years() -> None:
    fallen, rainy = np.zeros(12), np.zeros(12)
    years = (2024, 2025, 2026)
    for day in (day for year in years for day in days_of(year)):
        on_day = basin_rain_on(SEED, day).sum(axis=1) / 100
        fallen[day.month - 1] += on_day.mean() / len(years)
        rainy[day.month - 1] += (on_day > 0.1).mean() / len(years)

    assert fallen.sum() == pytest.approx(sum(RAIN_MM), rel=0.25)
    monsoon, dry = slice(4, 10), [0, 1, 2, 11]
    assert fallen[monsoon].sum() / fallen.sum() == pytest.approx(1861 / 2316.8, abs=0.1)
    assert fallen[dry].sum() / fallen.sum() == pytest.approx(159.2 / 2316.8, abs=0.06)
    # At one place: simulated showers are fewer and heavier than real ones.
    assert rainy.sum() == pytest.approx(sum(RAINY_DAYS), rel=0.3)
    assert np.corrcoef(rainy, RAINY_DAYS)[0, 1] > 0.9


def test_traffic_by_hour_is_heaviest_when_lorries_are_banned() -> None:
    """Order of the Phuket police, June 2024: on working days from 6 to 9 and from 16 to 19."""
    week = [date(2025, 2, 10) + timedelta(days=n) for n in range(5)]
    by_hour = sum(passes_by_hour(SEED, day).sum(axis=0) for day in week if day_kind(day).working)

    rush = {6, 7, 8, 16, 17, 18}
    busiest = set(np.argsort(by_hour)[-4:].tolist())
    assert busiest <= rush
    night = by_hour[[1, 2, 3, 4]].sum() / by_hour.sum()
    assert night < 0.05


def test_the_read_plates_of_a_day_are_as_many_as_such_cameras_read() -> None:
    """74 cameras at 8 to 15 thousand vehicles a day, as arterial roads have."""
    days = [date(2025, month, 12) for month in range(1, 13)]
    reads = [int(passes_by_hour(SEED, day).sum()) for day in days]

    assert all(500_000 < each < 1_200_000 for each in reads)
