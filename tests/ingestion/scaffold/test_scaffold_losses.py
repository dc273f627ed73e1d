"""A first draft loses no value, no row and no column, and publishes no person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingestion.errors import PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.scaffold.persons import heading_of_persons, is_surname, names_of_persons
from ingestion.scaffold.texts import contract_of
from tests.support.drafting import Drafting, assert_takes_all, column
from tests.support.judging import judge
from tests.support.workbooks import workbook


@pytest.fixture
def drafted(tmp_path: Path, sandbox: Sandbox) -> Drafting:
    return Drafting(tmp_path, sandbox)


@pytest.mark.parametrize("word", ["Nan", "NaN", "NA", "None", "NULL", "null"])
def test_a_word_for_nothing_among_names_is_a_name(word: str, drafted: Drafting) -> None:
    draft = drafted(column("Phuket", word, "Trang", word, heading="province"))

    assert_takes_all(draft)
    field = draft.field("province")
    assert (field.missing, field.required) == (None, True)
    assert f"is {word} a value" in draft.why("province", "type")


@pytest.mark.parametrize("word", ["Nan", "NaN", "NA", "None", "NULL"])
@pytest.mark.parametrize("cells", [("1", "2.5"), ("2026-01-08", "2026-01-09"), ("yes", "no")])
def test_a_word_for_nothing_among_others_is_nothing(
    word: str, cells: tuple[str, ...], drafted: Drafting
) -> None:
    draft = drafted(column(*cells, word, heading="reading"))

    assert_takes_all(draft)
    assert draft.field("reading").missing == {word: "missing"}


@pytest.mark.parametrize("word", ["-", "n/a", "ไม่มีข้อมูล"])
def test_what_can_only_be_nothing_is_nothing_among_names_too(word: str, drafted: Drafting) -> None:
    draft = drafted(column("Phuket", word, "Nan", heading="province"))

    assert draft.field("province").missing == {word: "missing"}


def events(count: int) -> str:
    """Events that differ in nothing but a telephone number, two by two."""
    rows = [f"2026-01-0{1 + n // 2 % 3},Kathu,081234{5000 + n}" for n in range(count)]
    return "\n".join(["day,place,phone", *rows, ""])


def test_rows_that_differ_in_what_is_dropped_all_count(drafted: Drafting) -> None:
    draft = drafted(events(12))

    assert (draft.outcome.accepted, draft.outcome.deduplicated) == (12, 0)
    assert draft.contract.key == ()
    assert "key: []  # review: without phone 9 of 12 rows equal another: every row counts" in (
        draft.text
    )


def test_rows_that_a_key_tells_apart_without_what_is_dropped_keep_it(drafted: Drafting) -> None:
    draft = drafted("event,phone\nA1,0812345001\nA2,0812345001\n")

    assert draft.contract.key == ("event",)


def test_rows_that_are_equal_in_every_column_are_told(drafted: Drafting) -> None:
    draft = drafted("case,amount\nA1,5\nA1,5\nA2,7\n")

    assert (draft.outcome.accepted, draft.outcome.deduplicated) == (2, 1)
    assert "1 more are equal to one in every column and count once: events? then key: []" in (
        draft.text
    )


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("ชื่อ", ["นายสมชาย ใจดี", "นางสาวสมหญิง รักไทย"]),
        ("ชื่อ", ["สมชาย ใจดี", "สมหญิง รักไทย"]),
        ("name", ["Somchai Jaidee", "Jane P. Doe"]),
        ("Name", ["Mr. Somchai", "Ms Jane Doe"]),
        ("ผู้แจ้ง", ["สมชาย ใจดี", "สมหญิง รักไทย"]),
        ("remark", ["Mr. Somchai Jaidee", "Mrs. Jane Doe"]),
        ("ผู้รับผิดชอบ", ["น.ส.สมหญิง รักไทย", "ร.ต.อ.สมชาย ใจดี"]),
        ("ชื่อผู้ร้องเรียน", ["ก", "ข"]),
        ("ชื่อ-นามสกุล", ["ก", "ข"]),
        ("นามสกุล", ["ใจดี", "รักไทย"]),
        ("surname", ["Jaidee", "Rakthai"]),
        ("firstName", ["Somchai", "Jane"]),
        ("first_name", ["Somchai", "Jane"]),
        ("owner.name", ["Somchai", "Jane"]),
        ("driverName", ["Somchai", "Jane"]),
        ("driver", ["Somchai Jaidee", "Jane Doe"]),
        ("phoneNumber", ["1", "2"]),
        ("tel", ["812345678", "823456789"]),
        ("เบอร์โทร", ["12", "34"]),
        ("เลขประจำตัวประชาชน", ["12", "34"]),
    ],
)
def test_persons_are_dropped_until_somebody_decides(
    heading: str, cells: list[str], drafted: Drafting
) -> None:
    draft = drafted(column(*cells, heading=heading))

    field = draft.contract.fields[1]
    assert (field.sensitivity, draft.contract.classification) == ("drop", "personal")
    assert "a pseudonym instead: sensitivity: identifier" in draft.why(field.name, "sensitivity")


def test_a_name_beside_a_surname_is_that_of_a_person(drafted: Drafting) -> None:
    draft = drafted("ชื่อ,นามสกุล,เรื่อง\nสมชาย,ใจดี,ไฟดับ\nสมหญิง,รักไทย,น้ำท่วม\n")

    assert [field.sensitivity for field in draft.contract.fields] == ["drop", "drop", "public"]
    assert "a surname stands beside it" in draft.why("name", "sensitivity")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("name", ["Patong Beach", "Kata Noi Resort"]),
        ("ชื่อ", ["หาดป่าตอง", "หาดกะตะ"]),
        ("ผู้ประกอบการ", ["บริษัท ก จำกัด", "ร้าน ข"]),
    ],
)
def test_names_of_who_knows_what_are_kept_and_not_public(
    heading: str, cells: list[str], drafted: Drafting
) -> None:
    draft = drafted(column(*cells, heading=heading))

    assert_takes_all(draft)
    field = draft.contract.fields[1]
    assert (field.sensitivity, draft.contract.classification) == ("internal", "internal")
    assert "names of persons?" in draft.why(field.name, "sensitivity")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("ชื่อสถานี", ["สถานี กะทู้", "สถานี ป่าตอง"]),
        ("station_name", ["Bang Yai", "Bang Wad"]),
        ("จังหวัด", ["ภูเก็ต", "น่าน"]),
        ("อำเภอ", ["นางรอง", "นายายอาม"]),
        ("จำนวนผู้โดยสาร", ["120", "90"]),
        ("passengers", ["120", "90"]),
        ("contact", ["ok", "lost"]),
        ("status", ["Ready Now", "Not Ready"]),
        ("telemetry", ["on", "off"]),
        ("โทรคมนาคม", ["ดี", "เสีย"]),
    ],
)
def test_places_counts_and_states_are_no_persons(
    heading: str, cells: list[str], drafted: Drafting
) -> None:
    draft = drafted(column(*cells, heading=heading))

    assert_takes_all(draft)
    assert draft.contract.fields[1].sensitivity == "public"


@pytest.mark.parametrize("titles", [1, 49, 50, 51, 63, 150])
def test_any_number_of_titles_is_found(titles: int, drafted: Drafting) -> None:
    body = "a title\n" * titles + "place,depth\nKathu,1\nThalang,2\n"

    draft = drafted(body)

    assert_takes_all(draft)
    assert [field.name for field in draft.contract.fields] == ["place", "depth"]
    assert draft.outcome.rows == 2


def test_blank_lines_between_titles_count_as_lines(drafted: Drafting) -> None:
    draft = drafted("a title\n\n\nmore of it\n\nplace,depth\nKathu,1\nThalang,2\n")

    assert_takes_all(draft)
    assert draft.outcome.rows == 2
    assert "title_rows: 5" in draft.text


def test_titles_beyond_all_bounds_are_answered_in_one_line(drafted: Drafting) -> None:
    with pytest.raises(PermanentError, match="no contract can be drafted: format"):
        drafted("a title" + "\n" * 2000 + "place,depth\nKathu,1\nThalang,2\n")


def test_many_titles_of_a_workbook_are_found(drafted: Drafting) -> None:
    rows: list[list[object]] = [["a title"]] * 60 + [["place", "depth"], ["a", 1], ["b", 2]] * 70

    draft = drafted(workbook(rows), "sample.xlsx")

    assert draft.outcome.status == "accepted"
    assert "title_rows: 60" in draft.text


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("place,,depth", ["place", "column_2", "depth"]),
        (",place,depth", ["column_1", "place", "depth"]),
        ("place,,depth,,mood", ["place", "column_2", "depth", "column_4", "mood"]),
        ("place,depth,Depth", ["place", "depth", "depth_3"]),
        ("place,place,place", ["place", "place_2", "place_3"]),
        ("place,place_2,place", ["place", "place_2", "place_3"]),
    ],
)
def test_a_column_without_a_name_of_its_own_is_kept_with_its_values(
    header: str, names: list[str], drafted: Drafting, tmp_path: Path
) -> None:
    width = len(names)
    body = "\n".join([header, *(",".join(f"v{row}{n}" for n in range(width)) for row in "ab"), ""])

    draft = drafted(body)
    judged = judge(draft.contract, body, tmp_path)

    assert_takes_all(draft)
    assert [name.lower() for name in draft.contract.columns] == names
    fields = [field.name for field in draft.contract.fields]
    assert [judged.accepted[0][name] for name in fields] == [f"va{n}" for n in range(width)]
    assert draft.outcome.rows == 2


def test_lines_above_the_first_row_are_no_rows_where_the_contract_names_the_columns(
    tmp_path: Path,
) -> None:
    fields = [{"name": "place", "type": "string"}, {"name": "depth", "type": "integer"}]
    layout = {"type": "csv", "columns": ["place", "depth"], "title_rows": 2}

    judged = judge(contract_of(layout, fields), "a,9\nb,9\nc,1\nd,x\n", tmp_path)

    assert judged.column("place") == ["c"]
    assert [(row.record, row.place) for row in judged.quarantined] == [(2, "line 4")]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("place\na\nb\n", ["string"]),
        ("place,depth\na,1\n", ["string", "integer"]),
        ("place,nothing,depth\na,,1\nb,,2\n", ["string", "string", "integer"]),
        ("\ufeffplace,depth\na,1\nb,2\n", ["string", "integer"]),
        ("ที่,ค่า\nก,๑.๕\nข,๒.๕\n", ["string", "number"]),
        ("code,depth\n001,1\n010,2\n", ["string", "integer"]),
    ],
)
def test_small_and_strange_tables_are_taken_whole(
    body: str, kinds: list[str], drafted: Drafting
) -> None:
    draft = drafted(body)

    assert_takes_all(draft)
    assert [field.type for field in draft.contract.fields] == kinds


def test_what_headings_and_names_say() -> None:
    assert heading_of_persons("National ID")
    assert not heading_of_persons("ชื่อผู้ประกอบการ")
    assert is_surname("ชื่อสกุล")
    assert not is_surname("station name")
    assert not names_of_persons("province", Counter({"นายายอาม": 1, "นางรอง": 1}))
    assert names_of_persons(
        "remark", Counter({"Mr. Somchai Jaidee": 1, **{f"x{n}": 1 for n in range(19)}})
    )
    assert not names_of_persons(
        "remark", Counter({"Mr. Somchai Jaidee": 1, **{f"x{n}": 1 for n in range(20)}})
    )


@pytest.mark.parametrize(
    "cells",
    [
        ("9223372036854775808", "9223372036854775809"),  # beyond 64 bits
        ("83000000000000000001", "83000000000000000002"),
        ("9" * 400, "8" * 400),
        ("9007199254740993", "0.5"),  # beyond what a double holds to the last digit
        ("-9007199254740993", "1e3"),
    ],
)
def test_a_long_code_keeps_its_last_digit(cells: tuple[str, str], drafted: Drafting) -> None:
    rows = "\n".join(f'{{"row": {n}, "value": {cell}}}' for n, cell in enumerate(cells, 1))
    drafts = [drafted(column(*cells))]
    drafts += [drafted(rows, "sample.jsonl")] if max(map(len, cells)) < 300 else []

    for draft in drafts:
        assert_takes_all(draft)
        assert draft.field("value").type == "string"


@pytest.mark.parametrize(
    "cells", [("9223372036854775807", "-9223372036854775807"), ("1", "0001.5")]
)
def test_what_a_number_holds_is_a_number(cells: tuple[str, str], drafted: Drafting) -> None:
    draft = drafted(column(*cells))

    assert_takes_all(draft)
    assert draft.field("value").type in ("integer", "number")
