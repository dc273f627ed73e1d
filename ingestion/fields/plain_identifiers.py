"""Identifiers in plain spelling, as `plain_cells.py` tells other cells, in their one spelling.

The grammar is that of `privacy/normalise.py`; of a cell that is spelled more oddly nobody is sure.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.fields.identifiers import MAC_DIGITS, SEPARATOR
from ingestion.fields.plain_cells import Found, matched, with_empty
from ingestion.words.column_bytes import Bytes, Mask, bytes_of, lengths, texts_of

# Bytes of a hardware address, the places of what stands between its digits, and what that may be.
_FORMS = ((17, (2, 5, 8, 11, 14), b":-"), (14, (4, 9), b".-"), (12, (), b""))
_OF_GROUP = np.isin(np.arange(256), list(b"13579bdf"))
_NOBODY = np.frombuffer(b"0" * MAC_DIGITS, np.uint32)
_PLATE = r"\A([0-9]{0,2}[ก-ฮ]{1,3}[ -]?[0-9]{1,4}|[0-9]{2}-?[0-9]{3,4})\z"


def hardware_address(cells: pa.StringArray) -> Found:
    """Pairs with : or - between them, fours with . or -, or bare digits; as twelve small digits."""
    sizes = lengths(cells)
    small = np.zeros((len(cells), MAC_DIGITS), np.uint8)
    sure, respelled = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    for width, between, separators in _FORMS:
        chosen = sizes == width
        if not chosen.any():
            continue
        where = slice(None) if chosen.all() else chosen
        rows = bytes_of(cells, chosen).reshape(-1, width)
        lowered = _lowered(rows)
        digits = np.empty((len(rows), MAC_DIGITS), np.uint8)
        for to, at in enumerate(at for at in range(width) if at not in between):
            digits[:, to] = lowered[:, at]
        small[where] = digits
        sure[where] = _apart([rows[:, at] for at in between], separators) & _one_device(digits)
        respelled[where] = bool(between) or (rows != lowered).any(axis=1)
    values = texts_of(small if sure.all() else small[sure], sure)
    return with_empty(cells, sure, values, respelled & sure)


def plate(cells: pa.StringArray, regions: pa.StringArray) -> Found:
    """A Thai plate, of a car or a lorry, and the code of its region, as `region|number`."""
    sure = matched(cells, _PLATE) & regions.is_valid().to_numpy(zero_copy_only=False)
    compact = pc.replace_substring_regex(cells, "[ -]", "")
    values = pc.binary_join_element_wise(regions, compact, SEPARATOR)
    nothing = pa.scalar(None, pa.string())
    return Found(sure, pc.if_else(pa.array(sure), values, nothing), sure.copy())


def plate_alone(cells: pa.StringArray) -> Found:
    """Of a plate without its region nobody is sure."""
    return Found(np.zeros(len(cells), bool), pa.nulls(len(cells), pa.string()))


def _lowered(chars: Bytes) -> Bytes:
    """The small digit for every hexadecimal digit, and zero for what is none."""
    lower = chars | 0x20
    # What is before the first of a range becomes large.
    digit = (chars - ord("0") <= 9) | (lower - ord("a") <= 5)
    return np.asarray(lower * digit, np.uint8)


def _apart(between: list[Bytes], separators: bytes) -> Mask | bool:
    """Are they all the same one of these separators? Where there are none, nothing is wrong."""
    if not between:
        return True
    first, *others = between
    known = [first == separator for separator in separators]
    found: Mask = np.logical_or.reduce(known)
    found &= np.logical_and.reduce([at == first for at in others])
    return found


def _one_device(digits: Bytes) -> Mask:
    """Are they hexadecimal digits, and not of a group, and not all zero?"""
    somebody = np.logical_or.reduce(
        [digits.view(np.uint32)[:, at] != zeros for at, zeros in enumerate(_NOBODY)]
    )
    well = np.logical_and.reduce([digits[:, at] != 0 for at in range(MAC_DIGITS)])
    found: Mask = well & somebody & ~_OF_GROUP[digits[:, 1]]
    return found
