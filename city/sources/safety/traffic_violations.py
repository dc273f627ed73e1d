"""The police's daily export of traffic violations: Thai headings, Buddhist years, cp874.

An export holds what happened to each violation on that day: it was seen, reviewed, ticketed or
paid. So a violation is sent up to four times, each time with its state at the end of the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from city.chance import Ints
from city.channels import Drop, DropFile
from city.defects import Defect, Where
from city.registers.cameras import plate_cameras
from city.truth.incidents.violations import (
    LIMIT_KMH,
    MOST_DAYS,
    OFFENCES,
    Violations,
    violations,
)
from city.truth.people.fleet import class_of, plates, regions
from city.writing.text_columns import body_of, chosen, decimals, joined, numerals
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    import pyarrow as pa

    from city.city import City

SOURCE_ID = "traffic_violations"
HEADINGS = (
    "เลขที่เหตุการณ์", "รหัสกล้อง", "วันเวลากระทำผิด", "ข้อหา", "ความเร็ว (กม./ชม.)",
    "ความเร็วที่กำหนด", "ทะเบียนรถ", "หมวดจังหวัด", "ประเภทรถ", "ความเชื่อมั่น", "สถานะ",
    "ผลการตรวจสอบ", "วันเวลาเปลี่ยนสถานะ", "ค่าปรับ (บาท)",
)  # fmt: skip
STATES = ("ตรวจพบ", "ตรวจสอบแล้ว", "ออกใบสั่ง", "ชำระแล้ว")
RESULTS = ("-", "ไม่ยืนยัน", "ยืนยัน")
CLASSES_TH = ("รถจักรยานยนต์", "รถยนต์", "รถกระบะ", "รถตู้", "รถบรรทุก", "รถโดยสาร")
OFFICE_OPENS, OFFICE_SECONDS = 8 * 3600 + 1800, 8 * 3600
SPOILED_SPEEDS, REPEATED_ROWS = 3, 4


def files_of(city: City, day: date) -> list[DropFile]:
    """The export of a day, and a second one where the first could not be used."""
    weekday = (day - city.first_day).days % 7
    name = f"violations_{day:%Y%m%d}.csv"
    rows = [
        line
        for age in range(MOST_DAYS, -1, -1)
        for line in _rows(city, day, age, spoiled=weekday == 0 and age == 0)
    ]
    defects = tuple(_row_defects(name, rows)) if weekday == 0 else ()
    if weekday == 0:
        rows += rows[-REPEATED_ROWS:]
    sent_at = datetime.combine(day + timedelta(days=1), time(1, 10), BANGKOK)
    file = DropFile(name, sent_at, _body(HEADINGS, rows), defects)
    return list(_renamed(file, rows)) if weekday == 1 else [file]


def _body(headings: tuple[str, ...], rows: list[str]) -> bytes:
    return "\r\n".join((",".join(headings), *rows, "")).encode("cp874")


def _renamed(file: DropFile, rows: list[str]) -> Iterator[DropFile]:
    """A new version of the police's program calls a column otherwise; it is put right at nine."""
    headings = tuple(heading.replace("สถานะ", "สถานภาพ") for heading in HEADINGS)
    detail = "the export called สถานะ สถานภาพ"
    wrong = Defect("renamed_column", SOURCE_ID, file.name, Where(), detail)
    yield replace(file, body=_body(headings, rows), defects=(*file.defects, wrong))
    again = file.name.replace(".csv", "_again.csv")
    yield replace(file, name=again, sent_at=file.sent_at + timedelta(hours=8))


def _row_defects(name: str, rows: list[str]) -> Iterator[Defect]:
    fast = tuple(n for n, row in enumerate(rows, start=1) if row.split(",")[4] == "999")
    if fast:
        where = Where(records=fast)
        yield Defect("out_of_range", SOURCE_ID, name, where, "a gauge that was never set: 999 km/h")
    copies = range(len(rows) + 1, len(rows) + 1 + len(rows[-REPEATED_ROWS:]))
    where = Where(records=tuple(copies))
    yield Defect("duplicate_row", SOURCE_ID, name, where, "the last rows were exported twice")


@dataclass(frozen=True)
class Changed:
    """Violations of one earlier day whose state changed on the day of the export."""

    happened: date
    number: Ints
    state: Ints
    changed: Ints
    of: Violations


def changed_on(city: City, day: date, age: int) -> Changed | None:
    """Violations of so many days before whose state changed on a day; None if none did."""
    happened = day - timedelta(days=age)
    found = violations(city.seed, happened, city.millionths, city.whole_hours(happened))
    state = found.state(age)
    at = np.flatnonzero(state != found.state(age - 1))
    if not len(at):
        return None
    # Officers work on what was seen; the export gives the moment at which they did.
    worked = OFFICE_OPENS + (at * 7919 + age * 3571) % OFFICE_SECONDS
    changed = np.where(state[at] == 0, found.second[at], worked)
    of = Violations(*(column[at] for column in vars(found).values()))
    return Changed(happened, at + 1, state[at], changed, of)


def _rows(city: City, day: date, age: int, *, spoiled: bool) -> list[str]:
    rows = changed_on(city, day, age)
    if rows is None:
        return []
    return body_of(_lines(rows, day, city.millionths, spoiled)).decode().splitlines()


def _lines(rows: Changed, day: date, millionths: int, spoiled: bool) -> pa.Array:
    import pyarrow as pa

    of, who = rows.of, pa.array(rows.of.vehicle)
    measured, speed = of.speed > 0, of.speed.copy()
    if spoiled:
        speed[np.flatnonzero(measured)[:SPOILED_SPEEDS]] = 999
    fine = np.where(rows.state >= 2, of.fine, 0)
    result = np.where(rows.state == 0, 0, 1 + of.confirmed)
    return joined(
        f"VE{rows.happened:%y%m%d}-", numerals(rows.number, 5), ",",
        chosen(tuple(camera.id for camera in plate_cameras()), of.camera), ",",
        _moment(rows.happened, of.second), ",",
        chosen(tuple(offence.name_th for offence in OFFENCES), of.offence), ",",
        _or_dash(numerals(speed), measured), ",",
        chosen(("-", str(LIMIT_KMH)), measured.astype(np.int64)), ",",
        plates(millionths).take(who), ",", regions(millionths).take(who), ",",
        chosen(CLASSES_TH, class_of(millionths)[of.vehicle]), ",",
        decimals(of.confidence, 3), ",", chosen(STATES, rows.state), ",",
        chosen(RESULTS, result), ",", _moment(day, rows.changed), ",",
        _or_dash(numerals(fine), fine > 0), "\n",
    )  # fmt: skip


def _or_dash(texts: pa.Array, shown: NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(shown), texts, "-")


def _moment(day: date, second: Ints) -> pa.Array:
    """Local time as the police write it: 07/09/2569 14:05:33."""
    return joined(
        f"{day:%d/%m/}{day.year + 543} ", numerals(second // 3600, 2), ":",
        numerals(second // 60 % 60, 2), ":", numerals(second % 60, 2),
    )  # fmt: skip


SOURCE = Drop(SOURCE_ID, "CDP_VIOLATION_DROP_URL", "folder", "violations", files_of)
