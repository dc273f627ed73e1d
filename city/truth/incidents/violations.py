"""Traffic violations of a day, and what became of each: seen, reviewed, ticketed, paid.

They follow the traffic at the cameras and the share of visitors around them. What the police
export belongs to `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np

from city.chance import Draws, Ints
from city.published.safety import HIGHEST_FINES
from city.registers.cameras import plate_cameras
from city.registers.tambon import TAMBON_CODES
from city.truth.incidents.uptime import plate_outages
from city.truth.people.fleet import CLASSES, class_of
from city.truth.people.traffic import passes_by_hour
from city.truth.people.whereabouts import residents_by_hour, visitors_by_hour

MOST_DAYS = 12
"""After so many days nothing more becomes of a violation."""
LIMIT_KMH = 60


@dataclass(frozen=True)
class Offence:
    """A kind of violation, and how often it is seen in a million passages.

    `visitors` is the weight of visitors in per cent: 300 means that a visitor does it four times as
    often as a resident. `riders` says who can: motorcycles, others, or all.
    """

    id: str
    name_th: str
    law: Literal["grave", "plain"]
    per_million: int
    visitors: int
    riders: Literal["motorcycles", "others", "all"] = "all"


OFFENCES = (
    Offence("speeding", "ขับรถเร็วเกินอัตราที่กำหนด", "grave", 1700, 0),
    Offence("red_light", "ฝ่าฝืนสัญญาณไฟแดง", "grave", 650, 60),
    Offence("no_stop_at_crossing", "ไม่หยุดให้คนข้ามทางม้าลาย", "grave", 250, 40),
    Offence("wrong_way", "ขับรถย้อนศร", "plain", 330, 150),
    Offence("no_helmet", "ไม่สวมหมวกนิรภัย", "plain", 1000, 300, "motorcycles"),
    Offence("no_belt", "ไม่คาดเข็มขัดนิรภัย", "plain", 350, 20, "others"),
)


@dataclass(frozen=True)
class Violations:
    """Columns of equal length in the order of time.

    `second` counts from midnight; `speed` is 0 where none was measured; `confidence` is in
    thousandths. `reviewed`, `ticketed` and `paid` are days after the event; beyond `MOST_DAYS`:
    never.
    """

    second: Ints
    camera: Ints
    offence: Ints
    vehicle: Ints
    speed: Ints
    confidence: Ints
    fine: Ints
    confirmed: Ints
    reviewed: Ints
    ticketed: Ints
    paid: Ints

    def state(self, days: int) -> Ints:
        """After so many days: 0 seen, 1 reviewed, 2 ticketed, 3 paid; before the day itself -1."""
        reached = np.stack([self.reviewed, self.ticketed, self.paid]) <= days
        found: Ints = reached.sum(axis=0) if days >= 0 else np.full(len(self.second), -1)
        return found


def violations(seed: int, day: date, millionths: int, whole: range = range(0)) -> Violations:
    """The violations of one day, at the scale of the city, and at full size in `whole` hours."""
    return _violations(seed, day, millionths, whole)


def violations_by_hour(seed: int, day: date) -> Ints:
    """Violations of the whole city, expected, in thousandths: offence, camera, hour."""
    passes = passes_by_hour(seed, day)
    share = _visitors_permille(seed, day)
    tables = [
        passes * offence.per_million * (1000 + share * offence.visitors // 100) // 1_000_000
        for offence in OFFENCES
    ]
    return np.stack(tables)


def highest_fine(offence: Offence, day: date) -> int:
    """In baht, by the law of the day of the event."""
    in_force = max(since for since in HIGHEST_FINES if since <= day)
    return HIGHEST_FINES[in_force][offence.law]


@lru_cache(maxsize=64)
def _violations(seed: int, day: date, millionths: int, whole: range) -> Violations:
    draws = Draws(seed, "violations", day.isoformat())
    expected = violations_by_hour(seed, day)
    luck = draws.many(0, 999_999_999, expected.size).reshape(expected.shape)
    scale = np.full(24, millionths, dtype=np.int64)
    scale[list(whole)] = 1_000_000
    count = (expected * scale + luck) // 1_000_000_000
    cells = np.repeat(np.arange(count.size, dtype=np.int64), count.ravel())
    offence, camera, hour = (np.asarray(at) for at in np.unravel_index(cells, count.shape))
    second = hour * 3600 + draws.many(0, 3599, len(cells))
    first, last = plate_outages(seed, day)
    seen = ~((first[camera] <= second // 60) & (second // 60 < last[camera]))
    order = np.flatnonzero(seen)
    order = order[np.argsort(second[order], kind="stable")]
    return _with_fate(draws, day, millionths, (second[order], camera[order], offence[order]))


def _with_fate(
    draws: Draws, day: date, millionths: int, seen: tuple[Ints, Ints, Ints]
) -> Violations:
    second, camera, offence = seen
    count = len(second)
    highest = np.array([highest_fine(kind, day) for kind in OFFENCES], dtype=np.int64)
    reviewed = draws.many(1, 2, count)
    confirmed = (draws.many(1, 100, count) <= 88).astype(np.int64)
    ticketed = np.where(confirmed == 1, reviewed + draws.many(1, 3, count), MOST_DAYS + 1)
    pays = (draws.many(1, 100, count) <= 62) & (confirmed == 1)
    paid = np.where(pays, ticketed + draws.many(1, 7, count), MOST_DAYS + 1)
    return Violations(
        second=second,
        camera=camera,
        offence=offence,
        vehicle=_drivers(draws, offence, millionths),
        speed=np.where(offence == 0, LIMIT_KMH + draws.many(11, 75, count), 0),
        confidence=draws.many(850, 999, count),
        fine=highest[offence] * draws.many(2, 8, count) // 800 * 100,
        confirmed=confirmed,
        reviewed=reviewed,
        ticketed=ticketed,
        paid=paid,
    )


def _drivers(draws: Draws, offence: Ints, millionths: int) -> Ints:
    kinds = class_of(millionths)
    riding = kinds == CLASSES.index("motorcycle")
    able = {"motorcycles": riding, "others": ~riding, "all": np.ones(len(kinds), dtype=bool)}
    drawn = draws.many(0, (1 << 40) - 1, len(offence))
    vehicle = np.zeros(len(offence), dtype=np.int64)
    for number, kind in enumerate(OFFENCES):
        fleet, mine = np.flatnonzero(able[kind.riders]), offence == number
        vehicle[mine] = fleet[drawn[mine] % len(fleet)]
    return vehicle


def _visitors_permille(seed: int, day: date) -> Ints:
    """Visitors among the people around each camera (rows) in each hour, per mille."""
    visitors, residents = visitors_by_hour(seed, day), residents_by_hour(day)
    share = visitors * 1000 // np.maximum(visitors + residents, 1)
    rows = [TAMBON_CODES.index(camera.place.tambon) for camera in plate_cameras()]
    found: Ints = share[rows]
    return found
