"""Records in, rows out: the good ones typed, the others with the reason why they are not.

    record ──▶ look ──▶ plain ─────────────▶ good ──▶ put aside, and told to whoever writes
                 └────▶ not so ──▶ casts ──▶ good
                                     └─────▶ bad ───▶ put aside, and told as a line

Every record of a reader ends in one of the two spools, or is counted as dropped. Plain rows are
taken at a glance (`fields/rows.py`), the others go through the casts (`fields/query.py`), many at
once, because a query costs more to plan than a few rows cost to cast.

Does not belong here: reading, and what takes the whole file: repeated keys (`keys/repeats.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.faults import DEFECT
from ingestion.fields.glance import true
from ingestion.fields.query import fault_columns, value_columns
from ingestion.fields.rows import Plain, PlainRows
from ingestion.formats.isolating import fault_of, raise_others, raw_of, without_defects
from ingestion.formats.raw.ahead import ahead
from ingestion.judging import planned
from ingestion.judging.file import File
from ingestion.judging.hopeless import is_hopeless
from ingestion.judging.keys.hashes import HASH, KeyHashes
from ingestion.judging.keys.suspects import Suspects
from ingestion.judging.looked import Looked
from ingestion.judging.outcome import QUARANTINE_FILE
from ingestion.judging.results.quarantined import QuarantineFile
from ingestion.judging.results.tally import Tally
from ingestion.judging.spool import Spool
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.privacy.searching import personal_texts
from ingestion.records import alike, in_order, pick, usual_place
from ingestion.words.column_bytes import Mask

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
CHUNK = 262_144
"""Rows that are sifted before any of them is put aside."""
_MANY_WRONG = 4096
"""Rows; they may wait for each other, because none of them is accepted."""
_FIRST_PART = 4
"""The first chunk is such a part of one, so that whoever writes it need not wait as long."""


class Sifter:
    """Sifts the records of one file.

    What it has when `good_rows` has ended:

    `good` with the columns `value_columns`, and `HASH` where there is a key; chunk by chunk in the
    order of the records, but that rows whose hash came before stand behind the others of a chunk.
    `again` are their places in it, `suspects` they and those that they may repeat.
    `bad` with `fault_columns`; `told` has their lines, as far as those could be written meanwhile.
    `tally` has the counts. `stopped`: did it end early, since no rest of the file could help?
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, file: File, pseudonyms: Pseudonyms, spill: Path
    ) -> None:
        self.good, self.bad = Spool(spill / "good"), Spool(spill / "bad")
        self.suspects = Suspects(spill / "suspects")
        self.told = QuarantineFile(file.contract, spill / QUARANTINE_FILE, file.now)
        self.tally = Tally.of(file.contract)
        self.stopped = False
        self._con, self._file, self._contract = con, file, file.contract
        self._pseudonyms = pseudonyms
        self._hashes = KeyHashes(con, file.contract)
        self._again: list[npt.NDArray[np.int64]] = []
        self._wrong: list[pa.RecordBatch] = []
        self._newly_bad: list[pa.RecordBatch] = []
        self._kinds: dict[str, pa.DataType] = {}

    @property
    def again(self) -> npt.NDArray[np.int64]:
        """The places of the good rows whose hash came before, in order."""
        return np.concatenate([np.zeros(0, np.int64), *self._again])

    def good_rows(self) -> Iterator[pa.RecordBatch]:
        """Sift the whole file; yields the good rows but those that are `again`."""
        with closing(self._chunks()) as chunks:
            for looks, last in chunks:
                good = self._typed(looks, last=last)
                if good is not None:
                    yield self._put_aside(good, alone=last and not self.good.rows)
                self._tell_of_bad()
                if not last and is_hopeless(self.bad.rows, self._file):
                    self.stopped = True
                    return

    def _chunks(self) -> Generator[tuple[list[Looked], bool]]:
        """The looks at all records, many at a time, and whether those are the last: maybe none."""
        looks: list[Looked] = []
        most = CHUNK // _FIRST_PART
        each_look = self._looks()
        with closing(ahead(each_look) if self._file.large else each_look) as following:
            for look in following:
                self.tally.read(look.batch)
                looks.append(look)
                if sum(each.batch.num_rows for each in looks) >= most:
                    yield looks, False
                    looks, most = [], min(2 * most, CHUNK)
        yield looks, True

    def _looks(self) -> Generator[Looked]:
        plainly = PlainRows.of(self._contract, self._file.now)
        for batch in self._file.records(self._file.notes):
            yield Looked(batch, self._plain(plainly, batch) if plainly else None)

    def _plain(self, plainly: PlainRows, batch: pa.RecordBatch) -> Plain | None:
        try:
            return plainly.read(batch)
        except Exception as error:  # the casts decide then, as on all that is not plain
            raise_others(error)
            self.tally.defects.add(type(error).__name__)
            return None

    def _typed(self, looks: list[Looked], *, last: bool) -> pa.RecordBatch | None:
        """The good rows of a chunk, in the order of the records; None where no row is good.

        Those that are not are counted and quarantined.
        """
        plain = [look.plain for look in looks if look.plain and len(look.plain.taken)]
        found = [self._with_values(*_together(plain))] if plain else []
        found += [self._with_values(rows, _all_of(rows)) for rows in self._cast(looks, last=last)]
        good = [pick(rows, which) for rows, which in found if which.any()]
        return in_order(good) if len(good) > 1 else good[0] if good else None

    def _cast(self, looks: list[Looked], *, last: bool) -> list[pa.RecordBatch]:
        """Those that need the casts and come through; the others are put aside."""
        self._wrong += [rows for look in looks if (rows := look.wrong).num_rows]
        doubtful = [rows for look in looks if (rows := look.doubtful).num_rows]
        many = sum(rows.num_rows for rows in self._wrong) >= _MANY_WRONG
        if not doubtful and not (self._wrong and (many or last)):
            return []
        rest, self._wrong = [*self._wrong, *doubtful], []
        cast = planned.cast_all(self._con, self._contract, rest, self._file.now)
        faulty = cast["_code"].is_valid()
        for bad in cast.filter(faulty).combine_chunks().to_batches():
            self.tally.unusable(bad)
            self._quarantine(bad.select(fault_columns(self._contract)))
        return list(cast.filter(pc.invert(faulty)).combine_chunks().to_batches())

    def _with_values(self, rows: pa.RecordBatch, good: Mask) -> tuple[pa.RecordBatch, Mask]:
        """The rows with `value_columns`, and which are good also by what their values tell."""
        rows = pick(rows, good)  # of the others nobody knows what they hold
        self.tally.rows += rows.num_rows
        good = _all_of(rows)
        if self._contract.personal:
            marked, rows = self._without_defects(self._indiscreet, rows)
            good = self._discreet(rows, marked)
        if "_dropped" in rows.schema.names:
            gone = good & true(rows.column("_dropped"))
            self.tally.dropped += int(gone.sum())
            good = good & ~gone
        self.tally.spelled(rows, good, self._contract)
        rows = rows.select(value_columns(self._contract))
        self.tally.without_values(rows, good)
        self._kinds = self._kinds or {each.name: each.type for each in rows.schema}
        return alike(rows, self._kinds), good

    def _put_aside(self, rows: pa.RecordBatch, *, alone: bool) -> pa.RecordBatch:
        """Put good rows aside; those of them whose key has a hash that did not come before.

        `alone` says that these are all rows of the file.
        """
        if not self._contract.key:
            self.good.add(rows)
            return rows
        hashes, rows = self._without_defects(lambda some: self._hashes.of(some, alone=alone), rows)
        met = self._hashes.met_before(hashes)
        hashed = rows.append_column(HASH, pa.array(hashes))
        first, others = pick(hashed, ~met.rows), pick(hashed, met.rows)
        self._again.append(np.arange(others.num_rows) + self.good.rows + first.num_rows)
        self.suspects.add([first, others], self.good.rows, met)
        self.good.add(first)
        self.good.add(others)
        return first

    def _indiscreet(self, rows: pa.RecordBatch) -> list[tuple[str, str, Mask]]:
        """Rows that hold what must not be kept, or whose key is gone: code, column, and which."""
        checks = {
            "personal_text": personal_texts(rows, self._contract),
            "identifier_key_gone": self._pseudonyms.keyless(rows),
        }
        return [(c, name, true(marked)) for c, found in checks.items() for name, marked in found]

    def _discreet(self, rows: pa.RecordBatch, marked: list[tuple[str, str, Mask]]) -> Mask:
        """Those of the rows that are marked for nothing; each other is kept out once."""
        good = _all_of(rows)
        for code, column, found in marked:
            wrong = found & good
            if wrong.any():
                self._quarantine(self._faults(pick(rows, wrong), code, column))
                good = good & ~wrong
        return good

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
        self.tally.kept_out(rows)
        if rows.num_rows:
            self.bad.add(rows)
            self._newly_bad.append(rows)

    def _tell_of_bad(self) -> None:
        self.told.add(self._newly_bad)
        self._newly_bad = []


def _all_of(rows: pa.RecordBatch) -> Mask:
    return np.ones(rows.num_rows, bool)


def _together(plain: list[Plain]) -> tuple[pa.RecordBatch, Mask]:
    """All rows of some batches in one, and which of them are taken."""
    # Only some of the batches may tell of a field that cells of it are spelled otherwise.
    tables = [pa.Table.from_batches([each.rows]) for each in plain]
    rows = pa.concat_tables(tables, promote_options="default").combine_chunks().to_batches()[0]
    return rows, np.concatenate([each.taken for each in plain])
