"""Each month of the monsoon has a cloudburst: harder than other rain, short, and in one place."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from city.city import City, demo_city
from city.registers.tambon import TAMBON, metres
from city.truth.weather.rain import Cloudburst, cloudburst_on, rain_on

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
MIDDLES = np.array([metres(t.latitude, t.longitude) for t in TAMBON], dtype=np.int64)


def bursts(seed: int) -> dict[date, Cloudburst]:
    found = {day: cloudburst_on(seed, day) for day in YEAR}
    return {day: burst for day, burst in found.items() if burst}


@pytest.mark.parametrize("seed", range(1, 9))
def test_each_month_of_the_monsoon_has_one(seed: int) -> None:
    assert [day.month for day in bursts(seed)] == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize("seed", range(1, 9))
def test_it_brings_35_to_45_mm_in_ten_minutes_and_as_much_again(seed: int) -> None:
    for day, burst in bursts(seed).items():
        at = np.array([[burst.east], [burst.north]], dtype=np.int64)
        (fallen,) = rain_on(seed, day, at[0], at[1]) / 100

        assert 35 <= fallen.max() <= 45
        assert (fallen > 30).sum() >= 3
        assert fallen.sum() > 120


@pytest.mark.parametrize("seed", range(1, 9))
def test_some_kilometres_further_it_rains_as_on_other_days(seed: int) -> None:
    for day, burst in bursts(seed).items():
        fallen = rain_on(seed, day, MIDDLES[:, 0], MIDDLES[:, 1]).max(axis=1)
        away = np.hypot(MIDDLES[:, 0] - burst.east, MIDDLES[:, 1] - burst.north)

        assert fallen[away < burst.core].max() >= 3500
        assert (fallen[away > burst.edge] < 3500).all()
        assert (away > burst.edge).sum() > 8


def test_the_dry_season_has_none_and_two_cities_of_one_seed_the_same() -> None:
    assert all(cloudburst_on(1, day) is None for day in YEAR if not 5 <= day.month <= 10)
    assert [cloudburst_on(3, day) for day in YEAR] == [cloudburst_on(3, day) for day in YEAR]


def test_a_gauge_of_the_demo_meets_it() -> None:
    city: City = demo_city()
    (day,) = [day for day in city.calendar if cloudburst_on(city.seed, day)]
    start = (day - city.first_day).days * 144

    of_the_day = {g: series[start : start + 144] for g, series in city.environment.rain.items()}

    # Over long before two in the night, when the demo closes, and not on its last rain day.
    assert day < city.last_day
    assert [g for g, fallen in of_the_day.items() if fallen.max() >= 3500] == ["RG-017"]
