"""A defect of ours costs a row, not a file, and blames nobody else.

A key outside the years 1 to 9999, or a year beyond whole numbers, cost its whole file.

What fails on many rows at once is tried on halves of them until the rows are known on which it
fails; those are quarantined as `parser_defect`, and the others go on. Where it fails without rows
or on very many, the rows are not the reason: then the file stops as a whole.

Does not belong here: what is wrong with a row by the contract (`fields/query.py`).
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.faults import DEFECT, Refused, RowsLost, require
from ingestion.records import Fault, pick

T = TypeVar("T")
_MOST = 100
"""Rows of one step; more are no exception any more."""
_OUT_OF_MEMORY = ("out of memory", "bad_alloc", "bad allocation", "malloc of size")
_OUT_OF_ROOM = ("file too large", "max_temp_directory_size", "no space left")


def failing(
    work: Callable[[int, int], object], rows: int, error: Exception
) -> Mapping[int, Exception]:
    """The places of the rows on which work fails, each with its error.

    Parameters
    ----------
    work: on the rows from one place to before another, counted from 0. error: its error on all.

    Raises
    ------
    Exception: that error, where no row is the reason.
    """
    found: dict[int, Exception] = {}
    raise_others(error)
    if rows:
        work(0, 0)
    else:
        raise error

    def search(first: int, end: int) -> None:
        try:
            work(first, end)
        except Exception as wrong:
            raise_others(wrong)
            if end - first > 1:
                middle = (first + end) // 2
                search(first, middle)
                search(middle, end)
                return
            found[first] = wrong
            if len(found) > _MOST:
                raise

    search(0, rows)
    return found


def raise_others(error: Exception) -> None:
    """Go on only with what is a defect of ours: limits and verdicts are none."""
    if isinstance(error, (Refused, RowsLost)) or kind_of(error) != "defect":
        raise error


def kind_of(error: Exception) -> Literal["memory", "output", "defect"]:
    """Is an error a limit that was reached, or a defect of ours?"""
    said = told_of(error).lower()
    if isinstance(error, MemoryError) or any(word in said for word in _OUT_OF_MEMORY):
        return "memory"
    no_room = isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC)
    return "output" if no_room or any(word in said for word in _OUT_OF_ROOM) else "defect"


def told_of(error: Exception) -> str:
    """The kind of an error and the beginning of its words, in one line."""
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def fault_of(error: Exception, raw: str) -> Fault:
    """The fault of a record on which we failed. What a library says of a value holds the value."""
    raise_others(error)
    return Fault(DEFECT, type(error).__name__, require(DEFECT, "row").expected.en, raw)


def as_faulty(rows: pa.RecordBatch, found: Mapping[int, Exception]) -> pa.RecordBatch:
    """Records (columns of `records.schema`) with those at some places told as faulty."""
    places = np.zeros(rows.num_rows, bool)
    places[list(found)] = True
    chosen = pa.array(places)
    said: dict[str, dict[int, str]] = {
        "_code": dict.fromkeys(found, DEFECT),
        "_found": {at: type(error).__name__ for at, error in found.items()},
        "_expected": dict.fromkeys(found, require(DEFECT, "row").expected.en),
        "_raw": {at: raw_of(rows, at) for at in found},
    }
    columns = {}
    for name in rows.schema.names:
        column = rows.column(name)
        if name in said:
            words = pa.array([said[name].get(at) for at in range(rows.num_rows)], pa.string())
            columns[name] = pc.if_else(chosen, words, column)
        elif name.startswith("_"):
            columns[name] = column
        else:
            columns[name] = pc.if_else(chosen, pa.scalar(None, column.type), column)
    return pa.RecordBatch.from_pydict(columns)


def raw_of(rows: pa.RecordBatch, at: int) -> str:
    """What can be shown of a row, as JSON."""
    shown: dict[str, str | None] = {}
    for name in rows.schema.names:
        if not name.startswith("_"):
            try:
                value = rows.column(name)[at].as_py()
                shown[name] = None if value is None else str(value)
            except Exception as error:
                shown[name] = f"({type(error).__name__})"
    return json.dumps(shown, ensure_ascii=False)


def without_defects(
    work: Callable[[pa.RecordBatch], T], rows: pa.RecordBatch
) -> tuple[T, pa.RecordBatch, Mapping[int, Exception]]:
    """What comes of work on some rows, those on which it does not fail, and the others' errors."""
    try:
        return work(rows), rows, {}
    except Exception as error:
        wrong = failing(lambda a, b: work(rows.slice(a, b - a)), rows.num_rows, error)
        kept = np.ones(rows.num_rows, bool)
        kept[list(wrong)] = False
        sound = pick(rows, kept)
        return work(sound), sound, wrong
