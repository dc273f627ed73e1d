"""Rows with one of them changed or taken away."""

from __future__ import annotations

from collections.abc import Sequence

from tests.expectations.conftest import RowOf, Value


def altered(rows: Sequence[RowOf], place: int, **values: Value) -> list[RowOf]:
    """The rows, of which the one at this place holds other values."""
    return [{**row, **values} if at == place else row for at, row in enumerate(rows)]


def without(rows: Sequence[RowOf], place: int) -> list[RowOf]:
    """The rows but for the one at this place."""
    return [*rows[:place], *rows[place + 1 :]]
