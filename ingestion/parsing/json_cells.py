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
from ingestion.parsing.json_template import NUMBER, Cell

_END = 1 << 30
"""Behind the end of every cell."""


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


def read_cell(cells: pa.Array, cell: Cell, *, truths: bool, escaped: bool) -> Values:
    """The values in cells that should begin and end as `cell` says.

    Parameters
    ----------
    truths: may a cell be true or false? escaped: may there be backslashes, none before a quote?
    """
    values = _read(cells, cell, truths=truths)
    return _unescaped(values) if escaped and _any(_with_backslash(values.texts)) else values


def _read(cells: pa.Array, cell: Cell, *, truths: bool) -> Values:
    opening, closing = cell.before + b'"', b'"' + cell.behind
    quoted = _fitting(cells, opening, closing, 0)
    if quoted.true_count == len(cells):
        return Values(_within(cells, opening, closing), None, len(cells))
    if not quoted.true_count:
        bare = _within(cells, cell.before, cell.behind)
        if _all(_fitting(cells, cell.before, cell.behind, 1)) and _are_plain_counts(bare):
            return Values(bare, None, 0)
    elif _all(pc.equal(cells.filter(pc.invert(quoted)), cell.before + b"null" + cell.behind)):
        texts = pc.if_else(quoted, _within(cells, opening, closing), pa.scalar(None, pa.string()))
        return Values(texts, quoted, quoted.true_count)
    return _mixed(cells, cell, quoted, truths=truths)


def _mixed(cells: pa.Array, cell: Cell, quoted: pa.Array, *, truths: bool) -> Values:
    """Cells of which each may hold something else, or nothing that fits."""
    bare = _within(cells, cell.before, cell.behind)
    empty = pc.equal(bare, "null")
    true = pc.is_in(bare, pa.array(["true", "false"]))
    plain = pc.or_(empty, pc.match_substring_regex(bare, f"^{NUMBER}$"))
    if truths:
        plain = pc.or_(plain, true)
    fits = pc.or_(quoted, pc.and_(_fitting(cells, cell.before, cell.behind, 1), plain))
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


def _fitting(cells: pa.Array, before: bytes, behind: bytes, least: int) -> pa.Array:
    """Which cells begin and end so, with something of at least that length between?"""
    fits = pc.starts_with(cells, before)
    if behind:
        fits = pc.and_(fits, pc.ends_with(cells, behind))
    shortest = len(before) + len(behind) + least
    return pc.and_(fits, pc.greater_equal(pc.binary_length(cells), shortest))


def _within(cells: pa.Array, before: bytes, behind: bytes) -> pa.Array:
    return pc.binary_slice(cells, len(before), -len(behind) or _END).view(pa.string())


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
