"""The bytes of a column of texts, without a Python object for any of them.

Belongs here: where the cells of an Arrow column lie among its bytes. Does not belong here: what
cells mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def starts(cells: pa.StringArray) -> npt.NDArray[np.int64]:
    """Where each cell begins among the bytes of the column."""
    ends = _offsets(cells)
    found: npt.NDArray[np.int64] = (ends[:-1] - ends[0]).astype(np.int64)
    return found


def lengths(cells: pa.StringArray) -> npt.NDArray[np.int32]:
    """Bytes of each cell."""
    found: npt.NDArray[np.int32] = np.diff(_offsets(cells))
    return found


def all_bytes(cells: pa.StringArray) -> Bytes:
    """The bytes of all cells, one behind the other."""
    ends, held = _offsets(cells), cells.buffers()[2]
    if held is None:
        return np.zeros(0, np.uint8)
    return np.frombuffer(held, np.uint8)[ends[0] : ends[-1]]


def bytes_of(cells: pa.StringArray, chosen: Mask) -> Bytes:
    """The bytes of some cells, one behind the other."""
    if chosen.all() or not lengths(cells)[~chosen].any():
        return all_bytes(cells)
    return all_bytes(cells.filter(pa.array(chosen)))


def texts_of(rows: Bytes, where: Mask) -> pa.StringArray:
    """Texts of one width, at the places where there are some; nulls elsewhere."""
    width = rows.shape[1]
    ends = np.concatenate([[0], np.cumsum(where * width)]).astype(np.int32)
    valid = None if where.all() else pa.array(where).buffers()[1]
    held = [valid, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(rows))]
    return pa.Array.from_buffers(pa.string(), len(where), held)


def _offsets(cells: pa.StringArray) -> npt.NDArray[np.int32]:
    if not len(cells):
        return np.zeros(1, np.int32)
    offsets = cells.buffers()[1]
    assert offsets is not None
    return np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
