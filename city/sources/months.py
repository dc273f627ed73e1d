"""Months as Thai offices report them: complete ones, with their Thai names and Buddhist years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from city.truth.calendar import BUDDHIST_ERA

__all__ = [
    "BUDDHIST_ERA",
    "SHORT_MONTHS",
    "Month",
    "complete_months",
    "fiscal_year",
    "months_before",
]

SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
_NAMES = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One month of the Common Era, and how it is written."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """Its days."""
        count = (self.later(1).first - self.first).days
        return tuple(self.first + timedelta(days=day) for day in range(count))

    @property
    def short(self) -> str:
        """Its name as tables abbreviate it."""
        return SHORT_MONTHS[self.number - 1]

    @property
    def name(self) -> str:
        """Its name in full."""
        return _NAMES[self.number - 1]

    @property
    def year_text(self) -> str:
        """Its Buddhist year."""
        return str(self.year + BUDDHIST_ERA)

    def later(self, months: int) -> Month:
        """The month so many months later."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)


def complete_months(day: date, count: int) -> tuple[Month, ...]:
    """The last months that were over when a day began, oldest first."""
    current = Month(day.year, day.month)
    return tuple(current.later(number) for number in range(-count, 0))


def months_before(day: date, count: int) -> tuple[date, ...]:
    """The first days of `complete_months`."""
    return tuple(month.first for month in complete_months(day, count))


def fiscal_year(day: date) -> int:
    """The Buddhist fiscal year of a day: it begins in October and is named after its end."""
    return day.year + BUDDHIST_ERA + (day.month >= 10)
