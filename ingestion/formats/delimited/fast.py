"""Delimited text a block at a time, where a block can be shown to hold nothing that needs care.

A strict check in plain Python does 282,000 rows a second on one core, the vectorised parser behind
this look 1.4 million on two (tried).

The careful reader (`reader.py`) decides what a record is; this one only answers sooner. A block
of whole lines is read by the vectorised CSV parser when a look at its bytes proves that both
readers see the same records in it: text in UTF-8 without controls, one kind of line end, no line
near a limit, and every quote where RFC 4180 wants it. Rows of another width, and all of any other
block, go to the careful reader. Lines with text and rows are counted apart and have to agree.

Does not belong here: any rule of what is right or wrong.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.formats.delimited.quoting import Dialect
from ingestion.formats.header import Header
from ingestion.formats.raw.text_blocks import is_text
from ingestion.limits import Limits
from ingestion.records import schema
from ingestion.words.characters import fold

BLOCK = 4 << 20
_TAB, _NEWLINE, _RETURN, _BLANK = 9, 10, 13, 0x20
_INDENTS = (b"\n ", b"\n\t")
_BLANK_LINE = re.compile(rb"^[ \t]+(?=\r?$)", re.MULTILINE)
Places = npt.NDArray[np.int64]
MOST_BAD_LINES = 1000
"""In one block; beyond, the careful reader is no slower."""


@dataclass(frozen=True)
class Block:
    """A block that was read: its columns, and the lines in it that the careful reader must see.

    `filled` are the places of the lines that are not blank, which are its records; `ragged` are
    numbers of records, and texts. All count from 0.
    """

    rows: pa.Table
    lines: int
    filled: Places
    ragged: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class BlockReader:
    """Reads clean blocks of one file."""

    header: Header
    dialect: Dialect
    limits: Limits

    def read(self, block: bytes) -> Block | None:
        """The rows of a block of whole lines, or None where it needs the careful reader."""
        if len(block) >= BLOCK and not block.endswith(b"\n"):  # its last line may go on
            return None
        quoted = self.dialect.quote.encode() in block
        if not quoted and _is_indented(block):
            block = _BLANK_LINE.sub(b"", block)
        lines, filled = _lines(block, self.limits)
        if not lines or not is_text(block):
            return None
        if not len(filled):
            return Block(self._nothing(), lines, filled, ())
        if quoted and not _is_well_quoted(block, self.dialect):
            return None
        ragged: list[tuple[int, str]] = []

        def aside(row: pa_csv.InvalidRow) -> str:
            ragged.append((row.number - 1, row.text))
            return "skip" if len(ragged) <= MOST_BAD_LINES else "error"

        try:
            rows = self._parsed(block, quoted, aside)
        except pa.ArrowInvalid:
            return None
        # A quoted line end makes fewer rows than lines.
        if rows.num_rows + len(ragged) != len(filled) or (quoted and ragged):
            return None
        if any(not text.strip() for _, text in ragged) or self._may_be_blank(rows):
            return None
        return Block(rows, lines, filled, tuple(ragged))

    def _nothing(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self._wanted()})

    def _wanted(self) -> list[str]:
        known = (at for at in self.header.positions if at is not None)
        return [str(at) for at in (*known, *(at for at, _ in self.header.extra))]

    def _parsed(self, block: bytes, quoted: bool, aside: object) -> pa.Table:
        names = [str(at) for at in range(self.header.width)]
        return pa_csv.read_csv(
            pa.BufferReader(block),
            pa_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=max(len(block) + 1, 64)
            ),
            pa_csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                quote_char=self.dialect.quote if quoted else False,
                invalid_row_handler=aside,
            ),
            pa_csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in names},
                strings_can_be_null=False,
                include_columns=self._wanted(),
            ),
        )

    def _may_be_blank(self, rows: pa.Table) -> bool:
        """Where the delimiter is a blank itself, a line of blanks has the right width."""
        if not self.dialect.delimiter.isspace():
            return False
        first = rows.column(0) if rows.num_columns else None
        if first is None:
            return True
        return bool(pc.any(pc.equal(pc.utf8_trim_whitespace(first), "")).as_py())

    def batch(
        self, block: Block, record: int, line: int, columns: tuple[str, ...]
    ) -> pa.RecordBatch:
        """The rows as `ingestion/records.py` wants them; record and line are those of place 0."""
        at, lines = np.arange(len(block.filled), dtype=np.int64), block.filled
        if block.ragged:
            ragged = [number for number, _ in block.ragged]
            at, lines = np.delete(at, ragged), np.delete(lines, ragged)
        rows = block.rows
        nulls = pa.nulls(rows.num_rows, pa.string())
        arrays = [nulls if at is None else _array(rows, str(at)) for at in self.header.positions]
        usual = line == record + 1 and len(block.filled) == block.lines
        places = nulls if usual else pa.array([f"line {line + n}" for n in lines], pa.string())
        beside = [pa.array(at + record), places, *[nulls] * 5, self._rescued(rows)]
        return pa.RecordBatch.from_arrays(arrays + beside, schema=schema(columns))

    def _rescued(self, rows: pa.Table) -> pa.Array:
        extra = self.header.extra
        if not extra:
            return pa.nulls(rows.num_rows, pa.string())
        names = [fold(name) for _, name in extra]
        cells = [_array(rows, str(at)).to_pylist() for at, _ in extra]
        rows_of = zip(*cells, strict=True)
        found = ({n: v for n, v in zip(names, row, strict=True) if v} for row in rows_of)
        kept = [json.dumps(row, ensure_ascii=False) if row else None for row in found]
        return pa.array(kept, pa.string())


def can_be_fast(dialect: Dialect, header: Header) -> bool:
    """Is this a kind of file of which some blocks may be clean?"""
    special = dialect.delimiter + dialect.quote
    return (
        header.width > 1
        and special.isascii()
        and not set(special) & set("\r\n\0")
        and dialect.delimiter != dialect.quote
    )


def _is_indented(block: bytes) -> bool:
    """Does a line begin with a blank? To search by expression takes half of all the time."""
    return block.startswith((b" ", b"\t")) or any(indent in block for indent in _INDENTS)


def _lines(block: bytes, limits: Limits) -> tuple[int, Places]:
    """How many lines there are, and which are not blank; 0 when controls stand in them, their ends
    differ, or one may be too long."""
    seen, none = np.frombuffer(block, np.uint8), np.zeros(0, np.int64)
    at = np.flatnonzero(seen < _BLANK)
    kinds = seen[at]
    ends, returns = at[kinds == _NEWLINE], at[kinds == _RETURN]
    if len(ends) + len(returns) + np.count_nonzero(kinds == _TAB) != len(at):
        return 0, none
    if len(returns) and not np.array_equal(returns + 1, ends):
        return 0, none
    whole = block.endswith(b"\n")
    bounds = np.concatenate([[-1], ends, [] if whole else [len(block)]]).astype(np.int64)
    sizes = np.diff(bounds)
    if sizes.max() > min(limits.field_chars, limits.record_chars):
        return 0, none
    filled = sizes > (2 if len(returns) else 1)
    filled[-1] |= not whole
    return len(sizes), np.flatnonzero(filled)


def _is_well_quoted(block: bytes, dialect: Dialect) -> bool:
    """Does every quote open a field, close one, or double another inside one?

    From the first on, quotes open and close in turn; of a doubled quote the one closes and the
    other opens again. So what stands before an opening and behind a closing quote decides.
    """
    seen = np.frombuffer(b"\n" + block + b"\n", np.uint8)
    quote, delimiter = ord(dialect.quote), ord(dialect.delimiter)
    at = np.flatnonzero(seen == quote)
    if len(at) % 2:
        return False
    before, behind = seen[at[0::2] - 1], seen[at[1::2] + 1]
    opens = (before == delimiter) | (before == _NEWLINE) | (before == quote)
    closes = (behind == delimiter) | (behind == _NEWLINE) | (behind == _RETURN) | (behind == quote)
    # A doubled quote has its halves side by side: an opening quote behind a quote is behind the
    # closing one before it, never behind the opening one.
    return bool(opens.all() and closes.all())


def _array(rows: pa.Table, name: str) -> pa.Array:
    column = rows.column(name)
    return column.chunk(0) if column.num_chunks else pa.array([], pa.string())
