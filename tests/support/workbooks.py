"""Excel workbooks for tests: written by openpyxl, and then changed where it would not write so.

Does not belong here: what becomes of them, which the tests say.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    rows: Iterable[Iterable[object]],
    change: Callable[[Worksheet], None] | None = None,
    title: str = "data",
    others: tuple[str, ...] = (),
) -> bytes:
    """A workbook with these rows in one sheet.

    Parameters
    ----------
    change: what to do to the sheet before it is saved. others: names of further, empty sheets.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    for name in others:
        book.create_sheet(name)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def with_part(body: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member.filename, change(content) if member.filename == part else content)
    return sink.getvalue()


def with_shared_texts(body: bytes) -> bytes:
    """The workbook with its texts in a part of their own, as Excel writes them.

    Every second text is in two runs, and has a reading aid that is no part of it.
    """
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return b'<c %s t="s"><v>%d</v></c>' % (found[1], len(texts) - 1)

    inline = re.compile(rb'<c ([^>]*?) t="inlineStr"><is><t>(.*?)</t></is></c>')
    body = with_part(body, SHEET, lambda part: inline.sub(shared, part))
    items = b"".join(
        b"<si><r><t>%s</t></r><r><t>%s</t></r><rPh><t>no</t></rPh></si>" % (text[:1], text[1:])
        if number % 2
        else b"<si><t>%s</t></si>" % text
        for number, text in enumerate(texts)
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = (
        b'<Relationship Id="rIdTexts" Type="%s" Target="sharedStrings.xml"/></Relationships>' % kind
    )
    body = with_part(
        body, "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"</Relationships>", link)
    )
    sink = io.BytesIO(body)
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + items + b"</sst>")
    return sink.getvalue()
