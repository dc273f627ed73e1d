"""Accepted rows as Parquet, one file per event day, in the shape that the lake has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import bangkok_day
from ingestion.contracts.model import SourceContract
from ingestion.parsing.ahead import ahead
from ingestion.parsing.casting import SQL_TYPES
from ingestion.parsing.day_files import DAY, RECORD, OutOfOrder, write_days
from ingestion.parsing.grammar import quote
from ingestion.parsing.outcome import LakeFile
from ingestion.parsing.records import BATCH_RECORDS
from ingestion.privacy.columns import told_from
from ingestion.privacy.pseudonyms import hide_identifiers

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def lake_columns(contract: SourceContract) -> dict[str, str]:
    """The columns of a source's Parquet in the lake, name to DuckDB type, in order."""
    kept = [field for field in contract.fields if field.sensitivity != "drop"]
    columns = {field.name: SQL_TYPES[field.type] for field in kept}
    columns |= {f"{f.name}_reason": "varchar" for f in kept if f.missing is not None}
    columns |= {told.name: told.sql_type for f in kept for told in told_from(f)}
    return columns | {
        "_rescued": "varchar",
        "_delivery": "varchar",
        "_record": "bigint",
        "_received_at": "timestamptz",
    }


def write_accepted(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    work: Path,
    delivery: str,
    received_at: datetime,
) -> tuple[LakeFile, ...]:
    """Write the rows of view `good` that are not in `repeats`; same input, same bytes."""
    import pyarrow as pa

    hidden = hide_identifiers(con, contract, received_at)
    swapped = ", ".join(f"{sql} as {quote(name)}" for name, sql in hidden.replaced.items())
    beside = "".join(f", {sql} as {quote(name)}" for name, sql in hidden.beside.items())
    con.execute(f"""
        create view accepted as
        select good.* {f"replace ({swapped})" if swapped else ""} {beside},
            {_day(contract, received_at)} as _day
        from (from good anti join repeats using (_row)) as good {hidden.joins}""")
    columns = lake_columns(contract)
    same = {
        "_delivery": pa.scalar(delivery, pa.string()),
        "_received_at": pa.scalar(received_at.astimezone(UTC), pa.timestamp("us", tz="UTC")),
    }
    chosen = ", ".join(
        f"{quote(name)}::{kind} as {quote(name)}"
        for name, kind in columns.items()
        if name not in same
    )
    order = ", ".join([DAY, RECORD, *(quote(name) for name in contract.key)])
    rows = f"select {chosen}, {DAY} from accepted"
    try:
        return write_days(_batches(con, rows), work, same, list(columns))
    except OutOfOrder:
        return write_days(_batches(con, f"{rows} order by {order}"), work, same, list(columns))


def _batches(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[pa.RecordBatch]:
    """The rows as they are made: there may be more than memory holds."""
    return ahead(iter(con.execute(sql).to_arrow_reader(BATCH_RECORDS)))


def _day(contract: SourceContract, received_at: datetime) -> str:
    received = f"date '{bangkok_day(received_at).isoformat()}'"
    if contract.day is None:
        return received
    field = quote(contract.day)
    zoned = contract.field(contract.day).type == "timestamp"
    local = f"({field} at time zone 'Asia/Bangkok')::date" if zoned else f"{field}::date"
    return f"coalesce({local}, {received})"
