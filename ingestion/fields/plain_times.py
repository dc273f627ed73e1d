"""Days and moments in plain spelling, as `plain_cells.py` tells other cells."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.fields.plain_cells import Found, converted, like, true, whole_number
from ingestion.words.column_bytes import Mask, bytes_of, lengths

ZONES = {"UTC": timedelta(), "Asia/Bangkok": timedelta(hours=7)}
"""Zones whose clocks nobody has moved since 1920, and how far they are ahead of UTC."""
COUNTS = {"epoch_us": (1, 18), "epoch_ms": (1000, 15)}
"""Counts of time since 1970 in whole numbers: the microseconds of one, and the most digits."""

_DATE = "dddd-dd-dd"
_IN_UTC = f"{_DATE}Tdd:dd:ddZ"
_OFFSET = f"{_DATE}Tdd:dd:dd+0h:00"
_HOURS = f"{_DATE}tdd:dd:dd+0h"
_CLOCKS = f"{_DATE}tdd:dd:dd"
_OF_LENGTH = {len(shape): shape for shape in (_OFFSET, _HOURS)}
_CHARS = {"h": "07", "t": "T "}
"""What these letters of a shape stand for, beside `d` for a digit; others stand for themselves."""
_HAS_OFFSET = re.compile(r"Z$|[+-]\d\d(:\d\d)?$")
_FRACTION = r"(\.\d{1,6})?"
_MICROSECONDS = pa.timestamp("us", tz="UTC")


def moment(cells: pa.StringArray) -> Found:
    """2026-01-08T02:00:00+07:00, or at +00:00, or at Z, or 2026-01-08 02:00:00+07.

    All cells are as long as the longest, or nobody is sure of them.
    """
    shape = _OF_LENGTH.get(int(lengths(cells).max(initial=0)), _IN_UTC)
    found = _shaped(cells, shape, _MICROSECONDS)
    if shape is not _HOURS:
        return found
    return Found(found.sure, found.values, found.values.is_valid().to_numpy(zero_copy_only=False))


def moment_in(cells: pa.StringArray, zone: str) -> Found:
    """A moment as above; or, where the first cell has no offset, what clocks in a zone show."""
    first = next((cell for cell in cells.to_pylist() if cell), "")
    return moment(cells) if _HAS_OFFSET.search(first) else local_moment(cells, zone)


def local_moment(cells: pa.StringArray, zone: str) -> Found:
    """2026-01-08T02:00:00 or 2026-01-08 02:00:00.366, as clocks in one of `ZONES` show it."""
    if lengths(cells).max(initial=0) > len(_CLOCKS):
        found = _like(cells, _regex(_CLOCKS) + _FRACTION, pa.timestamp("us"))
    else:
        found = _shaped(cells, _CLOCKS, pa.timestamp("us"))
    behind = pc.subtract(found.values, pa.scalar(ZONES[zone], pa.duration("us")))
    values = pc.assume_timezone(behind, "UTC")
    return Found(found.sure, values, values.is_valid().to_numpy(zero_copy_only=False))


def counted_moment(cells: pa.StringArray, count: str) -> Found:
    """A whole number of one of `COUNTS`."""
    each, digits = COUNTS[count]
    found = whole_number(cells)
    sure = found.sure & (lengths(cells) <= digits) & ~true(pc.less(found.values, 0))
    values = pc.if_else(pa.array(sure), found.values, pa.scalar(None, pa.int64()))
    return Found(sure, pc.multiply(values, each).cast(_MICROSECONDS))


def day(cells: pa.StringArray) -> Found:
    """2026-01-08."""
    return _shaped(cells, _DATE, pa.date32())


def _shaped(cells: pa.StringArray, shape: str, kind: pa.DataType) -> Found:
    """Cells of a shape; those that are no real day or time are not sure.

    The conversion reads no digit where there is none, so that only what stands between the digits
    need be looked at; if it fails, at all of it.
    """
    sure: Mask = lengths(cells) == len(shape)
    rows = bytes_of(cells, sure).reshape(-1, len(shape))
    well = np.ones(len(rows), bool)
    for at, mark in enumerate(shape):
        if mark != "d":
            well &= np.logical_or.reduce(
                [rows[:, at] == ord(char) for char in _CHARS.get(mark, mark)]
            )
    if not well.all():
        sure[sure] = well
    try:
        return converted(cells, sure, kind)
    except pa.ArrowInvalid:
        return _like(cells, _regex(shape), kind)


def _like(cells: pa.StringArray, pattern: str, kind: pa.DataType) -> Found:
    sure = like(cells, pattern)
    try:
        return converted(cells, sure, kind)
    except pa.ArrowInvalid:
        return converted(cells, _each_is_real(cells, sure, kind), kind)


def _regex(shape: str) -> str:
    return "".join(r"\d" if mark == "d" else f"[{_CHARS.get(mark, mark)}]" for mark in shape)


def _each_is_real(cells: pa.StringArray, sure: Mask, kind: pa.DataType) -> Mask:
    """Which of the sure cells can be converted; looked at one by one, because few cannot."""
    real = sure.copy()
    for at in np.flatnonzero(sure):
        try:
            pc.cast(cells.slice(at, 1), kind)
        except pa.ArrowInvalid:
            real[at] = False
    return real
