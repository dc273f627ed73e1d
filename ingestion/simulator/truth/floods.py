"""Where water stands in the streets, tambon by tambon and hour by hour.

Two causes: a channel above its bank, and more rain in an hour than the drains carry, which is worse
at high tide. What follows (slow traffic, complaints) belongs elsewhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from ingestion.simulator.chance import Ints
from ingestion.simulator.registers.tambon import TAMBON
from ingestion.simulator.truth.environment import basin_rain_on
from ingestion.simulator.truth.rain import STEPS
from ingestion.simulator.truth.water import tide

STEPS_PER_HOUR = STEPS // 24
DRAINED = 4_000  # what drains carry away in an hour, in hundredths of a millimetre of rain


def flood_depth(seed: int, day: date) -> Ints:
    """Depth of water in the streets in millimetres: a row a tambon, 24 hours."""
    return _flood_depth(seed, day)


@lru_cache(maxsize=512)
def _flood_depth(seed: int, day: date) -> Ints:
    yesterday = basin_rain_on(seed, day - timedelta(days=1))[:, -5 * STEPS_PER_HOUR :]
    rain = np.concatenate([yesterday, basin_rain_on(seed, day)], axis=1)
    hourly = rain.reshape(len(TAMBON), -1, STEPS_PER_HOUR).sum(axis=2)
    sea = tide(day, STEPS).reshape(24, STEPS_PER_HOUR).max(axis=1)
    tidal = np.array([tambon.tidal_pct for tambon in TAMBON], dtype=np.int64)[:, None]
    # A high sea holds the water back in the channels that it reaches.
    held_back = np.clip(sea, 0, 1200)[None, :] * tidal // 100
    depth = np.zeros((len(TAMBON), 24), dtype=np.int64)
    for age in range(6):
        fell = hourly[:, 5 - age : 29 - age]
        excess = np.maximum(fell - DRAINED + held_back, 0) * (6 - age) // 6
        depth = np.maximum(depth, np.where(fell > DRAINED // 2, excess // 12, 0))
    depth.flags.writeable = False
    return depth
