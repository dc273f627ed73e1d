"""Which columns tell one row from another: the smallest set of columns that no two rows share.

Does not belong here: what the columns hold (`guessing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ingestion.words.sql import quote

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_KEY = 4
_MOST_TRIES = 400


@dataclass(frozen=True)
class KeyGuess:
    """The key, whether rows that share it differ, and what speaks for it."""

    columns: tuple[str, ...]
    conflicts: bool
    why: str


def guess_key(rows: pa.Table, telling: Sequence[str], dropped: Sequence[str]) -> KeyGuess:
    """The smallest set of the `telling` columns that is different in all rows that differ.

    Where rows differ in nothing but what is dropped there is no key, so that each of them counts:
    under any key they would be repeats of each other.

    Parameters
    ----------
    telling: columns that can tell rows apart (names, codes, times; no measurements), the likeliest
        first. dropped: columns that are never stored.
    """
    import duckdb

    with duckdb.connect() as con:
        con.register("given", rows)
        con.execute("create table sample as select distinct * from given")
        total = _count(con, "*")
        if alike := total - _without(con, rows, dropped):
            said = (
                f"without {', '.join(dropped)} {alike:,} of {rows.num_rows:,} rows equal another: "
                "every row counts; a key would take them for repeats"
            )
            return KeyGuess((), conflicts=False, why=said)
        useful = [name for name in telling if _count(con, f"distinct {quote(name)}") > 1]
        tries = 0
        for size in range(1, min(_LARGEST_KEY, len(useful)) + 1):
            for names in combinations(useful, size):
                tries += 1
                if tries > _MOST_TRIES:
                    break
                if _count(con, _together(names)) == total:
                    said = f"different in all {total:,} rows{_repeated(rows, total)}"
                    return KeyGuess(names, conflicts=False, why=said)
        if not useful:
            said = "no column tells the rows apart: every row counts"
            return KeyGuess((), conflicts=False, why=said)
        most = _count(con, _together(useful))
    said = (
        f"no set of columns tells the rows apart: {total - most:,} rows share a key with another"
        f"{_repeated(rows, total)}"
    )
    return KeyGuess(tuple(useful), conflicts=True, why=said)


def _repeated(rows: pa.Table, different: int) -> str:
    again = rows.num_rows - different
    told = f" that differ; {again:,} more are equal to one in every column and count once: events?"
    return f"{told} then key: []" if again else ""


def _without(con: object, rows: pa.Table, dropped: Sequence[str]) -> int:
    """How many rows differ in what is kept."""
    kept = [name for name in rows.column_names if name not in dropped]
    return _count(con, _together(kept) if kept else "*")


def _count(con: object, what: str) -> int:
    found = con.execute(f"select count({what}) from sample").fetchone()  # type: ignore[attr-defined]
    return int(found[0])


def _together(names: Sequence[str]) -> str:
    return f"distinct row({', '.join(map(quote, names))})"
