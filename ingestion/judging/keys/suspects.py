"""The good rows whose key may be that of another, set aside while the rows come in.

A file in which any row was sent twice had all of its waiting rows read back for it; most need not.

Rows that are sent twice mostly stand close together: the other is in the batch at hand, or in the
one before. Only for those that do not, the rows that wait are read once more.

Does not belong here: what the hash of a key is (`hashes.py`), what repeated keys mean
(`repeats.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.judging.keys.hashes import HASH, Hashes, Met, places_of
from ingestion.judging.spool import Spool
from ingestion.records import plain_texts

ROW = "_row"
"""The place of a row among the good ones."""

Places = npt.NDArray[np.int64]


@dataclass
class _Batch:
    """Good rows, the place of the first of them, and which of them are set aside by now."""

    rows: pa.RecordBatch
    first: int
    aside: npt.NDArray[np.bool_]

    @property
    def hashes(self) -> Hashes:
        hashes: Hashes = self.rows.column(HASH).to_numpy()
        return hashes

    def take(self, at: npt.NDArray[np.intp]) -> pa.RecordBatch:
        """The rows there, with their places, unless they are set aside."""
        at = at[~self.aside[at]]
        self.aside[at] = True
        taken = plain_texts(self.rows.take(pa.array(at)))
        return taken.append_column(ROW, pa.array(at + self.first))


class Suspects:
    """The suspected rows of one file; `path` is for what memory should not hold."""

    def __init__(self, path: Path) -> None:
        self._near = Spool(path)
        self._places: list[Places] = []
        self._far: list[Hashes] = []
        self._before: list[_Batch] = []

    def add(self, batches: list[pa.RecordBatch], first: int, met: Met) -> None:
        """Look through good rows that were judged together; the first of them has that place.

        Parameters
        ----------
        batches: with the hash of their key as `HASH`. met: what is known of these hashes.
        """
        here, before = [], self._before
        for rows in batches:
            here.append(_Batch(rows, first, np.zeros(rows.num_rows, bool)))
            first += rows.num_rows
        self._before = here
        if not len(met.again):
            return
        self._set_aside(here, met.again)
        near = self._set_aside(before, met.elsewhere)
        self._far.append(np.setdiff1d(met.elsewhere, near))

    def rows(self, good: Spool) -> Iterator[pa.RecordBatch]:
        """All of them, with `ROW`, out of the good rows that wait."""
        yield from self._near
        far = np.unique(np.concatenate([np.zeros(0, np.uint64), *self._far]))
        if not len(far):
            return
        known, first = np.concatenate(self._places), 0
        for rows in good:
            aside = np.isin(np.arange(first, first + rows.num_rows), known)
            batch = _Batch(rows, first, aside)
            yield batch.take(places_of(far, batch.hashes))
            first += rows.num_rows

    def _set_aside(self, batches: list[_Batch], wanted: Hashes) -> Hashes:
        """Set aside the rows with these hashes; returns the hashes that were there."""
        found = [np.zeros(0, np.uint64)]
        for batch in batches:
            at = places_of(wanted, batch.hashes)
            rows = batch.take(at)
            self._places.append(rows.column(ROW).to_numpy())
            self._near.add(rows)
            found.append(batch.hashes[at])
        return np.concatenate(found)
