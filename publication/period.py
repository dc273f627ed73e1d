"""From when until when the rows of a release tell, and when the next release is due.

Belongs here: both as dates, from the table and from the product's cadence. Does not belong here:
whether a release is late: that is for whoever reads it, on the day when it is read.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.products import Product
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    import pyarrow as pa

_INSTANT = timedelta(microseconds=1)


def period_of(
    parquet: Path, product: Product, published_at: datetime
) -> tuple[date | None, date | None]:
    """First and last day in Phuket that a row tells of; None where the product has no time.

    A row without a figure counts, too: it tells that there was none. A month or a year that is not
    over is told of until the day of publication.
    """
    import pyarrow.parquet as pq

    columns = list(product.time_columns)
    table = pq.read_table(parquet, columns=columns) if columns else None
    spans = [_span(name, table.column(name)) for name in columns] if table else []
    days = [day for span in spans for day in span]
    today = published_at.astimezone(BANGKOK).date()
    return (min(days), min(max(days), today)) if days else (None, None)


def due(cadence: str, published_at: datetime) -> datetime:
    """Until when the next release is to be out: the end of that day in Phuket."""
    if cadence == "hourly":
        return published_at + timedelta(hours=2)
    day = published_at.astimezone(BANGKOK).date()
    if cadence in ("daily", "weekly"):
        day += timedelta(days=1 if cadence == "daily" else 7)
    else:
        day = _later(day, months=1 if cadence == "monthly" else 12)
    return datetime.combine(day, time(23, 59, 59), BANGKOK)


def _span(name: str, values: pa.ChunkedArray) -> list[date]:
    """The days that the least and the greatest value of a column stand for; none for a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pc.min_max(values).as_py()
    first, last = ends["min"], ends["max"]
    if first is None:
        return []
    if pa.types.is_timestamp(values.type):
        # An end is the first instant that no longer belongs to the period.
        last -= _INSTANT if name.endswith("_end") else timedelta()
        first -= _INSTANT if name.endswith("_end") else timedelta()
        return [first.astimezone(BANGKOK).date(), last.astimezone(BANGKOK).date()]
    if pa.types.is_date(values.type):
        return [first, last]
    if pa.types.is_integer(values.type) and name == "year":
        return [date(first, 1, 1), date(last, 12, 31)]
    return []


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
