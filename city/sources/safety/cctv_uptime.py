"""How many minutes of a day each camera worked, as the video management system reports it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from city.channels import Drop, DropFile, Row
from city.defects import Defect, Where
from city.registers.cameras import cctv_cameras, plate_cameras
from city.truth.incidents.uptime import DAY_MINUTES, minutes_up
from city.writing.delimited import csv_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "cctv_uptime"
HEADINGS = ("date", "camera_id", "minutes_up", "minutes_expected")
TOO_LONG, TWICE, ABSENT = "CCTV-090", "CCTV-300", "CCTV-500"


def files_of(city: City, day: date) -> Iterator[DropFile]:
    """The report about a day, made in the night after it."""
    name = f"uptime_{day:%Y%m%d}.csv"
    rows, defects = _spoiled(list(_rows(city, day)), name, (day - city.first_day).days % 7)
    sent_at = datetime.combine(day + timedelta(days=1), time(0, 20), BANGKOK)
    yield DropFile(name, sent_at, csv_bytes([HEADINGS, *rows]), defects)


def _rows(city: City, day: date) -> Iterator[Row]:
    cameras = (*plate_cameras(), *cctv_cameras())
    for camera, minutes in zip(cameras, minutes_up(city.seed, day).tolist(), strict=True):
        yield (day.isoformat(), camera.id, str(minutes), str(DAY_MINUTES))


def _spoiled(rows: list[Row], name: str, weekday: int) -> tuple[list[Row], tuple[Defect, ...]]:
    at = {row[1]: place for place, row in enumerate(rows)}
    if weekday == 0:
        day, camera, _, expected = rows[at[TOO_LONG]]
        rows[at[TOO_LONG]] = (day, camera, "1503", expected)
        where = Where(TOO_LONG, records=(at[TOO_LONG] + 1,))
        detail = "more minutes than a day has: two recorders were added up"
        return rows, (Defect("out_of_range", SOURCE_ID, name, where, detail),)
    if weekday == 1:
        rows.insert(at[TWICE], rows[at[TWICE]])
        where = Where(TWICE, records=(at[TWICE] + 2,))
        repeated = Defect("duplicate_row", SOURCE_ID, name, where, "the row was exported twice")
        rows = [row for row in rows if row[1] != ABSENT]
        silent = Defect("gap", SOURCE_ID, name, Where(ABSENT), "the recorder did not answer")
        return rows, (repeated, silent)
    return rows, ()


def minutes_told(city: City, day: date) -> Iterator[tuple[str, int, int]]:
    """Camera, minutes that it worked, minutes expected: what can be used of the report, once."""
    rows, _ = _spoiled(list(_rows(city, day)), "", (day - city.first_day).days % 7)
    for _, camera, up, expected in dict.fromkeys(rows):
        if int(up) <= DAY_MINUTES:
            yield camera, int(up), int(expected)


SOURCE = Drop(SOURCE_ID, "CDP_CCTV_DROP_URL", "folder", "cctv", files_of)
