"""Whether the key of a row has been met before, told while the rows come in.

Of the 3.6 seconds of the processor that a million rows of a large file take, keys that were met
before take 0.24 (`docs/performance.md`).

Of every key only a hash of 8 bytes is kept. Equal hashes are a suspicion and no proof: rows with
such are compared in full (`repeats.py`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ingestion.contracts.source import SourceContract
from ingestion.words.column_bytes import Mask
from ingestion.words.sql import quote

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
HASH = "_hash"
"""The column with the hash of a row's key, as long as the row waits."""
_FEW = 1024
"""Rows."""
_AT_ONCE = 8
"""Arrays of hashes that become one: more are searched for longer, fewer are sorted more often."""
_SLOT_BITS = 25
_NEAR_BITS = 16
_ALL_BITS = 64
_SEVERAL = 255


def identity(contract: SourceContract) -> tuple[str, ...]:
    """What no two rows share. Two issues of a row are a revision, and no conflict."""
    if contract.issued is None or contract.issued in contract.key:
        return contract.key
    return (*contract.key, contract.issued)


@dataclass(frozen=True)
class Met:
    """What is known of the hashes of a batch.

    `rows` come after a row with the same hash; `again` are those hashes, and `elsewhere` those of
    them that a batch before has, each once and in order.
    """

    rows: Mask
    again: Hashes
    elsewhere: Hashes


class KeyHashes:
    """The keys of the good rows of one file."""

    def __init__(self, con: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
        self._con, self._names = con, identity(contract)
        self._levels: list[list[Hashes]] = []
        """Hashes in order; those of a level are as long as all of the level before together."""
        self._sieve: _Sieve | None = None

    def of(self, rows: pa.RecordBatch, *, alone: bool) -> Hashes:
        """The hash of the key of every row; `alone` says that these are all rows of the file."""
        if alone and rows.num_rows <= _FEW:
            # A query costs more than to look at each of so few.
            keys = zip(*(rows.column(name).to_pylist() for name in self._names), strict=True)
            return np.fromiter(map(hash, keys), np.int64, rows.num_rows).view(np.uint64)
        self._con.register("rows", rows)
        try:
            key = ", ".join(map(quote, self._names))
            found = self._con.execute(f"select hash({key}) as found from rows").to_arrow_table()
            hashes: Hashes = found["found"].to_numpy()
        finally:
            self._con.unregister("rows")
        return hashes

    def met_before(self, hashes: Hashes) -> Met:
        """Which of these rows come after a row with the same hash; they are remembered."""
        ordered = np.sort(hashes)
        elsewhere = self._met_in_other_batches(ordered)
        again = np.unique(np.concatenate([elsewhere, ordered[1:][ordered[1:] == ordered[:-1]]]))
        rows = np.zeros(len(hashes), bool)
        if len(again):
            at = places_of(again, hashes)
            _, first = np.unique(hashes[at], return_index=True)
            rows[at] = True
            rows[at[first]] = np.isin(again, elsewhere)
        self._remember(ordered)
        return Met(rows, again, elsewhere)

    def _met_in_other_batches(self, ordered: Hashes) -> Hashes:
        """Those of the hashes that rows of other batches have. All are in order, for speed."""
        known = list(itertools.chain.from_iterable(self._levels))
        if not known:  # a small file has no other batches, and needs no table
            return ordered[:0]
        if self._sieve is None:
            self._sieve = _Sieve()
            for each in known:
                self._sieve.maybe_met(each)
        wanted = ordered[self._sieve.maybe_met(ordered)]
        return np.unique(np.concatenate([_also_among(each, wanted) for each in known]))

    def _remember(self, ordered: Hashes) -> None:
        for level in itertools.count():
            if level == len(self._levels):
                self._levels.append([])
            known = self._levels[level]
            known.append(ordered)
            if len(known) < _AT_ONCE:
                return
            ordered = np.concatenate(known)
            known.clear()  # before they are sorted where they are: there may be many
            ordered.sort()


class _Sieve:
    """Most keys are new: one look at a table of bytes tells it of all but a few of them.

    A place in the table holds a part of the only hash that came there, 0 if there was none,
    `_SEVERAL` if there were different ones.
    """

    def __init__(self) -> None:
        self._table = np.zeros(1 << _SLOT_BITS, np.uint8)

    def maybe_met(self, ordered: Hashes) -> Mask:
        """Which of the hashes may have come in an earlier call; all others have not."""
        slots = _highest(ordered, _SLOT_BITS)
        parts = (ordered.astype(np.uint8) % (_SEVERAL - 1)) + 1
        there = self._table[slots]
        same = there == parts
        self._table[slots] = np.where(same | (there == 0), parts, _SEVERAL)
        neighbours = (slots[1:] == slots[:-1]) & (parts[1:] != parts[:-1])
        self._table[slots[1:][neighbours]] = _SEVERAL
        return np.asarray(same | (there == _SEVERAL))


def places_of(wanted: Hashes, hashes: Hashes) -> npt.NDArray[np.intp]:
    """Where any of the wanted hashes stand among the others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    like = np.zeros(1 << _NEAR_BITS, bool)
    like[_highest(wanted, _NEAR_BITS)] = True
    near: npt.NDArray[np.intp] = np.flatnonzero(like[_highest(hashes, _NEAR_BITS)])
    found = pc.is_in(pa.array(hashes[near]), pa.array(wanted)).to_numpy(zero_copy_only=False)
    return near.compress(found)


def _highest(hashes: Hashes, bits: int) -> npt.NDArray[np.intp]:
    shifted: Hashes = hashes >> np.uint64(_ALL_BITS - bits)
    return shifted.astype(np.intp)


def _also_among(known: Hashes, wanted: Hashes) -> Hashes:
    """The wanted hashes that are known. Both are in order; it is best if more are known."""
    near = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found: Hashes = wanted[known[near] == wanted]
    return found
