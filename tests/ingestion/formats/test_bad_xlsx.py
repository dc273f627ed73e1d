"""The catalogue of bad inputs, XLSX: what becomes of each, and what its message says."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.archives import zipped
from tests.support.judging import HEADER, contract_of, csv_of, good_rows, judge, readings
from tests.support.workbooks import SHEET, with_part, with_shared_texts, workbook

XLSX = readings(format={"type": "xlsx"}, tolerance={"quarantined_pct": 100})
NAMES = HEADER.split(",")
GOOD: list[list[object]] = [
    ["PKT-01", "water_level", f"2026-01-08T0{hour}:00:00+07:00", hour + 0.5, "m"]
    for hour in range(3)
]


def cells(rows: list[list[object]], **texts: str) -> bytes:
    """A workbook whose cells of these addresses are the given XML."""
    body = workbook([NAMES, *rows])
    for address, xml in texts.items():
        body = with_part(body, SHEET, lambda part, a=address, x=xml: _cell(part, a, x))  # type: ignore[misc]
    return body


def _cell(part: bytes, address: str, xml: str) -> bytes:
    start = part.index(f'<c r="{address}"'.encode())
    ends = (part.find(b"</c>", start) + 4, part.find(b"/>", start) + 2)
    end = min(e for e in ends if e > start + 4)
    return part[:start] + xml.encode() + part[end:]


def test_rows_come_back_with_numbers_as_they_are_stored(tmp_path: Path) -> None:
    body = workbook([NAMES, *GOOD, [], ["PKT-02", "do", GOOD[0][2], 1e-3, "mg/L"]])

    judged = judge(XLSX, body, tmp_path)

    assert judged.column("value") == [0.5, 1.5, 2.5, 0.001]
    assert judged.outcome.records == 4


@pytest.mark.parametrize("number", ["1E999", "1E99999999", "NaN", "1_0E1", "0x1F", "#"])
def test_a_number_that_is_none_is_no_value_and_no_harm(number: str, tmp_path: Path) -> None:
    body = cells(GOOD[:1], D2=f'<c r="D2"><v>{number}</v></c>')

    judged = judge(XLSX, body, tmp_path)

    assert judged.codes[0][1] in ("value_not_number", "value_not_finite", "value_out_of_range")


def test_an_inline_text_and_a_rich_text_are_texts(tmp_path: Path) -> None:
    rich = '<c r="A2" t="inlineStr"><is><r><t>PKT</t></r><r><t>-01</t></r></is></c>'

    judged = judge(XLSX, cells(GOOD[:1], A2=rich), tmp_path)

    assert judged.column("station") == ["PKT-01"]


def test_texts_in_a_part_of_their_own_are_the_same(tmp_path: Path) -> None:
    rows = judge(XLSX, PLAIN, tmp_path).accepted

    judged = judge(XLSX, SHARED, tmp_path)

    assert len(rows) == 3
    assert judged.accepted == rows


def test_the_stored_result_of_a_formula_counts(tmp_path: Path) -> None:
    body = cells(GOOD[:1], D2='<c r="D2"><f>1+1</f><v>2</v></c>')

    judged = judge(XLSX, body, tmp_path)

    assert judged.column("value") == [2.0]


def test_dates_are_iso_texts_without_a_zone(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "stamped", "type": "date"},
            {"name": "observed", "type": "timestamp", "zone": "Asia/Bangkok"},
            {"name": "serial", "type": "date", "formats": ["excel_serial"]},
            {"name": "clock", "type": "string"},
        ],
        format={"type": "xlsx"},
    )
    moment = datetime(2026, 1, 8, 14, 30)  # noqa: DTZ001 - Excel knows no zones
    names = ["stamped", "observed", "serial", "clock"]
    rows = [[date(2026, 1, 8), moment, 46030, moment.time()], [moment.date(), moment.date()]]

    judged = judge(contract, workbook([names, *rows]), tmp_path)

    assert judged.column("stamped") == [date(2026, 1, 8)] * 2
    assert judged.column("observed") == [
        datetime(2026, 1, 8, 7, 30, tzinfo=UTC),
        datetime(2026, 1, 7, 17, 0, tzinfo=UTC),
    ]
    assert judged.column("serial") == [date(2026, 1, 8), None]
    assert judged.column("clock") == ["14:30:00", None]


def test_days_before_march_1900_and_workbooks_from_1904_are_counted_right(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "stamped", "type": "date", "earliest": "1800-01-01"}], format={"type": "xlsx"}
    )

    def styled(sheet: Worksheet) -> None:
        for row, serial in enumerate((1, 59, 61), 2):
            sheet.cell(row, 1, serial).number_format = "dd/mm/yyyy"

    body = workbook([["stamped"]], styled)
    since_1904 = with_part(
        body, "xl/workbook.xml", lambda p: p.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    )

    judged = judge(contract, body, tmp_path)
    later = judge(contract, since_1904, tmp_path)

    assert judged.column("stamped") == [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1)]
    assert later.column("stamped")[0] == date(1904, 1, 2)


def test_a_serial_number_is_no_date_where_none_was_declared(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "stamped", "type": "date"}],
        format={"type": "xlsx"},
        tolerance={"quarantined_pct": 100},
    )

    judged = judge(contract, workbook([["stamped"], [46030]]), tmp_path)

    assert judged.codes == [(1, "ts_format")]


def test_a_column_that_nobody_declared_is_kept_aside_and_reported(tmp_path: Path) -> None:
    judged = judge(XLSX, workbook([[*NAMES, "flag"], [*GOOD[0], "ok"]]), tmp_path)

    assert judged.column("_rescued") == ['{"flag": "ok"}']
    assert judged.outcome.new_columns == ("flag",)


def test_only_names_are_no_rows(tmp_path: Path) -> None:
    judged = judge(XLSX, workbook([NAMES]), tmp_path)

    assert (judged.outcome.status, judged.outcome.rows) == ("accepted", 0)
    assert "no rows" in judged.outcome.warnings[0]


QUARANTINED = {
    "error_cells": (
        '<c r="D3" t="e"><v>#DIV/0!</v></c>',
        *("xlsx_error", "value", "#DIV/0! in cell D3", "a value"),
    ),
    "formula_no_result": (
        '<c r="D3"><f>SUM(A1:A9)</f></c>',
        *("xlsx_formula", "value", "without a stored result in cell D3", "calculate and save"),
    ),
    "bool_value": (
        '<c r="D3" t="b"><v>1</v></c>',
        *("xlsx_type", "value", "boolean true in cell D3", "text or a number"),
    ),
    "native_dates": (
        '<c r="C3" s="1"><v>46030.5</v></c>',
        *("ts_no_offset", "time", "2026-01-08T12:00:00", "add +07:00"),
    ),
    "control_character": (
        '<c r="E3" t="inlineStr"><is><t>m&#x202E;</t></is></c>',
        *("control_char", "unit", "U+202E at character 2 in cell E3", "no control characters"),
    ),
    "beyond_the_names": (
        '<c r="E3" t="inlineStr"><is><t>m</t></is></c><c r="F3"><v>7</v></c>',
        *("columns", "", "'7' in cell F3", "5 columns"),
    ),
    "bad_value": (
        '<c r="D3" t="inlineStr"><is><t>high</t></is></c>',
        *("value_not_number", "value", "high", "a number such as"),
    ),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_bad_row_is_quarantined_alone_with_its_cell(case: str, tmp_path: Path) -> None:
    xml, code, column, found, expected = QUARANTINED[case]

    def styled(sheet: Worksheet) -> None:
        sheet["H1"].number_format = "yyyy-mm-dd hh:mm"

    body = workbook([NAMES, *GOOD], styled)
    body = with_part(body, SHEET, lambda part: _cell(part, xml[6:8], xml))

    judged = judge(XLSX, body, tmp_path)

    assert judged.codes == [(2, code)]
    row = judged.quarantined[0]
    assert (row.place, row.column) == ("row 3", column)
    assert found in row.found
    assert expected in row.expected
    assert judged.outcome.accepted == 2


def test_a_truth_value_is_one_where_the_contract_wants_one(tmp_path: Path) -> None:
    contract = contract_of([{"name": "open", "type": "boolean"}], format={"type": "xlsx"})

    judged = judge(contract, workbook([["open"], [True], ["false"]]), tmp_path)

    assert judged.column("open") == [True, False]


PLAIN = workbook([NAMES, *GOOD])
SHARED = with_shared_texts(PLAIN)


def doctype(part: bytes) -> bytes:
    return part.replace(
        b"<worksheet", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet', 1
    )


REFUSED = {
    "empty": (b"", "empty_file", "0 bytes"),
    "no_rows_at_all": (workbook([]), "empty_file", "no row with text"),
    "is_csv": (csv_of(*good_rows(1)).encode(), "format_mismatch", "expected an XLSX workbook"),
    "is_ole": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        *("format_mismatch", "an old Excel workbook (.xls), or one with a password"),
    ),
    "html": (b"<html><title>Sign in</title></html>", "html_document", "Sign in"),
    "is_zip": (
        zipped({"data.csv": b"a,b\n"}),
        "format_mismatch",
        "a zip archive without a workbook",
    ),
    "truncated": (
        PLAIN[: len(PLAIN) // 2],
        *("truncated_archive", f"a zip archive of {len(PLAIN) // 2} bytes"),
    ),
    "bomb": (
        with_part(PLAIN, SHEET, lambda part: part + b" " * 40_000_000),
        *("decompression_limit", "bytes so far from"),
    ),
    "xxe": (with_part(PLAIN, SHEET, doctype), "xml_dtd", "a DOCTYPE"),
    "deep": (
        with_part(PLAIN, SHEET, lambda p: p.replace(b"<sheetData>", b"<x>" * 99 + b"<sheetData>")),
        *("xml_too_deep", "depth over 32"),
    ),
    "broken_sheet": (
        with_part(PLAIN, SHEET, lambda part: part[:-30]),
        *("xml_not_wellformed", "in line 1, column"),
    ),
    "lost_sheet": (
        with_part(PLAIN, "xl/_rels/workbook.xml.rels", lambda p: p.replace(b"sheet1", b"sheet9")),
        *("xlsx_corrupt", "no part xl/worksheets/sheet9.xml"),
    ),
    "lost_text": (
        with_part(SHARED, "xl/sharedStrings.xml", lambda part: b"<sst/>"),
        *("xlsx_corrupt", "text 0 in cell A1, of 0 shared texts"),
    ),
    "row_without_number": (
        with_part(PLAIN, SHEET, lambda part: part.replace(b'<row r="2"', b'<row r="two"')),
        *("xlsx_corrupt", "'two' where a number belongs"),
    ),
    "cell_beyond_every_sheet": (
        with_part(PLAIN, SHEET, lambda part: part.replace(b'r="B2"', b'r="ZZZZ2"')),
        *("xlsx_corrupt", "a cell 'ZZZZ2'"),
    ),
    "title_rows": (
        workbook([["Water levels of Phuket"], [], NAMES, *GOOD]),
        *("header_mismatch", "first line 'Water levels of Phuket'"),
    ),
    "header_renamed": (
        workbook([["station", "parameter", "time", "values", "unit"], *GOOD]),
        *("header_mismatch", "was 'value' renamed to 'values'?"),
    ),
    "header_duplicate": (
        workbook([[*NAMES, "Unit"], *GOOD]),
        *("header_duplicate", "column 'unit' 2 times"),
    ),
    "too_many_columns": (
        workbook([[*NAMES, *(f"c{n}" for n in range(600))]]),
        *("too_many_columns", "605 columns"),
    ),
    "two_sheets": (
        workbook([NAMES, *GOOD], others=("notes",)),
        *("xlsx_sheet", "2 of 2 sheets that fit; there are 'data', 'notes', expected one sheet"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_workbook_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(XLSX, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("ม.ค.2569R", True),
        ("*2569[Rp]", True),
        ("สะสม*", True),
        ("ก.พ.*", False),
        ("*2569*", False),
    ],
)
def test_a_sheet_is_chosen_by_name_or_pattern(wanted: str, *, fits: bool, tmp_path: Path) -> None:
    contract = readings(format={"type": "xlsx", "sheet": wanted})
    title = "สะสม 2569" if wanted == "สะสม*" else "ม.ค.2569R"
    other = "ม.ค.2569R" if title != "ม.ค.2569R" else "สะสม 2569"

    judged = judge(contract, workbook([NAMES, *GOOD], title=title, others=(other,)), tmp_path)

    assert judged.outcome.code == ("" if fits else "xlsx_sheet")
    assert fits or f"'{title}', '{other}'" in judged.outcome.message


def test_a_sheet_in_another_document_is_never_read(tmp_path: Path) -> None:
    def outside(part: bytes) -> bytes:
        return part.replace(
            b'Target="/xl/worksheets/sheet1.xml"',
            b'Target="file:///etc/passwd" TargetMode="External"',
        )

    body = with_part(PLAIN, "xl/_rels/workbook.xml.rels", outside)
    assert body != PLAIN

    judged = judge(XLSX, body, tmp_path)

    assert judged.outcome.code == "xlsx_sheet"
    assert "there are none" in judged.outcome.message


def test_our_workbooks_are_the_ones_that_others_read() -> None:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        assert SHEET in archive.namelist()
