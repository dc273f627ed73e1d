"""Cells in plain spelling, told from the bytes of a whole column at once.

Every function takes the texts of a column, none of them null, and says of which cells it is sure:
there the casts (`query.py`) would find no fault and the same value. Of the others it says
nothing; the casts alone decide on them. So a function may be narrow as it likes, but never wrong.

Belongs here: texts, words and numbers, and what such functions are made of. Times are in
`plain_times.py`, identifiers in `plain_identifiers.py`, contracts and rows in `rows.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import places
from ingestion.fields.fixed_width import FixedWidth
from ingestion.words.characters import fold
from ingestion.words.column_bytes import Mask, all_bytes, bytes_of, lengths, starts

_SAMPLE, _MOST_DISTINCT = 256, 64
"""In a sample; of more, looking at each cell is cheaper than finding the distinct ones."""
_BLANK, _TILDE, _ZERO, _NINE, _MINUS = (ord(char) for char in " ~09-")
_NUMBER = r"\A-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,15})?\z"
_DIGITS = 18
_INTEGER = rf"\A(0|-?[1-9][0-9]{{0,{_DIGITS - 1}}})\z"
_THAI = range(0x0E00, 0x0E80)


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
        found = of_each(judge, encoded)
        return replace(found, values=cells) if found.values is encoded else found

    return judged


def of_each(judge: Judge, cells: pa.DictionaryArray) -> Found:
    """What the judge finds in the distinct cells, for every cell; `cells` where nothing changes."""
    found = judge(cells.dictionary)
    sure = _of_all(found.sure, cells, of_null=True)
    respelled = None
    if found.respelled is not None:
        respelled = _of_all(found.respelled, cells, of_null=False)
    same = found.values is cells.dictionary
    return Found(sure, cells if same else found.values.take(cells.indices), respelled)


def _of_all(distinct: Mask, cells: pa.DictionaryArray, *, of_null: bool) -> Mask:
    """What is so of distinct cells, for every cell."""
    if not (distinct != of_null).any():
        return np.full(len(cells), of_null)
    there = cells.is_valid().to_numpy(zero_copy_only=False)
    told = np.full(len(cells), of_null)
    told[there] = distinct[cells.indices.drop_null().to_numpy()]
    return told


def text(cells: pa.StringArray, most: int, pattern: str | None = None) -> Found:
    """Texts that folding would not change, of at most so many characters, of that pattern."""
    sure = like(cells, pattern) if pattern is not None else unchanged(cells)
    if pattern is not None and not _leaves_nothing_to_fold(pattern):
        sure &= unchanged(cells)
    if len(cells) and lengths(cells).max() > most:
        sure &= true(pc.less_equal(pc.utf8_length(cells), most))
    return with_empty(cells, sure, cells)


def words(cells: pa.StringArray, meaning: Callable[[str], str | None]) -> Found:
    """Texts of which each is a known word: what it means. Of an unknown one nobody is sure."""
    distinct = cells.dictionary_encode()
    known = [meaning(word) for word in distinct.dictionary.to_pylist()]
    if known == distinct.dictionary.to_pylist():
        sure = np.ones(len(cells), bool)
        return with_empty(cells, sure, cells, ~sure)
    values = pa.array(known, pa.string()).take(distinct.indices)
    sure = values.is_valid().to_numpy(zero_copy_only=False)
    return with_empty(cells, sure, values, true(pc.not_equal(values, cells)))


def place(cells: pa.StringArray, level: str) -> Found:
    """Names of places at a level, in Thai or English letters: their codes."""
    spellings = places.spellings(level)

    def code(name: str) -> str | None:
        plain = all(char < "\x80" or ord(char) in _THAI for char in name)
        known = plain and name.isprintable() and fold(name) == name
        return spellings.get(places.bare(name, level)) if known else None

    return words(cells, code)


def whole_number(cells: pa.StringArray) -> Found:
    """Digits, a minus sign before them if need be, and no zero in front."""
    sizes, seen = lengths(cells), all_bytes(cells)
    if not len(seen):
        return converted(cells, sizes > 0, pa.int64())
    begin, last = starts(cells), len(seen) - 1
    negative = (seen[np.minimum(begin, last)] == _MINUS) & (sizes > 0)
    signs = np.count_nonzero(negative)
    digits = np.count_nonzero((seen >= _ZERO) & (seen <= _NINE))
    if digits + signs == len(seen):
        width = sizes - negative
        zero = seen[np.minimum(begin + negative, last)] == _ZERO
        sure = (width > 0) & (width <= _DIGITS) & (~zero | (sizes == 1))
    else:
        sure = matched(cells, _INTEGER)
    return converted(cells, sure, pa.int64())


def number(cells: pa.StringArray) -> Found:
    """Digits with a point among them if need be, and without an exponent."""
    return converted(cells, matched(cells, _NUMBER), pa.float64())


def truth(cells: pa.StringArray) -> Found:
    """The words true and false."""
    known = pc.is_in(cells, pa.array(["true", "false"])).to_numpy(zero_copy_only=False)
    return converted(cells, known, pa.bool_())


def part(cells: pa.StringArray, separator: str, number: int) -> pa.StringArray:
    """The part with that number of every cell, counted from 1, or from -1 at the end."""
    split = pc.split_pattern(cells, separator)
    first, behind = (ends.to_numpy() for ends in (split.offsets[:-1], split.offsets[1:]))
    at = first + number - 1 if number > 0 else behind + number
    there = pa.array((first <= at) & (at < behind))
    chosen = pc.if_else(there, pa.array(at), pa.scalar(None, pa.int64()))
    return split.values.take(chosen).fill_null("")


def unchanged(cells: pa.StringArray) -> Mask:
    """Would folding leave the cell as it is, and is something left? False for an empty cell."""
    seen = all_bytes(cells)
    if not len(seen) or seen.max() < 128:
        return _visible(cells)
    same = (cell.isprintable() and fold(cell) == cell != "" for cell in cells.to_pylist())
    return np.fromiter(same, bool, len(cells))


def converted(cells: pa.StringArray, sure: Mask, kind: pa.DataType) -> Found:
    """The sure cells as values of an Arrow type.

    Raises
    ------
    pyarrow.ArrowInvalid: one of them is none.
    """
    nothing = pa.scalar(None, pa.string())
    chosen = cells if sure.all() else pc.if_else(pa.array(sure), cells, nothing)
    return with_empty(cells, sure, pc.cast(chosen, kind))


def with_empty(
    cells: pa.StringArray, sure: Mask, values: pa.Array, respelled: Mask | None = None
) -> Found:
    """An empty cell is a null, and so is every cell that is not sure."""
    empty = lengths(cells) == 0
    if not empty.any():
        return Found(sure, values, respelled)
    if respelled is not None:
        respelled &= ~empty
    values = pc.if_else(pa.array(empty), pa.scalar(None, values.type), values)
    return Found(sure | empty, values, respelled)


def like(cells: pa.StringArray, pattern: str) -> Mask:
    """Which cells match a pattern as a whole."""
    fixed = _fixed_width(pattern)
    return matched(cells, rf"\A(?:{pattern})\z") if fixed is None else _fixed_like(cells, fixed)


def matched(cells: pa.StringArray, pattern: str) -> Mask:
    """In which cells a pattern is found."""
    return true(pc.match_substring_regex(cells, pattern))


def true(truths: pa.BooleanArray) -> Mask:
    """Where it is true; null is not."""
    found: Mask = truths.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _repeats(cells: pa.StringArray) -> bool:
    return len(cells.slice(0, _SAMPLE).unique()) <= _MOST_DISTINCT


@lru_cache(maxsize=256)
def _fixed_width(pattern: str) -> FixedWidth | None:
    return FixedWidth.of(pattern)


def _leaves_nothing_to_fold(pattern: str) -> bool:
    fixed = _fixed_width(pattern)
    return fixed is not None and fixed.without_blanks


def _fixed_like(cells: pa.StringArray, fixed: FixedWidth) -> Mask:
    sure: Mask = lengths(cells) == fixed.width
    well = fixed.matches(bytes_of(cells, sure))
    if not well.all():
        sure[sure] = well
    return sure


def _visible(cells: pa.StringArray) -> Mask:
    """Is all of the cell printable ASCII, without blanks around it?"""
    begin, sizes, seen = starts(cells), lengths(cells), all_bytes(cells)
    if not len(seen):
        return np.zeros(len(cells), bool)
    if seen.min() < _BLANK or seen.max() > _TILDE:
        return matched(cells, r"\A[!-~]([ -~]*[!-~])?\z")
    first, last = seen[np.minimum(begin, len(seen) - 1)], seen[begin + sizes - 1]
    sure: Mask = (first != _BLANK) & (last != _BLANK) & (sizes > 0)
    return sure
