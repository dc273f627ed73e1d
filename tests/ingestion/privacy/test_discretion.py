"""Of a personal source nothing is kept that is not declared, and nothing is told."""

from __future__ import annotations

import pytest

from ingestion.faults import Refused, codes
from ingestion.judging.discretion import refusal
from tests.ingestion.privacy.door import AT, Door
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, lpr, wifi
from tests.support.judging import contract_of, json_of


def test_what_is_unknown_or_dropped_is_not_kept(door: Door) -> None:
    body = (
        f"{WIFI_HEADER},Phone\n0001,somchai,A0:00:00:00:00:01,Free WiFi,{AT},1,hello,0812345678\n"
    )

    judged = door.judge(wifi(), body)

    (row,) = judged.accepted
    assert row["_rescued"] is None
    assert "user_name" not in row
    assert judged.outcome.new_columns == ()
    (warning,) = judged.outcome.warnings
    assert "2 columns" in warning
    assert "hone" not in judged.outcome.model_dump_json()
    assert "somchai" not in str(row)


def test_a_dropped_column_may_be_away(door: Door) -> None:
    header = WIFI_HEADER.replace("UserName,", "")

    assert door.judge(wifi(), f"{header}\n1,A0:00:00:00:00:01,x,{AT},1,\n").outcome.accepted == 1


@pytest.mark.parametrize(
    "text",
    ["call 081-234-5678", "me@phuket.example", "A0:00:00:00:00:07", "1101700207030", "กข 1234"],
)
def test_personal_data_in_a_free_text_keep_the_row_out(door: Door, text: str) -> None:
    body = f"{WIFI_HEADER}\n1,,A0:00:00:00:00:01,{text},{AT},1,\n2,,A0:00:00:00:00:01,x,{AT},1,\n"

    judged = door.judge(wifi(), body)

    assert judged.codes == [(1, "personal_text")]
    assert text not in judged.quarantined[0].model_dump_json()


@pytest.mark.parametrize("other", ["me@phuket.example", "hello"])
def test_a_row_with_two_reasons_is_kept_out_once(other: str, door: Door) -> None:
    dead = "2025-12-31T23:59:59+07:00"  # the key of that month is gone
    rows = [
        f"1,,A0:00:00:00:00:01,081-234-5678,{dead},1,",
        f"2,,A0:00:00:00:00:01,081-234-5678 {other},{AT},1,",
        f"3,,A0:00:00:00:00:01,x,{dead},1,",
        f"4,,A0:00:00:00:00:01,x,{AT},1,",
    ]
    loose = wifi(tolerance={"quarantined_pct": 100})

    judged = door.judge(loose, "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert judged.codes == [
        (1, "personal_text"),
        (2, "personal_text"),
        (3, "identifier_key_gone"),
    ]
    assert judged.outcome.accepted == 1


def test_two_personal_texts_of_one_row_keep_it_out_once(door: Door) -> None:
    remark = {"name": "remark", "source": "Remark", "type": "string"}
    fields = [*(f.model_dump(exclude_unset=True) for f in wifi().fields), remark]
    contract = contract_of(
        fields,
        classification="personal",
        key=["session"],
        day="started_at",
        tolerance={"quarantined_pct": 100},
    )
    rows = [f"1,,A0:00:00:00:00:01,me@x.example,{AT},1,081-234-5678"]

    judged = door.judge(contract, "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert judged.codes == [(1, "personal_text")]


def test_the_citys_own_addresses_may_stand_in_an_internal_field(door: Door) -> None:
    fields = [
        f.model_copy(update={"sensitivity": "internal"}) if f.name == "network" else f
        for f in wifi().fields
    ]
    contract = wifi().model_copy(update={"fields": tuple(fields)})
    rows = [
        f"{n},,A0:00:00:00:00:01,{text},{AT},1,"
        for n, text in enumerate(["A0-00-00-00-00-09:Free WiFi", "A0-00-00-00-00-09:me@x.example"])
    ]

    judged = door.judge(contract, "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert judged.codes == [(2, "personal_text")]


def test_a_file_without_its_header_does_not_show_its_first_person(door: Door) -> None:
    judged = door.judge(wifi(), f"1,somchai,A0:00:00:00:00:01,x,{AT},1,\n")

    assert judged.outcome.code == "header_mismatch"
    assert "AcctUniqueId" in judged.outcome.message
    assert "somchai" not in judged.outcome.model_dump_json()
    assert "A0:00" not in judged.outcome.model_dump_json()


@pytest.mark.parametrize("code", [name for name, known in codes().items() if "file" in known.of])
def test_what_a_refusal_found_is_told_where_no_file_can_say_it(code: str) -> None:
    told = refusal(wifi(), Refused(code, "somchai", "a table", "ask somchai"))

    assert ("somchai" in told) == codes()[code].tells_found
    assert "expected a table" in told


def test_what_a_row_should_have_held_is_told_in_general(door: Door) -> None:
    rows = [f"1,,not-a-mac,x,{AT},1,", f"2,,A0:00:00:00:00:01,081-234-5678,{AT},1,"]
    loose = wifi(tolerance={"quarantined_pct": 100})

    judged = door.judge(loose, "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert judged.codes == [(1, "identifier_format"), (2, "personal_text")]
    for row in judged.quarantined:
        assert row.expected == codes()[row.code].expected.en


def test_what_should_have_stood_there_does_not_tell_what_stood_there(door: Door) -> None:
    fields = [
        {"name": "home", "type": "string", "place": "tambon"},
        {"name": "born", "type": "date"},
        {"name": "kind", "type": "string", "allowed": {"height": ["height"], "age": ["age"]}},
        {
            "name": "number",
            "type": "number",
            "by": {
                "column": "kind",
                "cases": {
                    "height": {"unit": "cm", "maximum": 250},
                    "age": {"unit": "a", "maximum": 120},
                },
            },
        },
    ]
    personal = contract_of(fields, classification="personal", tolerance={"quarantined_pct": 100})
    rows = ["Rawaii,1987-01-02,age,3", "ราไวย์,2530-01-02,age,3", "ราไวย์,1987-01-02,height,777"]

    judged = door.judge(personal, "\n".join(["home,born,kind,number", *rows]) + "\n")

    told = {row.code: row.expected for row in judged.quarantined}
    assert told.keys() == {"place_unknown", "ts_buddhist_year", "value_out_of_range"}
    assert told == {code: codes()[code].expected.en for code in told}


def test_a_key_of_json_that_is_a_person_is_not_shown(door: Door) -> None:
    record = {"camera": "CAM-001", "seen_at": AT, "plate": "กข 1", "me@phuket.example": "\u202ex"}

    judged = door.judge(lpr(tolerance={"quarantined_pct": 100}), json_of(record))

    assert judged.codes == [(1, "control_char")]
    assert "me@" not in judged.quarantined[0].model_dump_json()
    assert "me@" not in judged.outcome.model_dump_json()


def test_equal_reads_are_one_and_conflicts_show_nothing(door: Door) -> None:
    rows = [f"7,,{mac},x,{AT},1," for mac in ("A0:00:00:00:00:01", "a0-00-00-00-00-01")]
    rows += [f"8,,A0:00:00:00:00:0{n},x,{AT},1," for n in (1, 2)]

    judged = door.judge(wifi(), "\n".join([WIFI_HEADER, *rows]) + "\n")

    assert (judged.outcome.accepted, judged.outcome.deduplicated) == (1, 1)
    assert [row.code for row in judged.quarantined] == ["dup_conflict", "dup_conflict"]
    assert {row.found for row in judged.quarantined} == {"hidden (personal)"}
