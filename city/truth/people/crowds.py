"""How many people pass each counting zone, quarter of an hour by quarter of an hour.

Follows from where people are (`whereabouts`). What a camera makes of it belongs to `sources`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.registers.counting_zones import counting_zones
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import residents_by_hour, visitors_by_hour

QUARTERS = 96
RESIDENTS_PERMILLE = 60  # how much a resident is drawn to such places, beside a visitor
# Per cent of a zone's busiest quarter, by hour.
PACES = {
    "day": (
        2, 1, 1, 1, 1, 2, 8, 20, 42, 66, 86, 96,
        94, 90, 92, 98, 100, 92, 74, 60, 44, 28, 14, 6,
    ),
    "evening": (
        62, 38, 18, 8, 3, 2, 2, 4, 6, 8, 10, 12,
        14, 14, 16, 22, 36, 60, 84, 96, 100, 100, 96, 82,
    ),
    "beach": (
        3, 2, 1, 1, 1, 4, 16, 28, 46, 68, 82, 84,
        78, 74, 80, 92, 100, 96, 70, 36, 18, 10, 7, 5,
    ),
    "transit": (
        22, 12, 8, 8, 12, 30, 62, 90, 100, 92, 84, 82,
        80, 78, 82, 88, 94, 92, 80, 70, 62, 54, 46, 34,
    ),
}  # fmt: skip


def passing(seed: int, day: date, millionths: int) -> Ints:
    """People who pass in each quarter of an hour: a row a zone, 96 columns."""
    return _passing(seed, day) * millionths // 1_000_000


@lru_cache(maxsize=64)
def _passing(seed: int, day: date) -> Ints:
    zones = counting_zones()
    tambon = [TAMBON_CODES.index(zone.tambon.code) for zone in zones]
    residents = residents_by_hour(day) * RESIDENTS_PERMILLE // 1000
    people = (visitors_by_hour(seed, day) + residents)[tambon]
    pace = np.array([PACES[zone.pace] for zone in zones], dtype=np.int64)
    pull = np.array([zone.pull for zone in zones], dtype=np.int64)[:, None]
    hourly = people * pace * pull // 10_000
    noise = Draws(seed, "crowds", day.isoformat()).many(800, 1200, len(zones) * QUARTERS)
    passing: Ints = np.repeat(hourly, 4, axis=1) * noise.reshape(len(zones), QUARTERS) // 100_000
    passing.flags.writeable = False
    return passing
