"""Rows to one Parquet file per event day, in one pass and in the order of their records.

Belongs here: the files. Does not belong here: which rows are accepted, and what they hold
(`accepted.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.judging.outcome import LakeFile

ROW_GROUP = 100_000
_SAMPLE = 10_000
MOST_OPEN = 8
"""Files that grow side by side; each holds up to a row group in memory."""
DAY, RECORD = "_day", "_record"


class OutOfOrder(Exception):
    """The rows do not come in an order that can be written in one pass. Sort them by day first."""


@dataclass(frozen=True)
class Layout:
    """How rows stand in a file.

    `constants` are columns that are the same in all rows; `columns` all of them in their order;
    `repeating` those whose values may come again and again, so that a dictionary pays.
    """

    constants: dict[str, pa.Scalar]
    columns: list[str]
    repeating: list[str]

    def dictionaries(self, rows: pa.Table) -> list[str]:
        """The columns that are stored as numbers of distinct values, as its first rows tell."""
        first = rows.slice(0, _SAMPLE)
        half = first.num_rows / 2
        paying = [n for n in self.repeating if len(first[n].unique()) <= half]
        return [*paying, *self.constants]

    def differences(self, schema: pa.Schema) -> dict[str, str]:
        """The columns that are stored as differences from row to row: less to compress."""
        counted = (
            each.name
            for each in schema
            if pa.types.is_integer(each.type) or pa.types.is_temporal(each.type)
        )
        return {name: "DELTA_BINARY_PACKED" for name in counted if name not in self.constants}

    def in_ranges(self, schema: pa.Schema) -> list[str]:
        """The columns whose least and greatest value is stored: of texts nobody looks for it."""
        texts = (pa.types.is_string, pa.types.is_dictionary)
        return [each.name for each in schema if not any(is_text(each.type) for is_text in texts)]


def write_days(
    batches: Iterable[pa.RecordBatch], work: Path, layout: Layout
) -> tuple[LakeFile, ...]:
    """Write rows whose column `_day` says their day; same rows, same bytes.

    Raises
    ------
    OutOfOrder: a day's records do not ascend, or too many days come in turn. Nothing is left.
    """
    files: dict[date, _DayFile] = {}
    try:
        for batch in batches:
            for day, rows in _by_day(batch):
                if day not in files:
                    _make_room(files)
                    files[day] = _DayFile(work / f"{day.isoformat()}.parquet", layout)
                files[day].add(rows)
        return tuple(files[day].finished(day) for day in sorted(files))
    except BaseException:
        for file in files.values():
            file.discard()
        raise


def _make_room(files: dict[date, _DayFile]) -> None:
    """Finish the longest waiting file where too many are open."""
    growing = [file for file in files.values() if file.growing]
    if len(growing) >= MOST_OPEN:
        growing[0].close()


def _by_day(batch: pa.RecordBatch) -> Iterator[tuple[date, pa.RecordBatch]]:
    days = batch.column(DAY)
    for day in pc.unique(days).to_pylist():
        mine = pc.equal(days, pa.scalar(day, pa.date32()))
        at = np.flatnonzero(mine.to_numpy(zero_copy_only=False))
        if at[-1] - at[0] + 1 == len(at):
            yield day, batch.slice(at[0], len(at))
        else:
            yield day, batch.filter(mine)


class _DayFile:
    """One growing file."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.growing = True
        self._path, self._layout = path, layout
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._rows = self._written = 0
        self._last = -1

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in rows behind those that are there."""
        records = rows.column(RECORD).to_numpy()
        if not self.growing or records[0] < self._last or (records[1:] < records[:-1]).any():
            raise OutOfOrder
        self._last = int(records[-1])
        self._waiting.append(rows)
        self._rows += rows.num_rows
        if self._rows - self._written >= ROW_GROUP:
            self._write(ROW_GROUP)

    def finished(self, day: date) -> LakeFile:
        """Write what waits; the file is whole."""
        self.close()
        return LakeFile(day=day, name=self._path.name, rows=self._rows)

    def close(self) -> None:
        """Write what waits, and take nothing more."""
        if self.growing:
            if self._waiting:  # none do where the last row filled a group
                self._write(1)
            self.growing = False
            self._waiting = []
            if self._writer:
                self._writer.close()

    def discard(self) -> None:
        """As if the file had never been."""
        if self._writer:
            self._writer.close()
        self._path.unlink(missing_ok=True)

    def _write(self, least: int) -> None:
        """Write row groups of one size, so that equal rows are equal bytes."""
        table = pa.Table.from_batches(self._waiting)
        while table.num_rows >= least:
            group, table = table.slice(0, ROW_GROUP), table.slice(ROW_GROUP)
            whole = self._whole(group.combine_chunks())
            if self._writer is None:
                # The schema as Parquet has it: what wrote the file is nobody's business.
                self._writer = pq.ParquetWriter(
                    self._path,
                    whole.schema,
                    compression="zstd",
                    store_schema=False,
                    use_dictionary=self._layout.dictionaries(whole),
                    column_encoding=self._layout.differences(whole.schema),
                    write_statistics=self._layout.in_ranges(whole.schema),
                )
            self._writer.write_table(whole, row_group_size=ROW_GROUP)
            self._written += group.num_rows
        self._waiting = table.to_batches()

    def _whole(self, group: pa.Table) -> pa.Table:
        """The rows with the columns that are the same in all of them."""
        zeros = pa.nulls(group.num_rows, pa.int32()).fill_null(0)
        columns = {name: _in_turn(group[name]) for name in group.column_names}
        for name, value in self._layout.constants.items():
            once = pa.DictionaryArray.from_arrays(zeros, pa.array([value.as_py()], value.type))
            # Arrow writes dictionaries of texts as they are, others not at all.
            text = pa.types.is_string(value.type)
            columns[name] = once if text else once.dictionary_decode()
        return pa.table({name: columns[name] for name in self._layout.columns})


def _in_turn(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Texts that are stored once, as they come first in these rows: equal rows are equal bytes."""
    if not pa.types.is_dictionary(column.type):
        return column
    texts = column.combine_chunks()
    found = texts.indices.drop_null().unique()
    places = np.zeros(len(texts.dictionary), np.int32)
    places[found.to_numpy()] = np.arange(len(found))
    missing = texts.indices.is_null().to_numpy(zero_copy_only=False) if texts.null_count else None
    at = places[texts.indices.fill_null(0).to_numpy()] if len(found) else np.zeros(len(texts), int)
    return pa.DictionaryArray.from_arrays(
        pa.array(at, pa.int32(), mask=missing), texts.dictionary.take(found)
    )
