"""Excel workbooks (XLSX) whose every byte is decided by what is in them.

An archive of XML parts, stored and not packed, with one fixed time. Belongs here: cells, merged
cells, several sheets. Does not belong here: styles, formulas, and whatever no sender of ours needs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

Cell = str | int | Decimal | None
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass
class Sheet:
    """One sheet: rows of cells from the top left, and ranges such as `A1:C1` that are merged."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[str] = field(default_factory=tuple)


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as a file."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _parts(sheets):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3  # else it names the system that this runs on
            archive.writestr(entry, (_XML + content).encode())
    return sink.getvalue()


def address(row: int, column: int) -> str:
    """The name of a cell; row and column count from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_CONTENT}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        f'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f"{overrides}</Types>",
    )
    yield "_rels/.rels", _links([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/_rels/workbook.xml.rels",
        _links([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
    )
    named = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{named}</sheets></workbook>',
    )
    for n, sheet in zip(numbers, sheets, strict=True):
        yield f"xl/worksheets/sheet{n}.xml", _sheet(sheet)


def _links(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        f'<row r="{number}">{"".join(_cells(number, row))}</row>'
        for number, row in enumerate(sheet.rows, start=1)
    )
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.merged)
    ranges = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{ranges}</worksheet>'


def _cells(number: int, row: Sequence[Cell]) -> Iterator[str]:
    for column, cell in enumerate(row, start=1):
        at = address(number, column)
        if isinstance(cell, str):
            text = f'<t xml:space="preserve">{escape(cell)}</t>'
            yield f'<c r="{at}" t="inlineStr"><is>{text}</is></c>'
        elif cell is not None:
            yield f'<c r="{at}"><v>{_number(cell)}</v></c>'


def _number(cell: int | Decimal) -> str:
    """A number as Excel stores it: no zeros behind the last digit, however it is displayed."""
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else str(cell)
