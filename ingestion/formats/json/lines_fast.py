"""JSON Lines a block at a time, by `pyarrow.json`, where the bytes show that it reads them right.

The careful reader (`lines.py`) decides what a record is; this one only answers sooner, and gives
the same. `pyarrow.json` alone would not: asked for text it refuses numbers, read as numbers they
lose their spelling (1.10), a member that is absent is a null, and escapes may stand for what no
text may hold. So escapes are spelled out first, every line is held against the shape of one that
was read with care (`shape.py`), and numbers get quotes. A line of no shape is set aside for the
careful reader; a block with a character that needs care goes to it whole.

Does not belong here: any rule of what is right or wrong.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.json.members import Members
from ingestion.formats.json.shape import Shape, shape_of
from ingestion.formats.raw.line_blocks import Lines, Places, clean_lines
from ingestion.words.characters import fault_in

_MOST_SHAPES = 8
_FEW = 16
"""Lines that are not worth a shape."""
_ESCAPES = re.compile(rb"(?:\\u[0-9a-fA-F]{4}|\\/)+")
"""Also behind another backslash, which stays, and keeps its line from being of any shape."""


@dataclass(frozen=True)
class Part:
    """The records of one shape: their places in the block, from 0, and the columns of the batch."""

    at: Places
    shape: Shape
    columns: list[pa.Array]
    rescued: pa.Array

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
    """A block that was read, and the lines in it that the careful reader must see."""

    lines: int
    parts: tuple[Part, ...]
    aside: tuple[tuple[int, str], ...]

    def batch(self, careful: pa.RecordBatch, record: int, line: int) -> pa.RecordBatch:
        """All records as `ingestion/records.py` wants them, in the order of their lines.

        Parameters
        ----------
        careful: the lines set aside, as records. record, line: the numbers of place 0.
        """
        read = [part.batch(careful.schema, record, line) for part in self.parts]
        if len(read) == 1 and not careful.num_rows:
            return read[0]
        rows = pa.Table.from_batches([*read, careful]).sort_by("_record")
        return rows.combine_chunks().to_batches()[0]


class BlockReader:
    """Reads clean blocks of one file."""

    def __init__(self, checker: Members) -> None:
        self._checker = checker
        # A member that the contract does not know is kept as JSON, which may be spaced wider.
        self._most_chars = min(checker.limits.field_chars // 2, checker.limits.record_chars)

    def lines(self, block: bytes) -> Lines | None:
        """The lines of a block, or None where it needs the careful reader."""
        return clean_lines(block, self._most_chars)

    def read(self, lines: Lines) -> Block | None:
        """The records of the lines of a block, or None where it needs the careful reader."""
        plain: Lines | None = lines
        if b"\\" in lines.block:
            plain = self.lines(_ESCAPES.sub(_spelled_out, lines.block))
        if plain is None:
            return None
        parts: list[Part] = []
        aside: list[int] = []
        left, texts = np.arange(len(lines)), plain.texts()
        for _ in range(_MOST_SHAPES):
            if len(left) <= _FEW:
                break
            shape = shape_of(plain.line(int(left[0])).decode(), self._checker)
            if shape is None or not (mine := shape.fits(texts)).true_count:
                aside.append(int(left[0]))
                left, texts = left[1:], texts[1:]
                continue
            same = mine.to_numpy(zero_copy_only=False)
            parts.append(Part(left[same], shape, *shape.read(texts.filter(mine))))
            left, texts = left[~same], texts.filter(pc.invert(mine))
        others = [(at, lines.line(at).decode()) for at in sorted([*aside, *left.tolist()])]
        if not parts or any(not text.strip() for _, text in others):
            return None
        return Block(len(lines), tuple(parts), tuple(others))


def _spelled_out(escapes: re.Match[bytes]) -> bytes:
    return _meant(escapes[0])


@lru_cache(4096)
def _meant(escapes: bytes) -> bytes:
    """The characters that escapes stand for, or the escapes where a text may not hold those."""
    text: str = json.loads(b'"' + escapes + b'"')
    if fault_in(text, "utf-8") or '"' in text or min(text) < " ":
        return escapes
    return text.encode()
