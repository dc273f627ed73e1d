"""Rows with some of them changed or taken away."""

from __future__ import annotations

from collections.abc import Sequence

from tests.expectations.conftest import RowOf, Value

Step = tuple[RowOf, RowOf | None]


def altered(rows: Sequence[RowOf], place: int, **values: Value) -> list[RowOf]:
    """The rows, of which the one at this place holds other values."""
    return [{**row, **values} if at == place else row for at, row in enumerate(rows)]


def without(rows: Sequence[RowOf], place: int) -> list[RowOf]:
    """The rows but for the one at this place."""
    return [*rows[:place], *rows[place + 1 :]]


def stepped(rows: Sequence[RowOf], steps: Sequence[Step]) -> list[RowOf]:
    """Rows after some steps: each names the rows it is about and what they hold instead.

    None instead of values takes the rows away.
    """
    now = list(rows)
    for where, values in steps:
        chosen = [row for row in now if where.items() <= row.items()]
        assert chosen, f"no row has {where}"
        now = [
            row if row not in chosen else {**row, **values}
            for row in now
            if row not in chosen or values is not None
        ]
    return now
