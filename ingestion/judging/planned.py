"""The casts of a contract, planned once and used for file after file.

Each chunk of a large file with a row that only the casts understand pays 15 to 25 ms for them, as
much as a whole small file takes from end to end (`docs/performance.md`).

To plan the casts takes the engine many times longer than to cast the rows of a small file. So they
are prepared over a table of their own, which holds the rows of one file at a time. Many rows are
cast where they are: copying them would cost more than the plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ingestion.contracts.source import SourceContract
from ingestion.fields.day import CLOCK, latest
from ingestion.fields.query import cast_sql
from ingestion.formats.isolating import as_faulty, failing, raise_others
from ingestion.records import as_text, plain_texts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FEW_ROWS = 8192


@dataclass
class _Known:
    """What an engine holds: the plans, by name, and the time in its table `CLOCK`."""

    plans: set[str] = field(default_factory=set)
    latest: str = ""


_engines: WeakKeyDictionary[duckdb.DuckDBPyConnection, _Known] = WeakKeyDictionary()


def cast_all(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    batches: list[pa.RecordBatch],
    now: datetime,
) -> pa.Table:
    """What the casts say of records; of those on which they fail, that they do."""
    import pyarrow as pa

    def all_of(rows: list[pa.RecordBatch]) -> pa.Table:
        return cast(con, contract, pa.Table.from_batches(map(as_text, rows)), now)

    def without_faulty(rows: pa.RecordBatch) -> pa.RecordBatch:
        try:
            all_of([rows])
        except Exception as error:
            part = partial(_part, all_of, rows)
            return as_faulty(rows, failing(part, rows.num_rows, error))
        return rows

    try:
        return all_of(batches)
    except Exception as error:
        raise_others(error)
        return all_of(list(map(without_faulty, map(plain_texts, batches))))


def _part(
    work: Callable[[list[pa.RecordBatch]], pa.Table], rows: pa.RecordBatch, first: int, end: int
) -> pa.Table:
    return work([rows.slice(first, end - first)])


def cast(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, rows: pa.Table, now: datetime
) -> pa.Table:
    """The rows (columns of `records.schema`) as `query.cast_sql` casts them at an instant."""
    known = _engines.setdefault(con, _Known())
    _set_clock(con, known, now)
    if rows.num_rows > FEW_ROWS:
        con.register("many_rows", rows)
        try:
            return con.execute(cast_sql(contract, "many_rows")).to_arrow_table()
        finally:
            con.unregister("many_rows")
    name = _prepared(con, known, contract, rows)
    con.execute(f"insert into {name} from rows")
    try:
        return con.execute(f"execute {name}").to_arrow_table()
    finally:
        con.execute(f"truncate {name}")


def _set_clock(con: duckdb.DuckDBPyConnection, known: _Known, now: datetime) -> None:
    if known.latest != latest(now):
        con.execute(f"create table if not exists {CLOCK} (latest timestamptz); truncate {CLOCK}")
        con.execute(f"insert into {CLOCK} values (timestamptz '{latest(now)}')")
        known.latest = latest(now)


def _prepared(
    con: duckdb.DuckDBPyConnection, known: _Known, contract: SourceContract, rows: pa.Table
) -> str:
    """The name of the table and of the plan over it."""
    sql = cast_sql(contract, "THE_ROWS")
    kinds = ", ".join(f"{column.name} {column.type}" for column in rows.schema)
    name = "rows_" + hashlib.sha256(f"{kinds}\n{sql}".encode()).hexdigest()[:24]
    if name not in known.plans:
        con.execute(f"create table {name} as from rows limit 0")
        # The optimiser would take it for a fact that the table is empty, and leave checks out.
        con.execute("pragma disable_optimizer")
        try:
            con.execute(f"prepare {name} as {sql.replace('THE_ROWS', name)}")
        finally:
            con.execute("pragma enable_optimizer")
        known.plans.add(name)
    return name
