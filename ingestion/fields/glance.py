"""Cells in plain spelling, told from the bytes of a whole column at once: what all kinds share.

A look takes the texts of a column, none of them null, and says of which cells it is sure: there the
casts (`query.py`) would find no fault and the same value. Of the others it says nothing; the casts
alone decide on them. So a look may be narrow as it likes, but never wrong.

Belongs here: what looks are made of. Does not belong here: the look of one kind, which stands in
the file of the kind, and rows (`rows.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.words.characters import fold
from ingestion.words.column_bytes import Mask, all_bytes, lengths, starts

_SAMPLE, _MOST_DISTINCT = 256, 64
"""In a sample; of more, looking at each cell is cheaper than finding the distinct ones."""
_BLANK, _TILDE, _ZERO, _NINE, _MINUS = (ord(char) for char in " ~09-")
_DIGITS = 18
_PLAIN_WHOLE = rf"\A(0|-?[1-9][0-9]{{0,{_DIGITS - 1}}})\z"
_LETTERS = {"upper": pc.ascii_upper, "lower": pc.ascii_lower}


@dataclass(frozen=True)
class Found:
    """What is sure of the cells of a column: where the values are right, and those values.

    `respelled` marks cells that we would spell otherwise; None where there are none.
    Empty cells are null, and sure; whether they may be is not asked here.
    """

    sure: Mask
    values: pa.Array
    respelled: Mask | None = None


Glance = Callable[[pa.StringArray], Found]


def each_distinct(look: Glance) -> Glance:
    """The same look, at every distinct cell once where they repeat."""

    def looked(cells: pa.StringArray) -> Found:
        if len(cells) < _SAMPLE or not _repeats(cells):
            return look(cells)
        encoded = cells.dictionary_encode()
        found = of_each(look, encoded)
        return replace(found, values=cells) if found.values is encoded else found

    return looked


def of_each(look: Glance, cells: pa.DictionaryArray) -> Found:
    """What is found in the distinct cells, for every cell; `cells` where nothing changes."""
    found = look(cells.dictionary)
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


def whole_numbers(cells: pa.StringArray) -> Found:
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
        sure = matched(cells, _PLAIN_WHOLE)
    return converted(cells, sure, pa.int64())


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
    return matched(cells, rf"\A(?:{pattern})\z")


def matched(cells: pa.StringArray, pattern: str) -> Mask:
    """In which cells a pattern is found."""
    return true(pc.match_substring_regex(cells, pattern))


def true(truths: pa.BooleanArray) -> Mask:
    """Where it is true; null is not."""
    found: Mask = truths.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _repeats(cells: pa.StringArray) -> bool:
    return len(cells.slice(0, _SAMPLE).unique()) <= _MOST_DISTINCT


def narrowed(field: Field, texts: pa.StringArray) -> tuple[pa.StringArray, Mask | None]:
    """The part of the texts that is meant, in the letters that are; and of which that is sure."""
    if not field.part and not field.letter_case:
        return texts, None
    sure = unchanged(texts) | (lengths(texts) == 0)
    if field.part:
        texts = _part(texts, field.part.separator, field.part.number)
    if field.letter_case:
        sure &= pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
        texts = _LETTERS[field.letter_case](texts)
    return texts, sure


def without_missing(
    texts: pa.StringArray, missing: Mapping[str, str]
) -> tuple[pa.StringArray, pa.StringArray]:
    """The texts without words that mean that there is no value, and why there is none."""
    words = {fold(word): reason for word, reason in missing.items() if word}
    if words:
        meant = pc.index_in(texts, pa.array(list(words), pa.string()))
        why = pa.array(list(words.values()), pa.string()).take(meant)
        if meant.null_count < len(meant):
            texts = pc.if_else(meant.is_valid(), "", texts)
    else:
        why = pa.nulls(len(texts), pa.string())
    empty = pc.and_(pc.equal(pc.binary_length(texts), 0), why.is_null())
    return texts, pc.if_else(empty, missing.get("", "missing"), why)


def without_codes(
    found: Found, why: pa.StringArray, codes: Mapping[float, str]
) -> tuple[Found, pa.StringArray]:
    """What was found without the numbers that mean no value, and why there is none."""
    # Minus nothing is nothing: Arrow would tell them apart.
    numbers = pc.add(found.values.cast(pa.float64(), safe=False), 0.0)
    meant = pc.index_in(numbers, pa.array([code + 0.0 for code in codes], pa.float64()))
    if meant.null_count == len(meant):
        return found, why
    reasons = pa.array(list(codes.values()), pa.string()).take(meant)
    nothing = pa.scalar(None, found.values.type)
    values = pc.if_else(meant.is_valid(), nothing, found.values)
    return replace(found, values=values), pc.coalesce(why, reasons)


def _part(cells: pa.StringArray, separator: str, number: int) -> pa.StringArray:
    """The part with that number of every cell, counted from 1, or from -1 at the end."""
    split = pc.split_pattern(cells, separator)
    first, behind = (ends.to_numpy() for ends in (split.offsets[:-1], split.offsets[1:]))
    at = first + number - 1 if number > 0 else behind + number
    there = pa.array((first <= at) & (at < behind))
    chosen = pc.if_else(there, pa.array(at), pa.scalar(None, pa.int64()))
    return split.values.take(chosen).fill_null("")


def beyond(values: pa.Array, low: float | None, high: float | None) -> Mask:
    """Which values are below or above what they may be."""
    wrong = np.zeros(len(values), bool)
    if all_within(values, low, high):
        return wrong
    if low is not None:
        wrong |= true(pc.less(values, pa.scalar(low, values.type)))
    if high is not None:
        wrong |= true(pc.greater(values, pa.scalar(high, values.type)))
    return wrong


def all_within(values: pa.Array, low: float | None, high: float | None) -> bool:
    """Is it told by the least and the greatest of them that all are right?"""
    ends = pc.min_max(values)
    least, most = ends["min"].as_py(), ends["max"].as_py()
    if least is None:
        return True
    return (low is None or least >= low) and (high is None or most <= high)


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
