"""The four real tables of the province, served by the simulated city's CKAN instead of its own.

The file resource is the original file, byte for byte; the datastore holds its cells as text.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from city.channels import Table
from city.serving.apis.ckan import CkanCatalogue

DATASETS = {
    "hotels.csv": "dataset_10_11",
    "occupancy.csv": "dataset_10_68",
    "airport-pax.csv": "dataset_10_02",
    "water-pwa.csv": "dataset_10_25",
}
KIND, DIRECTION = 3, 4  # columns of the airport's table
TOTAL, DOMESTIC, INTERNATIONAL = "รวม", "ภายในประเทศ", "ระหว่างประเทศ"


@dataclass(frozen=True)
class FileTable(Table):
    """A table that is a file as its agency wrote it."""

    file: bytes = b""

    @property
    def body(self) -> bytes:
        return self.file


def catalogue(folder: Path) -> CkanCatalogue:
    """The tables as they were published."""
    return CkanCatalogue(tuple(_table(folder / name) for name in DATASETS))


def with_airport_corrected(published: CkanCatalogue) -> CkanCatalogue:
    """The same with one correction: each year's second domestic total is the international one."""
    return CkanCatalogue(
        tuple(_corrected(t) if t.resource == "airport-pax.csv" else t for t in published.tables)
    )


def _table(path: Path) -> FileTable:
    body = path.read_bytes()
    headings, *rows = csv.reader(io.StringIO(body.decode("utf-8")))
    return FileTable(
        source=path.stem,
        dataset=DATASETS[path.name],
        resource=path.name,
        title=rows[0][headings.index("รายการ")],
        agency=rows[0][headings.index("ที่มา")],
        headings=tuple(headings),
        rows=tuple(tuple(row) for row in rows),
        published_at=datetime(2026, 3, 1, 3, 0, tzinfo=UTC),
        file=body,
    )


def _corrected(table: Table) -> Table:
    seen: set[str] = set()
    rows = []
    for row in table.rows:
        year = row[table.headings.index("ปี")]
        if (row[KIND], row[DIRECTION]) == (DOMESTIC, TOTAL):
            if year in seen:
                row = (*row[:KIND], INTERNATIONAL, *row[DIRECTION:])
            seen.add(year)
        rows.append(row)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((table.headings, *rows))
    changed = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    return replace(table, rows=tuple(rows), file=text.getvalue().encode(), published_at=changed)
