"""One sheet of an Excel workbook as records: headings of one or more rows, cells as stored.

Belongs here: choosing the sheet, joining headings, what a cell says. Does not belong here: the
parts of the file (`xlsx_parts.py`), what the texts mean (`casting.py`).
"""

from __future__ import annotations

import fnmatch
import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ingestion.contracts.formats import Xlsx
from ingestion.contracts.model import SourceContract
from ingestion.parsing.characters import fault_in, fold, printable, visible
from ingestion.parsing.documents import refuse_no_data
from ingestion.parsing.header import Header, match_header
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import BatchBuilder, Batches, Fault, FileNotes
from ingestion.parsing.xlsx_parts import Cell, Workbook, letters

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]{1,3})?")
_BLANKS = re.compile(r"\s+")
_LAST_DAY = 2_958_465
"""The serial number of 9999-12-31, after which Excel knows no dates."""
_MILLISECONDS = 86_400_000
Row = tuple[int, dict[int, Cell]]


def read_xlsx(
    path: Path, contract: SourceContract, declared: Xlsx, limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a sheet; see `records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    with path.open("rb") as file:
        refuse_no_data(file.read(4096), json_expected=True)
    workbook = Workbook(path, limits)
    sheet = _sheet(workbook, declared.sheet)
    names, rows = _names(workbook, sheet, declared)
    header = match_header(names, contract.columns, limits)
    for _, name in header.extra:
        notes.add_new_column(fold(name), "the headings", limits)
    judge = _Judge(workbook, contract, header, limits)
    filled = _places(header, contract, declared.fill_down)
    above: dict[int, Cell] = {}
    builder = BatchBuilder(contract.columns)
    for number, cells in rows:
        if not any(cell.text.strip() or cell.formula for cell in cells.values()):
            continue
        above |= {place: cells[place] for place in filled if place in cells}
        notes.records += 1
        _add(builder, notes.records, number, above | cells, judge)
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


def _names(workbook: Workbook, sheet: str, declared: Xlsx) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns, those of several rows joined from the top; and the rows below."""
    rows = _rows(workbook, sheet)
    first, last = declared.title_rows + 1, declared.title_rows + declared.header_rows
    texts: dict[tuple[int, int], str] = {}
    for number, cells in rows:
        if not texts and not declared.title_rows and number > first:  # empty rows above the names
            first, last = number, number + declared.header_rows - 1
        if number > last:
            rows = itertools.chain([(number, cells)], rows)
            break
        if first <= number and any(cell.text.strip() for cell in cells.values()):
            texts |= {(number, at): _heading(cell.text) for at, cell in cells.items()}
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
    if declared.header_rows > 1:
        _spread(texts, workbook.merged(sheet), first, last)
    width = max(at for _, at in texts) + 1
    levels = range(first, last + 1)
    names = [[texts.get((row, at), "") for row in levels] for at in range(width)]
    return [declared.separator.join(filter(None, parts)) for parts in names], rows


def _spread(
    texts: dict[tuple[int, int], str],
    merged: list[tuple[int, int, int, int]],
    top: int,
    bottom: int,
) -> None:
    """Give a merged heading to each of its columns; its text stands in the first cell."""
    for first, last, left, right in merged:
        text = texts.get((first, left))
        if text and top <= first and last <= bottom:
            texts |= {(first, at): text for at in range(left, right + 1)}


def _heading(text: str) -> str:
    return _BLANKS.sub(" ", fold(text))


def _places(header: Header, contract: SourceContract, names: tuple[str, ...]) -> list[int]:
    places = dict(zip(contract.columns, header.positions, strict=True))
    return [places[name] for name in names]


class _Judge:
    """What the cells of one sheet are held against."""

    def __init__(
        self, workbook: Workbook, contract: SourceContract, header: Header, limits: Limits
    ) -> None:
        self.workbook, self.header, self.limits = workbook, header, limits
        kinds = {}
        for name, place in zip(contract.columns, header.positions, strict=True):
            fields = contract.fields_from(name)
            kinds[place] = (
                any(field.type == "boolean" for field in fields),
                any("excel_serial" in field.formats for field in fields),
                any(field.type == "timestamp" and not field.joined for field in fields),
            )
        self._kinds = kinds

    def text(self, cell: Cell) -> str | Fault:
        """What a cell says, or what is wrong with it."""
        truths, serials, moments = self._kinds.get(cell.column, (True, False, False))
        known = cell.column in self._kinds
        at = f"in cell {cell.address}"
        if cell.kind == "e" and known:
            return Fault("xlsx_error", f"{cell.text} {at}", "a value", "")
        if cell.formula and not cell.text and cell.kind != "str" and known:
            expected = "its result; calculate and save the workbook"
            return Fault("xlsx_formula", f"a formula without a stored result {at}", expected, "")
        if cell.kind == "b":
            shown = "true" if cell.text == "1" else "false"
            if truths:
                return shown
            return Fault("xlsx_type", f"boolean {shown} {at}", "text or a number", "")
        if cell.kind == "n":
            dated = self.workbook.is_date(cell.style) and not serials
            return self._date(cell.text, moments) if dated else _plain(cell.text)
        return cell.text

    def fault(self, cell: Cell, text: str) -> Fault | None:
        """What must not stand in any cell."""
        if told := fault_in(text, "utf-8"):
            code, found, expected = told
            return Fault(code, f"{found} in cell {cell.address}", expected, "")
        if len(text) > self.limits.field_chars:
            most = f"at most {self.limits.field_chars} characters"
            return Fault("field_too_large", f"{len(text)} characters in {cell.address}", most, "")
        return None

    def _date(self, serial: str, moment: bool) -> str:
        """A serial number of days as ISO text, without a zone since Excel knows none."""
        if not _NUMBER.fullmatch(serial):
            return serial
        days = Decimal(serial)
        if self.workbook.from_1904:
            days += 1462
        if not 0 <= days <= _LAST_DAY or 60 <= days < 61:  # 60 is a 29 February that never was
            return serial
        whole, rest = divmod(round(days * _MILLISECONDS), _MILLISECONDS)
        clock = datetime.fromtimestamp(rest / 1000, UTC).time().isoformat()
        if not whole:
            return clock
        day = date(1899, 12, 30) + timedelta(days=whole + (whole < 60))
        return f"{day}T{clock}" if rest or moment else day.isoformat()


def _plain(number: str) -> str:
    """A number without an exponent; Excel writes 1E-3 for what it shows as 0.001."""
    return f"{Decimal(number):f}" if "E" in number and _NUMBER.fullmatch(number) else number


def _add(
    builder: BatchBuilder, record: int, number: int, cells: dict[int, Cell], judge: _Judge
) -> None:
    texts: dict[int, str] = {}
    header, place = judge.header, f"row {number}"
    for at, cell in sorted(cells.items()):
        said = judge.text(cell)
        fault = said if isinstance(said, Fault) else judge.fault(cell, said)
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
        [texts.get(at) for at in header.positions],
        json.dumps(rescued, ensure_ascii=False) if rescued else None,
    )


def _raw(cells: dict[int, Cell]) -> str:
    shown = {cell.address: printable(cell.text[:1000]) for cell in cells.values()}
    return json.dumps(shown, ensure_ascii=False)
