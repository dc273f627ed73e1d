"""Accepted rows as Parquet, one file per event day, in the shape that the lake has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.source import SourceContract
from ingestion.fields import kind_of
from ingestion.fields.query import SQL_TYPES
from ingestion.formats.raw.ahead import FEW, ahead
from ingestion.judging.outcome import LakeFile
from ingestion.judging.results.day_files import DAY, RECORD, Layout, OutOfOrder, write_days
from ingestion.records import BATCH_RECORDS, plain_texts
from ingestion.sources.event_days import event_days
from ingestion.words.sql import quote

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class Delivery:
    """Where rows come from: the SHA-256 of the raw bytes, and when they came."""

    sha256: str
    received_at: datetime
    as_of: datetime | None = None
    """The instant after which everything is the future; None for that of its receipt."""


def lake_columns(contract: SourceContract) -> dict[str, str]:
    """The columns of a source's Parquet in the lake, name to DuckDB type, in order."""
    kept = [field for field in contract.fields if field.sensitivity != "drop"]
    columns = {field.name: SQL_TYPES[field.type] for field in kept}
    columns |= {f"{f.name}_reason": "varchar" for f in kept if f.no_value is not None}
    columns |= {told.name: told.sql_type for f in kept for told in kind_of(f).told(f)}
    return columns | {
        "_rescued": "varchar",
        "_delivery": "varchar",
        "_record": "bigint",
        "_received_at": "timestamptz",
    }


def write_in_passing(
    contract: SourceContract, rows: Iterator[pa.RecordBatch], work: Path, delivery: Delivery
) -> tuple[LakeFile, ...]:
    """Write accepted rows while they come; same rows, same bytes.

    Identifiers are pseudonyms by now.

    Raises
    ------
    OutOfOrder: they do not come in an order that can be written in one pass. Nothing is left of
        them, and some were taken from `rows`.
    """
    days = (_dated(batch, contract, delivery) for batch in rows)
    with closing(ahead(days, FEW)) as dated:
        return write_days(dated, work, _layout(contract, delivery))


def write_accepted(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    rows: Callable[[], Iterator[pa.RecordBatch]],
    work: Path,
    delivery: Delivery,
) -> tuple[LakeFile, ...]:
    """The same of rows in any order, of which `rows` tells all whenever it is asked."""
    layout = _layout(contract, delivery)
    dated = (_dated(batch, contract, delivery) for batch in rows())
    try:
        return write_days(dated, work, layout)
    except OutOfOrder:
        dated = (_dated(plain_texts(batch), contract, delivery) for batch in rows())
        return write_days(_in_order(con, contract, dated), work, layout)


def _layout(contract: SourceContract, delivery: Delivery) -> Layout:
    import pyarrow as pa

    came = delivery.received_at.astimezone(UTC)
    same = {
        "_delivery": pa.scalar(delivery.sha256, pa.string()),
        "_received_at": pa.scalar(came, pa.timestamp("us", tz="UTC")),
    }
    return Layout(same, list(lake_columns(contract)), _repeating(contract))


def _dated(rows: pa.RecordBatch, contract: SourceContract, delivery: Delivery) -> pa.RecordBatch:
    """The columns of the lake that differ from row to row, and the day."""
    import pyarrow as pa

    columns, there = lake_columns(contract), set(rows.schema.names)
    kept = {name: rows.column(name) for name in columns if name in there}
    days = event_days(rows, contract, delivery.received_at)
    return pa.RecordBatch.from_pydict({**kept, DAY: days})


def _in_order(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, rows: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The rows by day; there may be more of them than memory holds."""
    import pyarrow as pa

    head = next(rows)
    reader = pa.RecordBatchReader.from_batches(head.schema, itertools.chain([head], rows))
    con.register("dated", reader)
    order = ", ".join([DAY, RECORD, *(quote(name) for name in contract.key)])
    try:
        yield from con.execute(f"from dated order by {order}").to_arrow_reader(BATCH_RECORDS)
    finally:
        con.unregister("dated")


def _repeating(contract: SourceContract) -> list[str]:
    """The columns of texts that may be worth a dictionary: all but a key by itself."""
    columns = lake_columns(contract)
    return [name for name, kind in columns.items() if kind == "varchar" and contract.key != (name,)]
