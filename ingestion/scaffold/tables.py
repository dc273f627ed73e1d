"""A table in delimited text: which delimiter, where its names stand, and what they are.

Does not belong here: characters (`layout.py`) and what the cells mean (`guessing.py`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200
_VALUE = re.compile(r"[+-]?[\d,]*\.?\d+([eE][+-]?\d+)?%?|\d{4}-\d\d-\d\d.*|\d{1,2}[/.:]\d{1,2}.*|")
_YEAR = re.compile(r"(19|20|24|25)\d\d")


@dataclass(frozen=True)
class Table:
    """What was found.

    `agreeing` of the `looked_at` records have `width` fields. `unnamed` says why the file's own
    names cannot be used; then `names` are made up, and all lines above the first row are titles.
    """

    delimiter: str
    names: tuple[str, ...]
    title_rows: int
    agreeing: int
    looked_at: int
    unnamed: str = ""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names)


def delimited_table(text: str) -> Table | None:
    """The table in a text, or None where no line has text."""
    tables = [table for table in (_split(text, d) for d in DELIMITERS) if table]
    return max(tables, key=lambda t: (t.width > 1, t.agreeing * t.width), default=None)


def _split(text: str, delimiter: str) -> Table | None:
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _LOOKED_AT:
                break
    except csv.Error:
        return None
    if not rows:
        return None
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda w: (widths[w], w))
    whole = [at for at, row in enumerate(rows) if len(row) == width]
    first = next((at for at in whole if _filled(rows[at], width)), whole[0])
    names = [name.strip() for name in rows[first]]
    while len(names) > 1 and not names[-1]:  # as the parser does: a known quirk of exports
        names.pop()
    unnamed, titles = _why_unnamed(names), first
    if unnamed:
        titles = first if unnamed == _NO_HEADER else first + 1
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
    return Table(delimiter, tuple(names), titles, widths[width], len(rows), unnamed)


def _filled(row: list[str], width: int) -> bool:
    """Is this more than a title that an export padded with delimiters?"""
    return 2 * sum(bool(cell.strip()) for cell in row) > width


_NO_HEADER = "the first line looks like values, not names"


def _why_unnamed(names: list[str]) -> str:
    values = [name for name in names if _VALUE.fullmatch(name) and not _YEAR.fullmatch(name)]
    if 2 * len([name for name in values if name]) >= len(names):
        return _NO_HEADER
    folded = Counter(name.casefold() for name in names)
    twice = [name for name, count in folded.items() if count > 1]
    if twice:
        return f"the file calls several columns {twice[0]!r}"
    return ""
