"""The catalogue of bad inputs, JSON Lines: what becomes of each, and what its message says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.judging import AT, contract_of, json_of, judge, readings

LINES = readings(format={"type": "json_lines"})
PAGES = readings(format={"type": "json_lines", "record_path": ["result", "records"]})


def reading(minute: int = 0, **cells: object) -> dict[str, object]:
    """A record that nothing is wrong with but what `cells` say."""
    good = {
        "station": "PKT-01",
        "parameter": "do",
        "time": f"2026-01-07T02:{minute:02d}:00+07:00",
        "value": 7.25,
        "unit": "mg/L",
    }
    return good | cells


GOOD = [reading(minute) for minute in range(4)]


def test_records_come_back_with_numbers_as_they_were_written(tmp_path: Path) -> None:
    line = json.dumps(reading()).replace("7.25", "7.250000000000000000001e0")

    judged = judge(LINES, json_of(line, reading(1, value="7.5"), reading(2, value=8)), tmp_path)

    assert judged.column("value") == [7.25, 7.5, 8.0]


@pytest.mark.parametrize("body", ["\ufeff{}\n", "{}\r\n", "\n\n{}\n\n", "{}"])
def test_marks_line_ends_and_blank_lines_mean_nothing(body: str, tmp_path: Path) -> None:
    judged = judge(LINES, body.replace("{}", json.dumps(reading())), tmp_path)

    assert (judged.outcome.accepted, judged.outcome.records) == (1, 1)


def test_a_new_key_is_kept_beside_the_rows_and_reported_once(tmp_path: Path) -> None:
    records = [
        reading(),
        reading(1, quality={"flag": 1}),
        reading(2, quality=None),
        reading(3, _id=4),
    ]

    judged = judge(LINES, json_of(*records), tmp_path)

    assert judged.outcome.warnings == (
        "new column 'quality', first seen in line 2; kept in _rescued",
    )
    assert [row["_rescued"] for row in judged.accepted] == [
        None,
        '{"quality": {"flag": "1"}}',
        '{"quality": null}',
        None,
    ]


def test_keys_without_end_are_no_table(tmp_path: Path) -> None:
    body = json_of(*(reading(n % 60, **{f"key{n}": 1}) for n in range(600)))

    judged = judge(LINES, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", "too_many_columns")


def line(**cells: object) -> str:
    return json.dumps(reading(**cells), ensure_ascii=False)


QUARANTINED = {
    "malformed": ("{'station': 'PKT-01'}", "json_invalid", "", "line 1 column 2"),
    "truncated": (line()[:60], "json_invalid", "", "Unterminated string|one JSON document"),
    "trailing_text": (line() + " ;", "json_invalid", "", "Extra data"),
    "nan": (line(value=float("nan")), "json_invalid", "", "NaN|not a finite number"),
    "infinity": (line(value=float("-inf")), "json_invalid", "", "-Infinity"),
    "overflow": (
        line().replace("7.25", "1e400"),
        *("value_not_finite", "value", "1e400|a finite number"),
    ),
    "duplicate_keys": (
        line().replace('"unit"', '"value": 8, "unit"'),
        *("json_duplicate_key", "", "key 'value' twice"),
    ),
    "not_object": ("[1, 2]", "json_not_object", "", "list|an object"),
    "a_text": ('"PKT-01"', "json_not_object", "", "str|an object"),
    "missing_field": (
        json.dumps({k: v for k, v in reading().items() if k != "unit"}),
        *("unit_mismatch", "unit", "mg/L"),
    ),
    "missing_station": (
        json.dumps({k: v for k, v in reading().items() if k != "station"}),
        *("value_missing", "station", "a value"),
    ),
    "null": (line(value=None), "value_missing", "value", "a value"),
    "wrong_type_boolean": (line(value=True), "json_type", "value", "boolean true|a number"),
    "wrong_type_list": (line(value=[7]), "json_type", "value", "a list"),
    "wrong_type_object": (line(station={"id": 1}), "json_type", "station", "an object"),
    "wrong_type_number": (line(station=1), "value_pattern", "station", "1|the pattern"),
    "deep": (line(value=json.loads("[" * 40 + "]" * 40)), "json_too_deep", "", "at most 32"),
    "very_deep": ("[" * 100_000 + "]" * 100_000, "json_too_deep", "", "depth over 32"),
    "giant_string": (
        line(station="A" * 140_000),
        *("field_too_large", "station", "140000 characters|at most 131072"),
    ),
    "giant_line": (line(station="A" * 2_000_000), "field_too_large", "", "a line of more than"),
    "nul_escape": (line(station="PKT-01\0"), "control_char", "station", "U+0000 at character 7"),
    "nul_byte": (line() + "\0", "control_char", "", "U+0000"),
    "bidi": (line(station="PKT\u202e-01"), "control_char", "", "U+202E"),
    "bidi_escape": (
        json.dumps(reading(station="PKT\u202e-01")),
        *("control_char", "station", "U+202E at character 4"),
    ),
    "lone_surrogate": (
        json.dumps(reading(station="PKT-01\ud800")),
        *("control_char", "station", "U+D800|half of a pair"),
    ),
    "bad_utf8": (
        line(station="\udcff"),
        *("encoding", "", "byte FF at byte offset 13 of the record"),
    ),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_bad_record_is_quarantined_alone_and_says_why(case: str, tmp_path: Path) -> None:
    bad, code, column, words = QUARANTINED[case]
    body = json_of(*GOOD[:2], bad, *GOOD[2:]).encode("utf-8", "surrogateescape")

    judged = judge(LINES, body, tmp_path)

    (row,) = judged.quarantined
    sentence = row.sentence("readings", "a.jsonl", "a" * 64)
    assert judged.outcome.accepted == 4
    assert (row.record, row.place, row.code, row.column) == (3, "line 3", code, column)
    assert [word for word in words.split("|") if word not in sentence] == []


def test_brackets_inside_texts_are_not_depth(tmp_path: Path) -> None:
    judged = judge(LINES, json_of(reading(note="[{" * 100)), tmp_path)

    assert judged.outcome.accepted == 1


def test_a_truth_value_is_one_only_where_the_contract_says_so(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "open", "type": "boolean"}, {"name": "name", "type": "string"}],
        format={"type": "json_lines"},
    )
    body = json_of({"open": True, "name": "a"}, {"open": "False"}, {"open": 0}, {"name": True})

    judged = judge(contract, body, tmp_path)

    assert judged.column("open") == [True, False]
    assert judged.codes == [(3, "value_unknown"), (4, "json_type")]
    assert judged.quarantined[0].expected == "one of true, false"


REFUSED = {
    "empty": ("", "empty_file", "0 records"),
    "only_newlines": ("\n\n", "empty_file", "0 records"),
    "html": ("<html><head><title>Log in</title></head>", "html_document", "Log in"),
    "error_body": (
        '{"error": {"code": 401, "message": "no key"}}',
        *("error_document", "401"),
    ),
    "message_body": ('{"message": "quota exceeded"}', "error_document", "quota exceeded"),
    "array": (json.dumps(GOOD), "format_mismatch", "a JSON array, expected one JSON object a line"),
    "xml_error": ("<?xml?><Error><Code>AccessDenied</Code></Error>", "error_document", "AccessD"),
    "is_gzip": (b"\x1f\x8b\x08rest", "format_mismatch", "gzip"),
    "utf16_no_bom": (json_of(*GOOD).encode("utf-16-le"), "encoding", "UTF-16"),
    "cp874": (json_of(reading(note="น้ำขึ้นสูงสุด")).encode("cp874"), "encoding", "cp874"),
    "is_csv": ("station,value\nPKT-01,7\nPKT-02,8\n", "too_many_bad_rows", "json_invalid 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_json_lines_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(LINES, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


def page(*records: object) -> dict[str, object]:
    return {"success": True, "result": {"records": list(records), "total": 3}}


def test_the_records_of_every_page_are_numbered_through(tmp_path: Path) -> None:
    body = json_of(page(*GOOD[:2]), page(reading(9, value="high"), GOOD[2]))

    judged = judge(PAGES, body, tmp_path)

    assert judged.column("_record") == [1, 2, 4]
    assert [(row.record, row.place) for row in judged.quarantined] == [(3, "line 2, record 1")]


def test_a_page_may_be_larger_than_a_record(tmp_path: Path) -> None:
    body = json_of(
        page(*(reading(0, station=f"AAA-{n:02d}", note="x" * 40_000) for n in range(60)))
    )

    judged = judge(PAGES, body, tmp_path)

    assert judged.outcome.accepted == 60


def test_a_broken_page_is_a_fault_and_its_quarantine_is_bounded(tmp_path: Path) -> None:
    body = json_of(page(*GOOD), json.dumps(page(reading(note="x" * 300_000)))[:-1])

    judged = judge(PAGES, body, tmp_path)

    assert judged.codes == [(5, "json_invalid")]
    assert len(judged.quarantined[0].raw) < 200_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"success": false, "error": {"__type": "Not Found Error"}}', "Not Found Error"),
        ('{"rows": []}', 'found a document that begins \'{"rows": []}'),
        ('{"result": {"records": {}}}', "a list at result.records"),
        ("[]", "a list at result.records"),
    ],
)
def test_a_page_without_records_is_an_error_document(body: str, words: str, tmp_path: Path) -> None:
    judged = judge(PAGES, json_of(page(*GOOD), body), tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", "error_document")
    assert words in judged.outcome.message


def test_pages_without_records_are_no_rows(tmp_path: Path) -> None:
    judged = judge(PAGES, json_of(page()), tmp_path)

    assert (judged.outcome.status, judged.outcome.records) == ("accepted", 0)
    assert judged.outcome.warnings[0].startswith("no rows")


def test_a_cut_file_is_told_by_its_last_record(tmp_path: Path) -> None:
    body = json_of(*GOOD) + json.dumps(reading(9))[:40]

    judged = judge(LINES, body, tmp_path)

    assert judged.codes == [(5, "json_invalid")]
    assert f"({len(body)} bytes got)" in judged.outcome.warnings[0]


def test_records_of_one_key_that_differ_are_all_quarantined(tmp_path: Path) -> None:
    body = json_of(*GOOD, reading(1, value=9, time=AT), reading(1, value=8, time=AT))

    judged = judge(LINES, body, tmp_path)

    assert judged.codes == [(5, "dup_conflict"), (6, "dup_conflict")]
    assert judged.quarantined[0].found == "value 8.0 and 9.0"
