"""Tide tables of a year, as the Hydrographic Department prints them: every high and low water.

One file a year in the agency's encoding (cp874), two lines of title above the columns, months by
name. Heights are in metres above the lowest low water, which lies below mean sea level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.channels import Drop, DropFile
from city.sources.months import BUDDHIST_ERA
from city.truth.weather.rain import STEPS
from city.truth.weather.water import tide
from city.writing.delimited import csv_bytes
from city.writing.json_text import decimal
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "tide_tables"
LOWEST_LOW_WATER_MM = -1350  # below mean sea level: the zero of the tables
STEP_MINUTES = 10
MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
PLACE = "เกาะตะเภาน้อย"
COLUMNS = ("สถานี", "ปี", "เดือน", "วันที่", "เวลา", "ระดับน้ำ (เมตร)", "น้ำ")


@dataclass(frozen=True)
class Turn:
    """A high or a low water, in mm about mean sea level."""

    at: datetime
    height: int
    high: bool


@lru_cache(maxsize=8)
def turns_of(year: int) -> tuple[Turn, ...]:
    """Every high and low water of a year of the Common Era, in the order of time."""
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    # A day more at either end, so that the first and last turns are seen from both sides.
    heights = tide(first - timedelta(days=1), (days + 2) * STEPS)
    moves = np.diff(heights)
    moving = np.flatnonzero(moves)  # around slack water the sea may stand for a while
    rising = moves[moving] > 0
    turning = np.flatnonzero(rising[1:] != rising[:-1])
    midnight = datetime.combine(first - timedelta(days=1), time(), BANGKOK)
    turns = (
        Turn(
            at=midnight + timedelta(minutes=STEP_MINUTES * (int(moving[number]) + 1)),
            height=int(heights[moving[number] + 1]),
            high=bool(rising[number]),
        )
        for number in turning
    )
    return tuple(turn for turn in turns if turn.at.year == year)


def table_of(year: int, sent_at: datetime) -> DropFile:
    """The tables of a year as a file."""
    buddhist = year + BUDDHIST_ERA
    rows: list[tuple[str, ...]] = [
        ("มาตราน้ำ น่านน้ำไทย",),
        (f"พ.ศ. {buddhist} ระดับน้ำเป็นเมตรเหนือระดับน้ำลงต่ำสุด",),
        COLUMNS,
    ]
    rows += [_row(turn) for turn in turns_of(year)]
    body = csv_bytes(rows, encoding="cp874", line_end="\r\n")
    return DropFile(f"tide_tables_{buddhist}.csv", sent_at, body)


def _row(turn: Turn) -> tuple[str, ...]:
    return (
        PLACE,
        str(turn.at.year + BUDDHIST_ERA),
        MONTHS[turn.at.month - 1],
        str(turn.at.day),
        f"{turn.at:%H.%M}",
        decimal((turn.height - LOWEST_LOW_WATER_MM) // 10, 2),
        "ขึ้น" if turn.high else "ลง",
    )


def _files(city: City, day: date) -> Iterator[DropFile]:
    """With the city's first day the tables of every year that it touches, and of the next."""
    if day == city.first_day:
        for year in range(city.first_day.year, city.last_day.year + 2):
            yield table_of(year, datetime.combine(day, time(), BANGKOK))


SOURCE = Drop(
    source=SOURCE_ID,
    setting="CDP_TIDE_DROP_URL",
    store="folder",
    folder="tides",
    files=_files,
)
