"""Nights that visitors spend in Phuket by month: what hotels, tills and clinics live on.

A month is known from every seventh of its days, which is exact enough for monthly figures and keeps
tables of several years quick. Who the visitors are belongs to `visitors`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

from city.truth.people.visitors import present


@lru_cache(maxsize=512)
def nights_of(seed: int, month: date) -> int:
    """Nights of visitors in the month that is named by its first day."""
    days = monthrange(month.year, month.month)[1]
    seen = [int(present(seed, month.replace(day=day)).sum()) for day in range(2, days + 1, 7)]
    return sum(seen) * days // len(seen)
