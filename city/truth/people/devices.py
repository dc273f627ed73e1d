"""How many devices are on the WiFi in each tambon and hour, and how many visitors one stands for.

The second is what a hand count would find: it differs from place to place, since residents have
devices, too. Who counted when, and how well, belongs to `sources`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Ints
from city.registers.access_points import NUMBERS
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import visitors_by_hour
from city.truth.people.wifi import LONGEST_SECONDS, sessions

HOUR = 3600
SHORTEST_SECONDS = 120
"""Who is online for less has walked by."""
SURVEYED = 250_000
"""Millionths of the city that are surveyed; visitors a device are the same at every scale."""


def devices_by_hour(seed: int, day: date, millionths: int) -> Ints:
    """Different devices with a session in each tambon (rows) and hour (24 columns), at a scale.

    Sessions that began the day before do not count: they matter in the first hours only.
    """
    of = sessions(seed, day, millionths)
    tambon = np.repeat(np.arange(len(NUMBERS), dtype=np.int64), NUMBERS)[of.access_point]
    first, last = of.begins // HOUR, (of.begins + of.lasts) // HOUR
    cells, devices = [], []
    for later in range(LONGEST_SECONDS // HOUR + 2):
        hour = first + later
        there = (of.lasts >= SHORTEST_SECONDS) & (hour <= last) & (hour < 24)
        cells.append(tambon[there] * 24 + hour[there])
        devices.append(of.device[there])
    cell, device = np.concatenate(cells), np.concatenate(devices)
    order = np.lexsort((device, cell))
    cell, device = cell[order], device[order]
    once = np.append(True, (np.diff(cell) != 0) | (device[1:] != device[:-1]))
    shape = (len(TAMBON_CODES), 24)
    found: Ints = np.bincount(cell[once], minlength=shape[0] * 24).astype(np.int64).reshape(shape)
    return found


@lru_cache(maxsize=64)
def visitors_per_device(seed: int, day: date, first_hour: int, last_hour: int) -> tuple[int, ...]:
    """Visitors present for each device, in hundredths, over these hours: one number a tambon."""
    hours = slice(first_hour, last_hour + 1)
    visitors = visitors_by_hour(seed, day)[:, hours].sum(axis=1)
    devices = devices_by_hour(seed, day, SURVEYED)[:, hours].sum(axis=1)
    factor = visitors * 100 * SURVEYED // (np.maximum(devices, 1) * 1_000_000)
    return tuple(factor.tolist())
