"""Merged cells of data: a text stands for all that it covers, a number for nobody knows which."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.judging import Judged, contract_of, judge, values
from tests.support.workbooks import SHEET, with_part, workbook

FIELDS: list[dict[str, object]] = [
    {"name": "district", "type": "string"},
    {"name": "place", "type": "string"},
    {"name": "rooms", "type": "integer"},
    {"name": "beds", "type": "integer", "missing": {"no data": "missing"}},
]
NAMES = ["district", "place", "rooms", "beds"]


def read(
    rows: list[list[object]], folder: Path, *merged: str, names: list[str] = NAMES, **words: object
) -> Judged:
    """A sheet of these rows, in which these ranges are merged."""

    def merge(sheet: Worksheet) -> None:
        for cells in merged:
            sheet.merge_cells(cells)

    contract = contract_of(
        FIELDS, **{"format": {"type": "xlsx"}, "tolerance": {"quarantined_pct": 100}, **words}
    )
    return judge(contract, workbook([names, *rows], merge), folder)


def test_a_text_merged_over_rows_stands_for_each_and_is_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Kathu", "A", 1, 2],
        [None, "B", 3, 4],
        [None, "C", 5, 6],
        ["Thalang", "D", 7, 8],
        [None, "E", 9, 10],
    ]

    judged = read(rows, tmp_path, "A2:A4")

    assert judged.column("district") == ["Kathu", "Kathu", "Kathu", "Thalang", None]
    assert judged.outcome.warnings == (
        "merged cells in column 'district': their value stands for each cell that they cover "
        "(first A2)",
    )


def test_a_number_merged_over_rows_is_of_none_of_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Kathu", "A", 150, 2],
        ["Kathu", "B", None, 4],
        ["Kathu", "C", 5, 6],
    ]

    judged = read(rows, tmp_path, "C2:C3")

    assert judged.codes == [(1, "xlsx_merged"), (2, "xlsx_merged")]
    assert judged.quarantined[0].found == "'150' in cell C2, merged over rows 2 to 3"
    assert judged.quarantined[0].column == "rooms"
    assert judged.column("place") == ["C"]


def test_a_total_merged_over_columns_is_of_none_of_them(tmp_path: Path) -> None:
    judged = read([["Kathu", "A", 150, None], ["Kathu", "B", 1, 2]], tmp_path, "C2:D2")

    assert judged.codes == [(1, "xlsx_merged")]
    assert judged.quarantined[0].found == "'150' in cell C2, merged over 2 columns"
    assert judged.column("place") == ["B"]


@pytest.mark.parametrize("number", ["๑๕๐", "1,500"])
def test_a_number_that_is_a_text_is_one_too(number: str, tmp_path: Path) -> None:
    judged = read([["Kathu", "A", number, 2], ["Kathu", "B", None, 4]], tmp_path, "C2:C3")

    assert judged.codes == [(1, "xlsx_merged"), (2, "xlsx_merged")]


def test_a_word_for_no_data_stands_for_each_cell(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kathu", "A", 1, "no data"], ["Kathu", "B", 2, None]]

    judged = read(rows, tmp_path, "D2:D3")

    assert (judged.outcome.accepted, judged.column("beds_reason")) == (2, ["missing", "missing"])


def test_a_label_merged_over_columns_is_a_label_in_each_of_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [["total", None, None, 9], ["Kathu", "A", 1, 2]]

    judged = read(rows, tmp_path, "A2:C2")

    assert values(judged, "district", "place", "rooms")[0] == ("total", "total", None)


def test_a_column_that_the_contract_fills_down_is_filled_also_with_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kathu", "A", 150, 2], ["Kathu", "B", None, 4]]

    judged = read(rows, tmp_path, "C2:C3", format={"type": "xlsx", "fill_down": ["rooms"]})

    assert judged.column("rooms") == [150, 150]
    assert judged.outcome.warnings == ()


def test_records_of_two_merged_rows_each_are_as_many_as_one_sees(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Kathu", "A", 1, 2], [], ["Thalang", "B", 3, 4], []]
    ranges = [f"{column}{row}:{column}{row + 1}" for column in "ABCD" for row in (2, 4)]

    judged = read(rows, tmp_path, *ranges)

    assert values(judged, *NAMES) == [("Kathu", "A", 1, 2), ("Thalang", "B", 3, 4)]


def test_a_number_merged_with_a_column_without_a_name_is_its_own(tmp_path: Path) -> None:
    names = ["district", "place", "beds", "rooms"]

    judged = read([["Kathu", "A", 1, 5, None]], tmp_path, "D2:E2", names=names)

    assert judged.column("rooms") == [5]


def test_a_number_merged_over_a_column_that_nobody_knows_is_of_neither(tmp_path: Path) -> None:
    names = ["district", "place", "beds", "rooms", "tents"]

    judged = read([["Kathu", "A", 1, 5, None]], tmp_path, "D2:E2", names=names)

    assert judged.codes == [(1, "xlsx_merged")]


def test_what_lies_hidden_under_a_merged_cell_is_not_seen(tmp_path: Path) -> None:
    body = with_part(
        workbook([NAMES, ["Kathu", "A", 1, 2], ["old", "B", 3, 4]]),
        SHEET,
        lambda part: part.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
        ),
    )
    contract = contract_of(FIELDS, format={"type": "xlsx"})

    assert judge(contract, body, tmp_path).column("district") == ["Kathu", "Kathu"]


def test_a_merged_cell_without_a_value_changes_nothing(tmp_path: Path) -> None:
    judged = read([[None, "A", 1, 2], [None, "B", 3, 4]], tmp_path, "A2:A3")

    assert judged.column("district") == [None, None]
    assert judged.outcome.warnings == ()


def test_a_merged_heading_is_no_merged_value(tmp_path: Path) -> None:
    judged = read([["Kathu", "A", 1, 2]], tmp_path, "D1:E1", format={"type": "xlsx"})

    assert (judged.outcome.accepted, judged.outcome.warnings) == (1, ())


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (b'<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>', 1),
        (b'<row r="2"><c r="A2"><v>1</v></c></row>', 9),
    ],
)
def test_cells_that_no_sheet_can_have_are_refused(rows: bytes, merged: int, tmp_path: Path) -> None:
    ranges = b"".join(b'<mergeCell ref="A2:A%d"/>' % (10 + n) for n in range(merged))
    body = with_part(
        workbook([NAMES]),
        SHEET,
        lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>" + ranges),
    )

    judged = judge(contract_of(FIELDS, format={"type": "xlsx"}), body, tmp_path)

    assert judged.outcome.code == "xlsx_corrupt"
