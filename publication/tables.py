"""The bytes of published tables: Parquet and CSV from one stream of Arrow batches.

Belongs here: the rules for cells, types and row groups, the same for every product. Does not
belong here: which rows (`candidate.py`), which other files go with them (`profiles/`), and
whether a value is fit to publish (the gate reads what is written here).
Same rows, same bytes: nothing here knows the time, the machine or the run.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import BANGKOK
from ingestion.errors import PermanentError

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 100_000
Cell = str | int | float | bool | Decimal | date | datetime | None

# A spreadsheet runs a cell that starts with one of these as a formula; the last four are the
# full-width forms that some locales treat alike.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def write_tables(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, parquet: Path, text: Path
) -> int:
    """Write the same rows as Parquet and as CSV; returns how many."""
    import pyarrow.parquet as pq

    rows = 0
    with (
        # Checksums, because a flipped bit inside a page reads as another value and nobody notices.
        pq.ParquetWriter(parquet, schema, compression="zstd", write_page_checksum=True) as writer,
        text.open("w", encoding="utf-8", newline="") as stream,
    ):
        lines = csv.writer(stream)
        lines.writerow(schema.names)
        for group in _row_groups(batches, schema):
            writer.write_table(group, row_group_size=ROW_GROUP)
            lines.writerows(_csv_rows(group))
            rows += group.num_rows
    return rows


def open_type(kind: str) -> pa.DataType:
    """The Arrow type in which a DuckDB type is published.

    Raises
    ------
    PermanentError: the type would read differently from tool to tool.
    """
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(),
        "BOOLEAN": pa.bool_(),
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "FLOAT": pa.float32(),
        "DOUBLE": pa.float64(),
        "DATE": pa.date32(),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
    }
    if kind in types:
        return types[kind]
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    raise PermanentError(
        f"type {kind} is not published",
        expected="one of " + ", ".join([*types, "DECIMAL"]),
        fix="cast the column in the mart (a time needs its zone, a sum a cast to bigint)",
    )


def neutral(text: str) -> str:
    """A text cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_cell(value: Cell) -> str:
    """One value as published CSV writes it; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(BANGKOK).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else repr(value)


def _row_groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Contiguous tables of exactly `ROW_GROUP` rows but for the last.

    The engine's batches vary with its threads; pages of Parquet must not.
    """
    import pyarrow as pa

    waiting: list[pa.Table] = []
    count = 0
    for batch in batches:
        waiting.append(pa.Table.from_batches([batch]).cast(schema))
        count += batch.num_rows
        while count >= ROW_GROUP:
            table = pa.concat_tables(waiting)
            yield table.slice(0, ROW_GROUP).combine_chunks()
            waiting, count = [table.slice(ROW_GROUP)], count - ROW_GROUP
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


def _csv_rows(table: pa.Table) -> Iterator[list[str]]:
    columns = [column.to_pylist() for column in table.columns]
    for row in zip(*columns, strict=True):
        yield [csv_cell(value) for value in row]
