"""Merged cells below the headings of a sheet: one value is stored, and several cells show it.

A text or a date stands for every cell that it covers. A number does not: nobody knows whether three
rows have 150 each or together, so those rows are faults. Does not belong here: merged headings
(`workbook.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ingestion.faults import Refused
from ingestion.formats.header import Header
from ingestion.formats.xlsx.cells import UNKNOWN, Wanted
from ingestion.formats.xlsx.parts import Cell
from ingestion.records import Fault, FileNotes

Row = tuple[int, dict[int, Cell]]
Range = tuple[int, int, int, int]
"""First and last row, from 1; first and last column, from 0."""


@dataclass
class _Merge:
    """One range, the named columns in it, its cell once that is met, and its rows with records."""

    first: int
    last: int
    left: int
    places: list[int]
    cell: Cell | None = None
    records: int = 0


class MergedCells:
    """What the merged ranges of a sheet do to its rows."""

    def __init__(
        self,
        ranges: list[Range],
        header: Header,
        wanted: Mapping[int, Wanted],
        filled: list[int],
        notes: FileNotes,
    ) -> None:
        """Hold the ranges.

        Parameters
        ----------
        filled: places of columns in which the contract says that a cell repeats the one above.
        """
        self._width, self._wanted = header.width, wanted
        self._filled, self._notes = frozenset(filled), notes
        self._told: set[int] = set()
        self._merges = []
        for first, last, left, right in sorted(set(ranges)):
            inside = range(left, min(right, header.width - 1) + 1)
            places = [place for place in inside if header.names[place].strip()]
            if places and (first, left) != (last, right):
                self._merges.append(_Merge(first, last, left, places))

    def read_ahead(self, rows: Iterator[Row]) -> None:
        """Count the records of ranges with numbers in several rows, if there are such ranges."""
        if not any(each.first < each.last and self._numbers(each) for each in self._merges):
            return
        for number, cells, covering in self._swept(rows):
            if self._own(number, cells, covering):
                for merge in covering:
                    merge.records += 1

    def spread(self, rows: Iterator[Row]) -> Iterator[tuple[int, dict[int, Cell], Fault | None]]:
        """The rows with the value of a merged cell in each of its cells, or what is wrong.

        A row that has nothing but what merged cells show in it is empty.
        """
        for number, cells, covering in self._swept(rows):
            if not covering:
                yield number, cells, None
                continue
            if not self._own(number, cells, covering):
                yield number, {}, None
                continue
            shown, fault = dict(cells), None
            for merge in covering:
                if number == merge.first:
                    merge.cell = cells.get(merge.left)
                if merge.cell is None or not merge.cell.text.strip():
                    continue
                fault = fault or self._fault(merge, merge.cell)
                shown |= self._values(merge, merge.cell)
            yield number, shown, fault

    def _swept(self, rows: Iterator[Row]) -> Iterator[tuple[int, dict[int, Cell], list[_Merge]]]:
        """Each row with the ranges that cover some of it."""
        waiting, covering, before = iter(self._merges), list[_Merge](), 0
        following = next(waiting, None)
        for number, cells in rows:
            if following is None and not covering:
                yield number, cells, []
                continue
            if number < before:
                raise _broken(f"row {number} behind row {before}")
            before = number
            covering = [each for each in covering if each.last >= number]
            while following and following.first <= number:
                if following.last >= number:
                    covering.append(following)
                following = next(waiting, None)
            if len(covering) > self._width:
                raise _broken(f"cells of row {number} that are merged more than once")
            yield number, cells, covering

    def _own(self, number: int, cells: dict[int, Cell], covering: list[_Merge]) -> bool:
        """Has a row a cell of its own, apart from those that a merged cell covers?"""
        covered = {place for each in covering for place in each.places}
        covered -= {each.left for each in covering if each.first == number}
        return any(
            (cell.text.strip() or cell.formula) and place not in covered
            for place, cell in cells.items()
        )

    def _numbers(self, merge: _Merge) -> bool:
        return any(self._of(place).numbers for place in merge.places)

    def _of(self, place: int) -> Wanted:
        return self._wanted.get(place, UNKNOWN)

    def _fault(self, merge: _Merge, cell: Cell) -> Fault | None:
        """A number that several cells share; one that stands for itself alone is none."""
        several = len(merge.places) > 1 or merge.records > 1
        told_to_fill = self._filled.issuperset(merge.places)
        if told_to_fill or not several or not self._numbers(merge):
            return None
        if not any(char.isdigit() for char in cell.text):
            return None
        rows = f"rows {merge.first} to {merge.last}" if merge.first < merge.last else ""
        columns = f"{len(merge.places)} columns" if len(merge.places) > 1 else ""
        found = f"{cell.text[:40]!r} in cell {cell.address}, merged over "
        return Fault(
            "xlsx_merged",
            found + " and ".join(filter(None, (rows, columns))),
            "a number in a cell of its own, or the column in format.fill_down",
            "",
            self._of(merge.places[0]).name,
        )

    def _values(self, merge: _Merge, cell: Cell) -> dict[int, Cell]:
        """The cells of a row that a merged cell shows itself in."""
        labels = not self._of(merge.left).numbers  # in a column of numbers it would be no number
        places = [
            place
            for place in merge.places
            if place in self._wanted and not (labels and self._of(place).numbers)
        ]
        if not self._filled.issuperset(places) and merge.left not in self._told:
            self._told.add(merge.left)
            names = ", ".join(repr(self._of(place).name) for place in places)
            self._notes.doubts.append(
                f"merged cells in column {names}: their value stands for each cell that they "
                f"cover (first {cell.address})"
            )
        return {place: replace(cell, column=place) for place in places}


def _broken(what: str) -> Refused:
    fix = "ask the sender for the file again"
    return Refused("xlsx_corrupt", what, "a whole workbook", fix)
