"""What the words of a contract mean, each shown by a small file through the real parser."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.judging import Judged, contract_of, csv_of, judge


def one_column(folder: Path, *cells: str, **field: object) -> Judged:
    """A file of one column and a number, judged by a contract of that field."""
    contract = contract_of(
        [{"name": "cell", **field}, {"name": "place", "type": "integer"}],
        tolerance={"quarantined_pct": 100},
    )
    rows = [f'"{cell}",{n}' for n, cell in enumerate(cells)]
    return judge(contract, csv_of(*rows, header="cell,place"), folder)


def test_a_buddhist_year_becomes_a_common_one(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path, "2568", "2025", "68", "ปี 2568", type="year", era="buddhist", minimum=1990
    )

    assert judged.column("cell") == [2025]
    assert judged.codes == [
        (2, "year_not_buddhist"),
        (3, "value_not_number"),
        (4, "value_not_number"),
    ]


def test_a_common_year_is_no_buddhist_one_and_obeys_its_bounds(tmp_path: Path) -> None:
    judged = one_column(tmp_path, "2025", "2568", "1989", type="year", minimum=1990, maximum=2100)

    assert judged.column("cell") == [2025]
    assert judged.codes == [(2, "ts_buddhist_year"), (3, "value_out_of_range")]
    assert judged.quarantined[0].expected.endswith("2568 - 543 = 2025")
    assert judged.quarantined[1].expected == "1990 to 2100"


def test_a_buddhist_date_is_converted_before_it_is_validated(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("29/02/2563", "1/12/2568", "29/02/2560", "31/04/2568", "08/01/2026", "2568-01-08"),
        type="date",
        era="buddhist",
        formats=["%d/%m/%Y"],
    )

    assert judged.column("cell") == [date(2020, 2, 29), date(2025, 12, 1)]
    assert judged.codes == [
        (3, "ts_format"),
        (4, "ts_format"),
        (5, "year_not_buddhist"),
        (6, "ts_format"),
    ]


def test_the_first_declared_form_that_fits_is_taken_in_the_declared_zone(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("08/01/2026 02:30", "2026.01.08", "8/1/2026 24:00", "08/01/2569 02:30", "08-01-2026"),
        type="timestamp",
        formats=["%d/%m/%Y %H:%M", "%Y.%m.%d"],
        zone="Asia/Bangkok",
    )

    assert judged.column("cell") == [
        datetime(2026, 1, 7, 19, 30, tzinfo=UTC),
        datetime(2026, 1, 7, 17, 0, tzinfo=UTC),
    ]
    assert judged.codes == [(3, "ts_format"), (4, "ts_buddhist_year"), (5, "ts_format")]
    assert "%d/%m/%Y %H:%M or %Y.%m.%d" in judged.quarantined[0].expected


def test_a_naive_time_is_of_the_declared_zone_and_an_offset_still_counts(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("2026-01-08 02:30:00", "2026-01-08T02:30:00Z", "2026-01-08T02:30"),
        type="timestamp",
        zone="Asia/Bangkok",
    )

    assert judged.column("cell") == [
        datetime(2026, 1, 7, 19, 30, tzinfo=UTC),
        datetime(2026, 1, 8, 2, 30, tzinfo=UTC),
        datetime(2026, 1, 7, 19, 30, tzinfo=UTC),
    ]


def test_a_date_is_a_real_day_that_has_come(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("2026-01-08", "2026-02-30", "2026-1-8", "2569-01-08", "2026-01-11", "1899-12-31"),
        type="date",
    )

    assert judged.column("cell") == [date(2026, 1, 8)]
    assert [code for _, code in judged.codes] == [
        *("ts_format", "ts_format", "ts_buddhist_year", "ts_future", "ts_ancient"),
    ]


def test_a_contract_may_know_older_times(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("1960-01-01T00:00:00Z", "1949-12-31T00:00:00Z"),
        type="timestamp",
        earliest="1950-01-01",
    )

    assert judged.column("cell") == [datetime(1960, 1, 1, tzinfo=UTC)]
    assert judged.codes == [(2, "ts_ancient")]
    assert "no earlier than 1950-01-01" in judged.quarantined[0].expected


def test_thousands_are_grouped_by_three_or_not_at_all(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("1,234,567.5", "1234567.5", "-1,000", "12,34", "1,2345", ",123", "1,234,"),
        type="number",
        thousands=",",
    )

    assert judged.column("cell") == [1234567.5, 1234567.5, -1000.0]
    assert [record for record, _ in judged.codes] == [4, 5, 6, 7]
    assert judged.quarantined[0].expected == "a number such as -12.5 or 1,234"


def test_thai_digits_are_digits_where_the_contract_says_so(tmp_path: Path) -> None:
    judged = one_column(tmp_path, "๑,๒๓๔", "๕ หลัง", type="integer", thai_digits=True, thousands=",")

    assert judged.column("cell") == [1234]
    assert judged.codes == [(2, "value_not_number")]


def test_a_whole_number_has_no_fraction_and_fits_the_engine(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("12", "+7", "3.00", "9223372036854775807", "3.5", "1e3", "9223372036854775808"),
        type="integer",
    )

    assert judged.column("cell") == [12, 7, 3, 9223372036854775807]
    assert judged.codes == [
        (5, "value_not_number"),
        (6, "value_not_number"),
        (7, "value_out_of_range"),
    ]
    assert judged.quarantined[0].expected == "a whole number such as 12"


def test_no_value_has_its_reason_beside_it(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path,
        *("รอประมวลผล", "-", "", "\u200b \u00a0", "12", "ไม่ทราบ"),
        type="integer",
        missing={"รอประมวลผล": "pending", "-": "confidential", "": "not_applicable"},
    )

    assert judged.column("cell") == [None, None, None, None, 12]
    assert judged.column("cell_reason") == [
        *("pending", "confidential", "not_applicable", "not_applicable"),
        None,
    ]
    assert judged.codes == [(6, "value_not_number")]


def test_an_empty_cell_is_missing_where_words_are_declared_and_none_is_for_it(
    tmp_path: Path,
) -> None:
    judged = one_column(tmp_path, "", "n.a.", type="number", missing={"n.a.": "confidential"})

    assert judged.column("cell_reason") == ["missing", "confidential"]


def test_an_empty_cell_of_a_field_without_such_words_is_no_value(tmp_path: Path) -> None:
    judged = one_column(tmp_path, "", " ", type="string")

    assert judged.column("cell") == [None, None]


def test_a_key_is_never_empty_even_where_it_is_not_said(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "id", "type": "string"}, {"name": "name", "type": "string"}], key=["id"]
    )

    judged = judge(contract, csv_of("a,1", ",2", "b,3", header="id,name"), tmp_path)

    assert (judged.column("id"), judged.codes) == (["a", "b"], [(2, "value_missing")])


def test_bounds_are_part_of_the_range(tmp_path: Path) -> None:
    judged = one_column(tmp_path, "0", "10", "-0.1", "10.1", type="number", minimum=0, maximum=10)

    assert (judged.column("cell"), [c for c, _ in judged.codes]) == ([0.0, 10.0], [3, 4])


@pytest.mark.parametrize("kind", ["number", "integer"])
def test_bounds_are_part_of_the_range_of_texts_that_are_not_plain(
    kind: str, tmp_path: Path
) -> None:
    cells = (" 0 ", "+0", "10.", " -1 ", "+11")

    judged = one_column(tmp_path, *cells, type=kind, minimum=0, maximum=10)

    assert judged.column("cell") == [0, 0, 10]
    assert judged.codes == [(4, "value_out_of_range"), (5, "value_out_of_range")]


@pytest.mark.parametrize("spelled", ["{}", "+{}"])
@pytest.mark.parametrize(
    ("factor", "sent", "kept"),
    [(0.0254, 100, 2.54), (0.3048, 10, 3.048), (0.01, 57, 0.57), (0.1, 3, 0.3), (2.5, 2, 5.0)],
)
def test_a_factor_with_and_without_a_whole_reciprocal_gives_the_value(
    spelled: str, factor: float, sent: int, kept: float, tmp_path: Path
) -> None:
    judged = one_column(tmp_path, spelled.format(sent), type="number", multiply=factor)

    assert judged.column("cell") == [kept]


@pytest.mark.parametrize("cell", ["+5", "-5"])
def test_a_number_whose_sign_stands_elsewhere_has_none(cell: str, tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "depth", "type": "number", "sign": {"column": "side", "minus": ["below"]}},
            {"name": "side", "type": "string", "allowed": {"above": [], "below": []}},
        ]
    )
    body = csv_of("5,below", f"{cell},above", f"{cell},below", "5,above", header="depth,side")

    judged = judge(contract, body, tmp_path)

    assert judged.column("depth") == [-5.0, 5.0]
    assert judged.codes == [(2, "value_sign"), (3, "value_sign")]


def test_the_first_and_the_last_moment_are_part_of_the_span(tmp_path: Path) -> None:
    """The clock of the tests stands at 09:00 in Thailand; an hour further is the last."""
    last = ("2026-01-09T10:00:00+07:00", "2026-01-09T10:00:01+07:00")
    first = ("2000-01-02T00:00:00+00:00", "2000-01-01T23:59:59+00:00")
    not_plain = [tuple(cell.replace("T", " ") for cell in ends) for ends in (last, first)]

    for cells in (last, first, *not_plain):
        judged = one_column(tmp_path, *cells, type="timestamp")
        assert len(judged.accepted) == 1
        assert judged.codes in ([(2, "ts_future")], [(2, "ts_ancient")])


def test_an_open_range_says_so(tmp_path: Path) -> None:
    judged = one_column(tmp_path, "-1", type="number", minimum=0)

    assert judged.quarantined[0].expected == "0 to the highest number"


def test_a_spelling_stands_for_its_value_however_its_letters_are_put_together(
    tmp_path: Path,
) -> None:
    judged = one_column(
        tmp_path,
        *("อำเภอเมือง", "อ\u0e4d\u0e32เภอเมือง", "\ufeffเมือง\u200b", "mueang", "กะทู้"),
        type="string",
        allowed={"8301": ["อำเภอเมือง", "เมือง", "mueang"]},
    )

    assert judged.column("cell") == ["8301"] * 4
    assert judged.codes == [(5, "value_unknown")]
    assert judged.outcome.coerced == {"cell": 4}


def test_a_text_is_kept_folded_so_that_equal_words_are_equal(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path, "น้ำ", "น\u0e49\u0e4d\u0e32", "น\u0e4d\u0e49\u0e32", "ภูเก็ต\u00a0ไทย", type="string"
    )

    assert judged.column("cell") == ["น้ำ", "น้ำ", "น้ำ", "ภูเก็ต ไทย"]


def test_a_text_obeys_its_pattern_and_its_length(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path, "AB", "ABC", "A1", "xAB", type="string", pattern="^[A-Z]+$", max_length=2
    )

    assert judged.column("cell") == ["AB"]
    assert judged.codes == [(2, "value_too_long"), (3, "value_pattern"), (4, "value_too_long")]


def test_a_truth_value_may_have_spellings(tmp_path: Path) -> None:
    judged = one_column(
        tmp_path, "ใช่", "NO", "true", "?", type="boolean", allowed={"true": ["ใช่"], "false": ["no"]}
    )

    assert judged.column("cell") == [True, False, True]
    assert judged.codes == [(4, "value_unknown")]
