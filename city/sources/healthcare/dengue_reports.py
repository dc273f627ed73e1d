"""Reports of form 506 on dengue: one file every Monday with the cases of the last eight weeks.

The epidemiology section exports it from its program: cp874, days first, Buddhist years, columns in
capitals. Each issue says anew what earlier ones said: late cases come in, and a diagnosis changes
when the laboratory answers. Names and hospital numbers are left out by the office already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from city.channels import Drop, DropFile, Row
from city.defects import Defect, Kind, Where
from city.registers.hospitals import HOSPITALS
from city.sources.months import BUDDHIST_ERA
from city.truth.incidents.dengue import Case, cases_on
from city.writing.delimited import csv_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "dengue_reports"
WEEKS = 8
HEADINGS = (
    "E0", "DISEASE", "SEX", "YEAR", "ADDRCODE", "HSERV", "TYPE",
    "DATESICK", "DATETREAT", "DATEDEFINE", "DATEISSUE",
)  # fmt: skip
IN_WARD, OUTSIDE = "2", "1"
# Where people of a district are treated first.
NEAREST = {"8301": HOSPITALS[0].code, "8302": HOSPITALS[1].code, "8303": HOSPITALS[2].code}

_PLAN: tuple[tuple[int, Kind, str], ...] = (
    (4, "buddhist_year", "a year of the Common Era where all others are Buddhist"),
    (9, "unknown_parameter", "the code of another disease"),
    (15, "duplicate_row", "one case stands twice"),
)


def cases_known(seed: int, issued: date) -> tuple[Case, ...]:
    """The cases of the last weeks that are known on a day, with the diagnosis of that day."""
    days = [issued - timedelta(days=age) for age in reversed(range(7 * WEEKS))]
    return tuple(
        case if case.confirmed <= issued else replace(case, code=case.first_code)
        for day in days
        for case in cases_on(seed, day)
        if case.defined <= issued
    )


def _files(city: City, day: date) -> Iterator[DropFile]:
    if day.weekday() == 0:
        yield report(city.seed, day)


def report(seed: int, issued: date) -> DropFile:
    """The file of one Monday."""
    name = f"dengue506_{issued:%Y%m%d}.csv"
    rows = [_row(case, issued) for case in cases_known(seed, issued)]
    defects = []
    for record, kind, detail in _PLAN:
        if record <= len(rows):
            rows = _spoiled(rows, record, kind)
            defects.append(Defect(kind, SOURCE_ID, name, Where(records=(record,)), detail))
    body = csv_bytes((HEADINGS, *rows), encoding="cp874", line_end="\r\n")
    return DropFile(name, datetime.combine(issued, time(15), BANGKOK), body, tuple(defects))


def _row(case: Case, issued: date) -> Row:
    return (
        report_id(case),
        case.code,
        "1" if case.male else "2",
        str(case.age),
        case.tambon,
        NEAREST[case.tambon[:4]],
        IN_WARD if case.admitted else OUTSIDE,
        _buddhist(case.onset),
        _buddhist(case.treated),
        _buddhist(case.defined),
        _buddhist(issued),
    )


def report_id(case: Case) -> str:
    """The running number of a case, the same in every issue."""
    return f"{case.onset.year + BUDDHIST_ERA}-{case.onset:%m%d}-{case.number:03d}"


def _spoiled(rows: list[Row], record: int, kind: Kind) -> list[Row]:
    place = record - 1
    row = rows[place]
    if kind == "duplicate_row":
        return [*rows[:place], rows[place - 1], *rows[place:]]
    if kind == "unknown_parameter":
        return [*rows[:place], (row[0], "84", *row[2:]), *rows[place + 1 :]]
    sick = f"{row[7][:6]}{int(row[7][6:]) - BUDDHIST_ERA}"
    return [*rows[:place], (*row[:7], sick, *row[8:]), *rows[place + 1 :]]


def _buddhist(day: date) -> str:
    return f"{day:%d/%m}/{day.year + BUDDHIST_ERA}"


SOURCE = Drop(
    source=SOURCE_ID,
    setting="CDP_DENGUE_DROP_URL",
    store="folder",
    folder="dengue",
    files=_files,
)
