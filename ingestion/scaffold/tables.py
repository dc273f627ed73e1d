"""A table in delimited text: which delimiter, where its names stand, and what they are.

Does not belong here: characters (`layout.py`) and what the cells mean (`guessing.py`).
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass

from ingestion.words.characters import fold

DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200
_VALUE = re.compile(r"[+-]?[\d,]*\.?\d+([eE][+-]?\d+)?%?|\d{4}-\d\d-\d\d.*|\d{1,2}[/.:]\d{1,2}.*|")
_YEAR = re.compile(r"(19|20|24|25)\d\d")


@dataclass(frozen=True)
class Table:
    """What was found.

    `agreeing` of the `looked_at` records have `width` fields. `unnamed` says why the file's own
    names cannot be used as they are; then some of `names` are made up, and all lines above the
    first row are titles.
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
    lines = [0]  # the last line of each row, and before it that of the one above
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(row)
                lines.append(reader.line_num)
            elif not rows:
                lines[0] = reader.line_num
            else:
                lines[-1] = reader.line_num  # a blank line belongs to what is above it
            if len(rows) >= _LOOKED_AT:
                break
    except csv.Error:
        return None
    if not rows:
        return None
    width, agreeing = _width(rows)
    whole = [at for at, row in enumerate(rows) if len(row) == width]
    first = next((at for at in whole if _filled(rows[at], width)), whole[0])
    names = [name.strip() for name in rows[first]]
    while len(names) > 1 and not names[-1]:  # as the parser does: a known quirk of exports
        names.pop()
    titles = lines[first] if first else 0
    if _is_row(names):
        names = [f"column_{number}" for number in range(1, len(names) + 1)]
        return Table(delimiter, tuple(names), titles, agreeing, len(rows), _NO_HEADER)
    made, unnamed = _made_unique(names)
    titles = lines[first + 1] if unnamed else titles
    return Table(delimiter, tuple(made), titles, agreeing, len(rows), unnamed)


def _width(rows: list[list[str]]) -> tuple[int, int]:
    """How many fields the records have, and how many of them have so many.

    Below many lines of titles there may be few rows: at the end they are all of one width.
    """
    widths = Counter(len(row) for row in rows)
    last = len(rows[-1])
    at_the_end = sum(1 for _ in itertools.takewhile(lambda row: len(row) == last, reversed(rows)))
    wider = all(len(row) < last for row in rows[:-at_the_end])
    if at_the_end > 1 and wider:
        return last, at_the_end
    width = max(widths, key=lambda w: (widths[w], w))
    return width, widths[width]


def _filled(row: list[str], width: int) -> bool:
    """Is this more than a title that an export padded with delimiters?"""
    return 2 * sum(bool(cell.strip()) for cell in row) > width


_NO_HEADER = "the first line looks like values, not names"


def _is_row(names: list[str]) -> bool:
    values = [name for name in names if _VALUE.fullmatch(name) and not _YEAR.fullmatch(name)]
    return 2 * len([name for name in values if name]) >= len(names)


def _made_unique(names: list[str]) -> tuple[list[str], str]:
    """The names, with made-up ones for those that are empty or came before; and why."""
    made: list[str] = []
    taken: set[str] = set()
    why: list[str] = []
    for number, name in enumerate(names, 1):
        chosen = name or f"column_{number}"
        if not name:
            why.append(f"the file gives column {number} no name")
        elif fold(name).casefold() in taken:
            why.append(f"the file calls several columns {name!r}")
            chosen = f"{name}_{number}"
        while fold(chosen).casefold() in taken:
            chosen += "_"
        taken.add(fold(chosen).casefold())
        made.append(chosen)
    return made, "; ".join(dict.fromkeys(why[:3])) + ("; they count by place" if why else "")
