"""Where the values of many lines of one shape stand in a block: a line a row.

A line is, in turn, bytes of its template and a value. Whether it is such a line is told by the
bytes around its values, all of them at once; the values themselves are not looked at.

Belongs here: finding values. Does not belong here: what they hold (`cells.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.formats.json.template import QUOTE, Template
from ingestion.formats.raw.line_blocks import Lines
from ingestion.words.column_bytes import Bytes, Mask, all_bytes

_BETWEEN = b"\x1f"
"""Stands for the comma between two cells; no clean block holds it."""

Ints = npt.NDArray[np.int32]
Edges = Ints
"""Of every line where it begins, where each value begins and ends, and where the line ends."""


@dataclass(frozen=True)
class Cells:
    """One value of every line of a shape.

    Attributes
    ----------
    enclosed: does the value stand in quotes, in the template? Then so do most of them.
    quoted: which of the enclosed ones do; None when all do.
    """

    enclosed: bool
    quoted: Mask | None
    _block: bytes
    _edges: Edges
    _pieces: pa.BinaryArray
    _at: int

    def __len__(self) -> int:
        return len(self._edges)

    def texts(self) -> pa.StringArray:
        """The values; of enclosed ones what is within the quotes, null where there are none."""
        missing = None if self.quoted is None else ~self.quoted
        mine = _every(self._edges.shape[1], self._at, len(self._pieces))
        return self._pieces.take(pa.array(mine, mask=missing)).view(pa.string())

    def as_written(self, chosen: Mask) -> pa.StringArray:
        """The chosen values with their quotes."""
        bounds = self._edges[chosen, self._at : self._at + 2]
        if self.enclosed:
            bounds = bounds + np.array([-1, 1], np.int32)
        pieces = _pieces(self._block, bounds)
        return pieces.take(pa.array(_every(2, 0, len(pieces)))).view(pa.string())


def find_values(lines: Lines, template: Template) -> tuple[list[Cells], Mask]:
    """The values of the lines that have the shape of the template; and which lines do."""
    block, between, mark = lines.block, len(template.cells) - 1, b","
    at = _places_of(block, mark)
    if len(at) != between * len(lines):  # some text holds a comma
        mark = _BETWEEN
        block = block.replace(template.separator, mark + template.separator[1:])
        at = _places_of(block, mark)
    grid, whole = _by_line(at, lines, between, len(block))
    edges = _edges(lines, whole, grid, template)
    least = np.array([not cell.quoted for cell in template.cells])
    sizes = edges[:, 2:-1:2] - edges[:, 1:-1:2]
    if (sizes.min(axis=0, initial=1) < least).any():
        fit = (sizes >= least).all(axis=1)
        edges = edges[fit]
        whole[whole] = fit
    around = _around(template, mark)
    pieces = _pieces(block, edges)
    differ = _bytes_around(pieces, len(edges), len(around.text)) != around.bytes
    odd = differ.any(axis=0)
    if odd[around.fixed].any():
        same = ~differ[:, around.fixed].any(axis=1)
        edges, differ = edges[same], differ[same]
        whole[whole] = same
        pieces = _pieces(block, edges)
    cells = []
    for number, quotes in enumerate(around.quotes):
        quoted = None
        if quotes and odd[[*quotes]].any():
            quoted = ~differ[:, quotes].any(axis=1)
        cells.append(Cells(bool(quotes), quoted, block, edges, pieces, 2 * number + 1))
    return cells, whole


@dataclass(frozen=True)
class _Around:
    """What stands around the values of a line, one behind the other.

    `fixed` are the bytes that are the same in every line; the others are the quotes around values,
    which are in the places `quotes`, two for every cell, or in none.
    """

    text: bytes
    fixed: Mask
    quotes: tuple[tuple[int, int] | None, ...]

    @property
    def bytes(self) -> Bytes:
        return np.frombuffer(self.text, np.uint8)


def _around(template: Template, mark: bytes) -> _Around:
    text, quotes = b"", []
    for number, cell in enumerate(template.cells):
        text += (mark if number else b"") + cell.before
        at = len(text)
        quotes.append((at, at + 1) if cell.quoted else None)
        text += (2 * QUOTE if cell.quoted else b"") + cell.behind
    fixed = np.ones(len(text), bool)
    fixed[[at for pair in quotes if pair for at in pair]] = False
    return _Around(text, fixed, tuple(quotes))


def _by_line(at: Ints, lines: Lines, between: int, size: int) -> tuple[Ints, Mask]:
    """The separators of the lines that have as many of them, a line a row; and which lines do."""
    whole = np.ones(len(lines), bool)
    if len(at) == between * len(lines):
        grid = at.reshape(len(lines), between)
        if not between or ((grid[:, 0] > lines.starts) & (grid[:, -1] < lines.ends)).all():
            return grid, whole
    counts = np.diff(np.searchsorted(at, np.append(lines.starts, size)))
    whole = counts == between
    return at[np.repeat(whole, counts)].reshape(np.count_nonzero(whole), between), whole


def _edges(lines: Lines, whole: Mask, grid: Ints, template: Template) -> Edges:
    before = np.array([len(cell.before) + cell.quoted for cell in template.cells], np.int32)
    behind = np.array([len(cell.behind) + cell.quoted for cell in template.cells], np.int32)
    edges = np.empty((len(grid), 2 * len(before) + 2), np.int32)
    edges[:, 0] = lines.starts[whole]
    edges[:, -1] = lines.ends[whole]
    edges[:, 1] = edges[:, 0] + before[0]
    edges[:, -2] = edges[:, -1] - behind[-1]
    np.add(grid, 1 + before[1:], out=edges[:, 3:-2:2])
    np.subtract(grid, behind[:-1], out=edges[:, 2:-2:2])
    return edges


def _pieces(block: bytes, edges: Edges) -> pa.BinaryArray:
    """What stands between each edge and the next, over all lines."""
    flat = edges.ravel()
    held = [None, pa.py_buffer(np.append(flat, flat[-1:])), pa.py_buffer(block)]
    return pa.Array.from_buffers(pa.binary(), len(flat), held)


def _every(step: int, first: int, size: int) -> Ints:
    return np.arange(first, size, step, dtype=np.int32)


def _bytes_around(pieces: pa.BinaryArray, lines: int, width: int) -> Bytes:
    """The bytes around the values, a line a row."""
    return all_bytes(pieces.take(pa.array(_every(2, 0, len(pieces))))).reshape(lines, width)


def _places_of(block: bytes, byte: bytes) -> Ints:
    return np.flatnonzero(np.frombuffer(block, np.uint8) == byte[0]).astype(np.int32)
