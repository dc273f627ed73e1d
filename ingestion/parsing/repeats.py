"""What a repeated key means, by the contract: equal rows once, conflicting rows quarantined.

Of every row only the hash of its key is kept. Rows whose hash is another's, nearly none, are
looked at again, and compared in full. Does not belong here: rows that are bad by themselves
(`judging.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.model import SourceContract
from ingestion.parsing.casting import fault_columns, texts_sql
from ingestion.parsing.grammar import literal, quote
from ingestion.parsing.records import Batches, as_text, schema
from ingestion.parsing.spool import Spool

if TYPE_CHECKING:
    import duckdb

_FEW = 1024
"""Rows."""
_AT_ONCE = 1 << 22
"""Hashes that are sorted together; of more, those with equal first bits."""


@dataclass
class KeyHashes:
    """The hashes of the keys of good rows, a batch at a time; without a key, nothing."""

    con: duckdb.DuckDBPyConnection
    contract: SourceContract
    batches: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    _only: pa.RecordBatch | None = None
    """The first batch, as long as it may be the only one and is small."""

    def add(self, rows: pa.RecordBatch) -> None:
        """Remember the keys of these rows."""
        if not self.contract.key:
            return
        if not self.batches and self._only is None and rows.num_rows <= _FEW:
            self._only = rows
            return
        for batch in [rows] if self._only is None else [self._only, rows]:
            self.batches.append(self._hashed(batch))
        self._only = None

    def close(self) -> None:
        """No row comes any more."""
        if self._only is not None:
            # A query costs more than to look at each of so few.
            names = _identity(self.contract)
            keys = zip(*(self._only.column(name).to_pylist() for name in names), strict=True)
            hashes = np.fromiter(map(hash, keys), np.int64, self._only.num_rows)
            self.batches.append(hashes.view(np.uint64))

    def _hashed(self, rows: pa.RecordBatch) -> npt.NDArray[np.uint64]:
        self.con.register("rows", rows)
        try:
            found = self.con.execute(f"select hash({_key(self.contract)}) as found from rows")
            hashes: npt.NDArray[np.uint64] = found.to_arrow_table()["found"].to_numpy()
        finally:
            self.con.unregister("rows")
        return hashes

    def met_twice(self) -> npt.NDArray[np.uint64]:
        """The hashes that more than one row has, in order."""
        parts = 1 + sum(map(len, self.batches)) // _AT_ONCE
        found = []
        for part in range(parts):
            mine = (h if parts == 1 else h[(h >> 40) % parts == part] for h in self.batches)
            hashes = np.sort(np.concatenate([np.zeros(0, np.uint64), *mine]))
            found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
        return np.sort(np.concatenate(found))


@dataclass(frozen=True)
class Repeats:
    """The good rows that are not accepted.

    `rows` are their places among the good rows, in order; `conflicts` have `_record`, `_take` and
    `_found`.
    """

    rows: npt.NDArray[np.int64]
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
            yield batch if beyond == lowest else batch.filter(pa.array(keep))


def find_repeats(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, good: Spool, hashes: KeyHashes
) -> Repeats:
    """The rows of `good` that repeat another, or are in conflict with it."""
    suspected = hashes.met_twice()
    if not len(suspected):
        return Repeats(np.zeros(0, np.int64))
    with _met(con, _suspects(good, hashes, suspected)):
        con.execute(f"create temp table repeats as {_repeats_sql(contract)}")
        rows = con.execute("select _row from repeats order by 1").to_arrow_table()["_row"]
        conflicts = con.execute("""
            select _record, _take, _found from repeats where _conflict
            order by _record, _take""").to_arrow_table()
        return Repeats(rows.to_numpy(), conflicts if conflicts.num_rows else None)


def conflicting_rows(
    con: duckdb.DuckDBPyConnection, contract: SourceContract, repeats: Repeats, batches: Batches
) -> list[pa.RecordBatch]:
    """The rows in conflict, with `casting.fault_columns`, from the file read once more.

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


def _suspects(
    good: Spool, hashes: KeyHashes, suspected: npt.NDArray[np.uint64]
) -> Iterator[pa.RecordBatch]:
    """The rows with these hashes, and their places among the good rows as `_row`."""
    first = 0
    for batch, of_batch in zip(good, hashes.batches, strict=True):
        near = np.minimum(np.searchsorted(suspected, of_batch), len(suspected) - 1)
        at = np.flatnonzero(suspected[near] == of_batch)
        yield batch.take(pa.array(at)).append_column("_row", pa.array(at + first))
        first += batch.num_rows


@contextmanager
def _met(con: duckdb.DuckDBPyConnection, suspects: Iterator[pa.RecordBatch]) -> Iterator[None]:
    """The table `met` of these rows; there may be more of them than memory holds."""
    head = next(suspects)

    def all_of_them() -> Iterator[pa.RecordBatch]:
        yield head
        yield from suspects

    con.register("suspects", pa.RecordBatchReader.from_batches(head.schema, all_of_them()))
    try:
        con.execute("create temp table met as from suspects")
        yield
    finally:
        con.unregister("suspects")
        con.execute("drop table if exists met; drop table if exists repeats")


def _key(contract: SourceContract) -> str:
    return ", ".join(quote(name) for name in _identity(contract))


def _identity(contract: SourceContract) -> tuple[str, ...]:
    """What no two rows share. Two issues of a row are a revision, and no conflict."""
    if contract.issued is None or contract.issued in contract.key:
        return contract.key
    return (*contract.key, contract.issued)


def _repeats_sql(contract: SourceContract) -> str:
    """The rows that repeat another: of equal rows all but the first, of conflicting rows all."""
    key = _key(contract)
    others = [field.name for field in contract.fields if field.name not in _identity(contract)]
    # Spelled out, because equal hashes would be a way to lose a row.
    content = f"row({', '.join(map(quote, others)) or 'null'})::varchar"
    differing = ", ".join(
        f"case when min({shown}) <> max({shown}) then {literal(name + ' ')} || min({shown}) "
        f"|| ' and ' || max({shown}) end"
        for name in others
        for shown in [f"coalesce({quote(name)}::varchar, '(none)')"]
    )
    conflict = "false" if contract.repeats.conflict == "keep" else "kinds > 1"
    return f"""
        with shared as (
            select {key}, count(distinct {content}) as kinds
            from met group by {key} having count(*) > 1),
        told as (
            select {key}, concat_ws('; ', {differing or "null"}) as variants
            from met semi join (from shared where kinds > 1) using ({key}) group by {key}),
        ranked as (
            select met.*, kinds,
                row_number() over (partition by {key}, {content} order by _record, _row) as copy
            from met join shared using ({key}))
        select _row, _record, _take, {conflict} as _conflict, variants as _found
        from ranked left join told using ({key}) where copy > 1 or {conflict}"""
