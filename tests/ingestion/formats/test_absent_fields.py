"""A declared field that is in no record of a delivery.

Belongs here: what is refused, what is told, what may be absent, alike in every format. Does not
belong here: a value that is missing from some records (`test_no_value.py`), headers of tables
(`test_refused_csv.py`), records under another name (`test_renamed_records.py`).
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contracts import SourceContract
from ingestion.formats.raw import line_blocks, text_blocks
from tests.support.judging import Judged, contract_of, json_of, judge

Record = dict[str, object]


def contract(form: dict[str, object], ratio: str = "ratio", **field: object) -> SourceContract:
    return contract_of(
        [
            {"name": "code", "source": "id", "type": "string", "required": True},
            {"name": "ratio", "source": ratio, "type": "number", **field},
        ],
        format=form,
    )


def xml_of(records: list[Record], element: str = "item") -> str:
    inner = ("".join(f"<{k}>{v}</{k}>" for k, v in record.items()) for record in records)
    return "<data>" + "".join(f"<{element}>{each}</{element}>" for each in inner) + "</data>"


def arrays(records: list[Record]) -> str:
    names = list(records[0])
    rows = [list(record.values()) for record in records]
    return json.dumps({"value": [{"components": names, "dataArray": rows}]})


def entities(records: list[Record]) -> str:
    return json.dumps([{"type": "Thing", **record} for record in records])


FORMS: dict[str, tuple[dict[str, object], Callable[[list[Record]], str]]] = {
    "json": ({"type": "json", "record_path": ["data"]}, lambda r: json.dumps({"data": r})),
    "json_lines": ({"type": "json_lines"}, lambda r: json_of(*r)),
    "pages": (
        {"type": "json_lines", "record_path": ["result", "records"]},
        lambda r: json_of(*({"result": {"total": len(r), "records": [each]}} for each in r)),
    ),
    "xml": ({"type": "xml", "record_path": ["data", "item"]}, xml_of),
    "ngsi_ld": ({"type": "ngsi_ld"}, entities),
    "sensorthings": ({"type": "sensorthings"}, lambda r: json.dumps({"value": r})),
    "data_arrays": ({"type": "sensorthings"}, arrays),
}


def records(count: int, name: str | None = "ratio") -> list[Record]:
    return [{"id": f"a{n}"} | ({name: n} if name else {}) for n in range(count)]


def judged(form: str, found: list[Record], folder: Path, **field: object) -> Judged:
    declared, written = FORMS[form]
    return judge(contract(declared, **field), written(found), folder)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_a_member_that_is_in_no_record_of_many_refuses_them(form: str, tmp_path: Path) -> None:
    gone = judged(form, records(20, None), tmp_path).outcome

    assert (gone.status, gone.code) == ("refused", "header_mismatch")
    assert "found 20 records, none of which has it, expected member 'ratio'" in gone.message
    assert "may_be_absent" in gone.message


@pytest.mark.parametrize("form", FORMS)
def test_a_renamed_member_refuses_even_a_single_record(form: str, tmp_path: Path) -> None:
    renamed = judged(form, records(1, "ratio_pct"), tmp_path).outcome

    assert (renamed.status, renamed.code) == ("refused", "header_mismatch")
    assert "unknown members 'ratio_pct', expected member 'ratio'" in renamed.message
    assert "was 'ratio' renamed to 'ratio_pct'? correct" in renamed.message


@pytest.mark.parametrize("form", FORMS)
def test_of_few_records_a_lost_member_is_told(form: str, tmp_path: Path) -> None:
    few = judged(form, records(19, None), tmp_path).outcome

    assert (few.status, few.accepted) == ("accepted", 19)
    (remark,) = few.warnings
    assert remark.startswith("none of 19 records has the member 'ratio': was it renamed?")


@pytest.mark.parametrize("form", [form for form in FORMS if form != "data_arrays"])
def test_one_record_that_has_it_is_enough(form: str, tmp_path: Path) -> None:
    outcome = judged(form, [*records(30, None), *records(1)], tmp_path).outcome

    assert (outcome.status, outcome.accepted, outcome.warnings) == ("accepted", 31, ())


@pytest.mark.parametrize("form", FORMS)
def test_what_may_be_absent_may_be_absent(form: str, tmp_path: Path) -> None:
    outcome = judged(form, records(30, None), tmp_path, may_be_absent=True).outcome

    assert (outcome.status, outcome.accepted, outcome.warnings) == ("accepted", 30, ())


@pytest.mark.parametrize("form", ["json", "json_lines", "pages", "sensorthings", "data_arrays"])
def test_null_in_every_record_is_an_answer(form: str, tmp_path: Path) -> None:
    nulls: list[Record] = [{"id": f"a{n}", "ratio": None} for n in range(30)]

    outcome = judged(form, nulls, tmp_path).outcome

    assert (outcome.accepted, outcome.warnings) == (30, ())


def test_the_contract_says_how_many_records_are_enough(tmp_path: Path) -> None:
    declared = contract({"type": "json_lines"})
    tolerance = declared.tolerance.model_copy(update={"absent_in_records": 3})
    strict = declared.model_copy(update={"tolerance": tolerance})

    found = [judge(strict, json_of(*records(n, None)), tmp_path).outcome.status for n in (2, 3)]

    assert found == ["accepted", "refused"]


@pytest.mark.parametrize(
    ("declared", "sent"),
    [("ratio", "RATIO"), ("ratio", "Ratio"), ("จำนวน", "จํานวน "), ("จำนวน", "จำนวนคน")],
)
def test_names_are_told_apart_as_they_are_written(declared: str, sent: str, tmp_path: Path) -> None:
    form: dict[str, object] = {"type": "json_lines"}

    outcome = judge(contract(form, declared), json_of(*records(2, sent)), tmp_path).outcome

    if sent == "จํานวน ":  # the same name, its vowel put together otherwise
        assert outcome.accepted == 2
    else:
        assert f"was {declared!r} renamed to {sent!r}?" in outcome.message


def test_each_of_several_renamed_members_is_asked_for(tmp_path: Path) -> None:
    declared = contract_of(
        [{"name": name, "type": "number"} for name in ("rain_mm", "level_m", "speed")],
        format={"type": "json_lines"},
    )

    outcome = judge(
        declared, json_of({"rain": 1, "level": 2, "speed": 3, "note": "x"}), tmp_path
    ).outcome

    assert "was 'rain_mm' renamed to 'rain'?" in outcome.message
    assert "was 'level_m' renamed to 'level'?" in outcome.message
    assert "'speed'" not in outcome.message


INSIDE: dict[str, tuple[object, bool]] = {
    "there": ({"name": {"th": "ก"}}, True),
    "null": (None, True),
    "null further in": ({"name": None}, True),
    "empty text": ("", True),
    "renamed": ({"name": {"thai": "ก"}}, False),
    "renamed further out": ({"names": {"th": "ก"}}, False),
    "no object": ("ก", False),
}


@pytest.mark.parametrize("case", INSIDE)
def test_a_path_is_followed_step_by_step(case: str, tmp_path: Path) -> None:
    station, accepted = INSIDE[case]
    declared = contract({"type": "json_lines"}, "station.name.th", type="string")

    outcome = judge(declared, json_of({"id": "a", "station": station}), tmp_path).outcome

    assert (outcome.status == "accepted") == accepted
    assert outcome.warnings == ()


@pytest.mark.parametrize("coords", [[], ["98.3"], None])
def test_a_list_that_is_too_short_has_lost_no_name(coords: object, tmp_path: Path) -> None:
    declared = contract({"type": "json_lines"}, "coords.1")

    outcome = judge(declared, json_of(*[{"id": "a", "coords": coords}] * 30), tmp_path).outcome

    assert outcome.accepted == 30
    assert not any("none of" in remark for remark in outcome.warnings)


def test_a_member_above_the_records_can_be_lost_too(tmp_path: Path) -> None:
    declared = contract({"type": "json", "record_path": ["data"]}, "/meta.ratio")
    metas = [{"ratio": 1}, {"ratio": None}, None, {"ratios": 1}]
    bodies = [json.dumps({"meta": meta, "data": records(25, None)}) for meta in metas]

    found = [judge(declared, body, tmp_path).outcome.status for body in bodies]

    assert found == ["accepted", "accepted", "accepted", "refused"]


def test_what_is_said_beside_a_known_member_is_no_sign_of_a_new_name(tmp_path: Path) -> None:
    declared = contract_of(
        [
            {"name": "code", "source": "id", "type": "string"},
            {"name": "ph", "source": "pH", "type": "number"},
            {"name": "salinity", "type": "number"},
        ],
        format={"type": "ngsi_ld"},
    )
    entity = {"id": "a", "type": "T", "pH": {"type": "Property", "value": 7, "unitCode": "Q30"}}

    outcome = judge(declared, json.dumps([entity]), tmp_path).outcome

    assert (outcome.status, outcome.new_columns) == ("accepted", ("pH.unitCode",))
    assert "'salinity'" in outcome.warnings[-1]


def test_a_series_without_values_is_no_lost_member(tmp_path: Path) -> None:
    series = {"type": "Property", "values": []}
    entity = {"id": "a", "type": "T", "ratio": series, "deep": {"type": "Property", "value": 1}}

    outcome = judge(contract({"type": "ngsi_ld"}), json.dumps([entity] * 25), tmp_path).outcome

    assert (outcome.accepted, outcome.status) == (25, "accepted")


def test_what_is_dropped_is_no_sign_of_a_new_name(tmp_path: Path) -> None:
    person = {"name": "person", "source": "user.name", "type": "string", "sensitivity": "drop"}
    declared = contract_of(
        [
            {"name": "code", "source": "id", "type": "string", "required": True},
            {"name": "ratio", "type": "number"},
            person,
        ],
        format={"type": "json_lines"},
        classification="personal",
    )

    few = judge(declared, json_of({"id": "a", "user": {"name": "x", "age": 3}}), tmp_path).outcome
    renamed = judge(declared, json_of({"id": "a", "rate": 1, "user": None}), tmp_path).outcome

    assert (few.status, len(few.warnings)) == ("accepted", 1)
    assert (renamed.status, renamed.code) == ("refused", "header_mismatch")
    assert "rate" not in renamed.message.replace("ratio", "")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["ratio", "ratio_pct", None])
def test_large_files_tell_which_members_were_there(
    name: str | None, packed: bool, tmp_path: Path
) -> None:
    form = {"type": "json_lines", "compression": "gzip" if packed else "none"}
    body = json_of(*records(60_000, name)).encode()

    outcome = judge(contract(form), gzip.compress(body) if packed else body, tmp_path).outcome

    assert outcome.status == ("accepted" if name == "ratio" else "refused")


def test_a_member_that_only_later_blocks_have_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_blocks, "FIRST_BLOCK", 1 << 10)
    monkeypatch.setattr(line_blocks, "BLOCK", 1 << 12)
    body = json_of(*records(2000, None), *records(2000))

    outcome = judge(contract({"type": "json_lines"}), body, tmp_path).outcome

    assert (outcome.accepted, outcome.warnings) == (4000, ())


def test_a_member_that_only_lines_set_aside_have_was_there(tmp_path: Path) -> None:
    odd = '{"id": "b\\"", "ratio": 1}'

    outcome = judge(
        contract({"type": "json_lines"}), json_of(*records(5000, None), odd), tmp_path
    ).outcome

    assert (outcome.accepted, outcome.warnings) == (5001, ())


def table(form: str, names: list[str]) -> bytes:
    sink = io.BytesIO()
    if form == "csv":
        return (",".join(names) + "\n" + ",".join("1" for _ in names) + "\n").encode()
    if form == "parquet":
        pq.write_table(pa.table({name: ["1"] for name in names}), sink)
    else:
        book = openpyxl.Workbook()
        book.active.append(names)
        book.active.append(["1" for _ in names])
        book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_a_table_may_lack_what_may_be_absent_and_nothing_else(form: str, tmp_path: Path) -> None:
    fields: list[dict[str, object]] = [
        {"name": "id", "type": "string"},
        {"name": "note", "type": "string", "may_be_absent": True},
    ]
    declared = contract_of(fields, format={"type": form})

    without = judge(declared, table(form, ["id"]), tmp_path)
    other = judge(declared, table(form, ["note"]), tmp_path)

    assert [(row["id"], row["note"]) for row in without.accepted] == [("1", None)]
    assert other.outcome.code in ("header_mismatch", "schema_mismatch")


def test_many_rows_of_a_table_may_lack_it_too(tmp_path: Path) -> None:
    fields: list[dict[str, object]] = [
        {"name": "id", "type": "string"},
        {"name": "note", "type": "string", "may_be_absent": True},
        {"name": "value", "type": "integer"},
    ]
    rows = "".join(f"a{n},{n}\n" for n in range(50_000))

    judged = judge(contract_of(fields), "id,value\n" + rows, tmp_path)

    assert {row["note"] for row in judged.accepted} == {None}
    assert judged.outcome.accepted == 50_000
