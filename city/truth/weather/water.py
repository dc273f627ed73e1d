"""The water of the city's channels: level, temperature, oxygen, acidity and salinity.

Each follows from the rain over its basin, the tide and the hour of the day. Readings, noise and
faults do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Ints, wave
from city.registers.stations import Channel
from city.truth.weather.rain import STEPS

# Rain older than this has run off, so that much history decides the first reading exactly.
MEMORY_STEPS = 240

# Main parts of the tide at Phuket (moon and sun twice a day, then once): period in thousandths of a
# minute, height in mm, head start. The two first meet a day and a half after new and full moon, at
# half past ten, as they do at Phuket; periods this exact keep them there for decades.
TIDE = (
    (745_236, 740, 654_849),
    (720_000, 340, 270_000),
    (1_436_068, 150, 500_000),
    (1_549_160, 70, 900_000),
)
TIDE_EPOCH = date(2000, 1, 1).toordinal()
DAY_MINUTES = 1440


@dataclass(frozen=True)
class Water:
    """One channel over time: mm above mean sea level, hundredths of °C, mg/L, pH and PSU."""

    level: Ints
    temperature: Ints
    oxygen: Ints
    ph: Ints
    salinity: Ints


def tide(first: date, steps: int) -> Ints:
    """Height of the sea in mm about its mean, from the midnight at which `first` begins."""
    minutes = (first.toordinal() - TIDE_EPOCH) * DAY_MINUTES + _minutes(steps)
    height = np.zeros(steps, dtype=np.int64)
    for period, amplitude, head_start in TIDE:
        height += amplitude * wave(1000 * minutes + head_start, period) // 1000
    return height


def channel_water(channel: Channel, number: int, basin_rain: Ints, sea: Ints) -> Water:
    """The water of channel `number`, given the rain over its basin and the sea's height.

    `basin_rain` starts `MEMORY_STEPS` before the sea does.
    """
    minutes = _minutes(len(sea))
    runoff = _runoff(number, basin_rain)
    cold = np.minimum(_response(basin_rain, 3, 950) // 60_000, 220)
    flush = np.minimum(runoff // 3, 190)
    sunny = wave(minutes - 540, DAY_MINUTES)  # highest at three in the afternoon
    share = channel.tidal_pct
    return Water(
        level=_level(channel, runoff, sea),
        temperature=2870 + 7 * (number % 11) + 95 * sunny // 1000 - cold,
        oxygen=np.maximum(channel.oxygen + 105 * sunny // 1000 + share * sea // 2500 - flush, 40),
        ph=735 + share + 17 * sunny // 1000 - flush // 7,
        salinity=_salinity(share, sea, runoff),
    )


def channel_level(channel: Channel, number: int, basin_rain: Ints, sea: Ints) -> Ints:
    """The level alone, as in `channel_water`."""
    return _level(channel, _runoff(number, basin_rain), sea)


def _level(channel: Channel, runoff: Ints, sea: Ints) -> Ints:
    level: Ints = channel.usual_mm + channel.tidal_pct * sea // 100 + runoff + _daily(len(sea))
    return level


@lru_cache(maxsize=8)
def _daily(steps: int) -> Ints:
    return 9 * wave(_minutes(steps), DAY_MINUTES) // 1000


def _runoff(number: int, basin_rain: Ints) -> Ints:
    rise_steps = 4 + number % 5
    left = _response(basin_rain, rise_steps, 978 + number % 9)
    runoff: Ints = left * (90 + 8 * (number % 7)) // 1_000_000
    return runoff


def _salinity(share: int, sea: Ints, runoff: Ints) -> Ints:
    if not share:
        return np.full(len(sea), 14, dtype=np.int64)
    mixed = 3300 * share * (1000 + sea // 4) // 100_000
    salinity: Ints = np.clip(mixed, 0, 3350) * 900 // (900 + runoff)
    return salinity


def _response(rain: Ints, rise_steps: int, keep_permille: int) -> Ints:
    """What rain leaves behind: a rise over some steps, then a slow fall to nothing."""
    if not rain.any():
        return np.zeros(len(rain) - MEMORY_STEPS, dtype=np.int64)
    # Integers: a sum of them is the same in whichever order the library adds.
    past = np.convolve(rain, _weights(rise_steps, keep_permille))
    return past[MEMORY_STEPS : len(rain)]


@lru_cache(maxsize=256)
def _weights(rise_steps: int, keep_permille: int) -> Ints:
    weights = [1000 * (step + 1) // rise_steps for step in range(rise_steps)]
    while len(weights) < MEMORY_STEPS:
        weights.append(weights[-1] * keep_permille // 1000)
    return np.array(weights, dtype=np.int64)


def _minutes(steps: int) -> Ints:
    return np.arange(steps, dtype=np.int64) * (DAY_MINUTES // STEPS)
