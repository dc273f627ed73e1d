"""Identifiers in plain spelling, as `plain_cells.py` tells other cells, in their one spelling.

The grammar is that of `privacy/normalise.py`; of a cell that is spelled more oddly nobody is sure.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.parsing.column_bytes import Bytes, Mask, bytes_of, lengths, texts_of
from ingestion.parsing.plain_cells import Found, matched, with_empty
from ingestion.privacy.normalise import SEPARATOR

_ZERO = ord("0")
_DIGITS = 12
# Bytes of a hardware address, the places of what stands between its digits, and what that may be.
_FORMS = ((17, (2, 5, 8, 11, 14), b":-"), (14, (4, 9), b".-"), (12, (), b""))
_HEXADECIMAL = np.zeros(256, np.uint8)
"""The small digit for every hexadecimal digit, and zero for what is none."""
_HEXADECIMAL_VALUE = np.zeros(256, np.uint8)
for _digit in "0123456789abcdefABCDEF":
    _HEXADECIMAL[ord(_digit)] = ord(_digit.lower())
    _HEXADECIMAL_VALUE[ord(_digit)] = int(_digit, 16)
_PLATE = r"\A([0-9]{0,2}[ก-ฮ]{1,3}[ -]?[0-9]{1,4}|[0-9]{2}-?[0-9]{3,4})\z"


def hardware_address(cells: pa.StringArray) -> Found:
    """Pairs with : or - between them, fours with . or -, or bare digits; as twelve small digits."""
    sizes = lengths(cells)
    small = np.zeros((len(cells), _DIGITS), np.uint8)
    sure, respelled = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    for width, between, separators in _FORMS:
        chosen = sizes == width
        if not chosen.any():
            continue
        rows = bytes_of(cells, chosen).reshape(-1, width)
        digits = rows[:, [at for at in range(width) if at not in between]]
        small[chosen] = _HEXADECIMAL[digits]
        sure[chosen] = _apart(rows[:, list(between)], separators) & _one_device(small[chosen])
        respelled[chosen] = bool(between) | (digits != small[chosen]).any(axis=1)
    return with_empty(cells, sure, texts_of(small[sure], sure), respelled & sure)


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


def _apart(between: Bytes, separators: bytes) -> Mask:
    """Are they all the same one of these separators? Where there are none, nothing is wrong."""
    if not separators:
        return np.ones(len(between), bool)
    same = [(between == separator).all(axis=1) for separator in separators]
    found: Mask = np.logical_or.reduce(same)
    return found


def _one_device(small: Bytes) -> Mask:
    """Are they hexadecimal digits, and not of a group, and not all zero?"""
    group = _HEXADECIMAL_VALUE[small[:, 1]] % 2 == 1
    nobody = (small == _ZERO).all(axis=1)
    found: Mask = (small != 0).all(axis=1) & ~group & ~nobody
    return found
