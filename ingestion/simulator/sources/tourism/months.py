"""Months as Thai offices report them: complete ones, with their Thai names and Buddhist years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.simulator.city import City

_NAMES = (
    ("ม.ค.", "มกราคม"), ("ก.พ.", "กุมภาพันธ์"), ("มี.ค.", "มีนาคม"), ("เม.ย.", "เมษายน"),
    ("พ.ค.", "พฤษภาคม"), ("มิ.ย.", "มิถุนายน"), ("ก.ค.", "กรกฎาคม"), ("ส.ค.", "สิงหาคม"),
    ("ก.ย.", "กันยายน"), ("ต.ค.", "ตุลาคม"), ("พ.ย.", "พฤศจิกายน"), ("ธ.ค.", "ธันวาคม"),
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One month of the Common Era, and how it is written."""

    year: int
    number: int

    @property
    def days(self) -> tuple[date, ...]:
        """Its days."""
        first, end = date(self.year, self.number, 1), self.later(1)
        count = (date(end.year, end.number, 1) - first).days
        return tuple(first + timedelta(days=day) for day in range(count))

    @property
    def short(self) -> str:
        """Its name as tables abbreviate it."""
        return _NAMES[self.number - 1][0]

    @property
    def name(self) -> str:
        """Its name in full."""
        return _NAMES[self.number - 1][1]

    @property
    def year_text(self) -> str:
        """Its Buddhist year."""
        return str(self.year + 543)

    def later(self, months: int) -> Month:
        """The month so many months later."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)


def complete_months(city: City, count: int) -> tuple[Month, ...]:
    """The last months that were over when the city's first day began, oldest first."""
    current = Month(city.first_day.year, city.first_day.month)
    return tuple(current.later(number) for number in range(-count, 0))
