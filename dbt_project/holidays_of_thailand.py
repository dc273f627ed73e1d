"""Writes the seed of Thai holidays, one a day, for the years of the calendar.

Where the days come from: the package `holidays` (MIT), which follows the Holidays Acts, resolutions
of the Cabinet and the Thai lunar calendar, and `CORRECTIONS`, which are resolutions that it does
not know. A list is announced for one year at a time, so what lies beyond the last one is
projected from the rules, and says so. Does not belong here: what a holiday means for offices and
schools, which `dim_day` tells.

`python -m dbt_project.holidays_of_thailand` writes the seed; a test proves that it is current.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

YEARS = range(2015, 2036)
ANNOUNCED_UNTIL = 2026
"""The last year whose days off the Cabinet had announced; later days off in lieu, special days and
days of the lunar calendar may still move."""

SEED = Path(__file__).resolve().parent / "seeds" / "public_holiday.csv"

Kind = Literal["yearly", "in_lieu", "special", "regional", "labour", "school", "observance"]
Status = Literal["announced", "projected"]
_ORDER: tuple[Kind, ...] = get_args(Kind)


class Holiday(NamedTuple):
    """Why a day is none like others; of several reasons the one that closes most."""

    day: date
    kind: Kind
    name_th: str
    name_en: str
    status: Status
    source: str


_PACKAGE = "package holidays"
_RULE = "package holidays: by rule, no list announced yet"

CORRECTIONS: dict[date, Holiday | None] = {
    # The day in lieu of 5 December was moved from the 7th to the 11th.
    date(2020, 12, 7): None,
    date(2020, 12, 11): Holiday(
        date(2020, 12, 11), "in_lieu", "ชดเชยวันชาติ และวันพ่อแห่งชาติ",
        "National Day and National Father's Day (in lieu)",
        "announced", "Cabinet resolution of 22 September 2020",
    ),
    # The day in lieu of 23 October was moved from the 25th to the 22nd. The South had its own day.
    date(2021, 10, 25): None,
    date(2021, 10, 22): Holiday(
        date(2021, 10, 22), "in_lieu", "ชดเชยวันปิยมหาราช",
        "HM King Chulalongkorn Memorial Day (in lieu)",
        "announced", "Cabinet resolution of 29 December 2020",
    ),
    date(2021, 10, 6): Holiday(
        date(2021, 10, 6), "regional", "วันหยุดประจำภาคใต้ ประเพณีสารทเดือนสิบ",
        "Regional holiday of the South: Sart, the tenth lunar month",
        "announced", "Cabinet resolution of 29 December 2020",
    ),
}  # fmt: skip
"""By day: the holiday that the package does not know, or nothing for one that was moved away."""


def render() -> str:
    """The text of the seed, in the order of days."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Holiday._fields)
    lines.writerows(thai_holidays())
    return text.getvalue()


def thai_holidays() -> Iterator[Holiday]:
    """All holidays of the calendar's years, in the order of days."""
    for year in YEARS:
        kept = [found for found in _of_the_package(year) if found.day not in CORRECTIONS]
        added = [known for day, known in CORRECTIONS.items() if known and day.year == year]
        found = sorted([*kept, *added], key=lambda holiday: -_ORDER.index(holiday.kind))
        yield from sorted({holiday.day: holiday for holiday in found}.values())


def _of_the_package(year: int) -> Iterator[Holiday]:
    from holidays import country_holidays

    announced = year <= ANNOUNCED_UNTIL
    special = _special_days(year)
    for category in ("public", "government", "school"):
        thai = country_holidays("TH", years=year, language="th", categories=(category,))
        english = country_holidays("TH", years=year, language="en_US", categories=(category,))
        for day, name_en in english.items():
            yield Holiday(
                day,
                "school" if category == "school" else _kind(name_en, day in special),
                thai[day],
                name_en,
                "announced" if announced else "projected",
                _PACKAGE if announced else _RULE,
            )


def _special_days(year: int) -> set[date]:
    """What the Cabinet added to a year: one entry (month, day, name), or several."""
    from holidays.countries.thailand import ThailandStaticHolidays

    known = cast("dict[int, Any]", ThailandStaticHolidays.special_public_holidays)
    found = known.get(year, ())
    entries = found if not found or isinstance(found[0], tuple) else (found,)
    return {date(year, month, day) for month, day, _ in entries}


def _kind(name: str, is_special: bool) -> Kind:
    if is_special:
        return "special"
    if "Labor Day" in name:  # offices stay open; of the private sector and of banks alone
        return "labour"
    if "Children's Day" in name:
        return "observance"
    return "in_lieu" if "in lieu" in name else "yearly"


if __name__ == "__main__":
    SEED.write_text(render(), encoding="utf-8")
    print(f"wrote {SEED}")
