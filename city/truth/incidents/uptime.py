"""How long each camera worked on a day, and when a plate camera did not.

Dead cameras of the register are dead all day; the others fail now and then for some hours.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.registers.cameras import cctv_cameras, plate_cameras

DAY_MINUTES = 1440
FAILURES_PERMILLE = 60


def plate_outages(seed: int, day: date) -> tuple[Ints, Ints]:
    """Of each plate camera the minutes of the day from which and up to which it was silent.

    Equal where it worked all day.
    """
    first, last = _outages(seed, day, len(plate_cameras()), "plate")
    return first, last


def minutes_up(seed: int, day: date) -> Ints:
    """Minutes that each camera worked: the plate cameras, then the CCTV of the register."""
    first, last = plate_outages(seed, day)
    works = np.array([camera.works for camera in cctv_cameras()])
    from_minute, to_minute = _outages(seed, day, len(works), "cctv")
    cctv = np.where(works, DAY_MINUTES - (to_minute - from_minute), 0)
    return np.concatenate([DAY_MINUTES - (last - first), cctv])


@lru_cache(maxsize=256)
def _outages(seed: int, day: date, count: int, kind: str) -> tuple[Ints, Ints]:
    draws = Draws(seed, "outages", kind, day.isoformat())
    fails = draws.many(1, 1000, count) <= FAILURES_PERMILLE
    first = draws.many(0, DAY_MINUTES - 60, count)
    length = np.where(fails, draws.many(20, 480, count), 0)
    last = np.minimum(first + length, DAY_MINUTES)
    return first, last
