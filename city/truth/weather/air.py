"""The air over the city, hour by hour: temperature, humidity, pressure, wind and fine dust.

Season and hour of the day decide most; rain cools, moistens and washes out dust; smoke of fires far
away comes for days. Whole numbers throughout; a day depends on the seed and its date only.
Instruments and rolling means belong to `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints, wave
from city.registers.tambon import TAMBON, TAMBON_CODES
from city.truth.weather.environment import basin_rain_on
from city.truth.weather.rain import MONSOON, STEPS

STEPS_PER_HOUR = STEPS // 24
WASHED_BY_HOURS = 6
RAIN_TEMPERATURE = 232  # tenths of °C

# By month, January first: mean temperature (tenths of °C) and relative humidity (per cent) near the
# climate normals of Phuket, fine dust (tenths of µg/m³) high in the dry months.
TEMPERATURE = (279, 286, 292, 293, 287, 285, 282, 283, 277, 275, 276, 276)
HUMIDITY = (71, 69, 71, 75, 79, 79, 79, 79, 82, 82, 79, 75)
DUST = (170, 190, 185, 150, 100, 85, 85, 90, 100, 105, 115, 145)
DUST_BY_HOUR = (
    92, 90, 88, 88, 92, 100, 112, 124, 126, 116, 104, 96,
    90, 86, 84, 86, 92, 102, 114, 120, 116, 108, 102, 96,
)  # fmt: skip
SMOKE_MONTHS = (2, 3, 4, 9, 10)
BUSY_TAMBON = {"830101": 112, "830102": 114, "830105": 104, "830104": 106, "830202": 110}


@dataclass(frozen=True)
class Air:
    """The air of one day: arrays of 24 hours, those that differ by tambon with a row a tambon.

    temperature in tenths of °C, humidity in per cent, pressure at sea level in tenths of hPa, wind
    in tenths of m/s and from whole degrees, fine dust (PM2.5) in tenths of µg/m³, rain in
    hundredths of a millimetre. Hour h is the mean of, or the sum over, h:00 to h:59.
    """

    temperature: Ints
    humidity: Ints
    pressure: Ints
    wind_speed: Ints
    wind_from: Ints
    dust: Ints
    rain: Ints


@lru_cache(maxsize=512)
def air_on(seed: int, day: date) -> Air:
    """The air of a day; nobody may write to its arrays."""
    draws = Draws(seed, "air", day.isoformat())
    rain = _hourly(seed, day)
    before = np.concatenate([_hourly(seed, day - timedelta(days=1)), rain], axis=1)
    just_fallen = before[:, 23:47] + before[:, 24:48]
    lately = sum(before[:, 24 - n : 48 - n] for n in range(WASHED_BY_HOURS))
    air = Air(
        temperature=_temperature(draws, day, just_fallen),
        humidity=_humidity(draws, day, just_fallen),
        pressure=_pressure(draws, day),
        wind_speed=_wind_speed(draws, rain),
        wind_from=_wind_from(draws, day),
        dust=_dust(draws, seed, day, np.asarray(lately)),
        rain=rain,
    )
    for series in vars(air).values():
        series.flags.writeable = False
    return air


def _hourly(seed: int, day: date) -> Ints:
    rain = basin_rain_on(seed, day)
    hourly: Ints = rain.reshape(len(TAMBON), 24, STEPS_PER_HOUR).sum(axis=2)
    return hourly


def _clock(peak_hour: int) -> Ints:
    """One wave a day, in thousandths, highest at an hour."""
    return wave(np.arange(24, dtype=np.int64) - peak_hour + 6, 24)


def _temperature(draws: Draws, day: date, just_fallen: Ints) -> Ints:
    whole_day = TEMPERATURE[day.month - 1] + draws.one(-7, 7) + 27 * _clock(14) // 1000
    warm = np.array([2 if code in BUSY_TAMBON else 0 for code in TAMBON_CODES], dtype=np.int64)
    dry = whole_day[None, :] + warm[:, None] + draws.many(-2, 2, 24)[None, :]
    # Rain cools the air towards its own temperature, never below.
    cooled = np.minimum(just_fallen // 60, np.clip(dry - RAIN_TEMPERATURE, 0, 48))
    temperature: Ints = dry - cooled
    return temperature


def _humidity(draws: Draws, day: date, just_fallen: Ints) -> Ints:
    whole_day = HUMIDITY[day.month - 1] + draws.one(-4, 4) - 11 * _clock(14) // 1000
    damp = np.minimum(just_fallen // 120, 16)
    humidity: Ints = np.clip(whole_day[None, :] + draws.many(-1, 1, 24)[None, :] + damp, 40, 99)
    return humidity


def _pressure(draws: Draws, day: date) -> Ints:
    # The tide of the air: highest at ten and at twenty-two.
    twice = wave(np.arange(24, dtype=np.int64) - 7, 12)
    season = -8 if day.month in MONSOON else 6
    pressure: Ints = 10_096 + season + draws.one(-12, 12) + 13 * twice // 1000
    return pressure


def _wind_speed(draws: Draws, rain: Ints) -> Ints:
    gusts = np.minimum(rain.max(axis=0) // 100, 45)
    breeze = np.maximum(16 * _clock(14) // 1000, 0)
    speed: Ints = draws.one(14, 38) + breeze + draws.many(0, 8, 24) + gusts
    return speed


def _wind_from(draws: Draws, day: date) -> Ints:
    # South-west monsoon, else the north-east one; in April and October it has not made up its mind.
    usual = 250 if day.month in MONSOON else 65
    spread = 70 if day.month in (4, 10) else 28
    degrees: Ints = (usual + draws.one(-spread, spread) + draws.many(-12, 12, 24)) % 360
    return degrees


def _dust(draws: Draws, seed: int, day: date, lately: Ints) -> Ints:
    whole_day = DUST[day.month - 1] * _haze(seed, day) // 100 * draws.one(88, 112) // 100
    by_hour = np.array(DUST_BY_HOUR, dtype=np.int64) * draws.many(95, 105, 24) // 100
    busy = np.array([BUSY_TAMBON.get(code, 96) for code in TAMBON_CODES], dtype=np.int64)
    dust = whole_day * by_hour[None, :] * busy[:, None] // 10_000
    left: Ints = np.maximum(dust * 1000 // (1000 + lately // 4), 15)
    return left


def _haze(seed: int, day: date) -> int:
    """Per cent of the usual dust: it stays five days, and smoke more than doubles it."""
    draws = Draws(seed, "haze", str(day.toordinal() // 5))
    smoke = day.month in SMOKE_MONTHS and draws.one(1, 100) <= 14
    return draws.one(190, 300) if smoke else draws.one(75, 125)
