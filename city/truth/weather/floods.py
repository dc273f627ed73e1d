"""Where water stands in the streets, tambon by tambon and hour by hour.

Two causes: a channel above its bank, and more rain in an hour than the drains carry, which is worse
at high tide. What follows (slow traffic, complaints) belongs elsewhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Ints
from city.registers.stations import Station, stations
from city.registers.tambon import TAMBON
from city.truth.weather.environment import MEMORY_DAYS, basin_rain_on
from city.truth.weather.rain import STEPS
from city.truth.weather.water import MEMORY_STEPS, channel_level, tide

STEPS_PER_HOUR = STEPS // 24
DRAINED = 4_000  # what drains carry away in an hour, in hundredths of a millimetre of rain


def flood_depth(seed: int, day: date) -> Ints:
    """Depth of water in the streets in millimetres: a row a tambon, 24 hours."""
    return _flood_depth(seed, day)


@lru_cache(maxsize=512)
def _flood_depth(seed: int, day: date) -> Ints:
    sea = tide(day, STEPS)
    depth = np.maximum(_undrained(seed, day, sea), _over_the_bank(seed, day, sea))
    depth.flags.writeable = False
    return depth


def _undrained(seed: int, day: date, sea: Ints) -> Ints:
    """Rain that found no way out, for some hours after it fell."""
    yesterday = basin_rain_on(seed, day - timedelta(days=1))[:, -5 * STEPS_PER_HOUR :]
    rain = np.concatenate([yesterday, basin_rain_on(seed, day)], axis=1)
    hourly = rain.reshape(len(TAMBON), -1, STEPS_PER_HOUR).sum(axis=2)
    highest = sea.reshape(24, STEPS_PER_HOUR).max(axis=1)
    tidal = np.array([tambon.tidal_pct for tambon in TAMBON], dtype=np.int64)[:, None]
    # A high sea holds the water back in the drains that it reaches.
    held_back = np.clip(highest, 0, 1200)[None, :] * tidal // 50
    depth = np.zeros((len(TAMBON), 24), dtype=np.int64)
    for age in range(6):
        fell = hourly[:, 5 - age : 29 - age]
        excess = np.maximum(fell - DRAINED + held_back, 0) * (6 - age) // 6
        depth = np.maximum(depth, np.where(fell > DRAINED // 2, excess // 12, 0))
    return depth


def _over_the_bank(seed: int, day: date, sea: Ints) -> Ints:
    """How far the lower channel of each tambon stands above its bank."""
    before = [basin_rain_on(seed, day - timedelta(days=n)) for n in range(MEMORY_DAYS, -1, -1)]
    rain = np.concatenate(before, axis=1)[:, -(STEPS + MEMORY_STEPS) :]
    over = np.zeros((len(TAMBON), 24), dtype=np.int64)
    for row, station in enumerate(_lower_reaches()):
        channel = station.channel
        if channel:
            level = channel_level(channel, int(station.id[3:]), rain[row], sea)
            highest = level.reshape(24, STEPS_PER_HOUR).max(axis=1)
            over[row] = np.maximum(highest - channel.bank_mm, 0)
    return over


@lru_cache(maxsize=1)
def _lower_reaches() -> tuple[Station, ...]:
    """The water stations at the lower channels, in the order of TAMBON."""
    waters = [station for station in stations() if station.channel]
    return tuple(waters[: len(TAMBON)])
