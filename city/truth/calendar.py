"""What kind of day it is in Phuket: seasons, holidays, school terms.

Public holidays are those of the `holidays` package (Thailand). Does not belong here: how many
people follow from it (`visitors`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

BUDDHIST_ERA = 543
# First day of the Chinese year, a fact of the lunar calendar.
CHINESE_NEW_YEAR = {
    2017: date(2017, 1, 28), 2018: date(2018, 2, 16), 2019: date(2019, 2, 5),
    2020: date(2020, 1, 25), 2021: date(2021, 2, 12), 2022: date(2022, 2, 1),
    2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29),
    2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26),
}  # fmt: skip


@dataclass(frozen=True)
class DayKind:
    """What decides how a day goes.

    `holiday` is its Thai name, or empty. `festival` is a share in per mille by which more people
    come and go than usual: Songkran, New Year, Chinese New Year.
    """

    day: date
    holiday: str
    festival: int
    school: bool

    @property
    def working(self) -> bool:
        """Do offices open?"""
        return self.day.weekday() < 5 and not self.holiday


@lru_cache(maxsize=4096)
def day_kind(day: date) -> DayKind:
    """The kind of one day."""
    holiday = holidays_of(day.year).get(day, "")
    return DayKind(
        day=day,
        holiday=holiday,
        festival=_festival(day),
        school=day.weekday() < 5 and not holiday and _in_term(day),
    )


@lru_cache(maxsize=64)
def holidays_of(year: int) -> dict[date, str]:
    """The public holidays of a year, by day, with their Thai names."""
    from holidays import country_holidays

    found = country_holidays("TH", years=year, language="th")
    return {day: str(name) for day, name in sorted(found.items())}


def _festival(day: date) -> int:
    if (day.month, day.day) in {(4, 12), (4, 13), (4, 14), (4, 15), (12, 30), (12, 31), (1, 1)}:
        return 1000
    lunar = CHINESE_NEW_YEAR.get(day.year)
    if lunar and timedelta(-2) <= day - lunar <= timedelta(6):
        return 450
    return 0


def _in_term(day: date) -> bool:
    """Thai school terms: mid-May to 10 October, and November to the end of March."""
    return (5, 16) <= (day.month, day.day) <= (10, 10) or day.month in (11, 12, 1, 2, 3)
