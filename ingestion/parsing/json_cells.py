"""The cells of one column of JSON Lines: which hold a plain value, and its text.

Belongs here: telling texts, numbers, nulls and truth values apart, many at once. Does not belong
here: how lines become cells (`json_lines_fast.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.parsing.characters import fault_in
from ingestion.parsing.column_bytes import Mask
from ingestion.parsing.json_template import NUMBER
from ingestion.parsing.line_blocks import Places

_QUOTE, _NULL = ord('"'), b"null"


@dataclass(frozen=True)
class Cells:
    """Stretches of a block that are not empty: where each begins and ends."""

    block: bytes
    begins: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.begins)

    def only(self, chosen: Mask) -> Cells:
        """The chosen ones alone."""
        return Cells(self.block, self.begins[chosen], self.ends[chosen])

    def quoted(self) -> Mask:
        """Which begin with a quote and end with another?"""
        seen = np.frombuffer(self.block, np.uint8)
        found: Mask = seen[self.begins] == _QUOTE
        if found.any():
            found &= (seen[self.ends - 1] == _QUOTE) & (self.ends - self.begins > 1)
        return found

    def are_null(self) -> bool:
        """Are all of them the word null?"""
        sizes = self.ends - self.begins
        return bool((sizes == len(_NULL)).all()) and _all(pc.equal(self.texts(), "null"))

    def texts(self) -> pa.StringArray:
        """The cells as they are."""
        return self._cut(self.begins, self.ends, None)

    def within_quotes(self, quoted: Mask) -> pa.StringArray:
        """What stands in quotes; null where there are none."""
        empty = None if quoted.all() else ~quoted
        return self._cut(self.begins + 1, np.where(quoted, self.ends - 1, self.begins + 1), empty)

    def _cut(self, begins: Places, ends: Places, empty: Mask | None) -> pa.StringArray:
        """Every second of the pieces that the bounds make."""
        bounds = np.zeros(2 * len(begins) + 1, np.int32)
        bounds[0:-1:2], bounds[1::2] = begins, ends
        bounds[-1] = ends[-1] if len(ends) else 0
        held = [None, pa.py_buffer(bounds), pa.py_buffer(self.block)]
        pieces = pa.Array.from_buffers(pa.string(), 2 * len(begins), held)
        return pieces.take(pa.array(np.arange(0, 2 * len(begins), 2, dtype=np.int32), mask=empty))


@dataclass(frozen=True)
class Values:
    """What the cells of one column hold.

    Attributes
    ----------
    texts: the values as text; nothing of a null.
    quoted: which of them are texts in quotes; None when all are alike.
    fits: which cells hold a plain value at all; None when all do.
    truths: which of them are true or false; None when none is.
    escaped: was there a backslash in a cell? Then texts may hold what JSON has to escape.
    """

    texts: pa.Array
    quoted: pa.Array | None
    quoted_count: int
    fits: pa.Array | None = None
    truths: pa.Array | None = None
    escaped: bool = False

    def filter(self, kept: pa.Array) -> Values:
        """Only the rows that are kept, which all fit."""
        texts = self.texts.filter(kept)
        truths = None if self.truths is None else self.truths.filter(kept)
        quoted = None if self.quoted is None else self.quoted.filter(kept)
        count = len(texts) if self.quoted_count else 0
        if quoted is not None:
            count = quoted.true_count
        return Values(texts, quoted, count, None, truths, self.escaped)

    def as_json(self) -> pa.Array:
        """The values as JSON, numbers as texts."""
        told = pc.binary_join_element_wise('"', self.texts, '"', "")
        if self.escaped:
            told = _each_distinct(self.texts, partial(json.dumps, ensure_ascii=False))
        told = pc.fill_null(told, "null")
        return told if self.truths is None else pc.if_else(self.truths, self.texts, told)


def read_cells(cells: Cells, *, truths: bool, escaped: bool) -> Values:
    """The values that stand in cells.

    Parameters
    ----------
    truths: may a cell be true or false? escaped: may there be backslashes, none before a quote?
    """
    values = _read(cells, truths=truths)
    return _unescaped(values) if escaped and _any(_with_backslash(values.texts)) else values


def _read(cells: Cells, *, truths: bool) -> Values:
    quoted = cells.quoted()
    if quoted.all():
        return Values(cells.within_quotes(quoted), None, len(cells))
    if not quoted.any():
        texts = cells.texts()
        if _are_plain_counts(texts):
            return Values(texts, None, 0)
    elif cells.only(~quoted).are_null():
        texts = cells.within_quotes(quoted)
        return Values(texts, pa.array(quoted), int(np.count_nonzero(quoted)))
    return _mixed(cells.texts(), pa.array(quoted), truths=truths)


def _mixed(bare: pa.Array, quoted: pa.Array, *, truths: bool) -> Values:
    """Cells of which each may hold something else, or nothing that fits."""
    empty = pc.equal(bare, "null")
    true = pc.is_in(bare, pa.array(["true", "false"]))
    plain = pc.or_(empty, pc.match_substring_regex(bare, f"^{NUMBER}$"))
    if truths:
        plain = pc.or_(plain, true)
    fits = pc.or_(quoted, plain)
    unquoted = pc.if_else(empty, pa.scalar(None, pa.string()), bare)
    texts = pc.if_else(
        quoted, pc.binary_slice(bare.view(pa.binary()), 1, -1).view(pa.string()), unquoted
    )
    return Values(
        texts,
        quoted,
        quoted.true_count,
        None if _all(fits) else fits,
        pc.and_not(true, quoted) if truths and true.true_count else None,
    )


def _unescaped(values: Values) -> Values:
    """The values with the characters that escapes stand for; what is no such text does not fit."""
    texts = values.texts
    if values.fits is not None:  # what does not fit may be half a character
        texts = pc.if_else(values.fits, texts, pa.scalar(None, pa.string()))
    meant = _each_distinct(texts, _plain_text)
    fits = pc.or_(meant.is_valid(), texts.is_null())
    if values.fits is not None:
        fits = pc.and_(fits, values.fits)
    return replace(values, texts=meant, fits=None if _all(fits) else fits, escaped=True)


def _plain_text(text: str) -> str | None:
    """A text without its escapes; None where one is wrong, or stands for what no text may hold."""
    if "\\" not in text:
        return text
    try:
        meant: str = json.loads(f'"{text}"')
    except ValueError:
        return None
    return None if fault_in(meant, "utf-8") else meant


def _with_backslash(texts: pa.Array) -> pa.Array:
    return pc.match_substring(texts, "\\")


def _each_distinct(texts: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """What each text becomes; every distinct one is looked at once."""
    encoded = texts.dictionary_encode()
    found = [read(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(found, pa.string()).take(encoded.indices)


def _any(which: pa.Array) -> bool:
    return bool(which.true_count)


def _all(which: pa.Array) -> bool:
    return bool(which.true_count == len(which))


def _are_plain_counts(texts: pa.Array) -> bool:
    """Are all of them digits without a needless zero? Far cheaper to say than what else is."""
    _, offsets, body = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    seen = np.frombuffer(body, np.uint8)
    # What is below "0" becomes large: one look instead of two.
    if ((seen[starts[0] : starts[-1]] - ord("0")) > 9).any():
        return False
    return not ((seen[starts[:-1]] == ord("0")) & (np.diff(starts) > 1)).any()
