"""Accepted rows as Parquet, one file per event day, in the shape that the lake has."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import bangkok_day
from ingestion.contracts.model import SourceContract
from ingestion.parsing.casting import SQL_TYPES
from ingestion.parsing.grammar import literal, quote
from ingestion.parsing.outcome import LakeFile
from ingestion.privacy.columns import told_from
from ingestion.privacy.pseudonyms import hide_identifiers

if TYPE_CHECKING:
    import duckdb


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
    hidden = hide_identifiers(con, contract, received_at)
    swapped = ", ".join(f"{sql} as {quote(name)}" for name, sql in hidden.replaced.items())
    beside = "".join(f", {sql} as {quote(name)}" for name, sql in hidden.beside.items())
    con.execute(f"""
        create view accepted as
        select good.* {f"replace ({swapped})" if swapped else ""} {beside},
            {_day(contract, received_at)} as _day
        from (from good anti join repeats using (_row)) as good {hidden.joins}""")
    known = {
        "_delivery": literal(delivery),
        "_received_at": f"timestamptz '{received_at.isoformat()}'",
    }
    chosen = ", ".join(
        f"{known.get(name, quote(name))}::{kind} as {quote(name)}"
        for name, kind in lake_columns(contract).items()
    )
    order = ", ".join(["_record", *(quote(name) for name in contract.key)])
    counted = con.execute("select _day, count(*) from accepted group by 1 order by 1").fetchall()
    files = []
    for event_day, count in counted:
        assert isinstance(event_day, date)
        name = f"{event_day.isoformat()}.parquet"
        con.execute(f"""
            copy (select {chosen} from accepted where _day = date '{event_day}' order by {order})
            to {literal(str(work / name))}
            (format parquet, compression zstd, row_group_size 100000)""")
        files.append(LakeFile(day=event_day, name=name, rows=count))
    return tuple(files)


def _day(contract: SourceContract, received_at: datetime) -> str:
    received = f"date '{bangkok_day(received_at).isoformat()}'"
    if contract.day is None:
        return received
    field = quote(contract.day)
    zoned = contract.field(contract.day).type == "timestamp"
    local = f"({field} at time zone 'Asia/Bangkok')::date" if zoned else f"{field}::date"
    return f"coalesce({local}, {received})"
