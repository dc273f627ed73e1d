"""The catalogue of bad inputs, delimited text: what becomes of each, and what its message says.

Does not belong here: the other formats, each in its own `test_bad_<format>.py`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.parsing.limits import Limits
from tests.support.judging import AT, HEADER, csv_of, good_rows, judge, readings

ROW = f"PKT-01,water_level,{AT},1.5,m"
THREE = good_rows(3)
NOON = datetime(2026, 1, 7, 19, tzinfo=UTC)

ACCEPTED = {
    "ok_bom": "\ufeff" + csv_of(*THREE),
    "ok_crlf": csv_of(*THREE).replace("\n", "\r\n"),
    "ok_cr": csv_of(*THREE).replace("\n", "\r"),
    "ok_mixed_newlines": f"{HEADER}\r\n{THREE[0]}\n{THREE[1]}\r{THREE[2]}\n",
    "ok_no_final_newline": csv_of(*THREE).rstrip("\n"),
    "ok_blank_lines": "\n\n" + csv_of(THREE[0], "", "   ", *THREE[1:]) + "\n\n",
    "ok_reordered": csv_of(
        *(",".join(reversed(row.split(","))) for row in THREE),
        header=",".join(reversed(HEADER.split(","))),
    ),
    "ok_header_case_space": csv_of(*THREE, header=" Station ,PARAMETER,Time, value,Unit "),
    "ok_quoted_all": csv_of(*(",".join(f'"{cell}"' for cell in row.split(",")) for row in THREE)),
    "ok_spaces_trimmed": csv_of(*(row.replace(",", " , ") for row in THREE)),
    "ok_empty_trailing_columns": csv_of(*(row + ",," for row in THREE), header=HEADER + ",,"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_file_that_only_looks_otherwise_gives_all_its_rows(case: str, tmp_path: Path) -> None:
    judged = judge(readings(), ACCEPTED[case], tmp_path)

    assert (judged.outcome.status, judged.quarantined) == ("accepted", [])
    assert judged.column("value") == [0.5, 1.5, 2.5]
    assert judged.column("unit") == ["m", "m", "m"]


def test_what_was_spelled_otherwise_is_counted(tmp_path: Path) -> None:
    judged = judge(
        readings(),
        csv_of(
            "PKT-01, water_level,2026-01-08T02:00:00+07:00,+1.50,metre",
            "PKT-01,do,2026-01-08 02:10 +07,1e0,mg/l",
            "PKT-01,dissolved_oxygen,2026-01-08T02:00:00Z,7.5,mg/L",
        ),
        tmp_path,
    )

    assert judged.outcome.coerced == {"parameter": 2, "time": 1, "value": 2, "unit": 2}
    assert judged.column("parameter") == ["water_level", "dissolved_oxygen", "dissolved_oxygen"]
    assert judged.column("unit") == ["m", "mg/L", "mg/L"]
    assert judged.column("value") == [1.5, 1.0, 7.5]


@pytest.mark.parametrize(
    "spelling",
    [
        *("2026-01-08T02:00:00+07:00", "2026-01-08 02:00:00+07:00", "2026-01-08T02:00+07:00"),
        *("2026-01-08T02:00:00.000+0700", "2026-01-08T02:00:00 +07:00", "2026-01-08T02:00:00+07"),
        *("2026-01-07T19:00:00Z", "2026-01-07T19:00Z", "2026-01-07 19:00:00.000000 z"),
        *("2026-01-07T19:00:00.000000000Z", "2026-01-07T16:30:00-02:30", "2026-01-08T09:00:00+14"),
    ],
)
def test_one_instant_may_be_spelled_in_many_ways(spelling: str, tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(f"PKT-01,water_level,{spelling},1.5,m"), tmp_path)

    assert judged.column("time") == [NOON]


def test_the_two_hours_of_a_clock_set_back_are_two_instants(tmp_path: Path) -> None:
    body = csv_of(
        "PKT-01,water_level,2025-10-26T02:30:00+02:00,1.5,m",
        "PKT-01,water_level,2025-10-26T02:30:00+01:00,1.6,m",
    )

    judged = judge(readings(), body, tmp_path)

    assert judged.column("value") == [1.5, 1.6]


@pytest.mark.parametrize(
    ("spelling", "value"),
    [("1", 1), ("-0.5", -0.5), ("+7", 7), (".5", 0.5), ("5.", 5), ("1e1", 10), ("2.5E-1", 0.25)],
)
def test_one_number_may_be_spelled_in_many_ways(
    spelling: str, value: float, tmp_path: Path
) -> None:
    judged = judge(readings(), csv_of(f"PKT-01,water_level,{AT},{spelling},m"), tmp_path)

    assert judged.column("value") == [value]


def test_a_new_column_is_kept_beside_the_rows_and_reported(tmp_path: Path) -> None:
    body = csv_of(f"{ROW},ok", f"{good_rows(1)[0]},", header=HEADER + ",flag")

    judged = judge(readings(), body, tmp_path)

    assert judged.outcome.new_columns == ("flag",)
    assert judged.outcome.warnings == (
        "new column 'flag', first seen in the header; kept in _rescued",
    )
    assert [row["_rescued"] for row in judged.accepted] == ['{"flag": "ok"}', None]


@pytest.mark.parametrize(
    ("declared", "encoding", "used"),
    [
        ("utf-8", "utf-8-sig", "utf-8-sig"),
        ("utf-8", "utf-16", "utf-16"),
        ("utf-16", "utf-16", "utf-16"),
        ("cp874", "cp874", "cp874"),
        ("cp874", "utf-8", "utf-8"),
        ("cp874", "utf-8-sig", "utf-8-sig"),
    ],
)
def test_the_encoding_is_the_marked_or_the_declared_one(
    declared: str, encoding: str, used: str, tmp_path: Path
) -> None:
    contract = readings(format={"type": "csv", "encoding": declared})
    body = csv_of(f"{ROW},น้ำขึ้นสูงสุดของวัน", header=HEADER + ",หมายเหตุ").encode(encoding)

    judged = judge(contract, body, tmp_path)

    assert judged.outcome.encoding == used
    assert judged.accepted[0]["_rescued"] == '{"หมายเหตุ": "น้ำขึ้นสูงสุดของวัน"}'


def test_big_endian_utf16_with_its_mark_is_read(tmp_path: Path) -> None:
    judged = judge(readings(), b"\xfe\xff" + csv_of(ROW).encode("utf-16-be"), tmp_path)

    assert (judged.outcome.encoding, judged.outcome.accepted) == ("utf-16", 1)


def test_a_file_with_a_header_alone_is_accepted_with_a_warning(tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(), tmp_path)

    assert (judged.outcome.status, judged.outcome.records) == ("accepted", 0)
    assert judged.outcome.warnings == ("no rows: the file holds a header and nothing else",)


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


# The whole file is refused: its code and words of its message.
REFUSED = {
    "empty": ("", "empty_file", "0 records"),
    "bom_only": ("\ufeff", "empty_file", "0 records"),
    "only_newlines": ("\n\r\n\n", "empty_file", "0 records"),
    "no_header": ("\n".join(good_rows(3)), "header_mismatch", "first line 'PKT-01, water_level"),
    "no_header_repeating": ("a,a,a,a,a\n", "header_mismatch", "first line 'a, a"),
    "title_rows": ("Water levels of Phuket\n\n" + csv_of(ROW), "header_mismatch", "Water levels"),
    "git_lfs_pointer": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        *("header_mismatch", "first line 'version https://git-lfs"),
    ),
    "delimiter_semicolon": (
        csv_of(ROW).replace(",", ";"),
        *("header_mismatch", 'looks like delimiter ";"'),
    ),
    "delimiter_tab": (csv_of(ROW).replace(",", "\t"), "header_mismatch", 'delimiter "\\t"'),
    "delimiter_pipe": (csv_of(ROW).replace(",", "|"), "header_mismatch", 'delimiter "|"'),
    "header_duplicate": (
        csv_of(ROW + ",1", header=HEADER + ",value"),
        *("header_duplicate", "'value' 2 times"),
    ),
    "header_duplicate_case": (
        csv_of(ROW + ",1", header=HEADER + ",Value"),
        *("header_duplicate", "'value', 'Value'"),
    ),
    "header_missing_column": (
        csv_of(f"PKT-01,water_level,{AT},1.5", header="station,parameter,time,value"),
        *("header_mismatch", "expected column 'unit'"),
    ),
    "header_renamed": (
        csv_of(ROW, header=HEADER.replace("station", "station_id")),
        *("header_mismatch", "was 'station' renamed to 'station_id'?"),
    ),
    "header_lookalike": (
        csv_of(ROW, header=HEADER.replace("station", "st\u0430tion")),
        *("header_mismatch", "U+0073 U+0074 U+0430"),
    ),
    "too_many_columns": (
        csv_of(ROW, header=HEADER + "".join(f",c{n}" for n in range(5000))),
        *("too_many_columns", "5,005 columns|at most 512"),
    ),
    "unterminated_quote": (
        csv_of(*good_rows(2), f'PKT-01,"water_level,{AT},1.5,m', *good_rows(2, 4)),
        *("csv_unterminated_quote", "opens in line 4"),
    ),
    "quote_that_swallows_lines": (
        csv_of(f'PKT-01,"water_level,{AT},1.5,m', *good_rows(5), f'PKT-01,"do",{AT},7,mg/L'),
        *("csv_unterminated_quote", "opens in line 2"),
    ),
    "html_error": (
        "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>",
        *("html_document", "502 Bad Gateway"),
    ),
    "html_behind_comment": (
        "<?xml version='1.0'?>\n<!-- cache -->\n<html><title>Log in</title></html>",
        *("html_document", "Log in"),
    ),
    "json_error": (
        '{"success": false,\n "error": {"__type": "Authorization Error"}}',
        *("error_document", "Authorization Error"),
    ),
    "xml_error": (
        "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Key>a.csv</Key></Error>",
        *("error_document", "NoSuchKey"),
    ),
    "xml": ("<?xml version='1.0'?><rows><row/></rows>", "format_mismatch", "an XML document"),
    "utf16_no_bom": (csv_of(ROW).encode("utf-16-le"), "encoding", "UTF-16 without"),
    "utf32": (csv_of(ROW).encode("utf-32"), "encoding", "UTF-32"),
    "utf32_no_bom": (csv_of(ROW).encode("utf-32-be"), "encoding", "UTF-32 without"),
    "cp874_undeclared": (
        csv_of(ROW, header=HEADER + ",หมายเหตุจากสถานี").encode("cp874"),
        *("encoding", "cp874|declare the encoding"),
    ),
    "mojibake": (
        csv_of(ROW, header=HEADER + ",หมายเหตุ").encode("cp874").decode("latin-1"),
        *("encoding", "read in a wrong encoding"),
    ),
    "binary": (b"\x89\x00\x10" + bytes(range(1, 256)) * 8, "encoding", "no text at all"),
    "is_gzip": (b"\x1f\x8b\x08\x00rest", "format_mismatch", "found gzip, expected plain text"),
    "is_xlsx": (b"PK\x03\x04rest", "format_mismatch", "XLSX"),
    "is_ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "format_mismatch", "old Excel"),
    "is_parquet": (b"PAR1rest", "format_mismatch", "Parquet"),
    "is_pdf": (b"%PDF-1.7\n", "format_mismatch", "PDF"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_such_table_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(readings(), body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert [word for word in words.split("|") if word not in judged.outcome.message] == []


def test_a_file_that_is_mostly_bad_is_refused_with_its_commonest_reasons(tmp_path: Path) -> None:
    bad = [f"PKT-01,do,{AT},x,mg/L"] * 5 + [f"PKT-01,do,{AT},-999,mg/L"] * 3

    judged = judge(readings(), csv_of(*good_rows(2), *bad), tmp_path)

    assert (judged.outcome.code, len(judged.quarantined)) == ("too_many_bad_rows", 8)
    assert "8 of 10 rows bad" in judged.outcome.message
    assert "(value_not_number 5, value_sentinel 3), expected at most 50 %" in judged.outcome.message


def test_half_of_the_rows_may_be_bad(tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(*good_rows(2), "x", "y"), tmp_path)

    assert (judged.outcome.status, judged.outcome.quarantined) == ("accepted", 2)


def test_a_tail_of_nul_bytes_is_one_bad_record(tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(*good_rows(3)).encode() + bytes(600), tmp_path)

    assert judged.codes == [(4, "control_char")]


def test_a_quoted_record_may_not_grow_without_end(tmp_path: Path) -> None:
    limits = Limits(record_chars=10_000)

    judged = judge(readings(), csv_of(ROW, '"' + "\n" * 20_000 + '"'), tmp_path, limits)

    assert judged.outcome.code == "csv_unterminated_quote"


def test_a_record_beyond_the_engines_first_block_is_not_lost(tmp_path: Path) -> None:
    good = 70_000
    rows = [
        f"PKT-01,water_level,2025-{1 + n // 28 // 1440 % 12:02d}-{1 + n // 1440 % 28:02d}"
        f"T{n // 60 % 24:02d}:{n % 60:02d}:00+07:00,1.5,m"
        for n in range(good)
    ]
    ragged = [len(rows) // 3, len(rows) // 2, len(rows) - 1]
    for at in ragged:
        rows[at] = "PKT-01,water_level"

    judged = judge(readings(), csv_of(*rows), tmp_path)

    assert judged.outcome.accepted == good - 3
    assert [record for record, _ in judged.codes] == [at + 1 for at in ragged]
