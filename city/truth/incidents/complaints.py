"""What people complain about to the city: how often, where, about what, and how it is answered.

More people complain more; rain and water in the streets most of all. A day depends on the seed and
its date only. How a complaint is told to the platform belongs to `sources.governance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate

from city.chance import Draws
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import residents_by_hour, visitors_by_hour
from city.truth.weather.environment import basin_rain_on
from city.truth.weather.floods import flood_depth
from ingestion.clock import BANGKOK

# Kinds in the words of the service, with their weight on a dry day.
KINDS = {
    "ถนน": 24, "ทางเท้า": 9, "แสงสว่าง": 14, "ความสะอาด": 16, "จราจร": 8, "กีดขวาง": 6,
    "เสียงรบกวน": 6, "สายไฟ": 6, "สัตว์จรจัด": 4, "ต้นไม้": 4, "ป้าย": 3,
}  # fmt: skip
WET_KINDS = {"น้ำท่วม": 55, "ท่อระบายน้ำ": 30, "ถนน": 10, "ต้นไม้": 5}
# A million people present for a day complain this often; a visitor counts a fifth of a resident.
PER_MILLION = 80
WETTEST = 300
NEVER_PERCENT = 7
BY_HOUR = (2, 1, 1, 1, 1, 3, 8, 16, 22, 24, 22, 20, 18, 18, 18, 18, 20, 22, 20, 18, 14, 10, 6, 4)


@dataclass(frozen=True)
class Complaint:
    """One complaint, and what becomes of it in the end.

    `row` is the place of its tambon in `TAMBON`; `north` and `east` are hundred-thousandths of a
    degree from the tambon's middle. `star` 0 means that nobody rated the answer. `taken_up` and
    `finished` are None where nobody ever does.
    """

    day: date
    number: int
    row: int
    north: int
    east: int
    kind: str
    told_at: datetime
    taken_up: datetime | None
    finished: datetime | None
    forwarded: bool
    star: int
    reopened: int

    @property
    def tambon(self) -> str:
        """The code of its tambon."""
        return TAMBON_CODES[self.row]


@lru_cache(maxsize=512)
def complaints_on(seed: int, day: date) -> tuple[Complaint, ...]:
    """The complaints of a day, in the order in which they were told."""
    people = residents_by_hour(day) + visitors_by_hour(seed, day) // 5
    rain = basin_rain_on(seed, day).sum(axis=1) // 100  # whole millimetres
    water = flood_depth(seed, day)
    found: list[Complaint] = []
    for row, tambon in enumerate(TAMBON_CODES):
        draws = Draws(seed, "complaints", day.isoformat(), tambon)
        present = int(people[row].sum()) // 24
        # A day of 100 mm doubles what is said on a dry day; water in the streets does more.
        wet = min(int(rain[row]) // 2 + int(water[row].sum()), WETTEST)
        soaked = [
            usual * (1 + int(depth)) for usual, depth in zip(BY_HOUR, water[row], strict=True)
        ]
        for _ in range(_whole(present * PER_MILLION, draws)):
            found.append(_complaint(draws, day, row, KINDS, BY_HOUR))
        for _ in range(_whole(present * 2 * wet, draws)):
            found.append(_complaint(draws, day, row, WET_KINDS, soaked))
    found.sort(key=lambda one: (one.told_at, one.row))
    return tuple(replace(one, number=number) for number, one in enumerate(found, start=1))


def _whole(millionths: int, draws: Draws) -> int:
    """A whole number whose mean is so many millionths."""
    return (millionths + draws.one(0, 999_999)) // 1_000_000


def _complaint(
    draws: Draws, day: date, row: int, kinds: dict[str, int], by_hour: Sequence[int]
) -> Complaint:
    begins = datetime.combine(day, time(_chosen(draws, by_hour)), BANGKOK)
    told = begins + timedelta(microseconds=draws.one(0, 3_599_999_999))
    # A product of two draws: most are short, a few very long.
    taken_up = told + timedelta(minutes=draws.one(10, 90) * draws.one(1, 40))
    finished = taken_up + timedelta(minutes=draws.one(30, 400) * draws.one(1, 60))
    never = draws.one(1, 100) <= NEVER_PERCENT
    return Complaint(
        day=day,
        number=0,
        row=row,
        north=draws.one(-900, 900),
        east=draws.one(-900, 900),
        kind=tuple(kinds)[_chosen(draws, tuple(kinds.values()))],
        told_at=told,
        taken_up=None if never else taken_up,
        finished=None if never else finished,
        forwarded=draws.one(1, 100) <= 8,
        star=max(0, draws.one(-4, 5)),
        reopened=int(draws.one(1, 100) <= 4),
    )


def _chosen(draws: Draws, weights: Sequence[int]) -> int:
    """The place of one weight, heavier ones more often."""
    sums = tuple(accumulate(weights))
    at = draws.one(0, sums[-1] - 1)
    return next(place for place, upto in enumerate(sums) if at < upto)
