"""Where people are, tambon by tambon and hour by hour: visitors and residents.

Everything that counts devices, people or vehicles is derived from this. How many people there are
belongs to `visitors`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Ints
from city.published.visitors import POPULATION
from city.registers.tambon import TAMBON_CODES
from city.truth.calendar import day_kind
from city.truth.people.visitors import present

# Per mille of the visitors in each tambon (order of TAMBON): where they sleep, spend the day, and
# go out in the evening. Patong (830202) holds about a quarter.
NIGHT = (22, 18, 18, 14, 28, 42, 92, 158, 38, 246, 66, 26, 14, 122, 16, 52, 28)
DAYTIME = (66, 38, 24, 22, 34, 62, 96, 146, 36, 208, 62, 28, 20, 98, 18, 28, 14)
EVENING = (54, 34, 18, 16, 36, 52, 84, 142, 30, 292, 64, 20, 16, 96, 12, 22, 12)
# Shares of day and evening in per cent by hour; the rest is night.
DAY_BY_HOUR = (0, 0, 0, 0, 0, 0, 5, 15, 40, 65, 80, 90, 90, 90, 85, 80, 65, 40, 15, 5, 0, 0, 0, 0)
EVENING_BY_HOUR = (12, 6, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 20, 45, 70, 80, 80, 70, 45, 25)

# Per mille of a district's registered residents in its tambon, and of all in the daytime.
HOMES = (192, 76, 60, 194, 213, 106, 80, 79, 461, 389, 150, 240, 186, 199, 162, 128, 85)
WORK_PERMILLE = (150, 80, 40, 108, 128, 56, 44, 50, 60, 88, 24, 44, 38, 50, 22, 16, 2)


def visitors_by_hour(seed: int, day: date) -> Ints:
    """Visitors in each tambon (rows, order of TAMBON) in each hour of a day (24 columns)."""
    return _visitors_by_hour(seed, day)


@lru_cache(maxsize=512)
def _visitors_by_hour(seed: int, day: date) -> Ints:
    people = int(present(seed, day).sum())
    by_day = np.array(DAY_BY_HOUR, dtype=np.int64)
    by_evening = np.array(EVENING_BY_HOUR, dtype=np.int64)
    by_night = 100 - by_day - by_evening
    night, daytime, evening = (
        np.array(shares, dtype=np.int64)[:, None] for shares in (NIGHT, DAYTIME, EVENING)
    )
    share = night * by_night + daytime * by_day + evening * by_evening
    there: Ints = people * share // 100_000
    there.flags.writeable = False
    return there


def residents() -> Ints:
    """Registered residents of each tambon; the sum of a district is the published one."""
    homes = np.array(HOMES, dtype=np.int64)
    people = np.zeros(len(TAMBON_CODES), dtype=np.int64)
    for amphoe, total in POPULATION.items():
        mine = [row for row, code in enumerate(TAMBON_CODES) if code.startswith(amphoe)]
        people[mine] = total * homes[mine] // int(homes[mine].sum())
        people[mine[0]] += total - int(people[mine].sum())
    return people


def residents_by_hour(day: date) -> Ints:
    """Residents in each tambon (rows) in each hour (24 columns): at home, or where they work."""
    home = residents()
    working = np.array(
        [0, 0, 0, 0, 0, 2, 12, 30, 46, 50, 50, 50, 48, 48, 50, 50, 44, 26, 12, 6, 3, 1, 0, 0],
        dtype=np.int64,
    )
    if not day_kind(day).working:
        working = working // 2
    work = int(home.sum()) * np.array(WORK_PERMILLE, dtype=np.int64) // sum(WORK_PERMILLE)
    there: Ints = (home[:, None] * (100 - working) + work[:, None] * working) // 100
    return there
