"""What no text cell of an open file may be: personal, a formula, or unprintable.

Belongs here: the three rules about text, on every text column. Does not belong here: the patterns
of personal data (`personal.py`). Findings on personal data never carry a value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from expectations.finding import Finding, failed
from expectations.report import Row
from ingestion.privacy.personal import is_national_number, kind_of_personal

if TYPE_CHECKING:
    import pyarrow

# What makes a spreadsheet calculate, in its plain and its full-width form.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
# Controls, marks that turn the direction of text, and characters without any width.
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)


def personal_data(table: pyarrow.Table) -> Finding:
    """Cells that hold an identifier of a person, a device or a vehicle: where, never which."""
    found: Counter[tuple[str, str]] = Counter()
    for column, value, times in _texts(table):
        kind = kind_of_personal(value)
        if kind:
            found[column, kind] += times
    for column, number, times in _whole_numbers(table):
        if is_national_number(str(number)):
            found[column, "national identification number"] += times
    rows: list[Row] = [
        {"column": column, "kind": kind, "cells": times}
        for (column, kind), times in sorted(found.items())
    ]
    return failed(sum(found.values()), rows)


def formulas(table: pyarrow.Table) -> Finding:
    """Cells that a spreadsheet would calculate instead of show."""
    return _cells_that(table, lambda value: value.startswith(FORMULA_STARTS))


def unprintable(table: pyarrow.Table) -> Finding:
    """Cells with control characters, or characters that hide or reorder what is read."""
    return _cells_that(table, lambda value: _UNPRINTABLE.search(value) is not None)


def is_text(type_: pyarrow.DataType) -> bool:
    """Whether a column of this type holds text."""
    import pyarrow as pa

    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _cells_that(table: pyarrow.Table, broken: Callable[[str], bool]) -> Finding:
    rows: list[Row] = []
    count = 0
    for column, value, times in _texts(table):
        if broken(value):
            count += times
            rows.append({"column": column, "value": _escaped(value), "cells": times})
    return failed(count, rows)


def _texts(table: pyarrow.Table) -> Iterator[tuple[str, str, int]]:
    """Every distinct text of every text column, and how often it stands there."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if is_text(column.type):
            for entry in column.value_counts().to_pylist():
                if entry["values"] is not None:
                    yield name, entry["values"], entry["counts"]


def _whole_numbers(table: pyarrow.Table) -> Iterator[tuple[str, int, int]]:
    """Every distinct whole number of 13 digits, and how often it stands there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_integer(column.type) and column.type.bit_width == 64:
            long = column.filter(pc.greater_equal(column, 10**12))
            for entry in long.value_counts().to_pylist():
                yield name, entry["values"], entry["counts"]


def _escaped(value: str) -> str:
    return value.encode("unicode_escape").decode() if _UNPRINTABLE.search(value) else value
