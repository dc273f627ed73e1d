"""Tables of Thai government offices: wide years and months, merged headings, subtotals, gaps."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from ingestion.contracts import SourceContract
from tests.support.judging import contract_of, csv_of, judge
from tests.support.workbooks import workbook

MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.")
PLACE = {"name": "amphoe", "source": "อำเภอ", "type": "string", "place": "amphoe", "required": True}
COUNT = {"name": "deaths", "type": "integer", "thousands": ","}
GAPS = {"": "missing", "-": "missing", "n.a.": "not_applicable", "รอประมวลผล": "pending"}


def by_month(**changes: object) -> SourceContract:
    words: dict[str, object] = {
        "key": ["amphoe", "month"],
        "unpivot": [{"take": {"deaths": name}, "set": {"month": name}} for name in MONTHS],
        "drop_rows": [{"column": "amphoe", "values": ["รวม", "รวมทั้งจังหวัด"]}],
        "tolerance": {"quarantined_pct": 100},
    }
    month = {"name": "month", "type": "integer", "calendar": "month"}
    return contract_of([PLACE, month, COUNT | {"missing": GAPS}], **words | changes)


WIDE = csv_of(
    'เมือง,1,2,3,4,5,"1,006"',
    "อ.กะทู้,1,-,รอประมวลผล,,n.a.,0",
    "รวม,2,2,3,4,5,6",
    header=",".join(("อำเภอ", *MONTHS)),
)


def test_columns_of_months_become_rows_and_gaps_keep_their_reason(tmp_path: Path) -> None:
    contract = by_month()

    judged = judge(contract, WIDE, tmp_path)

    rows = [(r["amphoe"], r["month"], r["deaths"], r["deaths_reason"]) for r in judged.accepted]
    assert [row for row in rows if row[0] == "8301"] == [
        *(("8301", month, month, None) for month in range(1, 6)),
        ("8301", 6, 1006, None),
    ]
    assert [row for row in rows if row[0] == "8302"] == [
        ("8302", 1, 1, None),
        ("8302", 2, None, "missing"),
        ("8302", 3, None, "pending"),
        ("8302", 4, None, "missing"),
        ("8302", 5, None, "not_applicable"),
        ("8302", 6, 0, None),
    ]


def test_subtotal_rows_are_dropped_with_a_count_and_nothing_is_lost(tmp_path: Path) -> None:
    contract = by_month()

    outcome = judge(contract, WIDE, tmp_path).outcome

    assert (outcome.records, outcome.rows) == (3, 18)
    assert (outcome.accepted, outcome.dropped, outcome.quarantined) == (12, 6, 0)


def test_a_subtotal_that_nobody_declared_is_no_amphoe(tmp_path: Path) -> None:
    contract = by_month(drop_rows=[])

    judged = judge(contract, WIDE, tmp_path)

    assert judged.codes == [(3, "place_unknown")] * 6
    assert judged.outcome.dropped == 0


def test_rows_are_dropped_by_pattern_before_they_are_judged(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "kind", "type": "string", "allowed": {"solid": ["ขยะ"]}},
            {"name": "tonnes", "type": "number", "required": True},
        ],
        drop_rows=[{"column": "kind", "pattern": "^(รวม|ยอดรวม).*$"}],
    )

    judged = judge(
        contract,
        csv_of("ขยะ,1", "รวม\u200bทั้งหมด,x", "ยอดรวม,", "ขยะ รวม,2", header="kind,tonnes"),
        tmp_path,
    )

    assert judged.column("tonnes") == [1.0]
    assert judged.outcome.dropped == 2
    assert judged.codes == [(4, "value_unknown")]


def test_a_record_that_cannot_be_read_is_never_dropped(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "kind", "type": "string"}, {"name": "tonnes", "type": "number"}],
        drop_rows=[{"column": "kind", "pattern": ".*"}],
        tolerance={"quarantined_pct": 100},
    )

    judged = judge(contract, csv_of("a,1", "a,1,2", header="kind,tonnes"), tmp_path)

    assert (judged.outcome.dropped, judged.outcome.quarantined) == (1, 1)
    assert judged.codes == [(2, "columns")]


def test_a_refused_file_dropped_nothing(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "kind", "type": "string"}, {"name": "tonnes", "type": "number"}],
        drop_rows=[{"column": "kind", "values": ["sum"]}],
    )

    judged = judge(contract, csv_of("a,x", "a,y", "sum,1", header="kind,tonnes"), tmp_path)

    assert judged.outcome.code == "too_many_bad_rows"
    assert judged.outcome.dropped == 0


def headed(sheet: Worksheet) -> None:
    """A title, three rows of headings with merged cells, amphoe merged over two rows."""
    for row, cells in enumerate(
        [
            ["ตารางที่ 1 ผู้เยี่ยมเยือน จังหวัดภูเก็ต"],
            ["อำเภอ", "เพศ", "ผู้เยี่ยมเยือน", None, None, None],
            [None, None, "ปี\n2567", None, "ปี 2568", None],
            [None, None, "ไทย", "ต่างชาติ", "ไทย", "ต่างชาติ"],
            ["เมือง", "ชาย", 10, 20, 30, 40],
            [None, "หญิง", 11, 21, 31, 41],
            ["กะทู้", "ชาย", 12, 22, 32, 42],
        ],
        1,
    ):
        for column, value in enumerate(cells, 1):
            sheet.cell(row, column, value)
    for merged in ("A1:F1", "A2:A4", "B2:B4", "C2:F2", "C3:D3", "E3:F3", "A5:A6"):
        sheet.merge_cells(merged)


VISITORS = {
    "unpivot": [
        {
            "take": {"visitors": f"ผู้เยี่ยมเยือน / ปี {year} / {kind}"},
            "set": {"year": str(year), "origin": kind},
        }
        for year in (2567, 2568)
        for kind in ("ไทย", "ต่างชาติ")
    ],
    "format": {"type": "xlsx", "title_rows": 1, "header_rows": 3, "fill_down": ["อำเภอ"]},
}


def test_merged_headings_of_several_rows_name_the_columns(tmp_path: Path) -> None:
    contract = contract_of(
        [
            PLACE,
            {
                "name": "sex",
                "source": "เพศ",
                "type": "string",
                "allowed": {"m": ["ชาย"], "f": ["หญิง"]},
            },
            {"name": "year", "type": "year", "era": "buddhist"},
            {
                "name": "origin",
                "type": "string",
                "allowed": {"thai": ["ไทย"], "foreign": ["ต่างชาติ"]},
            },
            {"name": "visitors", "type": "integer"},
        ],
        key=["amphoe", "sex", "year", "origin"],
        **VISITORS,
    )

    judged = judge(contract, workbook([], headed), tmp_path)

    columns = ("amphoe", "sex", "year", "origin", "visitors")
    rows = {tuple(row[name] for name in columns) for row in judged.accepted}
    assert len(rows) == judged.outcome.accepted == 12
    assert ("8301", "m", 2024, "thai", 10) in rows
    assert ("8301", "f", 2025, "foreign", 41) in rows
    assert ("8302", "m", 2025, "thai", 32) in rows


def test_titles_are_passed_over_only_where_declared(tmp_path: Path) -> None:
    fields: list[dict[str, object]] = [
        {"name": "place", "type": "string"},
        {"name": "total", "type": "integer"},
    ]
    text = "ตารางที่ 1\n\nplace,total\nกะตะ,1\n"

    declared = judge(contract_of(fields, format={"type": "csv", "title_rows": 2}), text, tmp_path)
    undeclared = judge(contract_of(fields), text, tmp_path)

    assert declared.column("total") == [1]
    assert undeclared.outcome.code == "header_mismatch"
    assert "first line 'ตารางที่ 1'" in undeclared.outcome.message


def test_a_fixed_export_without_names_is_read_by_the_declared_ones(tmp_path: Path) -> None:
    names = ["YYMM", "CC-CODE", "RCODE-CODE", "MALE", "FEMALE", "TOTAL", "HOUSE"]
    contract = contract_of(
        [
            {
                "name": "month",
                "source": "YYMM",
                "type": "date",
                "era": "buddhist",
                "formats": ["%y%m"],
            },
            {"name": "province", "source": "CC-CODE", "type": "string", "place": "province"},
            {"name": "male", "source": "MALE", "type": "integer"},
            {"name": "female", "source": "FEMALE", "type": "integer"},
        ],
        format={"type": "csv", "delimiter": "|", "columns": names},
    )

    judged = judge(
        contract, "\ufeff6312|83|8301|195130|219340|414470|250000\r\n6312|83|83|1|2\r\n", tmp_path
    )

    assert [(r["province"], r["male"], r["female"]) for r in judged.accepted] == [
        ("83", 195130, 219340)
    ]
    assert str(judged.column("month")[0]) == "2020-12-01"
    assert judged.codes == [(2, "columns")]
    assert judged.quarantined[0].place == "line 2"
    assert judged.outcome.new_columns == ()


def test_a_table_in_an_unreadable_encoding_is_refused_and_never_repaired(tmp_path: Path) -> None:
    contract = contract_of([{"name": "province", "source": "จังหวัด", "type": "string"}])
    text = csv_of(*["ภูเก็ต"] * 20, header="จังหวัด")
    garbled = text.encode("cp874").decode("latin-1")
    assert "ÀÙà¡çµ" in garbled

    judged = judge(contract, garbled, tmp_path)

    assert judged.outcome.code == "encoding"
    assert "read in a wrong encoding and saved again" in judged.outcome.message


def test_one_garbled_name_among_many_right_ones_is_quarantined_alone(tmp_path: Path) -> None:
    contract = contract_of([{"name": "province", "type": "string"}])

    judged = judge(contract, csv_of(*["ภูเก็ต"] * 20, "ÀÙà¡çµ", header="province"), tmp_path)

    assert judged.codes == [(21, "encoding")]
    assert judged.outcome.accepted == 20


def test_sara_am_in_two_pieces_is_the_same_word(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "kind", "type": "string", "allowed": {"water": ["น้ำ"], "amphoe": ["อำเภอ"]}}]
    )

    judged = judge(
        contract,
        csv_of("น้ำ", "น้\u0e4d\u0e32", "น\u0e4d้\u0e32", "อ\u0e4d\u0e32เภอ", header="kind"),
        tmp_path,
    )

    assert judged.column("kind") == ["water"] * 3 + ["amphoe"]


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "place of numbers": ({"type": "integer", "place": "tambon"}, "place and letter_case are for"),
    "unknown level": ({"type": "string", "place": "region"}, "Input should be 'province'"),
    "place with a pattern": ({"type": "string", "place": "tambon", "pattern": "x"}, "a place has"),
    "month of texts": ({"type": "string", "calendar": "month"}, "calendar: month is for integers"),
    "fiscal number": ({"type": "number", "calendar": "fiscal"}, "calendar: fiscal is for years"),
    "fiscal ISO date": ({"type": "date", "calendar": "fiscal"}, "needs formats"),
    "factor of texts": ({"type": "string", "multiply": 2}, "multiply, sign and paired_with are"),
    "no part": ({"type": "string", "part": {"separator": ",", "number": 0}}, "number starts at 1"),
    "moment without zone": (
        {"type": "timestamp", "formats": ["%d/%m/%Y %H:%M"]},
        "says no zone; Thailand is Asia/Bangkok",
    ),
    "month in a year": ({"type": "year", "formats": ["%B %Y"]}, "has '%B'; allowed: %Y %y"),
    "unranged pair": (
        {"type": "number", "paired_with": "cell"},
        "paired_with needs minimum and maximum",
    ),
    "unknown pair": (
        {"type": "number", "paired_with": "lon", "minimum": 0, "maximum": 1},
        "no field is named 'lon'",
    ),
    "unknown sign": (
        {"type": "number", "sign": {"column": "side", "minus": ["x"]}},
        "sign.column: no field is named 'side'",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_words_that_mean_nothing_together_are_refused(case: str) -> None:
    words, told = WRONG[case]

    with pytest.raises(ValidationError, match=told):
        contract_of([{"name": "cell", **words}])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"drop_rows": [{"column": "cell"}]}, "needs values or a pattern"),
        ({"drop_rows": [{"column": "other", "values": ["x"]}]}, "no field is named 'other'"),
        ({"drop_rows": [{"column": "cell", "pattern": "("}]}, "no regular expression"),
        ({"format": {"type": "xlsx", "fill_down": ["other"]}}, "a column that no field reads"),
        ({"format": {"type": "csv", "columns": ["a", "b"]}}, "columns lacks 'cell'"),
    ],
)
def test_rules_about_what_is_not_there_are_refused(words: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        contract_of([{"name": "cell", "type": "string"}], **words)
