"""Registered people by district, as published: an unpivoted table with its real wrong totals.

Men and women of Mueang are 27 less than its total; the province's men and women are not the sums
of the districts, and the total fits them in none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.published.governance import REGISTERED_POPULATION
from city.sources.spelling import TOTAL

SOURCE_ID = "registered_population"
RESOURCE = "population.csv"


def registered_population() -> Table:
    """The table as published."""
    return Table(
        source=SOURCE_ID,
        dataset="phuket001",
        resource=RESOURCE,
        title="ประชากรจากการทะเบียน",
        agency="กรมการปกครอง",
        headings=("tablename", "อำเภอ", "Attribute", "Value", "unit", "source"),
        rows=tuple(_rows()),
        published_at=datetime(2026, 4, 17, 3, 0, tzinfo=UTC),
        defects=tuple(_wrong_totals()),
    )


def _rows() -> Iterator[Row]:
    for place, counts in REGISTERED_POPULATION.items():
        for sex, count in zip(("ชาย", "หญิง", TOTAL), counts, strict=True):
            yield ("จำนวนประชากร", place, sex, str(count), "คน", "กรมการปกครอง")


def _wrong_totals() -> Iterator[Defect]:
    rows = list(REGISTERED_POPULATION.values())
    for number, (men, women, total) in enumerate(rows):
        if men + women != total:
            where = Where(records=(3 * number + 3,))
            detail = f"men and women are {men + women}, the total says {total}"
            yield Defect("wrong_total", SOURCE_ID, RESOURCE, where, detail)
    for column, sex in enumerate(("men", "women", "people")):
        parts, whole = sum(row[column] for row in rows[:-1]), rows[-1][column]
        if parts != whole:
            where = Where(records=(3 * (len(rows) - 1) + column + 1,))
            detail = f"{sex} of the districts are {parts}, the province says {whole}"
            yield Defect("wrong_total", SOURCE_ID, RESOURCE, where, detail)


SOURCE = Catalogued(SOURCE_ID, lambda city: registered_population())
