"""The register of calibrations of the WiFi: how many visitors stand for a device, where and when.

The provincial office has people counted by hand on a weekday and a Saturday before each half-year,
in the tambon that it has people for, and writes down the factor and the time for which it holds. A
tambon without a row in force has no factor. One new factor came from a count on the wrong beach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Drop, DropFile, Row
from city.defects import Defect, Where
from city.registers.tambon import TAMBON, Tambon
from city.truth.people.devices import visitors_per_device
from city.writing.delimited import csv_bytes
from city.writing.json_text import decimal
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, FILE = "density_calibrations", "density_calibrations.csv"
HEADINGS = (
    "zone", "valid_from", "valid_until", "from_hour", "until_hour", "visitors_per_device",
    "method", "counted_hours", "surveyed_on",
)  # fmt: skip
HAND_COUNT = "hand_count"
SURVEYED = (
    "830101", "830102", "830104", "830105", "830106", "830107", "830108", "830201", "830202",
    "830203", "830303", "830305",
)  # fmt: skip
FIRST_HOUR, LAST_HOUR = 9, 21
MISCOUNTED, MISCOUNTED_PERCENT = "830203", 175
"""More than 1.4 of what it was before, which no change of season explains."""


@dataclass(frozen=True)
class Calibration:
    """One factor in hundredths, for the hours that begin from `FIRST_HOUR` to `LAST_HOUR`."""

    tambon: Tambon
    valid_from: date
    valid_until: date | None
    surveyed_on: date
    factor: int


def calibrations(city: City) -> tuple[Calibration, ...]:
    """The register as it is when the city begins: the half-year before, and the one in force."""
    return _calibrations(city.seed, half_year(city.first_day))


@lru_cache(maxsize=16)
def _calibrations(seed: int, current: date) -> tuple[Calibration, ...]:
    before = half_year(current - timedelta(days=1))
    halves = ((before, current - timedelta(days=1)), (current, None))
    return tuple(
        Calibration(
            tambon=tambon,
            valid_from=valid_from,
            valid_until=valid_until,
            surveyed_on=surveys(valid_from)[-1],
            factor=_counted(seed, number, tambon, valid_from, first=valid_from == before),
        )
        for number, tambon in enumerate(TAMBON)
        if tambon.code in SURVEYED
        for valid_from, valid_until in halves
    )


def half_year(day: date) -> date:
    """The first day of its half-year."""
    return date(day.year, 7 if day.month > 6 else 1, 1)


def surveys(valid_from: date) -> tuple[date, date]:
    """The Tuesday and the Saturday of the second week before."""
    monday = valid_from - timedelta(days=valid_from.weekday() + 14)
    return monday + timedelta(days=1), monday + timedelta(days=5)


def _counted(seed: int, number: int, tambon: Tambon, valid_from: date, *, first: bool) -> int:
    """What the counters found: the truth of their two days, but for what they overlooked."""
    days = surveys(valid_from)
    true = sum(visitors_per_device(seed, day, FIRST_HOUR, LAST_HOUR)[number] for day in days)
    seen = Draws(seed, "hand counts", tambon.code, valid_from.isoformat()).one(94, 106)
    wrong = MISCOUNTED_PERCENT if tambon.code == MISCOUNTED and not first else 100
    return true * seen * wrong // (len(days) * 10_000)


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The register, sent once before the first day begins."""
    if day != city.first_day:
        return
    found = calibrations(city)
    wrong = tuple(
        record
        for record, one in enumerate(found, start=1)
        if one.tambon.code == MISCOUNTED and one.valid_until is None
    )
    defect = Defect(
        "implausible_factor", SOURCE_ID, FILE, Where(MISCOUNTED, records=wrong),
        "the people of another beach were counted: the factor is three quarters too high",
    )  # fmt: skip
    body = csv_bytes([HEADINGS, *map(_row, found)])
    yield DropFile(FILE, datetime.combine(day, time(), BANGKOK), body, (defect,))


def _row(one: Calibration) -> Row:
    return (
        one.tambon.code,
        one.valid_from.isoformat(),
        one.valid_until.isoformat() if one.valid_until else "",
        str(FIRST_HOUR),
        str(LAST_HOUR),
        decimal(one.factor, 2),
        HAND_COUNT,
        str(2 * (LAST_HOUR - FIRST_HOUR + 1)),
        one.surveyed_on.isoformat(),
    )


SOURCE = Drop(SOURCE_ID, "CDP_CALIBRATION_DROP_URL", "folder", "calibrations", files_of)
