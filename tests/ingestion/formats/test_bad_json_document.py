"""The catalogue of bad inputs, JSON documents and answers of APIs: what becomes of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.limits import Limits
from tests.support.judging import AT, contract_of, json_of, judge, readings

DOCUMENT = readings(format={"type": "json", "record_path": ["result", "records"]})
ROW = {"station": "PKT-01", "parameter": "water_level", "time": AT, "value": 1.5, "unit": "m"}
GOOD = [ROW | {"time": f"2026-01-08T{hour:02d}:00:00+07:00"} for hour in range(3)]


def document(*records: object) -> str:
    return json.dumps({"success": True, "result": {"records": records}}, indent=2)


def test_records_of_a_document_on_many_lines_come_back(tmp_path: Path) -> None:
    judged = judge(DOCUMENT, "\ufeff" + document(*GOOD), tmp_path)

    assert judged.column("value") == [1.5] * 3
    assert judged.outcome.warnings == ()


def test_a_list_at_the_top_needs_no_path(tmp_path: Path) -> None:
    judged = judge(readings(format={"type": "json"}), json.dumps(GOOD), tmp_path)

    assert judged.outcome.accepted == 3


@pytest.mark.parametrize("one", [True, False])
def test_one_record_in_place_of_a_list_counts_only_where_declared(
    *, one: bool, tmp_path: Path
) -> None:
    words = {"type": "json", "record_path": ["Stations", "Station"], "one_record": one}

    judged = judge(readings(format=words), json.dumps({"Stations": {"Station": ROW}}), tmp_path)

    assert judged.outcome.code == ("" if one else "error_document")
    assert judged.outcome.accepted == one


REFUSED = {
    "empty": ("", "empty_file", "0 bytes"),
    "only_newlines": ("\n \n", "empty_file", "0 records"),
    "malformed": ('{"result": {"records": [}', "json_invalid", "char 24"),
    "truncated": (document(*GOOD)[:-40], "json_invalid", "line 23 column 22"),
    "trailing_text": (document(*GOOD) + "done", "json_invalid", "Extra data: line"),
    "nan": (document(ROW | {"value": float("nan")}), "json_invalid", "NaN is not a JSON number"),
    "duplicate_keys": (
        '{"result": {"records": [{"station": 1, "station": 2}]}}',
        *("json_duplicate_key", "key 'station' twice"),
    ),
    "deep": ("[" * 40 + "]" * 40, "json_too_deep", "depth over 32"),
    "very_deep": ("[" * 100_000, "json_too_deep", "depth over 32"),
    "error_body": ('{"result": "NO", "data": "no such station"}', "error_document", "a list at"),
    "json_error": ('{"error": {"message": "quota exceeded"}}', "error_document", "quota exceeded"),
    "wrong_root": ('{"success": true, "result": {}}', "error_document", "result.records"),
    "html": ("<html><title>Access Denied</title></html>", "html_document", "Access Denied"),
    "xml_error": (
        "<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>",
        *("error_document", "SlowDown"),
    ),
    "utf16_no_bom": (
        document(*GOOD).encode("utf-16-le"),
        "encoding",
        "UTF-16 without a byte-order",
    ),
    "cp874_undeclared": (
        json.dumps(["เมตรต่อวินาที"] * 9, ensure_ascii=False).encode("cp874"),
        *("encoding", "look like Thai text in cp874"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_document_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(DOCUMENT, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    judged = judge(DOCUMENT, document(*GOOD), tmp_path, Limits(document_chars=300))

    assert judged.outcome.code == "document_too_large"
    assert "a document of more than 300 characters" in judged.outcome.message


QUARANTINED: dict[str, tuple[object, str, str]] = {
    "not_object": (["PKT-01", 1.5], "json_not_object", ""),
    "missing_field": ({k: v for k, v in ROW.items() if k != "station"}, "value_missing", "station"),
    "wrong_types": (ROW | {"value": {"is": 1}}, "json_type", "value"),
    "list": (ROW | {"value": [1, 2]}, "json_type", "value"),
    "truth": (ROW | {"value": True}, "json_type", "value"),
    "null_keys": (ROW | {"station": None}, "value_missing", "station"),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_bad_record_is_quarantined_alone(case: str, tmp_path: Path) -> None:
    record, code, column = QUARANTINED[case]

    judged = judge(DOCUMENT, document(*GOOD, record), tmp_path)

    assert judged.codes == [(4, code)]
    assert (judged.quarantined[0].place, judged.quarantined[0].column) == ("record 4", column)
    assert judged.outcome.accepted == 3


NESTED = contract_of(
    [
        {"name": "station_name", "source": "station.name.th", "type": "string"},
        {"name": "longitude", "source": "coords.0", "type": "number"},
        {"name": "agency", "source": "/meta.agency", "type": "string"},
    ],
    format={"type": "json_lines", "record_path": ["data"]},
)


def test_members_inside_members_are_found_and_their_neighbours_rescued(tmp_path: Path) -> None:
    record = {"station": {"name": {"th": "ป่าตอง", "en": "Pa Tong"}, "id": 7}, "coords": ["98.29"]}
    other = {"station": None, "coords": []}

    judged = judge(NESTED, json_of({"meta": {"agency": "HII"}, "data": [record, other]}), tmp_path)

    rows = [(r["station_name"], r["longitude"], r["agency"]) for r in judged.accepted]
    assert rows == [("ป่าตอง", 98.29, "HII"), (None, None, "HII")]
    assert json.loads(str(judged.column("_rescued")[0])) == {
        "station.name.en": "Pa Tong",
        "station.id": "7",
    }
    assert judged.outcome.new_columns == ("station.name.en", "station.id")


def test_a_plain_value_where_members_were_expected_is_not_lost(tmp_path: Path) -> None:
    whole = {"station": {"name": {"th": "กะตะ"}}, "coords": []}

    judged = judge(
        NESTED,
        json_of({"meta": {"agency": "HII"}, "data": [whole, {"station": "ป่าตอง"}]}),
        tmp_path,
    )

    assert judged.column("station_name") == ["กะตะ", None]
    assert judged.column("_rescued") == [None, '{"station": "ป่าตอง"}']


def test_a_key_with_a_dot_in_its_name_goes_before_a_path(tmp_path: Path) -> None:
    judged = judge(NESTED, json_of({"data": [{"station.name.th": "กะตะ"}]}), tmp_path)

    assert judged.column("station_name") == ["กะตะ"]
