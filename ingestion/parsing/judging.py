"""Records in, rows out: the good ones typed, the others with the reason why they are not.

Every record of a reader ends in one of the two spools, or is counted as dropped. Plain rows are
taken at a glance (`plain_rows.py`), the others go through the casts (`casting.py`), many at once,
because a query costs more to plan than a few rows cost to judge.

Does not belong here: reading, and what takes the whole file: repeated keys (`repeats.py`).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.model import SourceContract
from ingestion.parsing import planned
from ingestion.parsing.casting import fault_columns, value_columns
from ingestion.parsing.plain_rows import Plain, PlainRows
from ingestion.parsing.records import Batches, as_text, in_order
from ingestion.parsing.repeats import KeyHashes
from ingestion.parsing.spool import Spool
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.privacy.searching import personal_texts

if TYPE_CHECKING:
    import duckdb

CHUNK = 131_072
"""Rows that are judged before any of them is put aside."""


class Judge:
    """What becomes of the records of one file.

    `good` has the columns `value_columns`, in the order of the records; `bad` has `fault_columns`.
    `rows` counts what the records became, of which `unread` could not be read and `dropped` only
    repeat others; `last` and `last_bad` are numbers of records.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: SourceContract,
        now: datetime,
        pseudonyms: Pseudonyms,
        spill: Path,
    ) -> None:
        self.good, self.bad = Spool(spill / "good"), Spool(spill / "bad")
        self.hashes = KeyHashes(con, contract)
        self.rows = self.unread = self.dropped = self.last = self.last_bad = 0
        self.respelled: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self._con, self._contract, self._now = con, contract, now
        self._pseudonyms = pseudonyms

    def judge(self, batches: Batches) -> None:
        """Judge all records that a reader has."""
        plainly = PlainRows.of(self._contract, self._now)
        plain: list[Plain] = []
        rest: list[pa.RecordBatch] = []
        waiting = 0
        for batch in batches:
            if batch.num_rows:
                self.last = max(self.last, batch.column("_record")[-1].as_py())
            if plainly is None:
                rest.append(batch)
            else:
                plain.append(plainly.read(batch))
                if not plain[-1].taken.all():
                    rest.append(batch.filter(pa.array(~plain[-1].taken)))
            waiting += batch.num_rows
            if waiting >= CHUNK:
                self._put_aside(plain, rest)
                plain, rest, waiting = [], [], 0
        self._put_aside(plain, rest)
        self.hashes.close()

    def _put_aside(self, plain: list[Plain], rest: list[pa.RecordBatch]) -> None:
        """Judge what is left of a chunk, and put all of it aside, in the order of the records."""
        good = [self._settled(rows) for rows in _taken(plain)]
        good += self._cast(rest) if rest else []
        if not sum(rows.num_rows for rows in good):
            return
        batch = good[0] if len(good) == 1 else in_order(good)
        self.hashes.add(batch)
        self.good.add(batch)

    def _cast(self, rest: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
        """Good rows of those that need the casts; the others are put aside."""
        texts = pa.Table.from_batches(map(as_text, rest))
        cast = planned.cast(self._con, self._contract, texts, self._now)
        faulty = cast["_code"].is_valid()
        for bad in cast.filter(faulty).combine_chunks().to_batches():
            self.rows += bad.num_rows
            self.unread += bad.num_rows - bad.column("_expected").null_count
            self._quarantine(bad.select(fault_columns(self._contract)))
        good = cast.filter(pc.invert(faulty)).combine_chunks().to_batches()
        return [settled for batch in good if (settled := self._settled(batch)).num_rows]

    def _settled(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows that are good also by what is told from their values."""
        self.rows += rows.num_rows
        if self._contract.personal:
            rows = self._discreet(rows)
        if "_dropped" in rows.schema.names and (gone := _count(rows.column("_dropped"))):
            self.dropped += gone
            rows = rows.filter(pc.invert(rows.column("_dropped")))
        for index, each in enumerate(self._contract.fields):
            if f"_respelled{index}" in rows.schema.names:
                self.respelled[each.name] += _count(rows.column(f"_respelled{index}"))
        return rows.select(value_columns(self._contract))

    def _discreet(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows but those that hold what must not be kept, or whose key is gone."""
        keep = np.ones(rows.num_rows, bool)
        checks = {
            "personal_text": personal_texts(rows, self._contract),
            "identifier_key_gone": self._pseudonyms.keyless(rows),
        }
        for code, found in checks.items():
            for column, marked in found:
                wrong = marked.fill_null(False).to_numpy(zero_copy_only=False) & keep
                if wrong.any():
                    self._quarantine(self._faults(rows.filter(pa.array(wrong)), code, column))
                    keep &= ~wrong
        return rows if keep.all() else rows.filter(pa.array(keep))

    def _faults(self, rows: pa.RecordBatch, code: str, column: str) -> pa.RecordBatch:
        """Rows that were read well, as quarantined ones; of a personal source no text is shown."""
        lines = [f"line {record + 1}" for record in rows.column("_record").to_pylist()]
        known = {
            "_record": rows.column("_record"),
            "_take": rows.column("_take"),
            "_place": pc.coalesce(rows.column("_place"), pa.array(lines, pa.string())),
            "_column": pa.repeat(column, rows.num_rows),
            "_code": pa.repeat(code, rows.num_rows),
        }
        nothing = pa.nulls(rows.num_rows, pa.string())
        names = fault_columns(self._contract)
        return pa.RecordBatch.from_pydict({name: known.get(name, nothing) for name in names})

    def _quarantine(self, rows: pa.RecordBatch) -> None:
        for counted in pc.value_counts(rows.column("_code")).to_pylist():
            self.reasons[counted["values"]] += counted["counts"]
        if rows.num_rows:
            self.last_bad = max(self.last_bad, pc.max(rows.column("_record")).as_py())
        self.bad.add(rows)


def _taken(plain: list[Plain]) -> list[pa.RecordBatch]:
    """The plain rows of a chunk, in one batch."""
    if not plain:
        return []
    # Only some of the batches may tell of a field that cells of it are spelled otherwise.
    tables = [pa.Table.from_batches([each.rows]) for each in plain]
    rows = pa.concat_tables(tables, promote_options="default")
    taken = np.concatenate([each.taken for each in plain])
    chosen = rows if taken.all() else rows.filter(pa.array(taken))
    return list(chosen.combine_chunks().to_batches())


def _count(truths: pa.BooleanArray) -> int:
    return pc.sum(truths).as_py() or 0
