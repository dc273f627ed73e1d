"""The truth behaves as Phuket does: wet monsoon, afternoon storms, channels that follow rain."""

from __future__ import annotations

import gzip
from datetime import date

import numpy as np
import pytest

from city.chance import Draws, wave
from city.city import City
from city.truth.weather.environment import Environment, environment
from tests.city.sending import sensor_files

DAY = 144


@pytest.fixture(scope="module")
def year() -> Environment:
    return environment(11, date(2026, 1, 1), 365)


def by_day(truth: Environment) -> np.ndarray:
    return np.stack([series.reshape(-1, DAY) for series in truth.rain.values()])


def test_the_monsoon_months_bring_most_of_the_rain(year: Environment) -> None:
    fallen = by_day(year).sum(axis=2).mean(axis=0) / 100
    months = np.array(
        [date.fromordinal(date(2026, 1, 1).toordinal() + n).month for n in range(365)]
    )

    monsoon = fallen[(months >= 5) & (months <= 10)].sum()

    assert 1500 < fallen.sum() < 3500  # mm a year
    assert monsoon > 0.6 * fallen.sum()


def test_storms_come_in_the_afternoon(year: Environment) -> None:
    by_hour = by_day(year).sum(axis=(0, 1)).reshape(24, 6).sum(axis=1)

    assert by_hour[13:20].sum() > 2 * (by_hour.sum() - by_hour[13:20].sum()) / 17 * 7


def test_rain_is_local(year: Environment) -> None:
    daily = by_day(year).sum(axis=2)
    wettest = daily.max(axis=0) > 5000

    assert (daily[:, wettest].min(axis=0) < 1000).mean() > 0.5


def test_gauges_report_what_fell_to_within_one_tip(city: City) -> None:
    day = city.last_day
    reported: dict[str, float] = {}
    for file in sensor_files(city, day):
        for line in gzip.decompress(file.body).decode().splitlines()[1:]:
            station, parameter, _, value, *_ = line.split(",")
            if parameter == "rain_10min":
                reported[station] = reported.get(station, 0) + float(value)

    for station, series in city.environment.rain.items():
        fallen = series[-DAY:].sum() / 100
        assert fallen - 0.2 < reported[station] + 1e-9 <= fallen + 1e-6


@pytest.mark.parametrize("station_id", ["WS-009", "WS-018", "WS-022", "WS-024"])
def test_rain_moves_the_water_level_after_a_while(year: Environment, station_id: str) -> None:
    station = next(s for s in year.stations if s.id == station_id)
    rain = year.basin_rain[station.tambon.code].astype(float)
    rise = np.diff(year.water[station_id].level).astype(float)

    def correlation(lag: int) -> float:
        return float(np.corrcoef(rain[1 : len(rain) - lag], rise[lag:])[0, 1])

    by_lag = [correlation(lag) for lag in range(13)]
    assert max(by_lag) > 0.3
    assert 1 <= int(np.argmax(by_lag)) <= 8
    assert by_lag[0] > by_lag[12]


def test_the_tide_moves_the_lower_reaches_only(year: Environment) -> None:
    low, high = year.water["WS-003"].level, year.water["WS-018"].level

    assert np.corrcoef(year.sea, low)[0, 1] > 0.8
    assert abs(np.corrcoef(year.sea, high)[0, 1]) < 0.1


def test_the_sea_rises_and_falls_twice_a_day(year: Environment) -> None:
    highs = (year.sea[1:-1] > year.sea[:-2]) & (year.sea[1:-1] >= year.sea[2:])

    assert highs.sum() == pytest.approx(365 * 24 / 12.42, rel=0.05)
    assert 1800 < year.sea.max() - year.sea.min() < 3200  # mm


@pytest.mark.parametrize(("name", "top_hour"), [("oxygen", 15), ("temperature", 15), ("ph", 15)])
def test_the_sun_drives_a_daily_cycle(year: Environment, name: str, top_hour: int) -> None:
    inland = getattr(year.water["WS-022"], name).reshape(-1, 24, 6).mean(axis=(0, 2))

    assert abs(int(np.argmax(inland)) - top_hour) <= 1
    assert inland.max() > inland.min()


def test_rain_freshens_the_tidal_channels(year: Environment) -> None:
    rain = year.basin_rain["830103"].reshape(-1, DAY).sum(axis=1)
    salinity = year.water["WS-003"].salinity.reshape(-1, DAY).mean(axis=1)

    assert salinity[rain > 3000].mean() < 0.9 * salinity[rain == 0].mean()


def test_the_wave_is_a_sine() -> None:
    position = np.arange(-2000, 4000, dtype=np.int64)

    assert np.abs(wave(position, 1440) / 1000 - np.sin(position / 1440 * 2 * np.pi)).max() < 0.003


def test_streams_of_other_names_are_independent() -> None:
    first, again, other = (Draws(1, name).many(1, 1000, 2000) for name in ("a", "a", "b"))

    assert (first == again).all()
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    assert (first.min(), first.max()) == (1, 1000)
