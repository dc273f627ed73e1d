"""Lines of text made from columns, many at once: for streams too long to write row by row.

The same bytes on every machine: whole numbers and texts only. How a line ends and which columns
it has belongs to the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingestion.simulator.chance import Ints

if TYPE_CHECKING:
    import pyarrow as pa


def joined(*pieces: str | pa.Array) -> pa.Array:
    """Texts put together row by row; a plain text is the same in every row."""
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*pieces, "")


def numerals(numbers: Ints, digits: int = 1) -> pa.Array:
    """Whole numbers, none negative, as text with at least so many digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(numbers).cast(pa.string())
    return pc.utf8_lpad(text, digits, "0") if digits > 1 else text


def decimals(numbers: Ints, places: int) -> pa.Array:
    """Whole numbers that count tenths (1 place), hundredths (2) and so on, as decimal text."""
    whole, part = np.divmod(numbers, 10**places)
    return joined(numerals(whole), ".", numerals(part, places))


def chosen(texts: tuple[str, ...], places: Ints) -> pa.Array:
    """One of a few texts in each row."""
    import pyarrow as pa

    return pa.array(texts, pa.string()).take(pa.array(places))


def body_of(lines: pa.Array) -> bytes:
    """The lines, which carry their own ends, as one text in UTF-8."""
    import pyarrow as pa

    if not len(lines):
        return b""
    whole = pa.concat_arrays([lines])  # a slice begins anywhere in its buffer
    offsets = np.frombuffer(whole.buffers()[1], dtype=np.int32, count=len(whole) + 1)
    return bytes(memoryview(whole.buffers()[2])[offsets[0] : offsets[-1]])
