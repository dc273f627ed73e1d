"""Cells of a workbook: what a person sees in them enters, not the form in which they are stored."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.judging import Judged, contract_of, judge
from tests.support.workbooks import SHEET, with_part, with_shared_texts, workbook


def read(
    cell: str,
    folder: Path,
    kind: str = "string",
    shown: str = "General",
    since_1904: bool = False,
    **words: object,
) -> Judged:
    """One column `cell`, whose only cell has this XML; `shown` is its number format."""
    contract = contract_of(
        [{"name": "cell", "type": kind, **words}],
        format={"type": "xlsx"},
        tolerance={"quarantined_pct": 100},
    )

    def styled(sheet: Worksheet) -> None:
        sheet["A2"] = 1
        sheet["A2"].number_format = shown

    def changed(part: bytes) -> bytes:
        found = re.search(rb'<c r="A2"(?: s="\d+")?', part)
        assert found
        return (
            part[: found.start()]
            + cell.encode().replace(b"<c", found[0], 1)
            + b"</row></sheetData></worksheet>"
        )

    body = with_part(workbook([["cell"]], styled), SHEET, changed)
    if since_1904:
        body = with_part(
            body,
            "xl/workbook.xml",
            lambda p: p.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1),
        )
    return judge(contract, body, folder)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("1.1000000000000001", "1.1"),
        ("2.2999999999999998", "2.3"),
        ("0.30000000000000004", "0.3"),
        ("1.0", "1"),
        ("5", "5"),
        ("-0.0", "0"),
        ("-1.1000000000000001", "-1.1"),
        ("1.1000000000000001E-2", "0.011"),
        ("1e-05", "0.00001"),
        ("1E+20", "100000000000000000000"),
        ("1.23456789012345E+16", "12345678901234500"),
        ("1234567890123", "1234567890123"),
        ("9007199254740993", "9007199254740993"),
        ("12345678901234567", "12345678901234567"),
        ("123456.78900000001", "123456.789"),
        ("0.12345678901234568", "0.123456789012346"),
    ],
)
def test_a_number_in_a_column_of_texts_is_the_number_that_is_shown(
    stored: str, shown: str, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{stored}</v></c>", tmp_path)

    assert judged.column("cell") == [shown]


@pytest.mark.parametrize(
    ("kind", "stored", "value"),
    [
        ("integer", "2.9999999999999996", 3),
        ("year", "2025.0000000000002", 2025),
        ("number", "1.1000000000000001", 1.1),
        ("number", "0.30000000000000004", 0.30000000000000004),
        ("number", "1e-3", 0.001),
    ],
)
def test_what_is_counted_is_as_shown_and_what_is_measured_as_stored(
    kind: str, stored: str, value: object, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{stored}</v></c>", tmp_path, kind)

    assert judged.column("cell") == [value]


@pytest.mark.parametrize(("digits", "told"), [("123456789012345", 0), ("1234567890123450", 1)])
def test_a_code_longer_than_excel_keeps_is_told(digits: str, told: int, tmp_path: Path) -> None:
    judged = read(f"<c><v>{digits}</v></c>", tmp_path)

    assert judged.column("cell") == [digits]
    assert len(judged.outcome.warnings) == told
    assert not told or "of which Excel keeps 15 (first in cell A2)" in judged.outcome.warnings[0]


@pytest.mark.parametrize(("stored", "shown"), [("1", "TRUE"), ("0", "FALSE"), ("true", "TRUE")])
def test_a_truth_value_in_a_column_of_texts_is_what_is_shown(
    stored: str, shown: str, tmp_path: Path
) -> None:
    assert read(f'<c t="b"><v>{stored}</v></c>', tmp_path).column("cell") == [shown]


def test_a_date_in_a_column_of_texts_is_told(tmp_path: Path) -> None:
    judged = read("<c><v>46030</v></c>", tmp_path, shown="d-mmm")

    assert judged.column("cell") == ["2026-01-08"]
    assert "column 'cell': dates in place of text" in judged.outcome.warnings[0]


@pytest.mark.parametrize(
    "shown", ['#,##0 "คน"', r"#,##0\ คน", r"#,##0\ \ค\น", r"General\ น", "[Red]0 น.", r"0\ \d"]
)
def test_words_in_a_number_format_make_no_date(shown: str, tmp_path: Path) -> None:
    assert read("<c><v>1250</v></c>", tmp_path, "number", shown).column("cell") == [1250.0]


@pytest.mark.parametrize(
    "shown", ["ว/ด/ปปปป", "[$-D07041E]d mmm yyyy", "d/m/bbbb", "yyyy;@", "[>1]d/m/yy;0"]
)
def test_a_date_is_one_in_whatever_calendar_it_is_shown(shown: str, tmp_path: Path) -> None:
    assert read("<c><v>46030</v></c>", tmp_path, "date", shown).column("cell") == [date(2026, 1, 8)]


@pytest.mark.parametrize(
    ("serial", "shown", "text"),
    [
        ("0.604166666666667", "h:mm", "14:30:00"),
        ("0.604166666666667", "[h]:mm", "14:30:00"),
        ("1.5", "[h]:mm", "36:00:00"),
        ("1.5", "[h]:mm:ss.000", "36:00:00"),
        ("-0.5", "[h]:mm", "-12:00:00"),
        ("41.666666666666664", "[h]:mm", "1000:00:00"),
        ("0.0000001157407407", "[ss].00", "00:00:00.010"),
        ("0", "h:mm", "00:00:00"),
    ],
)
def test_times_and_durations(serial: str, shown: str, text: str, tmp_path: Path) -> None:
    assert read(f"<c><v>{serial}</v></c>", tmp_path, shown=shown).column("cell") == [text]


@pytest.mark.parametrize(
    ("serial", "shown", "text"),
    [
        ("0.604166666666667", "h:mm", "14:30:00"),
        ("0.604166666666667", "yyyy-mm-dd hh:mm", "1904-01-01T14:30:00"),
        ("1", "yyyy-mm-dd", "1904-01-02"),
        ("1.5", "[h]:mm", "36:00:00"),
    ],
)
def test_a_workbook_that_counts_from_1904(
    serial: str, shown: str, text: str, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{serial}</v></c>", tmp_path, shown=shown, since_1904=True)

    assert judged.column("cell") == [text]


@pytest.mark.parametrize(
    ("serial", "told"),
    [
        ("60", "1900-02-29, which never was"),
        ("60.5", "1900-02-29, which never was"),
        ("-1", "beyond all of its dates"),
        ("2958466", "beyond all of its dates"),
        ("2958465.99999999999", "beyond all of its dates"),
    ],
)
@pytest.mark.parametrize("kind", ["string", "date"])
def test_a_date_that_never_was_is_a_fault(
    kind: str, serial: str, told: str, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{serial}</v></c>", tmp_path, kind, "yyyy-mm-dd")

    assert judged.codes == [(1, "xlsx_type")]
    assert told in judged.quarantined[0].found


@pytest.mark.parametrize("serial", ["2958465", "2958465.5"])
def test_the_last_day_is_one(serial: str, tmp_path: Path) -> None:
    judged = read(f"<c><v>{serial}</v></c>", tmp_path, shown="yyyy-mm-dd")

    assert str(judged.column("cell")[0])[:10] == "9999-12-31"


@pytest.mark.parametrize(
    ("stored", "kind", "value"),
    [
        ("2026-01-08", "date", date(2026, 1, 8)),
        ("2026-01-08T00:00:00", "date", date(2026, 1, 8)),
        ("2026-01-08T00:00:00.000", "date", date(2026, 1, 8)),
        ("2026-01-08", "timestamp", datetime(2026, 1, 7, 17, tzinfo=UTC)),
        ("2026-01-08T14:30:00", "timestamp", datetime(2026, 1, 8, 7, 30, tzinfo=UTC)),
        ("2026-01-08T14:30", "timestamp", datetime(2026, 1, 8, 7, 30, tzinfo=UTC)),
        ("2026-01-08T14:30:00Z", "timestamp", datetime(2026, 1, 8, 14, 30, tzinfo=UTC)),
        ("2026-01-08T14:30:00+09:00", "timestamp", datetime(2026, 1, 8, 5, 30, tzinfo=UTC)),
        ("2026-01-08T00:00:00Z", "timestamp", datetime(2026, 1, 8, tzinfo=UTC)),
        ("2026-01-08T14:30:00", "string", "2026-01-08T14:30:00"),
        ("2026-01-08T00:00:00", "string", "2026-01-08"),
        ("14:30:00", "string", "14:30:00"),
        ("soon", "string", "soon"),
    ],
)
def test_a_cell_may_hold_iso_8601(stored: str, kind: str, value: object, tmp_path: Path) -> None:
    zone = {"zone": "Asia/Bangkok"} if kind == "timestamp" else {}

    judged = read(f'<c t="d"><v>{stored}</v></c>', tmp_path, kind, **zone)

    assert judged.column("cell") == [value]


@pytest.mark.parametrize("stored", ["2026-01-08T14:30:00", "2026-01-08T00:00:00Z", "2026-02-30"])
def test_a_moment_is_no_day(stored: str, tmp_path: Path) -> None:
    assert read(f'<c t="d"><v>{stored}</v></c>', tmp_path, "date").codes == [(1, "ts_format")]


ESCAPES = [
    ("line_x000D_\nend", "line\r\nend"),
    ("_x0041_BC", "ABC"),
    ("_x005F_x0041_", "_x0041_"),
    ("_x005f_x0e20__x0E39_", "_x0e20_ู"),
    ("_xD83D__xDE00_", "\U0001f600"),
    ("a_x41_b", "a_x41_b"),
    ("a_X0041_b", "a_X0041_b"),
    ("_x00G1_", "_x00G1_"),
    ("_x0041", "_x0041"),
]


@pytest.mark.parametrize(("stored", "text"), ESCAPES)
def test_an_escaped_character_is_that_character(stored: str, text: str, tmp_path: Path) -> None:
    inline = f'<c t="inlineStr"><is><t>{stored}</t></is></c>'
    result = f'<c t="str"><f>A9</f><v>{stored}</v></c>'
    runs = f'<c t="inlineStr"><is><r><t>{stored}</t></r><r><t>!</t></r></is></c>'

    assert read(inline, tmp_path).column("cell") == [text]
    assert read(result, tmp_path).column("cell") == [text]
    assert read(runs, tmp_path).column("cell") == [text + "!"]


@pytest.mark.parametrize(("stored", "text"), [pair for pair in ESCAPES if "\n" not in pair[0]])
def test_an_escaped_character_of_a_shared_text_is_that_character(
    stored: str, text: str, tmp_path: Path
) -> None:
    contract = contract_of([{"name": "cell", "type": "string"}], format={"type": "xlsx"})
    rows = [["cell"], ["beside"], [stored], ["behind"], [stored]]

    judged = judge(contract, with_shared_texts(workbook(rows)), tmp_path)

    assert judged.column("cell")[1] == text


@pytest.mark.parametrize("escaped", ["_x0000_", "_xD83D_", "_x202E_"])
def test_a_character_that_no_cell_may_hold_is_a_fault_also_when_escaped(
    escaped: str, tmp_path: Path
) -> None:
    judged = read(f'<c t="inlineStr"><is><t>a{escaped}</t></is></c>', tmp_path)

    assert judged.codes == [(1, "control_char")]


def test_a_reading_aid_is_no_part_of_a_text(tmp_path: Path) -> None:
    cell = '<c t="inlineStr"><is><t>ภูเก็ต</t><rPh sb="0" eb="1"><t>phuket</t></rPh></is></c>'

    assert read(cell, tmp_path).column("cell") == ["ภูเก็ต"]


def test_a_number_and_a_date_may_name_a_column(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "code", "source": "1.1", "type": "string"},
            {"name": "day", "source": "2026-01-08", "type": "string"},
        ],
        format={"type": "xlsx"},
    )

    def styled(sheet: Worksheet) -> None:
        sheet["A1"] = 1.1000000000000001
        sheet["B1"] = date(2026, 1, 8)

    judged = judge(contract, workbook([[], ["x", "y"]], styled), tmp_path)

    assert judged.column("day") == ["y"]


@pytest.mark.parametrize(
    ("kind", "stored", "entered"),
    [
        ("string", "83", "0083"),
        ("string", "83.0", "0083"),
        ("string", "1.2E2", "0120"),
        ("string", "-83", "-83"),
        ("string", "8.5", "8.5"),
        ("number", "83", 83.0),
        ("integer", "83", 83),
    ],
)
def test_a_code_has_the_zeros_that_its_format_shows(
    kind: str, stored: str, entered: object, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{stored}</v></c>", tmp_path, kind, shown="0000")

    assert judged.column("cell") == [entered]


PERCENT = {"unit": "%", "minimum": 0, "maximum": 100}


@pytest.mark.parametrize(
    ("shown", "words", "stored", "entered"),
    [
        ("0%", PERCENT, "0.85", 85.0),
        ("0.00%", PERCENT, "0.77990000000000004", 77.99),
        ("#,##0.0 %", PERCENT, "5.0000000000000001E-3", 0.5),
        ('0.0"%"', PERCENT, "85", 85.0),
        ("General", PERCENT, "0.85", 0.85),
        ("0%", PERCENT | {"multiply": 100}, "0.85", 85.0),
        ("0%", {"unit": "ratio"}, "0.85", 0.85),
        ("0%", {}, "0.85", 0.85),
    ],
)
def test_a_number_in_percent_is_the_one_that_is_shown(
    shown: str, words: dict[str, object], stored: str, entered: float, tmp_path: Path
) -> None:
    judged = read(f"<c><v>{stored}</v></c>", tmp_path, "number", shown, **words)

    assert judged.column("cell") == [entered]
    assert len(judged.outcome.warnings) == ("%" in shown and words == PERCENT and '"' not in shown)


def test_an_error_code_in_a_column_of_percent_is_no_percentage(tmp_path: Path) -> None:
    words = PERCENT | {"sentinels": ["-999"]}
    judged = read("<c><v>-999</v></c>", tmp_path, "number", "0%", **words)

    assert judged.outcome.missing == {"cell": {"sentinel": 1}}
