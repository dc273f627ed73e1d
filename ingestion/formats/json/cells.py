"""The cells of one column of JSON Lines: which hold a plain value, and its text.

Belongs here: telling texts, numbers, nulls and truth values apart, many at once. Does not belong
here: how lines become cells (`grid.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.json.grid import Cells
from ingestion.formats.json.template import NUMBER, QUOTE
from ingestion.words.characters import fault_in
from ingestion.words.column_bytes import Mask, all_bytes, lengths, starts

_QUOTE = QUOTE[0]


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
    quoted = cells.quoted
    if not cells.enclosed:
        texts = cells.texts()
        if _are_plain_integers(texts):
            return Values(texts, None, 0)
        return _mixed(texts, _in_quotes(texts), truths=truths)
    if quoted is None:
        return Values(cells.texts(), None, len(cells))
    if _all(pc.equal(cells.as_written(~quoted), "null")):
        return Values(cells.texts(), pa.array(quoted), int(np.count_nonzero(quoted)))
    return _mixed(cells.as_written(np.ones(len(cells), bool)), quoted, truths=truths)


def _mixed(bare: pa.StringArray, in_quotes: Mask, *, truths: bool) -> Values:
    """Cells of which each may hold something else, or nothing that fits."""
    quoted, empty = pa.array(in_quotes), pc.equal(bare, "null")
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


def _in_quotes(texts: pa.StringArray) -> Mask:
    """Which begin with a quote and end with another? None is empty."""
    seen, begins, sizes = all_bytes(texts), starts(texts), lengths(texts)
    found: Mask = (seen[begins] == _QUOTE) & (seen[begins + sizes - 1] == _QUOTE) & (sizes > 1)
    return found


def _are_plain_integers(texts: pa.StringArray) -> bool:
    """Are all of them whole numbers as JSON writes them? Far cheaper to say than what else is."""
    seen, begins, sizes = all_bytes(texts), starts(texts), lengths(texts)
    # What is below "0" becomes large: one look instead of two.
    if others := np.count_nonzero(seen - ord("0") > 9):
        negative = seen[begins] == ord("-")
        begins, sizes = begins + negative, sizes - negative
        if others != np.count_nonzero(negative) or not sizes.all():
            return False
    return not ((seen[begins] == ord("0")) & (sizes > 1)).any()
