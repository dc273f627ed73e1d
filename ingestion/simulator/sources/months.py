"""Months as agencies write them, and which months a table has when the city begins."""

from __future__ import annotations

from datetime import date, timedelta

BUDDHIST_ERA = 543
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip


def months_before(day: date, count: int) -> tuple[date, ...]:
    """The first days of the last complete months before the month of a day, oldest first."""
    first = day.replace(day=1)
    found = []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return tuple(reversed(found))


def fiscal_year(day: date) -> int:
    """The Buddhist fiscal year of a day: it begins in October and is named after its end."""
    return day.year + BUDDHIST_ERA + (day.month >= 10)
