"""Texts in columns of Parquet: whether they are such as a record may hold.

Does not belong here: reading the columns (`reader.py`), and what is wrong with one text
(`words/characters.py`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ingestion.limits import Limits
from ingestion.words.characters import CONTROLS

if TYPE_CHECKING:
    import pyarrow as pa


def holds_text(kind: pa.DataType) -> bool:
    """May it hold characters that nobody wants? Numbers and times print as plain ones."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return holds_text(kind.value_type)
    printed = pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind)
    return not printed


def text_of(column: pa.Array) -> pa.Array:
    """The column as text, of which it is not yet known whether it is text."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column if pa.types.is_string(column.type) else column.cast(pa.large_string())


def named(column: pa.Array) -> pa.Array:
    """Numbers that name something, as codes do, as text: without exponents, and NaN as nothing."""
    import pyarrow as pa

    texts = column.cast(pa.string()).to_pylist()
    told = [f"{Decimal(text):f}" if text and "e" in text else text for text in texts]
    return pa.array([{"-0": "0", "nan": None}.get(text or "", text) for text in told], pa.string())


def points_nowhere(column: pa.Array) -> bool:
    """Does a row of a column of numbered texts have a number that none of them has?

    Arrow reads such numbers from broken pages, and would then read beyond the texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type) or column.null_count == len(column):
        return False
    ends = pc.min_max(column.indices)
    return bool(ends["min"].as_py() < 0 or ends["max"].as_py() >= len(column.dictionary))


def is_clean(column: pa.Array, limits: Limits) -> bool:
    """Are all texts UTF-8, of bounded length, without control characters?"""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary
    plain = _is_plain(column)
    try:
        column.validate(full=not plain)
    except pa.ArrowInvalid:
        return False
    longest = pc.max(pc.binary_length(column)).as_py() or 0
    if longest > limits.field_chars:
        return False
    return plain or not pc.any(_suspicious(column)).as_py()


def _is_plain(column: pa.Array) -> bool:
    """Is it all ASCII from the blank to the tilde? Far cheaper to say than what else is clean."""
    import numpy as np
    import pyarrow as pa

    _, offsets, body = column.buffers()
    if body is None:
        return True
    width = np.int32 if pa.types.is_string(column.type) else np.int64
    bounds = np.frombuffer(offsets, width)[column.offset : column.offset + len(column) + 1]
    seen = np.frombuffer(body, np.uint8)[bounds[0] : bounds[-1]]
    # What is below the blank becomes large: one look instead of two.
    return bool((seen - 0x20).max(initial=0) <= 0x7E - 0x20)


def _suspicious(column: pa.Array) -> pa.Array:
    """Which texts hold a control character? The engine's spelling of `CONTROLS`."""
    import re

    import pyarrow.compute as pc

    spelled = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", CONTROLS)
    return pc.match_substring_regex(column, f"[{spelled}]")
