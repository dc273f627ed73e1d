"""One sheet of an Excel workbook as records: headings of one or more rows, cells as stored.

Belongs here: choosing the sheet, joining headings. Does not belong here: the parts of the file
(`parts.py`), what a cell says (`cells.py`) and what the texts mean (`fields/query.py`).
"""

from __future__ import annotations

import fnmatch
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.contracts.formats import Xlsx
from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused
from ingestion.formats.header import Header, match_header
from ingestion.formats.isolating import fault_of
from ingestion.formats.raw.documents import refuse_no_data
from ingestion.formats.xlsx.cells import CellReader, wanted_of
from ingestion.formats.xlsx.merged import MergedCells, Range, Row
from ingestion.formats.xlsx.parts import Cell, Workbook, letters
from ingestion.limits import Limits
from ingestion.records import BatchBuilder, Batches, Fault, FileNotes
from ingestion.words.characters import fault_in, fold, printable, visible

_BLANKS = re.compile(r"\s+")


def read_xlsx(
    path: Path, contract: SourceContract, declared: Xlsx, limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a sheet; see `ingestion/records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    with path.open("rb") as file:
        refuse_no_data(file.read(4096), json_expected=True)
    workbook = Workbook(path, limits)
    sheet = _sheet(workbook, declared.sheet)
    ranges = workbook.merged(sheet)
    names, rows, last = _names(workbook, sheet, declared, ranges, limits)
    header = match_header(names, contract.columns, limits, contract.optional_columns)
    for _, name in header.extra:
        notes.add_new_column(fold(name), "the headings", limits)
    wanted = wanted_of(contract, header)
    checker = _Checker(header, CellReader(workbook, wanted, notes), limits)
    filled = _places(header, contract, declared.fill_down)
    above: dict[int, Cell] = {}
    builder = BatchBuilder(contract.columns)
    below = [found for found in ranges if found[0] > last]
    merged = MergedCells(below, header, wanted, filled, notes)
    merged.read_ahead(row for row in _rows(workbook, sheet) if row[0] > last)
    for number, cells, fault in merged.spread(rows):
        if not any(cell.text.strip() or cell.formula for cell in cells.values()):
            continue
        above |= {place: cells[place] for place in filled if place in cells}
        notes.records += 1
        _add(builder, notes.records, number, above | cells, checker, fault)
        if builder.full():
            yield builder.take()
    yield builder.take()


def _sheet(workbook: Workbook, wanted: str) -> str:
    """The name of the one sheet that is meant."""
    names = list(workbook.sheets)
    pattern = fold(wanted) or "*"
    exact = [name for name in names if fold(name) == pattern]
    found = exact or [name for name in names if fnmatch.fnmatchcase(fold(name), pattern)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(repr(visible(name)) for name in names[:20]) or "none"
    raise Refused(
        "xlsx_sheet",
        f"{len(found)} of {len(names)} sheets that fit; there are {shown}",
        f"one sheet named {wanted!r}" if wanted else "one sheet, or its name in the contract",
        "correct the workbook, or format.sheet in the contract",
    )


def _rows(workbook: Workbook, sheet: str) -> Iterator[Row]:
    for number, cells in workbook.rows(sheet):
        yield number, {cell.column: cell for cell in cells}


def _names(
    workbook: Workbook, sheet: str, declared: Xlsx, merged: list[Range], limits: Limits
) -> tuple[list[str], Iterator[Row], int]:
    """The names of the columns, those of several rows joined from the top; the rows below; and the
    number of the last row of names."""
    rows, cell_reader = _rows(workbook, sheet), CellReader(workbook, {})
    first, last = declared.title_rows + 1, declared.title_rows + declared.header_rows
    texts: dict[tuple[int, int], str] = {}
    for number, cells in rows:
        if not texts and not declared.title_rows and number > first:  # empty rows above the names
            first, last = number, number + declared.header_rows - 1
        if number > last:
            rows = itertools.chain([(number, cells)], rows)
            break
        if first <= number and any(cell.text.strip() for cell in cells.values()):
            said = {at: cell_reader.heading(cell) for at, cell in cells.items()}
            texts |= {(number, at): _heading(text) for at, text in said.items()}
        if number == last:
            break
    if not texts:
        below = next(rows, None)
        raise Refused(
            "header_mismatch" if below else "empty_file",
            f"nothing in rows {first} to {last}" if below else "0 records: no row with text",
            "a row of column names",
            "correct the workbook, or title_rows and header_rows in the contract",
        )
    if declared.header_rows > 1 and max(at for _, at in texts) < limits.columns:
        _spread(texts, merged, (first, last), limits)
    width = max(at for _, at in texts) + 1
    levels = range(first, last + 1)
    names = [[texts.get((row, at), "") for row in levels] for at in range(width)]
    return [declared.separator.join(filter(None, parts)) for parts in names], rows, last


def _spread(
    texts: dict[tuple[int, int], str], merged: list[Range], rows: tuple[int, int], limits: Limits
) -> None:
    """Give a merged heading to each of its columns; its text stands in the first cell."""
    widest = {(first, left): (last, right) for first, last, left, right in sorted(merged)}
    for (first, left), (last, right) in widest.items():
        text = texts.get((first, left))
        if text and rows[0] <= first and last <= rows[1]:
            texts |= {(first, at): text for at in range(left, min(right, limits.columns) + 1)}


def _heading(text: str) -> str:
    return _BLANKS.sub(" ", fold(text))


def _places(header: Header, contract: SourceContract, names: tuple[str, ...]) -> list[int]:
    places = dict(zip(contract.columns, header.positions, strict=True))
    return [at for name in names if (at := places[name]) is not None]


@dataclass(frozen=True)
class _Checker:
    """What every cell of one sheet must be."""

    header: Header
    cells: CellReader
    limits: Limits

    def fault(self, cell: Cell, text: str) -> Fault | None:
        """What must not stand in any cell."""
        if told := fault_in(text, "utf-8"):
            code, found, expected = told
            return Fault(code, f"{found} in cell {cell.address}", expected, "")
        if len(text) > self.limits.field_chars:
            most = f"at most {self.limits.field_chars} characters"
            return Fault("field_too_large", f"{len(text)} characters in {cell.address}", most, "")
        return None


def _add(
    builder: BatchBuilder,
    record: int,
    number: int,
    cells: dict[int, Cell],
    checker: _Checker,
    merged: Fault | None,
) -> None:
    texts: dict[int, str] = {}
    header, place = checker.header, f"row {number}"
    if merged:
        merged.raw = _raw(cells)
        builder.add_fault(record, place, merged)
        return
    for at, cell in sorted(cells.items()):
        said = _text(cell, cells, checker)
        fault = said if isinstance(said, Fault) else checker.fault(cell, said)
        if fault:
            fault.column = header.names[at] if at < header.width else f"column {letters(at)}"
            fault.raw = _raw(cells)
            builder.add_fault(record, place, fault)
            return
        assert isinstance(said, str)
        texts[at] = said
    stray = [at for at, text in texts.items() if at >= header.width and text.strip()]
    if stray:
        found = f"{texts[stray[0]][:40]!r} in cell {cells[stray[0]].address}"
        expected = f"{header.width} columns, as named"
        builder.add_fault(record, place, Fault("columns", found, expected, _raw(cells)))
        return
    rescued = {fold(name): texts[at] for at, name in header.extra if texts.get(at)}
    builder.add(
        record,
        place,
        [None if at is None else texts.get(at) for at in header.positions],
        json.dumps(rescued, ensure_ascii=False) if rescued else None,
    )


def _text(cell: Cell, cells: dict[int, Cell], checker: _Checker) -> str | Fault:
    try:
        return checker.cells.text(cell)
    except Exception as error:
        return fault_of(error, _raw(cells))


def _raw(cells: dict[int, Cell]) -> str:
    shown = {cell.address: printable(cell.text[:1000]) for cell in cells.values()}
    return json.dumps(shown, ensure_ascii=False)
