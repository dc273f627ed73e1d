"""Arrivals at the airport day by day: as immigration counts them, and as the airport does.

Both offices drop a small file in the night after a day; the one about the eve of the city's first
day holds the ninety days before, from when each was connected. The numbers are the truth's, whole
at every scale. Immigration counts foreigners who come straight from abroad, by nationality; the
airport counts passengers by the kind of their flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from city.channels import Drop, DropFile, Row
from city.defects import Defect, Where
from city.truth.calendar import BUDDHIST_ERA
from city.truth.people.visitors import NATIONS, airport_arrivals, landed_abroad
from city.writing.delimited import csv_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

IMMIGRATION_ID, AIRPORT_ID = "immigration_daily", "airport_daily"
DAYS_BEFORE = 90
CHECKPOINT = "ท่าอากาศยานภูเก็ต"
TOTAL = "TOTAL"
IMMIGRATION_HEADINGS = ("วันที่", "ด่าน", "สัญชาติ", "ขาเข้า (คน)")
AIRPORT_HEADINGS = ("flight_date", "service", "arriving_passengers")
# Days of the city's week on which something is wrong.
UNKNOWN_ON, TWICE_ON, LATE_ON = 2, 4, 3
UNKNOWN_NATION, UNKNOWN_SHARE = "CZECHIA", 8  # one in eight of the others
LATE = timedelta(hours=20)

_Rows = Callable[["City", date], list[Row]]


def immigration_files(city: City, day: date) -> Iterator[DropFile]:
    """The files of the immigration office that are sent about a day."""
    name = "immigration_{day:%Y%m%d}.csv"
    for file, rows, weekday in _files(city, day, name, _by_nation, IMMIGRATION_HEADINGS):
        if weekday == UNKNOWN_ON:
            yield _with_unknown_nation(file, rows)
        elif weekday == TWICE_ON:
            again = csv_bytes([IMMIGRATION_HEADINGS, *rows, rows[-1]])
            where = Where(records=(len(rows) + 1,))
            twice = Defect(
                "duplicate_row", IMMIGRATION_ID, file.name, where, "the total came twice"
            )
            yield replace(file, body=again, defects=(twice,))
        else:
            yield file


def airport_files(city: City, day: date) -> Iterator[DropFile]:
    """The files of the airport that are sent about a day."""
    name = "airport_arrivals_{day:%Y%m%d}.csv"
    for file, _, weekday in _files(city, day, name, _by_service, AIRPORT_HEADINGS):
        if weekday == LATE_ON:
            detail = "the airport's system was being renewed for twenty hours"
            late = Defect("late_file", AIRPORT_ID, file.name, Where(), detail)
            yield replace(file, sent_at=file.sent_at + LATE, defects=(late,))
        else:
            yield file


def _files(
    city: City, day: date, name: str, rows_of: _Rows, headings: Row
) -> Iterator[tuple[DropFile, list[Row], int]]:
    """Files without defects, their rows, and the day of the city's week; -1 before its first."""
    if day == city.first_day:
        eve = day - timedelta(days=1)
        before = [eve - timedelta(days=age) for age in reversed(range(DAYS_BEFORE))]
        rows = [row for one in before for row in rows_of(city, one)]
        sent_at = datetime.combine(day, time(), BANGKOK)
        yield DropFile(name.format(day=eve), sent_at, csv_bytes([headings, *rows])), rows, -1
    rows = rows_of(city, day)
    sent_at = datetime.combine(day + timedelta(days=1), time(0, 45), BANGKOK)
    file = DropFile(name.format(day=day), sent_at, csv_bytes([headings, *rows]))
    yield file, rows, (day - city.first_day).days % 7


def _by_nation(city: City, day: date) -> list[Row]:
    landed = landed_abroad(city.seed, day).tolist()
    when = f"{day:%d/%m}/{day.year + BUDDHIST_ERA}"
    names = [nation.name_en.upper() for nation in NATIONS]
    return [
        (when, CHECKPOINT, name, f"{count:,}")
        for name, count in zip((*names, TOTAL), (*landed, sum(landed)), strict=True)
    ]


def _by_service(city: City, day: date) -> list[Row]:
    domestic, international = airport_arrivals(city.seed, day)
    return [
        (day.isoformat(), service, str(count))
        for service, count in (("domestic", domestic), ("international", international))
    ]


def _with_unknown_nation(file: DropFile, rows: list[Row]) -> DropFile:
    """Some of the others under the name of a nation that nobody announced; the total stays."""
    when, checkpoint, others, count = rows[-2]
    people = int(count.replace(",", ""))
    apart = people // UNKNOWN_SHARE
    told = [
        *rows[:-2],
        (when, checkpoint, UNKNOWN_NATION, f"{apart:,}"),
        (when, checkpoint, others, f"{people - apart:,}"),
        rows[-1],
    ]
    detail = "a nationality that the office had not listed before"
    where = Where(records=(len(rows) - 1,))
    unknown = Defect("unknown_parameter", IMMIGRATION_ID, file.name, where, detail)
    return replace(file, body=csv_bytes([IMMIGRATION_HEADINGS, *told]), defects=(unknown,))


IMMIGRATION = Drop(
    IMMIGRATION_ID, "CDP_IMMIGRATION_DROP_URL", "folder", "immigration", immigration_files
)
AIRPORT = Drop(AIRPORT_ID, "CDP_AIRPORT_DROP_URL", "folder", "airport", airport_files)
