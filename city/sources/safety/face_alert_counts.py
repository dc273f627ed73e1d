"""Monthly counts of alerts of the face-recognition cameras: issued, verified, false.

For the governance of the cameras only. There is nothing else about faces in the simulated city:
no image, no person, no place, no time but the month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Drop, DropFile, Row
from city.defects import Defect, Where
from city.sources.months import Month, complete_months
from city.truth.people.visitors import arrivals
from city.writing.delimited import csv_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "face_alert_counts"
FILE = "face_alert_counts.csv"
HEADINGS = ("ปี", "เดือน", "แจ้งเตือนทั้งหมด", "ยืนยันแล้ว", "แจ้งเตือนผิดพลาด")
PENDING = "รอประมวลผล"
MONTHS = 12
VISITORS_AN_ALERT = 9_000
WRONG, LAST = 4, MONTHS - 1
"""Of the twelve months, the one whose parts do not add up, and the one not yet worked on."""


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The twelve months before the city's first, in one file."""
    if day != city.first_day:
        return
    months = complete_months(city.first_day, MONTHS)
    rows = [_row(city.seed, month, number) for number, month in enumerate(months)]
    wrong = Where(records=(WRONG + 1,))
    pending = Where(records=(LAST + 1,))
    defects = (
        Defect("wrong_total", SOURCE_ID, FILE, wrong, "issued is not verified and false together"),
        Defect("pending", SOURCE_ID, FILE, pending, "the month has not been worked on"),
    )
    sent_at = datetime.combine(day, time(), BANGKOK)
    yield DropFile(FILE, sent_at, csv_bytes([HEADINGS, *rows]), defects)


def counts_of(seed: int, month: Month) -> tuple[int, int, int]:
    """Alerts of a month: issued, verified, false. More visitors, more alerts."""
    came = sum(int(arrivals(seed, day).sum()) for day in month.days)
    draws = Draws(seed, "alerts", f"{month.first:%Y-%m}")
    issued = came // VISITORS_AN_ALERT
    verified = issued * draws.one(12, 22) // 100
    return issued, verified, issued - verified


def _row(seed: int, month: Month, number: int) -> Row:
    issued, verified, false = counts_of(seed, month)
    parts = (PENDING, PENDING) if number == LAST else (str(verified), str(false))
    total = issued + (7 if number == WRONG else 0)
    return (month.year_text, month.short, str(total), *parts)


SOURCE = Drop(SOURCE_ID, "CDP_CCTV_DROP_URL", "folder", "cctv", files_of)
