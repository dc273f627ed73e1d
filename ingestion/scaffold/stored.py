"""Samples whose format says more than text: Parquet, Excel workbooks, XML.

Does not belong here: text (`layout.py`). XML is read without a DTD and without entities.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from ingestion.errors import PermanentError
from ingestion.scaffold.shape import Column, Layout, SampleUnclear

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN_ROWS = 200


def parquet_layout(path: Path) -> tuple[Column, ...]:
    """The columns of a Parquet file that hold one value each, with their stored types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0][:120]
        raise PermanentError(f"{path} is no whole Parquet file ({said})") from None
    return tuple(column for field in schema for column in _stored(field))


def _stored(field: pa.Field) -> Iterator[Column]:
    import pyarrow.types as is_

    kind = field.type.value_type if is_.is_dictionary(field.type) else field.type
    if is_.is_boolean(kind):
        yield Column(field.name, "boolean")
    elif is_.is_integer(kind):
        yield Column(field.name, "integer")
    elif is_.is_floating(kind) or is_.is_decimal(kind):
        yield Column(field.name, "number")
    elif is_.is_date(kind):
        yield Column(field.name, "date")
    elif is_.is_timestamp(kind):
        yield Column(field.name, "timestamp", zoned=kind.tz is not None)
    elif is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
        yield Column(field.name)


def is_workbook(path: Path) -> bool:
    """Is this zip archive an Excel workbook?"""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def xlsx_layout(path: Path) -> Layout:
    """The first sheet with a table: its first row that is filled as far as the rows below."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = [list(row) for row in sheet.iter_rows(max_row=_SHOWN_ROWS, values_only=True)]
            filled = [sum(cell is not None for cell in row) for row in rows]
            if not any(filled):
                continue
            width = max(Counter(n for n in filled if n).items(), key=lambda found: found[::-1])[0]
            title_rows = next(at for at, n in enumerate(filled) if n >= width)
            names = [str(cell).strip() for cell in rows[title_rows] if cell is not None]
            words: dict[str, object] = {"type": "xlsx"}
            why = {}
            if len(book.worksheets) > 1:
                words["sheet"] = sheet.title
                why["sheet"] = f"the first of {len(book.worksheets)} sheets that holds a table"
            if title_rows:
                words["title_rows"] = title_rows
                why["title_rows"] = "rows above the first that is as wide as the rest"
            return Layout(words, tuple(Column(name) for name in names), why)
    finally:
        book.close()
    raise SampleUnclear(f"{path} holds no sheet with a table")


def xml_layout(body: bytes, words: dict[str, object]) -> Layout:
    """The element that is repeated most, and what it holds."""
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(body, forbid_dtd=True)
    except Exception as error:  # the library raises its own and the parser's
        raise SampleUnclear(f"the sample is no XML that we read ({error})") from None
    counts: Counter[tuple[str, ...]] = Counter(_paths(root, (_plain(root.tag),)))
    record_path, count = max(
        ((p, n) for p, n in counts.items() if len(p) > 1),
        key=lambda found: (found[1], -len(found[0])),
        default=((), 0),
    )
    if not record_path:
        raise SampleUnclear("the XML holds no repeated element", expected="one element a record")
    records = list(_elements(root, record_path[1:]))
    names = dict.fromkeys(name for record in records for name in _members(record, ""))
    return Layout(
        {"type": "xml", **words, "record_path": list(record_path)},
        tuple(Column(name) for name in names),
        {"record_path": f"the element that is repeated most: {count} records"},
    )


def _paths(element: Element, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for child in element:
        below = (*path, _plain(child.tag))
        if len(child) or child.attrib:
            yield below
        yield from _paths(child, below)


def _elements(element: Element, path: tuple[str, ...]) -> Iterator[Element]:
    if not path:
        yield element
        return
    for child in element:
        if _plain(child.tag) == path[0]:
            yield from _elements(child, path[1:])


def _members(element: Element, before: str) -> Iterator[str]:
    yield from (f"{before}@{_plain(name)}" for name in element.attrib)
    for child in element:
        name = f"{before}{_plain(child.tag)}"
        if len(child):
            yield from _members(child, f"{name}.")
        else:
            yield name
            yield from (f"{name}.@{_plain(attribute)}" for attribute in child.attrib)


def _plain(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
