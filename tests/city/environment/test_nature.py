"""Floods, tides and the air behave as Phuket's do."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from city.registers.stations import Station
from city.registers.tambon import TAMBON, TAMBON_CODES
from city.truth.weather.air import Air, air_on
from city.truth.weather.environment import basin_rain_on, environment
from city.truth.weather.floods import flood_depth
from city.truth.weather.water import tide

SEED = 5
FIRST = date(2026, 1, 1)
SEASON = [date(2026, 5, 1) + timedelta(days=number) for number in range(120)]
NEW_MOON = date(2000, 1, 6)
SYNODIC_DAYS = 29.530588853
TALAT_YAI = TAMBON_CODES.index("830101")


@pytest.fixture(scope="module")
def year() -> list[Air]:
    return [air_on(SEED, FIRST + timedelta(days=number)) for number in range(365)]


def hourly_rain(day: date) -> np.ndarray:
    return basin_rain_on(SEED, day).reshape(len(TAMBON), 24, 6).sum(axis=2)


def test_streets_flood_only_where_much_rain_fell_lately() -> None:
    for day in SEASON:
        depth = flood_depth(SEED, day)
        lately = basin_rain_on(SEED, day).sum(axis=1) + basin_rain_on(
            SEED, day - timedelta(days=1)
        ).sum(axis=1)
        assert (lately[depth.max(axis=1) > 0] > 2000).all()


def test_a_high_sea_deepens_floods() -> None:
    depths: dict[bool, list[int]] = {True: [], False: []}
    for day in SEASON:
        rain, depth = hourly_rain(day), flood_depth(SEED, day)
        sea = tide(day, 144).reshape(24, 6).max(axis=1)
        for row, tambon in enumerate(TAMBON):
            if tambon.tidal_pct >= 50:
                hard = (rain[row] > 3000) & (rain[row] < 5000)
                for hour in np.flatnonzero(hard):
                    depths[bool(sea[hour] > 300)].append(int(depth[row, hour]))

    assert min(len(depths[True]), len(depths[False])) > 10
    assert np.mean(depths[True]) > np.mean(depths[False]) + 20


def test_floods_are_some_days_of_a_year_not_most() -> None:
    flooded = sum(bool(flood_depth(SEED, day)[TALAT_YAI].max()) for day in SEASON)

    assert 1 <= flooded <= 25


def test_each_basin_has_a_lag_of_its_own() -> None:
    truth = environment(SEED, date(2026, 8, 1), 60)

    def lag(station: Station) -> int:
        rain = truth.basin_rain[station.tambon.code].astype(float)
        rise = np.diff(truth.water[station.id].level).astype(float)
        by_lag = [np.corrcoef(rain[1 : len(rain) - n], rise[n:])[0, 1] for n in range(1, 16)]
        assert max(by_lag) > 0.3
        return 1 + int(np.argmax(by_lag))

    inland = [s for s in truth.stations if s.channel and not s.channel.tidal_pct]
    quick, slow = (
        [lag(station) for station in inland if int(station.id[3:]) % 5 == rest] for rest in (0, 4)
    )

    assert max(quick) < min(slow)


def test_spring_tides_come_a_day_or_two_after_new_and_full_moon() -> None:
    heights = tide(FIRST, 365 * 144).reshape(365, 144)
    spread = heights.max(axis=1) - heights.min(axis=1)
    springs = [n for n in range(1, 364) if spread[n - 1] < spread[n] >= spread[n + 1]]

    ages = [(FIRST + timedelta(days=n) - NEW_MOON).days % (SYNODIC_DAYS / 2) for n in springs]

    assert len(springs) in (24, 25)
    assert max(ages) < 4


def test_high_water_of_spring_tides_is_near_half_past_ten() -> None:
    heights = tide(FIRST, 365 * 144).reshape(365, 144)
    spread = heights.max(axis=1) - heights.min(axis=1)
    hours = heights[spread > np.percentile(spread, 95)].argmax(axis=1) / 6 % 12

    assert np.abs(hours - 10.5).mean() < 1


def test_the_air_stays_within_what_phuket_knows(year: list[Air]) -> None:
    temperature = np.stack([air.temperature for air in year])
    humidity = np.stack([air.humidity for air in year])
    pressure = np.stack([air.pressure for air in year])

    assert temperature.min() >= 210
    assert temperature.max() <= 360
    assert 275 <= temperature.mean() <= 290
    assert 72 <= humidity.mean() <= 82
    assert pressure.min() >= 10_040
    assert pressure.max() <= 10_150


def test_afternoons_are_warm_and_dry_and_pressure_is_highest_at_ten(year: list[Air]) -> None:
    by_hour = {
        name: np.stack([getattr(air, name) for air in year]).reshape(-1, 24).mean(axis=0)
        for name in ("temperature", "humidity", "pressure")
    }

    assert 12 <= by_hour["temperature"].argmax() <= 16
    assert 12 <= by_hour["humidity"].argmin() <= 16
    assert by_hour["pressure"].argmax() % 12 == 10


def test_dust_is_thick_in_the_dry_months(year: list[Air]) -> None:
    daily = np.array([air.dust[TALAT_YAI].mean() for air in year])
    months = np.array([(FIRST + timedelta(days=n)).month for n in range(365)])

    dry, wet = daily[np.isin(months, (1, 2, 3))].mean(), daily[np.isin(months, (6, 7, 8))].mean()
    assert dry > 1.5 * wet
    assert 50 < wet < 150  # 5 to 15 µg/m³


def test_rain_washes_dust_out_and_cools(year: list[Air]) -> None:
    monsoon = year[150:270]
    rain = np.stack([air.rain[TALAT_YAI] for air in monsoon]).reshape(-1)
    dust = np.stack([air.dust[TALAT_YAI] for air in monsoon]).reshape(-1)
    warmth = np.stack([air.temperature[TALAT_YAI] for air in monsoon])[:, 12:18].reshape(-1)
    afternoon = np.stack([air.rain[TALAT_YAI] for air in monsoon])[:, 12:18].reshape(-1)

    assert dust[rain > 1000].mean() < 0.75 * dust[rain == 0].mean()
    assert warmth[afternoon > 1000].mean() < warmth[afternoon == 0].mean() - 15


def test_the_wind_turns_with_the_monsoon(year: list[Air]) -> None:
    july, january = np.stack([a.wind_from for a in year[181:212]]), year[10].wind_from

    assert ((july > 180) & (july < 320)).mean() > 0.95
    assert (january < 120).all()


def test_a_day_of_air_depends_on_its_date_alone() -> None:
    day = FIRST + timedelta(days=200)
    first = air_on(SEED, day)
    air_on.cache_clear()

    again = air_on(SEED, day)

    assert all((getattr(first, name) == getattr(again, name)).all() for name in vars(first))
