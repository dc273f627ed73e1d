"""What a repeated key means, by the contract: equal rows once, conflicting rows quarantined.

The engine's reader of CSV lost 58,468 of 1,500,000 rows without an error; equal hashes would be
another way to lose one.

Rows whose key has the hash of another's, nearly none, are looked at again, and compared in full.
Does not belong here: the hashes (`hashes.py`), rows that are bad by themselves (`sifting.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.query import fault_columns, texts_sql
from ingestion.judging.keys.hashes import HASH, identity
from ingestion.judging.keys.suspects import ROW
from ingestion.judging.spool import Spool
from ingestion.records import Batches, as_text, pick, schema
from ingestion.words.sql import literal, quote

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 250_000
"""Rows."""


@dataclass(frozen=True)
class Repeats:
    """The good rows that are not accepted.

    `rows` are their places among the good rows, in order; `conflicts` have `_record`, `_take` and
    `_found`.
    """

    rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    conflicts: pa.Table | None = None

    @property
    def conflicting(self) -> int:
        """How many of the rows are quarantined; the others are only repeated."""
        return self.conflicts.num_rows if self.conflicts else 0

    @property
    def last_conflict(self) -> int:
        """The last record of them; 0 when there is none."""
        return self.conflicts["_record"][-1].as_py() if self.conflicts else 0

    def accepted(self, good: Spool) -> Iterator[pa.RecordBatch]:
        """The good rows that are accepted."""
        first = 0
        for batch in good:
            lowest, beyond = np.searchsorted(self.rows, [first, first + batch.num_rows])
            keep = np.ones(batch.num_rows, bool)
            keep[self.rows[lowest:beyond] - first] = False
            first += batch.num_rows
            yield batch if beyond == lowest else pick(batch, keep)


def find_repeats(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, suspects: Iterator[pa.RecordBatch]
) -> Repeats:
    """Which of the suspected rows, told by `suspects.Suspects`, repeat or contradict another."""
    found = list(_first(suspects, _AT_ONCE))
    if not found:
        return Repeats()
    told = _all_equal(contract, pa.Table.from_batches(found))
    more = next(suspects, None)
    if told is not None and more is None:
        return Repeats(told)
    every = itertools.chain(found, [more] if more else [], suspects)
    with _met(con, contract, found[0].schema, every):
        con.execute(f"create temp table repeats as {_repeats_sql(contract)}")
        rows = con.execute("select _row from repeats order by 1").to_arrow_table()["_row"]
        conflicts = con.execute("""
            select _record, _take, _found from repeats where _conflict
            order by _record, _take""").to_arrow_table()
        return Repeats(rows.to_numpy(), conflicts if conflicts.num_rows else None)


def _first(suspects: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    for batch in suspects:
        yield batch
        rows -= batch.num_rows
        if rows <= 0:
            return


def _all_equal(contract: SourceContract, rows: pa.Table) -> npt.NDArray[np.int64] | None:
    """The places of all but the first of equal rows; None where any with the same hash differ.

    Of files that are not wrong this is the whole answer, and needs no query.
    """
    hashes, places = rows[HASH].to_numpy(), rows[ROW].to_numpy()
    order = np.lexsort((places, rows["_record"].to_numpy(), hashes))
    repeated = hashes[order][1:] == hashes[order][:-1]
    for each in contract.fields:
        column = rows[each.name].combine_chunks()
        if pa.types.is_floating(column.type):
            column = column.view(pa.int64())  # as the texts of numbers differ, so do their bits
        column = column.take(pa.array(order))
        one, other = column[:-1], column[1:]
        empty = pc.and_(one.is_null(), other.is_null())
        equal = pc.or_(pc.fill_null(pc.equal(one, other), False), empty)
        if (repeated & ~equal.to_numpy(zero_copy_only=False)).any():
            return None
    return np.sort(places[order][1:][repeated])


def conflicting_rows(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, repeats: Repeats, batches: Batches
) -> list[pa.RecordBatch]:
    """The rows in conflict, with `query.fault_columns`, from the file read once more.

    Of good rows no text was kept.
    """
    if repeats.conflicts is None:
        return []
    wanted = repeats.conflicts["_record"]
    chosen = (as_text(batch.filter(pc.is_in(batch.column("_record"), wanted))) for batch in batches)
    columns = schema(contract.columns)
    con.register("again", pa.RecordBatchReader.from_batches(columns, chosen))
    con.register("conflicts", repeats.conflicts)
    told = {"_column": "null::varchar", "_code": "'dup_conflict'", "_expected": "null::varchar"}
    shown = ", ".join(f"{told.get(name, name)} as {name}" for name in fault_columns(contract))
    try:
        found = con.execute(f"""
            select {shown} from conflicts
            join ({texts_sql(contract, "again")}) using (_record, _take)""")
        return list(found.to_arrow_table().to_batches())
    finally:
        con.unregister("again")
        con.unregister("conflicts")


@contextmanager
def _met(
    con: duckdb.DuckDBPyConnection,
    contract: SourceContract,
    columns: pa.Schema,
    suspects: Iterator[pa.RecordBatch],
) -> Iterator[None]:
    """The table `met` of these rows, with all that is no key as `_content`.

    There may be more of them than memory holds.
    """
    con.register("suspects", pa.RecordBatchReader.from_batches(columns, suspects))
    try:
        con.execute(f"""
            create temp table met as select *, {_content(contract)} as _content from suspects""")
        yield
    finally:
        con.unregister("suspects")
        con.execute("drop table if exists met; drop table if exists repeats")


def _content(contract: SourceContract) -> str:
    """Spelled out, because equal hashes would be a way to lose a row."""
    # A moment is spelled far sooner as a count.
    spelled = (
        f"epoch_us({quote(each.name)})" if each.type == "timestamp" else quote(each.name)
        for each in _others(contract)
    )
    return f"row({', '.join(spelled) or 'null'})::varchar"


def _others(contract: SourceContract) -> list[Field]:
    """The fields that are no part of the key."""
    return [field for field in contract.fields if field.name not in identity(contract)]


def _key(contract: SourceContract) -> str:
    return ", ".join(quote(name) for name in identity(contract))


def _repeats_sql(contract: SourceContract) -> str:
    """The rows that repeat another: of equal rows all but the first, of conflicting rows all."""
    key = _key(contract)
    differing = ", ".join(
        f"case when min({shown}) <> max({shown}) then {literal(field.name + ' ')} || min({shown}) "
        f"|| ' and ' || max({shown}) end"
        for field in _others(contract)
        for shown in [f"coalesce({quote(field.name)}::varchar, '(none)')"]
    )
    conflict = "false" if contract.repeats.conflict == "keep" else "differ"
    return f"""
        with shared as (
            select {key}, min(_content) <> max(_content) as differ
            from met group by {key} having count(*) > 1),
        told as (
            select {key}, concat_ws('; ', {differing or "null"}) as variants
            from met semi join (from shared where differ) using ({key}) group by {key}),
        ranked as (
            select {key}, _row, _record, _take, differ,
                row_number() over (partition by {key}, _content order by _record, _row) as copy
            from met join shared using ({key}))
        select _row, _record, _take, {conflict} as _conflict, variants as _found
        from ranked left join told using ({key}) where copy > 1 or {conflict}"""
