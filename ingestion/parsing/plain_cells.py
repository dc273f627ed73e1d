"""Cells in plain spelling, told from the bytes of a whole column at once.

Every function takes the texts of a column, none of them null, and says of which cells it is sure:
there the casts (`casting.py`) would find no fault and the same value. Of the others it says
nothing; the casts alone decide on them. So a function may be narrow as it likes, but never wrong.

Does not belong here: contracts and rows (`plain_rows.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.parsing.characters import fold
from ingestion.parsing.fixed_width import FixedWidth

Mask = npt.NDArray[np.bool_]
_SAMPLE, _MOST_DISTINCT = 256, 64
"""In a sample; of more, looking at each cell is cheaper than finding the distinct ones."""
_BLANK, _TILDE, _ZERO, _NINE, _MINUS = (ord(char) for char in " ~09-")
_NUMBER = r"\A-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,15})?\z"
_INTEGER = r"\A(0|-?[1-9][0-9]{0,17})\z"
_DATE = r"\d{4}-\d{2}-\d{2}"
_MOMENT = _DATE + r"T\d{2}:\d{2}:\d{2}"
_OFFSET, _IN_UTC = r"[+]0[07]:00", "Z"
_LONGEST = len("2026-01-08T02:00:00+07:00")
_MAC_SEPARATORS = (b":", b"-")
_MICROSECONDS = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Found:
    """What is sure of the cells of a column: where the values are right, and those values.

    `respelled` marks cells that we would spell otherwise; None where there are none.
    Empty cells are null, and sure; whether they may be is not asked here.
    """

    sure: Mask
    values: pa.Array
    respelled: Mask | None = None


Judge = Callable[[pa.StringArray], Found]


def each_distinct(judge: Judge) -> Judge:
    """The same judge, who looks at every distinct cell once where they repeat."""

    def judged(cells: pa.StringArray) -> Found:
        if len(cells) < _SAMPLE or not _repeats(cells):
            return judge(cells)
        encoded = cells.dictionary_encode()
        found = judge(encoded.dictionary)
        places = encoded.indices.to_numpy(zero_copy_only=False)
        respelled = None if found.respelled is None else found.respelled[places]
        same = found.values is encoded.dictionary
        values = cells if same else found.values.take(encoded.indices)
        return Found(found.sure[places], values, respelled)

    return judged


def text(cells: pa.StringArray, most: int, pattern: str | None = None) -> Found:
    """Texts that folding would not change, of at most so many characters, of that pattern."""
    sure = _visible(cells) if _is_ascii(cells) else _folded(cells)
    if pattern is not None:
        sure &= _like(cells, pattern)
    if len(cells) and _lengths(cells).max() > most:
        sure &= _false_for_null(pc.less_equal(pc.utf8_length(cells), most))
    return _with_empty(cells, sure, cells)


def words(cells: pa.StringArray, meanings: Mapping[str, str]) -> Found:
    """Texts of which each is one of these spellings: what it means."""
    distinct = cells.dictionary_encode()
    known = [meanings.get(word) for word in distinct.dictionary.to_pylist()]
    if known == distinct.dictionary.to_pylist():
        sure = np.ones(len(cells), bool)
        return _with_empty(cells, sure, cells, ~sure)
    values = pa.array(known, pa.string()).take(distinct.indices)
    sure = values.is_valid().to_numpy(zero_copy_only=False)
    respelled = _false_for_null(pc.not_equal(values, cells))
    return _with_empty(cells, sure, values, respelled)


def whole_number(cells: pa.StringArray) -> Found:
    """Digits, a minus sign before them if need be, and no zero in front."""
    starts, lengths, seen = _starts(cells), _lengths(cells), _bytes(cells)
    minus = np.flatnonzero(seen == _MINUS)
    digits = np.count_nonzero((seen >= _ZERO) & (seen <= _NINE))
    first = seen[np.minimum(starts, max(len(seen) - 1, 0))] if len(seen) else lengths
    at_front = np.count_nonzero((first == _MINUS) & (lengths > 0))
    clean = digits + len(minus) == len(seen) and at_front == len(minus)
    if clean and not len(minus):
        sure = ((first != _ZERO) | (lengths == 1)) & (lengths <= 18) & (lengths > 0)
    else:
        sure = _matched(cells, _INTEGER)
    return _converted(cells, sure, pa.int64())


def number(cells: pa.StringArray) -> Found:
    """Digits with a point among them if need be, and without an exponent."""
    return _converted(cells, _matched(cells, _NUMBER), pa.float64())


def truth(cells: pa.StringArray) -> Found:
    """The words true and false."""
    known = pc.is_in(cells, pa.array(["true", "false"])).to_numpy(zero_copy_only=False)
    return _converted(cells, known, pa.bool_())


def moment(cells: pa.StringArray) -> Found:
    """2026-01-08T02:00:00+07:00, or at +00:00, or at Z; the last in all cells or in none."""
    longest = int(_lengths(cells).max(initial=0))
    zone = _OFFSET if longest == _LONGEST else _IN_UTC
    return _shaped(cells, _MOMENT + zone, _MICROSECONDS)


def day(cells: pa.StringArray) -> Found:
    """2026-01-08."""
    return _shaped(cells, _DATE, pa.date32())


def hardware_address(cells: pa.StringArray) -> Found:
    """Six pairs of hexadecimal digits with : or with - between them; as twelve small digits."""
    width = 17
    sure = _lengths(cells) == width
    rows = _bytes_of(cells, sure).reshape(-1, width)
    apart = rows[:, 2::3]
    between = [(apart == separator[0]).all(axis=1) for separator in _MAC_SEPARATORS]
    small = _HEXADECIMAL[rows[:, [at for at in range(width) if at % 3 != 2]]]
    group = _HEXADECIMAL_VALUE[small[:, 1]] % 2 == 1
    none = (small == _ZERO).all(axis=1)
    well = (between[0] | between[1]) & (small != 0).all(axis=1) & ~group & ~none
    sure[sure] = well
    values = _fixed(small[well], sure)
    return _with_empty(cells, sure, values, sure.copy())


_HEXADECIMAL = np.zeros(256, np.uint8)
"""The small digit for every hexadecimal digit, and zero for what is none."""
_HEXADECIMAL_VALUE = np.zeros(256, np.uint8)
for _digit in "0123456789abcdefABCDEF":
    _HEXADECIMAL[ord(_digit)] = ord(_digit.lower())
    _HEXADECIMAL_VALUE[ord(_digit)] = int(_digit, 16)


def _shaped(cells: pa.StringArray, shape: str, kind: pa.DataType) -> Found:
    """Cells of a shape; those that are no real day or time are not sure."""
    sure = _like(cells, shape)
    try:
        return _converted(cells, sure, kind)
    except pa.ArrowInvalid:
        return _converted(cells, _each_is_real(cells, sure, kind), kind)


def _each_is_real(cells: pa.StringArray, sure: Mask, kind: pa.DataType) -> Mask:
    """Which of the sure cells can be converted; looked at one by one, because few cannot."""
    real = sure.copy()
    for place in np.flatnonzero(sure):
        try:
            pc.cast(cells.slice(place, 1), kind)
        except pa.ArrowInvalid:
            real[place] = False
    return real


def _converted(cells: pa.StringArray, sure: Mask, kind: pa.DataType) -> Found:
    chosen = (
        cells if sure.all() else pc.if_else(pa.array(sure), cells, pa.scalar(None, pa.string()))
    )
    return _with_empty(cells, sure, pc.cast(chosen, kind))


def _with_empty(
    cells: pa.StringArray, sure: Mask, values: pa.Array, respelled: Mask | None = None
) -> Found:
    """An empty cell is a null, and so is every cell that is not sure."""
    empty = _lengths(cells) == 0
    if not empty.any():
        return Found(sure, values, respelled)
    if respelled is not None:
        respelled &= ~empty
    values = pc.if_else(pa.array(empty), pa.scalar(None, values.type), values)
    return Found(sure | empty, values, respelled)


def _repeats(cells: pa.StringArray) -> bool:
    return len(cells.slice(0, _SAMPLE).unique()) <= _MOST_DISTINCT


def _like(cells: pa.StringArray, pattern: str) -> Mask:
    """Which cells match a pattern as a whole."""
    fixed = _fixed_width(pattern)
    return _matched(cells, rf"\A(?:{pattern})\z") if fixed is None else _fixed_like(cells, fixed)


@lru_cache(maxsize=256)
def _fixed_width(pattern: str) -> FixedWidth | None:
    return FixedWidth.of(pattern)


def _fixed_like(cells: pa.StringArray, fixed: FixedWidth) -> Mask:
    sure: Mask = _lengths(cells) == fixed.width
    well = fixed.matches(_bytes_of(cells, sure))
    if not well.all():
        sure[sure] = well
    return sure


def _matched(cells: pa.StringArray, pattern: str) -> Mask:
    return _false_for_null(pc.match_substring_regex(cells, pattern))


def _false_for_null(truths: pa.BooleanArray) -> Mask:
    found: Mask = truths.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _visible(cells: pa.StringArray) -> Mask:
    """Is all of the cell printable ASCII, without blanks around it?"""
    starts, lengths, seen = _starts(cells), _lengths(cells), _bytes(cells)
    if not len(seen):
        return np.zeros(len(cells), bool)
    if seen.min() < _BLANK or seen.max() > _TILDE:
        return _matched(cells, r"\A[!-~]([ -~]*[!-~])?\z")
    last = len(seen) - 1
    first_of, last_of = seen[np.minimum(starts, last)], seen[starts + lengths - 1]
    sure: Mask = (first_of != _BLANK) & (last_of != _BLANK) & (lengths > 0)
    return sure


def _folded(cells: pa.StringArray) -> Mask:
    """Is the cell what folding makes of it?"""
    same = (cell.isprintable() and fold(cell) == cell != "" for cell in cells.to_pylist())
    return np.fromiter(same, bool, len(cells))


def _is_ascii(cells: pa.StringArray) -> bool:
    seen = _bytes(cells)
    return not len(seen) or bool(seen.max() < 128)


def _starts(cells: pa.StringArray) -> npt.NDArray[np.int64]:
    """Where each cell begins among the bytes of the column."""
    offsets = _offsets(cells)
    starts: npt.NDArray[np.int64] = (offsets[:-1] - offsets[0]).astype(np.int64)
    return starts


def _lengths(cells: pa.StringArray) -> npt.NDArray[np.int32]:
    """Bytes of each cell."""
    lengths: npt.NDArray[np.int32] = np.diff(_offsets(cells))
    return lengths


def _offsets(cells: pa.StringArray) -> npt.NDArray[np.int32]:
    if not len(cells):
        return np.zeros(1, np.int32)
    offsets = cells.buffers()[1]
    assert offsets is not None
    return np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]


def _bytes(cells: pa.StringArray) -> npt.NDArray[np.uint8]:
    """The bytes of all cells, one behind the other."""
    offsets, held = _offsets(cells), cells.buffers()[2]
    if held is None:
        return np.zeros(0, np.uint8)
    return np.frombuffer(held, np.uint8)[offsets[0] : offsets[-1]]


def _bytes_of(cells: pa.StringArray, chosen: Mask) -> npt.NDArray[np.uint8]:
    """The bytes of some cells, one behind the other."""
    if chosen.all() or not _lengths(cells)[~chosen].any():
        return _bytes(cells)
    return _bytes(cells.filter(pa.array(chosen)))


def _fixed(rows: npt.NDArray[np.uint8], where: Mask) -> pa.StringArray:
    """Texts of one width, at the places where there are some; nulls elsewhere."""
    width = rows.shape[1]
    offsets = np.concatenate([[0], np.cumsum(where * width)]).astype(np.int32)
    valid = None if where.all() else pa.array(where).buffers()[1]
    held = [valid, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows))]
    return pa.Array.from_buffers(pa.string(), len(where), held)
