"""Records in, rows out: the good ones typed, the others with the reason why they are not.

Every record of a reader ends in one of the two spools, or is counted as dropped. Plain rows are
taken at a glance (`fields/rows.py`), the others go through the casts (`fields/query.py`), many at
once, because a query costs more to plan than a few rows cost to judge.

Does not belong here: reading, and what takes the whole file: repeated keys (`keys/repeats.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.source import SourceContract
from ingestion.faults import DEFECT
from ingestion.fields.plain_cells import true
from ingestion.fields.query import fault_columns, value_columns
from ingestion.fields.rows import Plain, PlainRows
from ingestion.formats.isolating import fault_of, raise_others, raw_of, without_defects
from ingestion.formats.raw.ahead import ahead
from ingestion.judging import planned
from ingestion.judging.keys.hashes import HASH, KeyHashes
from ingestion.judging.keys.suspects import Suspects
from ingestion.judging.looks import Look
from ingestion.judging.spool import Spool
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.privacy.searching import personal_texts
from ingestion.records import Batches, alike, in_order, pick, usual_place
from ingestion.words.column_bytes import Mask

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
CHUNK = 262_144
"""Rows that are judged before any of them is put aside."""
_MANY_WRONG = 4096
"""Rows; they may wait for each other, because none of them is accepted."""
_FIRST_PART = 4
"""The first chunk is such a part of one, so that whoever writes it need not wait as long."""


class Judge:
    """What becomes of the records of one file.

    `good` has the columns `value_columns`, and `HASH` where there is a key; chunk by chunk in the
    order of the records, but that rows whose hash came before stand behind the others of a chunk.
    `again` are their places in it, `suspects` they and those that they may repeat. `bad` has
    `fault_columns`.
    `rows` counts what the records became, of which `unread` could not be read and `dropped` only
    repeat others; `last` and `last_bad` are numbers of records. `stopped`: were not all judged?
    `defects` name errors of ours that cost no row.
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
        self._kinds: dict[str, pa.DataType] = {}
        self._wrong: list[pa.RecordBatch] = []
        self._new_bad: list[pa.RecordBatch] = []
        self.suspects = Suspects(spill / "suspects")
        self._hashes = KeyHashes(con, contract)
        self._again: list[npt.NDArray[np.int64]] = []
        self.rows = self.unread = self.dropped = self.last = self.last_bad = 0
        self.stopped = False
        self.respelled: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.defects: set[str] = set()
        self.missing = {
            each.name: Counter[str]() for each in contract.fields if each.no_value is not None
        }
        self._con, self._contract, self._now = con, contract, now
        self._pseudonyms = pseudonyms

    @property
    def again(self) -> npt.NDArray[np.int64]:
        """The places of the good rows whose hash came before, in order."""
        return np.concatenate([np.zeros(0, np.int64), *self._again])

    def new_bad(self) -> list[pa.RecordBatch]:
        """What became `bad` since this was asked last."""
        found, self._new_bad = self._new_bad, []
        return found

    def judge(
        self, batches: Batches, *, large: bool, is_hopeless: Callable[[int], bool]
    ) -> Iterator[pa.RecordBatch]:
        """Judge all records that a reader has; yields the good rows but those that are `again`.

        Parameters
        ----------
        is_hopeless: need no more be judged, with so many bad rows? Then it ends there.
        """
        looks = self._looks(batches)
        looked: list[Look] = []
        chunk = CHUNK // _FIRST_PART
        with closing(ahead(looks) if large else looks) as following:
            for look in following:
                if look.batch.num_rows:
                    self.last = max(self.last, look.batch.column("_record")[-1].as_py())
                looked.append(look)
                if sum(each.batch.num_rows for each in looked) >= chunk:
                    yield from self._put_aside(looked)
                    looked, chunk = [], min(2 * chunk, CHUNK)
                    if is_hopeless(self.bad.rows):
                        self.stopped = True
                        return
        yield from self._put_aside(looked, last=True)

    def _looks(self, batches: Batches) -> Generator[Look]:
        plainly = PlainRows.of(self._contract, self._now)
        for batch in batches:
            yield Look(batch, self._plain(plainly, batch) if plainly else None)

    def _plain(self, plainly: PlainRows, batch: pa.RecordBatch) -> Plain | None:
        try:
            return plainly.read(batch)
        except Exception as error:  # the casts decide then, as on all that is not plain
            raise_others(error)
            self.defects.add(type(error).__name__)
            return None

    def _put_aside(self, looked: list[Look], *, last: bool = False) -> Iterator[pa.RecordBatch]:
        """Judge what is left of a chunk, and put all of it aside."""
        if (judged := self._judged(looked, last=last)) is None:
            return
        rows, good = judged
        if not self._contract.key:
            chosen = pick(rows, good)
            self.good.add(chosen)
            yield chosen
            return
        alone = last and not self.good.rows
        hashes, rows = self._without_defects(
            lambda some: self._hashes.of(some, alone=alone), pick(rows, good)
        )
        met = self._hashes.met_before(hashes)
        hashed = rows.append_column(HASH, pa.array(hashes))
        first, others = pick(hashed, ~met.rows), pick(hashed, met.rows)
        self._again.append(np.arange(others.num_rows) + self.good.rows + first.num_rows)
        self.suspects.add([first, others], self.good.rows, met)
        self.good.add(first)
        self.good.add(others)
        yield first

    def _judged(self, looked: list[Look], *, last: bool) -> tuple[pa.RecordBatch, Mask] | None:
        """The rows of a chunk, in the order of the records, and which of them are good.

        Those that are not are counted and quarantined. None where none is good.
        """
        plain = [look.plain for look in looked if look.plain and len(look.plain.taken)]
        judged = [self._settled(*_together(plain))] if plain else []
        judged += self._cast(looked, last=last)
        judged = [(rows, good) for rows, good in judged if good.any()]
        if len(judged) <= 1:
            return judged[0] if judged else None
        rows = in_order([pick(rows, good) for rows, good in judged])
        return rows, np.ones(rows.num_rows, bool)

    def _cast(self, looked: list[Look], *, last: bool) -> Iterator[tuple[pa.RecordBatch, Mask]]:
        """Those that need the casts, and which of them are good; the others are put aside."""
        self._wrong += [rows for look in looked if (rows := look.wrong).num_rows]
        doubtful = [rows for look in looked if (rows := look.doubtful).num_rows]
        many = sum(rows.num_rows for rows in self._wrong) >= _MANY_WRONG
        if not doubtful and not (self._wrong and (many or last)):
            return
        rest, self._wrong = [*self._wrong, *doubtful], []
        cast = planned.cast_all(self._con, self._contract, rest, self._now)
        faulty = cast["_code"].is_valid()
        for bad in cast.filter(faulty).combine_chunks().to_batches():
            self.rows += bad.num_rows
            self.unread += bad.num_rows - bad.column("_expected").null_count
            self._quarantine(bad.select(fault_columns(self._contract)))
        for batch in cast.filter(pc.invert(faulty)).combine_chunks().to_batches():
            yield self._settled(batch, np.ones(batch.num_rows, bool))

    def _without_defects(
        self, work: Callable[[pa.RecordBatch], T], rows: pa.RecordBatch
    ) -> tuple[T, pa.RecordBatch]:
        """What comes of work on good rows, and the rows on which it does not fail.

        The others are quarantined.
        """
        result, kept, wrong = without_defects(work, rows)
        for at, error in wrong.items():
            self._quarantine(self._faults(rows.slice(at, 1), DEFECT, "", error))
        return result, kept

    def _settled(self, rows: pa.RecordBatch, good: Mask) -> tuple[pa.RecordBatch, Mask]:
        """The rows with `value_columns`, and which are good also by what their values tell."""
        rows = pick(rows, good)  # of the others nobody knows what they hold
        self.rows += rows.num_rows
        good = np.ones(rows.num_rows, bool)
        if self._contract.personal:
            marked, rows = self._without_defects(self._indiscreet, rows)
            good = self._discreet(rows, marked)
        if "_dropped" in rows.schema.names:
            gone = good & true(rows.column("_dropped"))
            self.dropped += int(gone.sum())
            good = good & ~gone
        for index, each in enumerate(self._contract.fields):
            if f"_respelled{index}" in rows.schema.names:
                respelled = good & true(rows.column(f"_respelled{index}"))
                self.respelled[each.name] += int(respelled.sum())
        rows = rows.select(value_columns(self._contract))
        for name, counted in self.missing.items():
            counted.update(_counts(rows.column(f"{name}_reason"), good))
        self._kinds = self._kinds or {each.name: each.type for each in rows.schema}
        return alike(rows, self._kinds), good

    def _indiscreet(self, rows: pa.RecordBatch) -> list[tuple[str, str, Mask]]:
        """Rows that hold what must not be kept, or whose key is gone: code, column, and which."""
        checks = {
            "personal_text": personal_texts(rows, self._contract),
            "identifier_key_gone": self._pseudonyms.keyless(rows),
        }
        return [(c, name, true(marked)) for c, found in checks.items() for name, marked in found]

    def _discreet(self, rows: pa.RecordBatch, marked: list[tuple[str, str, Mask]]) -> Mask:
        """Those of the rows that are marked for nothing; each other is kept out once."""
        good = np.ones(rows.num_rows, bool)
        for code, column, found in marked:
            wrong = found & good
            if wrong.any():
                self._quarantine(self._faults(pick(rows, wrong), code, column))
                good = good & ~wrong
        return good

    def _faults(
        self, rows: pa.RecordBatch, code: str, column: str, error: Exception | None = None
    ) -> pa.RecordBatch:
        """Rows that were read well, as quarantined ones; of a personal source no text is shown."""
        word, further = usual_place(self._contract.format.type)
        usual = [f"{word} {record + further}" for record in rows.column("_record").to_pylist()]
        places = pa.array(usual, pa.string())
        if "_place" in rows.schema.names:
            places = pc.coalesce(rows.column("_place"), places)
        known = {
            "_record": rows.column("_record"),
            "_take": rows.column("_take"),
            "_place": places,
            "_column": pa.repeat(column, rows.num_rows),
            "_code": pa.repeat(code, rows.num_rows),
        }
        if error is not None:
            told = fault_of(error, raw_of(rows, 0))
            known |= {"_found": pa.array([told.found]), "_expected": pa.array([told.expected])}
            known |= {"_raw": pa.array([told.raw])}
        nothing = pa.nulls(rows.num_rows, pa.string())
        names = fault_columns(self._contract)
        return pa.RecordBatch.from_pydict({name: known.get(name, nothing) for name in names})

    def _quarantine(self, rows: pa.RecordBatch) -> None:
        self.reasons.update(_counts(rows.column("_code")))
        if rows.num_rows:
            self.last_bad = max(self.last_bad, pc.max(rows.column("_record")).as_py())
            self.bad.add(rows)
            self._new_bad.append(rows)


def _counts(words: pa.Array, chosen: Mask | None = None) -> dict[str, int]:
    """How often each word stands there, in all rows or in some; nulls do not count."""
    if words.null_count == len(words):
        return {}
    counted = words if chosen is None or chosen.all() else words.filter(pa.array(chosen))
    told = pc.value_counts(counted.drop_null()).to_pylist()
    return {each["values"]: each["counts"] for each in told}


def _together(plain: list[Plain]) -> tuple[pa.RecordBatch, Mask]:
    """All rows of some batches in one, and which of them are taken."""
    # Only some of the batches may tell of a field that cells of it are spelled otherwise.
    tables = [pa.Table.from_batches([each.rows]) for each in plain]
    rows = pa.concat_tables(tables, promote_options="default").combine_chunks().to_batches()[0]
    return rows, np.concatenate([each.taken for each in plain])
