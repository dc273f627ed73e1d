"""Records on their way from a reader to the casts: text cells, numbered, faults marked.

A reader of any format yields these batches; the casts (`fields/query.py`) read nothing else. A
column whose values came typed may stay so; `as_text` says what text the casts read in its place. So
may texts of which the distinct ones are stored once (Arrow's dictionaries): few of them are looked
at and copied for many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.faults import Refused, require
from ingestion.limits import Limits
from ingestion.words.characters import visible
from ingestion.words.column_bytes import Mask

BATCH_RECORDS = 32_768
_BESIDE = ("_record", "_place", "_code", "_column", "_found", "_expected", "_raw", "_rescued")


@dataclass
class Fault:
    """Why a record could not be read into fields. `code` is one that the registry knows of rows."""

    code: str
    found: str
    expected: str
    raw: str
    column: str = ""

    def __post_init__(self) -> None:
        require(self.code, "row")


@dataclass
class FileNotes:
    """What a reader learns about the file as a whole while it reads."""

    encoding: str = ""
    records: int = 0
    most_records: int = 0
    """How many records there can be, where the file says so itself."""
    new_columns: dict[str, str] = field(default_factory=dict)
    """Names that the contract does not know, and where each was seen first."""
    named_in: int = 0
    """Records that name their members, as those of JSON and XML do."""
    unnamed: set[str] = field(default_factory=set)
    """Declared names, folded, that no such record has had so far."""
    open_end: bool = False
    """Does the last line lack its end? Then the file may have been cut."""
    doubts: list[str] = field(default_factory=list)
    """What is strange about the file, and no reason to refuse anything."""

    def add_new_column(self, name: str, place: str, limits: Limits) -> None:
        """Note a name that the contract does not know.

        Raises
        ------
        Refused: there are more of them than a table may have columns.
        """
        shown = visible(name)
        if shown not in self.new_columns:
            if len(self.new_columns) >= limits.columns:
                raise too_many_columns(len(self.new_columns) + 1, limits)
            self.new_columns[shown] = place


def too_many_columns(count: int, limits: Limits) -> Refused:
    """The refusal of a file that is wider than any table."""
    return Refused(
        "too_many_columns",
        f"{count:,} columns",
        f"at most {limits.columns}",
        "check the delimiter and the file",
    )


def schema(columns: tuple[str, ...]) -> pa.Schema:
    """Schema of the batches: one string column per source column, then what stands beside them.

    A record without a place stands where `usual_place` says.
    Source columns are called c0, c1, …: their own names are the sender's, and may be anything.
    """
    text = [pa.field(f"c{index}", pa.string()) for index, _ in enumerate(columns)]
    beside = [pa.field(name, pa.int64() if name == "_record" else pa.string()) for name in _BESIDE]
    return pa.schema(text + beside)


def usual_place(form: str) -> tuple[str, int]:
    """Where records of a format stand, most of the time: a word, and what to add to their number.

    Delimited text has one line of header; of other texts the first record is the first line.
    """
    return ("row", 0) if form == "parquet" else ("line", int(form == "csv"))


def as_text(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with every cell as text."""
    texts = [
        column if name in _BESIDE or pa.types.is_string(column.type) else printed(column)
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(texts, schema=schema(batch.schema.names[: -len(_BESIDE)]))


def printed(column: pa.Array) -> pa.Array:
    """Values as we spell them; of a whole second no fraction is shown."""
    if not pa.types.is_timestamp(column.type):
        return column.cast(pa.string())
    texts = pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring_regex(texts, r"\.0+Z$", "Z")


class BatchBuilder:
    """Collects records and faults, and hands out batches of bounded size.

    `columns` are the source columns that the contract reads, in its order.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self._schema = schema(columns)
        self._width = len(columns)
        self._lists: list[list[object]] = [[] for _ in self._schema]

    def add(
        self, record: int, place: str, values: list[str | None], rescued: str | None = None
    ) -> None:
        """Add a record that was read into as many values as there are columns."""
        for target, value in zip(self._lists, values, strict=False):
            target.append(value)
        self._beside(record, place, None, rescued)

    def add_fault(self, record: int, place: str, fault: Fault) -> None:
        """Add a record that could not be read."""
        for target in self._lists[: self._width]:
            target.append(None)
        self._beside(record, place, fault, None)

    def _beside(self, record: int, place: str, fault: Fault | None, rescued: str | None) -> None:
        values: tuple[object, ...] = (record, place, None, None, None, None, None, rescued)
        if fault is not None:
            told = (fault.code, fault.column, fault.found, fault.expected, fault.raw)
            values = (record, place, *told, None)
        for target, value in zip(self._lists[self._width :], values, strict=True):
            target.append(value)

    def empty(self) -> bool:
        """Is there nothing to hand out?"""
        return not self._lists[-1]

    def full(self) -> bool:
        """Is it time to hand out a batch?"""
        return len(self._lists[-1]) >= BATCH_RECORDS

    def take(self) -> pa.RecordBatch:
        """The records collected so far, as one batch; collecting starts anew."""
        arrays = [
            pa.array(values, type=field.type)
            for values, field in zip(self._lists, self._schema, strict=True)
        ]
        self._lists = [[] for _ in self._schema]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def pick(rows: pa.RecordBatch, which: Mask) -> pa.RecordBatch:
    """Some of the rows. Column by column takes half as long as all of a batch at once."""
    if which.all():
        return rows
    if not which.any():
        return rows[:0]
    chosen = pa.array(which)
    columns = [column.filter(chosen) for column in rows.columns]
    return pa.RecordBatch.from_arrays(columns, schema=rows.schema)


def plain_texts(rows: pa.RecordBatch) -> pa.RecordBatch:
    """The rows with every text in its place, also where distinct ones are stored once."""
    encoded = (each for each in rows.schema if pa.types.is_dictionary(each.type))
    return alike(rows, {each.name: each.type.value_type for each in encoded})


def alike(rows: pa.RecordBatch, kinds: Mapping[str, pa.DataType]) -> pa.RecordBatch:
    """The rows with texts in their places, or stored once, as the kinds of columns say."""
    columns = {name: rows.column(name) for name in rows.schema.names}
    for name, kind in kinds.items():
        if columns[name].type != kind:
            once = pa.types.is_dictionary(kind)
            columns[name] = columns[name].dictionary_encode() if once else columns[name].cast(kind)
    return pa.RecordBatch.from_pydict(columns)


def in_order(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """One batch of the rows of these, by the number of their records."""
    rows = pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
    order = np.argsort(rows.column("_record").to_numpy(), kind="stable")
    return rows.take(pa.array(order))


Batches = Iterator[pa.RecordBatch]
"""Records in ascending order, as far as the reader can: out of order they cost more to keep."""
