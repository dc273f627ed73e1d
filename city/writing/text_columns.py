"""Columns of text made at once, and the lines of a file from them: for streams of many rows.

Whole numbers in, text out, without a step for each row and without anything that depends on the
machine. What the columns mean belongs to `sources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from city.chance import Bits, Ints

if TYPE_CHECKING:
    import pyarrow as pa

_SMALL = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_CAPITAL = np.frombuffer(b"0123456789ABCDEF", dtype=np.uint8)
_ZERO = ord("0")
_DAY_SECONDS = 86_400


def hexadecimal(values: Bits, digits: int, *, capital: bool = False, between: str = "") -> pa.Array:
    """Numbers in so many hexadecimal digits, with a sign between pairs if there is one."""
    shifts = np.arange(digits - 1, -1, -1, dtype=np.uint64) * np.uint64(4)
    matrix = (_CAPITAL if capital else _SMALL)[
        ((values[:, None] >> shifts) & np.uint64(15)).astype(np.int64)
    ]
    if between:
        pairs = matrix.reshape(len(values), digits // 2, 2)
        sign = np.full((*pairs.shape[:2], 1), ord(between), dtype=np.uint8)
        matrix = np.concatenate([pairs, sign], axis=2).reshape(len(values), digits // 2 * 3)[:, :-1]
    return fixed(matrix)


def numerals(values: Ints, digits: int = 0) -> pa.Array:
    """Whole numbers; with leading zeros to so many digits, if any are asked for."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not digits:
        return pc.cast(pa.array(values), pa.string())
    powers = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    return fixed((values[:, None] // powers % 10 + _ZERO).astype(np.uint8))


def decimals(values: Ints, places: int) -> pa.Array:
    """Whole numbers that count tenths (1 place), hundredths (2) and so on, as decimal text."""
    whole, part = np.divmod(values, 10**places)
    return joined(numerals(whole), ".", numerals(part, places))


def moments(day: date, seconds: Ints, form: str = "YYYY-MM-DD hh:mm:ss") -> pa.Array:
    """Times of so many seconds after a day's midnight, in a form whose letters are digits."""
    days, clock = np.divmod(seconds, _DAY_SECONDS)
    named = np.unique(days)
    calendar = [(day + timedelta(days=int(number))).timetuple()[:3] for number in named]
    dates = np.array(calendar, dtype=np.int64).reshape(-1, 3)[np.searchsorted(named, days)]
    parts = {
        "Y": dates[:, 0], "M": dates[:, 1], "D": dates[:, 2],
        "h": clock // 3600, "m": clock // 60 % 60, "s": clock % 60,
    }  # fmt: skip
    matrix = np.empty((len(seconds), len(form)), dtype=np.uint8)
    for place, letter in enumerate(form):
        if letter in parts:
            after = form[place:].count(letter) - 1
            matrix[:, place] = parts[letter] // 10**after % 10 + _ZERO
        else:
            matrix[:, place] = ord(letter)
    return fixed(matrix)


def chosen(texts: Sequence[str], positions: Ints) -> pa.Array:
    """Texts of a short list, by position."""
    import pyarrow as pa

    return _texts(tuple(texts)).take(pa.array(positions))


@lru_cache(maxsize=64)
def _texts(texts: tuple[str, ...]) -> pa.Array:
    import pyarrow as pa

    return pa.array(texts, pa.string())


def joined(*pieces: str | pa.Array) -> pa.Array:
    """Texts put together row by row; a plain text is the same in every row."""
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*pieces, "")


def where(holds: NDArray[np.bool_], one: pa.Array | str, other: pa.Array | str) -> pa.Array:
    """One text where something holds, else the other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(holds), one, other)


def fixed(matrix: NDArray[np.uint8]) -> pa.Array:
    """Rows of bytes, all of one length, as texts."""
    import pyarrow as pa

    count, width = matrix.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    body = np.ascontiguousarray(matrix).tobytes()
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(body))


def lines(columns: Sequence[pa.Array | str], ends: Ints, separator: str = ",") -> list[bytes]:
    """The lines of these columns as the bodies of several files, without headings.

    Parameters
    ----------
    columns: texts, one a row, or one text for all rows; none may need quoting.
    ends: after how many rows each file ends; the last number is that of all rows.
    """
    import pyarrow.compute as pc

    # The last column carries the line end, so that the texts one after the other are the file.
    *first, last = columns
    rows = pc.binary_join_element_wise(*first, joined(last, "\n"), separator)
    offsets = np.frombuffer(rows.buffers()[1], dtype=np.int32)[: len(rows) + 1]
    body = memoryview(rows.buffers()[2]) if len(rows) else memoryview(b"")
    bounds = [0, *(int(offsets[end]) for end in ends)]
    return [bytes(body[start:end]) for start, end in pairwise(bounds)]


def body_of(texts: pa.Array) -> bytes:
    """Lines that carry their own ends, one after the other, as UTF-8."""
    import pyarrow as pa

    if not len(texts):
        return b""
    whole = pa.concat_arrays([texts])  # a slice begins anywhere in its buffer
    offsets = np.frombuffer(whole.buffers()[1], dtype=np.int32, count=len(whole) + 1)
    return bytes(memoryview(whole.buffers()[2])[offsets[0] : offsets[-1]])
