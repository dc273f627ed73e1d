"""JSON Lines a block at a time, where a block can be shown to hold nothing that needs care.

The careful reader (`lines.py`) decides what a record is; this one only answers sooner. Lines
that differ in nothing but their values are split between their members. Every cell has to begin and
end as the template says and to hold one text, number, null or truth value. The quotes of all those
lines are counted, and have to be as many as their cells begin and end with: then no text holds one,
and every line is a JSON document that the careful reader would read into the same values. Whatever
else stands in a block is set aside for it, and so is every line that has an escaped quote.

Does not belong here: any rule of what is right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.json.cells import Values, read_cells
from ingestion.formats.json.grid import find_values
from ingestion.formats.json.members import Members
from ingestion.formats.json.template import Template, template_of
from ingestion.formats.raw.line_blocks import Lines, Places, clean_lines

_MOST_SHAPES = 8
_FEW = 16
"""Lines of one shape that are not worth a template."""


@dataclass(frozen=True)
class Part:
    """The records of one shape: their places in the block, from 0, and the columns of the batch.

    `new` are the names in them that the contract does not know, `known` those that it does.
    """

    at: Places
    columns: list[pa.Array]
    rescued: pa.Array
    new: tuple[str, ...]
    known: tuple[str, ...]

    def batch(self, schema: pa.Schema, record: int, line: int) -> pa.RecordBatch:
        """The records of this shape as a batch."""
        nulls = pa.nulls(len(self.at), pa.string())
        places = nulls
        if line != record:
            numbers = pa.array(self.at + line).cast(pa.string())
            places = pc.binary_join_element_wise("line", numbers, " ")
        beside = [pa.array(self.at + record), places, *[nulls] * 5, self.rescued]
        return pa.RecordBatch.from_arrays(self.columns + beside, schema=schema)


@dataclass(frozen=True)
class Block:
    """A block that was read, and the lines in it that the careful reader must judge."""

    lines: int
    parts: tuple[Part, ...]
    aside: tuple[tuple[int, str], ...]

    def batch(self, judged: pa.RecordBatch, record: int, line: int) -> pa.RecordBatch:
        """All records as `ingestion/records.py` wants them, in the order of their lines.

        Parameters
        ----------
        judged: the lines set aside, as records. record, line: the numbers of place 0.
        """
        read = [part.batch(judged.schema, record, line) for part in self.parts]
        if len(read) == 1 and not judged.num_rows:
            return read[0]
        rows = pa.Table.from_batches([*read, judged]).sort_by("_record")
        return rows.combine_chunks().to_batches()[0]


class BlockReader:
    """Reads clean blocks of one file."""

    def __init__(self, judge: Members) -> None:
        self._judge = judge
        # A member that the contract does not know is kept as JSON, which may be spaced wider.
        self._most_chars = min(judge.limits.field_chars // 2, judge.limits.record_chars)

    def lines(self, block: bytes) -> Lines | None:
        """The lines of a block, or None where it needs the careful reader."""
        return clean_lines(block, self._most_chars)

    def read(self, lines: Lines) -> Block | None:
        """The records of the lines of a block, or None where it needs the careful reader."""
        parts: list[Part] = []
        aside: list[int] = _with_escaped_quotes(lines) if b"\\" in lines.block else []
        left: Places = np.delete(np.arange(len(lines)), aside)
        for _ in range(_MOST_SHAPES):
            if len(left) <= _FEW:
                break
            template = template_of(lines.line(int(left[0])), self._judge)
            part = template and _part(lines, left, template)
            if template and part is None:
                return None
            if part and len(part.at):
                parts.append(part)
                left = _without(left, part.at)
            else:
                aside.append(int(left[0]))
                left = left[1:]
        if not parts:
            return None
        texts = [(at, lines.line(at).decode()) for at in sorted([*aside, *left.tolist()])]
        if any(not text.strip() for _, text in texts):
            return None
        return Block(len(lines), tuple(parts), tuple(texts))


def _with_escaped_quotes(lines: Lines) -> list[int]:
    """Lines in which a backslash stands before a quote, or before another one."""
    seen = np.frombuffer(lines.block, np.uint8)
    behind = np.flatnonzero(seen[:-1] == ord("\\")) + 1
    at = behind[(seen[behind] == ord('"')) | (seen[behind] == ord("\\"))]
    found: list[int] = np.unique(np.searchsorted(lines.starts, at, "right") - 1).tolist()
    return found


def _part(lines: Lines, places: Places, template: Template) -> Part | None:
    """The lines of that shape, or None when they cannot be told from others for sure."""
    mine = lines.only(places)
    columns, whole = find_values(mine, template)
    escaped = b"\\" in mine.block
    read = [
        read_cells(cells, truths=n in template.truths, escaped=escaped)
        for n, cells in enumerate(columns)
    ]
    at = places[whole]
    fits = _all_fit(read)
    if fits is not None:
        at = at[fits.to_numpy(zero_copy_only=False)]
        read = [values.filter(fits) for values in read]
    others = _without(places, at)
    quotes = len(at) * template.quotes + 2 * sum(values.quoted_count for values in read)
    quotes += sum(lines.line(each).count(b'"') for each in others.tolist())
    if quotes != np.count_nonzero(np.frombuffer(mine.block, np.uint8) == ord('"')):
        return None
    nulls = pa.nulls(len(at), pa.string())
    texts = [nulls if cell is None else read[cell].texts for cell in template.columns]
    return Part(at, texts, _rescued(template, read, nulls), template.new, template.known)


def _without(places: Places, taken: Places) -> Places:
    if len(taken) == len(places):
        return places[:0]
    return np.setdiff1d(places, taken, assume_unique=True)


def _all_fit(read: list[Values]) -> pa.Array | None:
    """Which rows fit in every cell; None when all do."""
    fits = None
    for values in read:
        if values.fits is not None:
            fits = values.fits if fits is None else pc.and_(fits, values.fits)
    return fits


def _rescued(template: Template, read: list[Values], nulls: pa.Array) -> pa.Array:
    """What the contract does not know, as the careful reader keeps it."""
    if not template.rescued:
        return nulls
    pieces = [
        read[piece].as_json() if isinstance(piece, int) else piece for piece in template.rescued
    ]
    return pc.binary_join_element_wise(*pieces, "")
