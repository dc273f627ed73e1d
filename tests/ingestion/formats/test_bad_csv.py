"""The catalogue of bad inputs, delimited text: rows that are quarantined, and what they say.

Does not belong here: files that are refused as a whole (`test_refused_csv.py`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.judging import AT, HEADER, csv_of, good_rows, judge, readings

ROW = f"PKT-01,water_level,{AT},1.5,m"
THREE = good_rows(3)
NOON = datetime(2026, 1, 7, 19, tzinfo=UTC)

# One bad line among good ones: its code, its column, and words of its message.
QUARANTINED = {
    "ragged_short": (f"PKT-01,water_level,{AT},1.5", "columns", "", "4 fields|5 fields"),
    "ragged_long": (f"{ROW},x,y", "columns", "", "7 fields|5 fields"),
    "unquoted_comma_decimal": (
        f"PKT-01,water_level,{AT},1,5,m",
        *("columns", "", "6 fields|5 fields"),
    ),
    "bad_quote": (
        f'PKT-01,"water"_level,{AT},1.5,m',
        *("csv_quote", "parameter", "a quote at character 14|doubled inside"),
    ),
    "stray_quote": (
        f'PKT-01,water"level,{AT},1.5,m',
        *("value_unknown", "parameter", 'water"level|one of water_level, dissolved_oxygen'),
    ),
    "repeated_header": (HEADER, "value_pattern", "station", "station|the pattern"),
    "comment": ("# written by the gauge", "columns", "", "1 fields"),
    "total": ("total,,,4.5,", "value_pattern", "station", "total"),
    "nul_bytes": (
        f"PKT-01,water_level,{AT},1\0.5,m",
        *("control_char", "", "U+0000 at character 47"),
    ),
    "bidi": (f"PKT-\u202e01,water_level,{AT},1.5,m", "control_char", "", "U+202E at character 5"),
    "c1_control": (f"PKT-01\x85,water_level,{AT},1.5,m", "control_char", "", "U+0085"),
    "escape_sequence": (f"PKT-01,\x1b[31mwater,{AT},1,m", "control_char", "", "U+001B"),
    "value_text": (f"PKT-01,do,{AT},high,mg/L", "value_not_number", "value", "high|such as -12.5"),
    "value_locale": (f'PKT-01,do,{AT},"7,5",mg/L', "value_not_number", "value", "7,5"),
    "value_grouped": (f'PKT-01,do,{AT},"1,234.5",mg/L', "value_not_number", "value", "1,234.5"),
    "value_other_digits": (f"PKT-01,do,{AT},๗.๕,mg/L", "value_not_number", "value", "๗.๕"),
    "value_arabic_digits": (f"PKT-01,do,{AT},٧,mg/L", "value_not_number", "value", "\\u0667"),
    "value_underscore": (f"PKT-01,do,{AT},1_0,mg/L", "value_not_number", "value", "1_0"),
    "value_hexadecimal": (f"PKT-01,do,{AT},0x10,mg/L", "value_not_number", "value", "0x10"),
    "value_null_words": (f"PKT-01,do,{AT},NULL,mg/L", "value_not_number", "value", "NULL"),
    "value_nan": (f"PKT-01,do,{AT},NaN,mg/L", "value_not_finite", "value", "NaN|a finite number"),
    "value_inf": (f"PKT-01,do,{AT},-Infinity,mg/L", "value_not_finite", "value", "-Infinity"),
    "overflow": (f"PKT-01,do,{AT},1e400,mg/L", "value_not_finite", "value", "1e400"),
    "value_sentinels": (f"PKT-01,do,{AT},-999.0,mg/L", "value_sentinel", "value", "-999.0|device"),
    "value_empty": (f"PKT-01,do,{AT},,mg/L", "value_missing", "value", "a value"),
    "value_out_of_range": (
        f"PKT-01,do,{AT},25.1,mg/L",
        *("value_out_of_range", "value", "25.1|0 to 25"),
    ),
    "ts_no_offset": (
        "PKT-01,do,2026-01-08T02:00:00,7,mg/L",
        *("ts_no_offset", "time", "add +07:00"),
    ),
    "ts_buddhist": (
        "PKT-01,do,2569-01-08T02:00:00+07:00,7,mg/L",
        *("ts_buddhist_year", "time", "2569 - 543 = 2026"),
    ),
    "ts_formats": ("PKT-01,do,08/01/2026 02:00,7,mg/L", "ts_format", "time", "2026-01-08T02:00:00"),
    "ts_epoch": ("PKT-01,do,1767812400,7,mg/L", "ts_format", "time", "1767812400"),
    "ts_week_date": ("PKT-01,do,2026-W02-4T02:00:00Z,7,mg/L", "ts_format", "time", "W02"),
    "ts_basic": ("PKT-01,do,20260108T020000Z,7,mg/L", "ts_format", "time", "20260108T020000Z"),
    "ts_day_only": ("PKT-01,do,2026-01-08,7,mg/L", "ts_format", "time", "2026-01-08"),
    "ts_impossible": ("PKT-01,do,2026-02-30T02:00:00Z,7,mg/L", "ts_format", "time", "2026-02-30"),
    "ts_24_hours": ("PKT-01,do,2026-01-07T24:00:00Z,7,mg/L", "ts_format", "time", "24:00:00"),
    "ts_leap_second": ("PKT-01,do,2026-01-07T23:59:60Z,7,mg/L", "ts_format", "time", "23:59:60"),
    "ts_wrong_offset": (
        "PKT-01,do,2026-01-08T02:00:00+25:00,7,mg/L",
        *("ts_format", "time", "+25:00"),
    ),
    "ts_future": (
        "PKT-01,do,2026-01-09T10:00:01+07:00,7,mg/L",
        *("ts_future", "time", "at most 1 h after our clock (2026-01-09T02:00:00+00:00)"),
    ),
    "ts_ancient": (
        "PKT-01,do,1970-01-01T00:00:00Z,7,mg/L",
        *("ts_ancient", "time", "no earlier than 2000-01-02|2026-01-09T02:00:00+00:00"),
    ),
    "ts_empty": ("PKT-01,do,,7,mg/L", "value_missing", "time", "a value"),
    "unknown_parameter": (
        f"PKT-01,turbidity,{AT},7,NTU",
        *("value_unknown", "parameter", "turbidity|one of water_level, dissolved_oxygen"),
    ),
    "unit_mismatch": (f"PKT-01,do,{AT},7,m", "unit_mismatch", "unit", "m|mg/L, the unit of this"),
    "unit_unknown": (f"PKT-01,do,{AT},7,ppm", "unit_mismatch", "unit", "ppm|mg/L"),
    "unit_empty": (f"PKT-01,do,{AT},7,", "unit_mismatch", "unit", "mg/L"),
    "pii_in_unit": (
        f"PKT-01,do,{AT},7,somchai@example.org",
        *("unit_mismatch", "unit", "hidden (personal)"),
    ),
    "station_formula": (f"=1+1,do,{AT},7,mg/L", "value_pattern", "station", "=1+1|^[A-Z]{3}"),
    "station_traversal": (f"../../etc,do,{AT},7,mg/L", "value_pattern", "station", "../../etc"),
    "station_sql": (
        f"PKT-01'; drop table judged; --,do,{AT},7,mg/L",
        *("value_pattern", "station", "drop table"),
    ),
    "station_lookalike": (
        f"PK\u0422-01,do,{AT},7,mg/L",
        *("value_pattern", "station", "PK\\u0422-01|^[A-Z]{3}"),
    ),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_bad_row_is_quarantined_alone_and_says_why(case: str, tmp_path: Path) -> None:
    line, code, column, words = QUARANTINED[case]

    judged = judge(readings(), csv_of(*good_rows(2), line, *good_rows(2, 2)), tmp_path)

    (row,) = judged.quarantined
    sentence = row.sentence("readings", "a.csv", "a" * 64)
    assert judged.outcome.accepted == 4
    assert (row.record, row.place, row.code, row.column) == (3, "line 4", code, column)
    assert [word for word in words.split("|") if word not in sentence] == []
    assert sentence.startswith("readings a.csv sha256:aaaaaaaaaaaa record 3 (line 4)")


def test_a_message_never_repeats_what_is_personal(tmp_path: Path) -> None:
    bad = [
        f"PKT-01,do,{AT},7,somchai@example.org",
        f"PKT-01,do,{AT},7,081-234-5678",
        f"00:1b:44:11:3a:b7,do,{AT},7,mg/L",
        f"1-1037-02000-03-5,do,{AT},7,mg/L,too,many",
    ]

    judged = judge(readings(), csv_of(*good_rows(6), *bad), tmp_path)

    text = "".join(row.model_dump_json() for row in judged.quarantined)
    assert len(judged.quarantined) == 4
    for planted in ("somchai", "234-5678", "11:3a", "02000-03"):
        assert planted not in text


def test_the_quarantine_of_a_personal_source_keeps_no_values(tmp_path: Path) -> None:
    contract = readings(classification="personal")

    judged = judge(contract, csv_of(*good_rows(2), f"PKT-01,do,{AT},secret,mg/L"), tmp_path)

    assert judged.codes == [(3, "value_not_number")]
    assert "secret" not in judged.quarantined[0].model_dump_json()


def test_a_record_broken_in_two_is_two_faults(tmp_path: Path) -> None:
    judged = judge(
        readings(), csv_of(*good_rows(3), "PKT-01,water_le", f"vel,{AT},1.5,m"), tmp_path
    )

    assert judged.codes == [(4, "columns"), (5, "columns")]
    assert [row.raw for row in judged.quarantined] == ["PKT-01,water_le", f"vel,{AT},1.5,m"]


def test_a_quoted_field_may_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    body = csv_of(f'{ROW},"a, ""b""\nc"', header=HEADER + ",note")

    judged = judge(readings(), body, tmp_path)

    assert json.loads(str(judged.accepted[0]["_rescued"])) == {"note": 'a, "b"\nc'}


@pytest.mark.parametrize("cut", ["PKT-01,water_level,2026-01", f"PKT-01,do,{AT},7,mg/"])
def test_a_bad_last_record_without_line_end_tells_that_the_file_may_be_cut(
    cut: str, tmp_path: Path
) -> None:
    body = csv_of(*good_rows(3)) + cut

    judged = judge(readings(), body, tmp_path)

    assert [record for record, _ in judged.codes] == [4]
    assert f"({len(body)} bytes got)" in judged.outcome.warnings[0]


def test_a_giant_field_is_a_fault_of_its_record(tmp_path: Path) -> None:
    body = csv_of(*good_rows(2), f"{'A' * 140_000},do,{AT},7,mg/L", ROW)

    judged = judge(readings(), body, tmp_path)

    (row,) = judged.quarantined
    assert (row.record, row.code) == (3, "field_too_large")
    assert (row.found, row.expected) == ("140000 characters", "at most 131072 characters")


def test_a_giant_line_is_a_fault_of_its_record_and_is_not_kept_whole(tmp_path: Path) -> None:
    body = csv_of(*good_rows(2), "A" * 3_000_000, ROW)

    judged = judge(readings(), body, tmp_path)

    (row,) = judged.quarantined
    assert (row.record, row.code, judged.outcome.accepted) == (3, "field_too_large", 3)
    assert len(row.raw) == 1000


def test_bytes_that_do_not_decode_are_named_with_their_place(tmp_path: Path) -> None:
    body = csv_of(*good_rows(3)).encode() + f"PKT-é1\xff,do,{AT},7,mg/L\n".encode("latin-1")

    judged = judge(readings(), body, tmp_path)

    (row,) = judged.quarantined
    assert (row.record, row.code) == (4, "encoding")
    assert row.found == "byte E9 at byte offset 4 of the record"
    assert row.raw.startswith("PKT-\\xe91\\xff,do")


def test_thai_read_in_a_wrong_encoding_is_a_fault_of_its_record(tmp_path: Path) -> None:
    notes = ["น้ำขึ้นสูงสุดของวันนี้", "ภูเก็ต".encode("cp874").decode("latin-1")]
    body = csv_of(
        *(f"{row},{note}" for row, note in zip(good_rows(2), notes, strict=True)),
        header=HEADER + ",note",
    )

    judged = judge(readings(), body, tmp_path)

    assert judged.codes == [(2, "encoding")]
    assert "read in another encoding" in judged.quarantined[0].expected


def test_equal_rows_are_kept_once_and_counted(tmp_path: Path) -> None:
    other_offset = "PKT-01,water_level,2026-01-07T19:00:00Z,1.50,metre"

    judged = judge(readings(), csv_of(ROW, *good_rows(2), ROW, other_offset), tmp_path)

    assert (judged.outcome.accepted, judged.outcome.deduplicated) == (3, 2)
    assert judged.column("_record") == [1, 2, 3]


def test_rows_of_one_key_that_differ_are_all_quarantined_with_both_values(tmp_path: Path) -> None:
    body = csv_of(ROW, *good_rows(4), ROW.replace("1.5", "1.7"), ROW)

    judged = judge(readings(), body, tmp_path)

    assert judged.codes == [(1, "dup_conflict"), (6, "dup_conflict"), (7, "dup_conflict")]
    assert {row.found for row in judged.quarantined} == {"value 1.5 and 1.7"}
    assert {row.column for row in judged.quarantined} == {"station, parameter, time"}
