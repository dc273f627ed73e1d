"""The catalogue of bad inputs, delimited text: files that are refused, and what they say.

Does not belong here: single bad rows (`test_bad_csv.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.limits import Limits
from tests.support.judging import AT, HEADER, contract_of, csv_of, good_rows, judge, readings

ROW = f"PKT-01,water_level,{AT},1.5,m"
THREE = good_rows(3)
NOON = datetime(2026, 1, 7, 19, tzinfo=UTC)

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


@pytest.mark.parametrize(("size", "accepted"), [(61, True), (62, False)])
def test_a_line_beyond_the_limit_inside_an_open_quote_refuses_the_file(
    size: int, accepted: bool, tmp_path: Path
) -> None:
    """The line closes the quote, but what was cut off of it might open another."""
    limits = Limits(record_chars=60)
    contract = contract_of([{"name": "note", "type": "string"}, {"name": "code", "type": "string"}])
    line = 'b",' + "x" * (size - 4) + "\n"
    assert len(line) == size

    outcome = judge(contract, f'note,code\n"\n{line}', tmp_path, limits).outcome

    assert (outcome.status == "accepted") == accepted
    assert accepted or outcome.code == "csv_unterminated_quote"


NAMELESS = contract_of(
    [{"name": "men", "type": "string"}, {"name": "women", "type": "string"}],
    format={"type": "csv", "columns": ["men", "women"]},
)


@pytest.mark.parametrize("line", ["women,men", "men,women,children", "Women,Men,women"])
def test_names_in_another_order_than_the_contract_tells_refuse_a_file_without_names(
    line: str, tmp_path: Path
) -> None:
    outcome = judge(NAMELESS, f"{line}\n1,2\n", tmp_path).outcome

    assert (outcome.status, outcome.code) == ("refused", "header_mismatch")
    assert "format.columns" in outcome.message


@pytest.mark.parametrize("line", ["men,women", "\ufeffMen, Women "])
def test_names_in_the_order_of_the_contract_are_no_record(line: str, tmp_path: Path) -> None:
    judged = judge(NAMELESS, f"{line}\n1,2\n", tmp_path)

    assert judged.column("men") == ["1"]
    assert judged.outcome.records == 1
    assert "names the columns" in judged.outcome.warnings[0]


@pytest.mark.parametrize("line", ["3,4", "men,4", "men", ""])
def test_what_is_no_line_of_names_stays_a_record(line: str, tmp_path: Path) -> None:
    judged = judge(NAMELESS, f"{line}\n1,2\n", tmp_path)

    assert judged.outcome.records == 1 + bool(line)
    assert judged.outcome.status == "accepted"
