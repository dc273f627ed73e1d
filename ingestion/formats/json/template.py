"""What the lines of a JSON Lines file have in common: a line taken apart into constants and cells.

`{"a":1,"b":{"c":"x"}}` has the cells `{"a":1` and `"b":{"c":"x"}}`. Around its value each
holds bytes that are the same in every line of that shape. A line whose cells hold the same bytes
around plain values is the same document but for its values.

Belongs here: the shape of one line and what a contract takes from it. Does not belong here: reading
blocks of such lines (`lines_fast.py`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ingestion.formats.json.document import WrittenNumber, document
from ingestion.formats.json.members import Members

QUOTE = b'"'
SEPARATORS = (b', "', b',"')
"""What stands between two cells; what is behind the comma belongs to the second."""
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_CELL = re.compile(
    rb'((?:[\[{ ]|"[^"\\]*" *:)*)("[^"]*"|true|false|null|' + NUMBER.encode() + rb")([\]} ]*)"
)
_MARKED = re.compile(r'"\\u001f(\d+)\\u001f"')


@dataclass(frozen=True)
class Cell:
    """One value, whether it stands in quotes, and what stands around it and them."""

    before: bytes
    behind: bytes
    quoted: bool


@dataclass(frozen=True)
class Template:
    """The shape of a line, and what is read from it.

    Attributes
    ----------
    columns: for every column of the contract its cell, None where the shape has none.
    truths: cells in which true and false are no fault.
    rescued: the text of what the contract does not know, with the cells that stand in it: a text,
        then a cell and the text behind it, and so on; empty where all is known.
    new: names that the contract does not know. known: those that it does, folded.
    """

    separator: bytes
    cells: tuple[Cell, ...]
    columns: tuple[int | None, ...]
    truths: frozenset[int]
    rescued: tuple[str | int, ...]
    new: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def quotes(self) -> int:
        """How many quotes a line has beside those of its values."""
        return sum(cell.before.count(QUOTE) for cell in self.cells)


def template_of(line: bytes, judge: Members) -> Template | None:
    """The template of a line, or None where a line of its shape has to be read with care.

    No quote in the line is escaped.
    """
    found, fault = document(line.decode("utf-8"), judge.limits)
    if fault or not isinstance(found, dict):
        return None
    separator = next((each for each in SEPARATORS if each in line), SEPARATORS[0])
    first, *others = line.split(separator)
    matches = [
        _CELL.fullmatch(part) for part in (first, *(separator[1:] + part for part in others))
    ]
    cells = tuple(
        Cell(match[1], match[3], match[2].startswith(QUOTE)) for match in matches if match
    )
    if len(cells) < len(matches) or len(cells) > judge.limits.columns:
        return None
    return _read_by(judge, separator, cells)


def _read_by(judge: Members, separator: bytes, cells: tuple[Cell, ...]) -> Template | None:
    """What the contract takes from such cells, found out on a line of which each is a number."""
    numbered = (b"%b%d%b" % (cell.before, at, cell.behind) for at, cell in enumerate(cells))
    record, fault = document(b",".join(numbered).decode("utf-8"), judge.limits)
    if fault or not isinstance(record, dict):
        return None
    columns: list[int | None] = [None] * len(judge.wanted)
    unknown: dict[str, object] = {}
    seen: set[str] = set()
    for key, value in judge.flat(record):
        if key in seen or judge.looks_into(key):
            return None
        seen.add(key)
        place = judge.wanted.get(key)
        if place is None:
            unknown[key] = value
        elif isinstance(value, WrittenNumber):
            columns[place] = int(value)
        else:
            return None
    new = {key: value for key, value in unknown.items() if key not in judge.unasked}
    names = {columns[place]: name for name, place in judge.wanted.items()}
    truths = frozenset(
        at for at in range(len(cells)) if at not in names or judge.may_be_true(names[at])
    )
    known = tuple(name for name, place in judge.wanted.items() if columns[place] is not None)
    return Template(separator, cells, tuple(columns), truths, _rescued(new), tuple(new), known)


def _rescued(new: dict[str, object]) -> tuple[str | int, ...]:
    if not new:
        return ()
    pieces = _MARKED.split(json.dumps(_marked(new), ensure_ascii=False))
    return tuple(int(piece) if at % 2 else piece for at, piece in enumerate(pieces))


def _marked(value: object) -> object:
    """The same with every cell as a text that stands nowhere else."""
    if isinstance(value, dict):
        return {key: _marked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    return f"\x1f{value}\x1f"
