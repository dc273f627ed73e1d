"""Compares tables that DuckDB and Spark built of the same lake, column by column and row by row.

Belongs here: counts, sums and rows that stand on one side only. Does not belong here: building
either side (`rebuilding.py`). DuckDB reads both, so that a sum is a sum on either side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

DIGITS = 6
"""Floating point is compared to so many digits behind the point: a function such as exp() may
differ in its last bit between two engines. Published figures have at most four."""


@dataclass(frozen=True)
class Compared:
    """What both engines made of one model."""

    table: str
    rows: tuple[int, int]
    """DuckDB's and Spark's."""
    differing: tuple[str, ...]
    """Columns whose count of values or whose sum is another, with both figures."""
    alone: int
    """Rows that stand on one side only."""

    @property
    def agree(self) -> bool:
        """Is nothing different?"""
        return not self.alone and not self.differing and self.rows[0] == self.rows[1]


def compare(con: duckdb.DuckDBPyConnection, table: str, ours: str, theirs: str) -> Compared:
    """Compare one table in its two places, each something that DuckDB selects from."""
    kinds = dict(con.execute(f"select column_name, column_type from (describe {ours})").fetchall())
    missing = set(kinds) ^ set(_names(con, theirs))
    if missing:
        counts = (_count(con, ours), _count(con, theirs))
        told = tuple(f"{name} stands on one side only" for name in sorted(missing))
        return Compared(table, counts, told, sum(counts))
    columns = {name: _comparable(name, kind) for name, kind in kinds.items()}
    figures = [_figures(con, place, kinds, columns) for place in (ours, theirs)]
    differing = [
        f"{name}: {one} and {other}"
        for name, one, other in zip(_labels(columns), *(row[1:] for row in figures), strict=True)
        if one != other
    ]
    rows = [f"select {', '.join(columns.values())} from {place}" for place in (ours, theirs)]
    alone = con.execute(
        f"select (select count(*) from ({rows[0]} except all {rows[1]}))"
        f" + (select count(*) from ({rows[1]} except all {rows[0]}))"
    ).fetchall()[0][0]
    return Compared(table, (figures[0][0], figures[1][0]), tuple(differing), alone)


def written_by_spark(warehouse: Path, schema: str, name: str) -> str:
    """A table of Spark's warehouse as something that DuckDB selects from."""
    files = str(warehouse / f"{schema}.db" / name / "*.parquet").replace("'", "''")
    return f"read_parquet('{files}')"


def _figures(
    con: duckdb.DuckDBPyConnection, place: str, kinds: dict[str, str], columns: dict[str, str]
) -> tuple[int, ...]:
    """Rows, and of every column how many values there are and their sum."""
    asked = [
        f"count({value}), sum({_summable(value, kinds[name])})" for name, value in columns.items()
    ]
    found: tuple[int, ...] = con.execute(
        f"select count(*), {', '.join(asked)} from {place}"
    ).fetchall()[0]
    return found


def _labels(columns: dict[str, str]) -> list[str]:
    return [f"{name} ({figure})" for name in columns for figure in ("values", "sum")]


def _comparable(name: str, kind: str) -> str:
    """A column as DuckDB types it, so that it is the same value on either side."""
    value = f'cast("{name}" as {kind})'
    return f"round({value}, {DIGITS})" if kind in ("DOUBLE", "FLOAT") else value


def _summable(value: str, kind: str) -> str:
    """What of a value is summed: itself, or what tells a text or an instant from another."""
    if kind in ("DOUBLE", "FLOAT"):
        return f"cast({value} as decimal(38, {DIGITS}))"
    if re.fullmatch(r"DECIMAL\([0-9,]+\)|(TINY|SMALL|BIG|HUGE)INT|INTEGER", kind):
        return value
    return f"cast(hash({value}) as hugeint)"


def _names(con: duckdb.DuckDBPyConnection, place: str) -> list[str]:
    return [name for name, *_ in con.execute(f"describe select * from {place}").fetchall()]


def _count(con: duckdb.DuckDBPyConnection, place: str) -> int:
    found: int = con.execute(f"select count(*) from {place}").fetchall()[0][0]
    return found
