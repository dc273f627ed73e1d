"""The monthly figures of tourism of every province, which the ministry's workbook shows.

Phuket's are the truth's. Those of the other 76 provinces are made up, plausible and no more: only
their place in the table matters. How the workbook looks belongs to `workbook`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from city.chance import Draws
from city.published.tourism import LENGTH_OF_STAY, VISITOR_SPEND
from city.sources.months import Month
from city.sources.spelling import PROVINCE
from city.truth.people.hotels import ROOMS, guests_arriving, rooms_taken
from city.truth.people.visitors import arrivals

# The last stays that the agency worked out before travel was restricted.
_STAYS = LENGTH_OF_STAY[2562]


@dataclass(frozen=True)
class Figures:
    """Of one province and month: occupancy in hundredths of a per cent, revenue in satang of a
    million (ten thousand baht)."""

    occupancy: int
    guests: int
    thai: int
    foreign: int
    revenue_thai: int
    revenue_foreign: int


@lru_cache(maxsize=4096)
def figures(seed: int, province: str, month: Month) -> Figures:
    """The figures as they are known in the end."""
    return _phuket(seed, month) if province == PROVINCE else _elsewhere(seed, province, month)


def estimated(seed: int, province: str, month: Month) -> Figures:
    """The figures as the ministry estimates them before all hotels have answered."""
    known = figures(seed, province, month)
    draws = Draws(seed, "estimates", province, f"{month.year}-{month.number}")
    off = draws.many(970, 1025, len(vars(known))).tolist()
    near = {
        name: value * permille // 1000
        for (name, value), permille in zip(vars(known).items(), off, strict=True)
    }
    return Figures(**near | {"occupancy": min(near["occupancy"], 10_000)})


def together(parts: Iterable[Figures]) -> Figures:
    """The figures of several provinces as one; the occupancy is a mean by guests."""
    rows = list(parts)
    sums = {name: sum(getattr(row, name) for row in rows) for name in vars(rows[0])}
    weighed = sum(row.occupancy * row.guests for row in rows) // max(sums["guests"], 1)
    return Figures(**sums | {"occupancy": weighed})


def _phuket(seed: int, month: Month) -> Figures:
    came = np.stack([arrivals(seed, day) for day in month.days]).sum(axis=0)
    thai, foreign = int(came[-1]), int(came[:-1].sum())
    taken = sum(rooms_taken(seed, day) for day in month.days)
    return Figures(
        occupancy=taken * 10_000 // (ROOMS * len(month.days)),
        guests=sum(guests_arriving(seed, day) for day in month.days),
        thai=thai,
        foreign=foreign,
        revenue_thai=_revenue(month, thai, 0),
        revenue_foreign=_revenue(month, foreign, 1),
    )


def _revenue(month: Month, visitors: int, group: int) -> int:
    """Visitors times their spending of a day times their stay."""
    year = min(max(month.year + 543, min(VISITOR_SPEND)), max(VISITOR_SPEND))
    spend, stay = VISITOR_SPEND[year][group], _STAYS[group]
    assert spend is not None
    assert stay is not None
    return visitors * spend * stay // 10_000


def _elsewhere(seed: int, province: str, month: Month) -> Figures:
    size, abroad = _usual(seed, province)
    now = Draws(seed, "elsewhere", province, f"{month.year}-{month.number}").many(0, 999, 5)
    visits, nights, full, spend, spend_abroad = now.tolist()
    visitors = size * (850 + visits * 3 // 10)
    foreign = visitors * abroad // 1000
    thai = visitors - foreign
    return Figures(
        occupancy=3_800 + 4 * full,
        guests=visitors * (420 + nights // 7) // 1000,
        thai=thai,
        foreign=foreign,
        revenue_thai=thai * (1_500 + spend) * 2 // 10_000,
        revenue_foreign=foreign * (2_400 + spend_abroad) * 3 // 10_000,
    )


@lru_cache(maxsize=512)
def _usual(seed: int, province: str) -> tuple[int, int]:
    """Thousands of visitors in a month, and how many of a thousand are foreign."""
    size, abroad = Draws(seed, "elsewhere", province).many(0, 999, 2).tolist()
    return 20 + size * 880 // 999, 5 + abroad * 215 // 999
