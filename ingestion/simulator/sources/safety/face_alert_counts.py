"""Monthly counts of alerts of the face-recognition cameras: issued, verified, false.

For the governance of the cameras only. There is nothing else about faces in the simulated city:
no image, no person, no place, no time but the month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ingestion.clock import BANGKOK
from ingestion.simulator.chance import Draws
from ingestion.simulator.channels import Drop, DropFile, Row
from ingestion.simulator.defects import Defect, Where
from ingestion.simulator.truth.visitors import BUDDHIST_ERA, arrivals
from ingestion.simulator.writing.delimited import csv_bytes

if TYPE_CHECKING:
    from ingestion.simulator.city import City

SOURCE_ID = "face_alert_counts"
FILE = "face_alert_counts.csv"
HEADINGS = ("ปี", "เดือน", "แจ้งเตือนทั้งหมด", "ยืนยันแล้ว", "แจ้งเตือนผิดพลาด")
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.",
                "พ.ย.", "ธ.ค.")  # fmt: skip
PENDING = "รอประมวลผล"
MONTHS = 12
VISITORS_AN_ALERT = 9_000
WRONG, LAST = 4, MONTHS - 1
"""Of the twelve months, the one whose parts do not add up, and the one not yet worked on."""


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The twelve months before the city's first, in one file."""
    if day != city.first_day:
        return
    months = list(months_before(city.first_day))
    rows = [_row(city.seed, *month, number) for number, month in enumerate(months)]
    wrong = Where(records=(WRONG + 1,))
    pending = Where(records=(LAST + 1,))
    defects = (
        Defect("wrong_total", SOURCE_ID, FILE, wrong, "issued is not verified and false together"),
        Defect("pending", SOURCE_ID, FILE, pending, "the month has not been worked on"),
    )
    sent_at = datetime.combine(day, time(), BANGKOK)
    yield DropFile(FILE, sent_at, csv_bytes([HEADINGS, *rows]), defects)


def counts_of(seed: int, year: int, month: int) -> tuple[int, int, int]:
    """Alerts of a month: issued, verified, false. More visitors, more alerts."""
    day, came = date(year, month, 1), 0
    while day.month == month:
        came += int(arrivals(seed, day).sum())
        day += timedelta(days=1)
    draws = Draws(seed, "alerts", f"{year}-{month:02d}")
    issued = came // VISITORS_AN_ALERT
    verified = issued * draws.one(12, 22) // 100
    return issued, verified, issued - verified


def months_before(day: date) -> Iterator[tuple[int, int]]:
    """Year and month of the twelve months before the one of a day, in order."""
    for back in range(MONTHS, 0, -1):
        number = day.year * 12 + day.month - 1 - back
        yield number // 12, number % 12 + 1


def _row(seed: int, year: int, month: int, number: int) -> Row:
    issued, verified, false = counts_of(seed, year, month)
    parts = (PENDING, PENDING) if number == LAST else (str(verified), str(false))
    total = issued + (7 if number == WRONG else 0)
    return (str(year + BUDDHIST_ERA), SHORT_MONTHS[month - 1], str(total), *parts)


SOURCE = Drop(SOURCE_ID, "CDP_CCTV_DROP_URL", "folder", "cctv", files_of)
