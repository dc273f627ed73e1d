"""What a column of a sample is taken for, with which reason; and which columns make the key.

Does not belong here: formats, and that samples are taken whole (`test_scaffold.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.judging.sandbox import Sandbox
from tests.support.drafting import Drafting, assert_takes_all, column


@pytest.fixture
def drafted(tmp_path: Path, sandbox: Sandbox) -> Drafting:
    return Drafting(tmp_path, sandbox)


def test_a_buddhist_year_is_told_from_a_number(drafted: Drafting) -> None:
    draft = drafted(column("2566", "2567", "2568", heading="ปี"))

    assert (draft.field("year").type, draft.field("year").era) == ("year", "buddhist")
    assert draft.why("year", "era") == "all 3 values, 2566 to 2568: can only be Buddhist years"
    assert drafted(column("2566", "2567")).field("value").type == "integer"


def test_a_date_is_guessed_with_its_era_and_the_other_form_that_would_fit(
    drafted: Drafting,
) -> None:
    draft = drafted(column("01/09/2568", "02/09/2568", heading="วันที่"))

    field = draft.field("day_on")
    assert (field.type, field.formats, field.era) == ("date", ("%d/%m/%Y",), "buddhist")
    assert "%m/%d/%Y would fit, too" in draft.why("day_on", "formats")


@pytest.mark.parametrize(
    ("cells", "kind", "zone"),
    [
        (["2026-01-08T02:00:00+07:00", "2026-01-08T03:00:00Z"], "timestamp", ""),
        (["2026-01-08 02:00:00", "2026-01-08 03:00"], "timestamp", "Asia/Bangkok"),
        (["08/01/2026 02:00", "09/01/2026 03:00"], "timestamp", "Asia/Bangkok"),
        (["2026-01-08", "2026-01-07"], "date", ""),
        (["2569-01-08", "2568-01-07"], "date", ""),
        (["30/02/2568", "01/02/2568"], "string", ""),
        (["2026-13-08", "2026-01-07"], "string", ""),
    ],
)
def test_times_are_told_by_their_form_and_asked_for_their_zone(
    cells: list[str], kind: str, zone: str, drafted: Drafting
) -> None:
    draft = drafted(column(*cells))

    assert_takes_all(draft)
    assert (draft.field("value").type, draft.field("value").zone) == (kind, zone)
    if zone:
        assert "is it Thai time?" in draft.why("value", "zone")


def test_numbers_with_thousands_thai_digits_and_words_for_nothing(drafted: Drafting) -> None:
    draft = drafted(column("1,234", "๑๒", "รอประมวลผล", "-", "", "7"))

    field = draft.field("value")
    assert (field.type, field.thousands, field.thai_digits) == ("integer", ",", True)
    assert field.missing == {"": "missing", "-": "missing", "รอประมวลผล": "pending"}
    assert not field.required
    assert draft.why("value", "missing") == "3 of 6 rows; why is there no value?"


def test_a_number_of_a_device_that_may_be_an_error_code_is_asked_about_and_accepted(
    drafted: Drafting,
) -> None:
    draft = drafted(column("1.5", "-999", "2.5"))

    assert_takes_all(draft)
    assert "is -999 an error code of the device?" in draft.why("value", "type")


@pytest.mark.parametrize(
    ("cells", "heading", "kind"),
    [
        (["01234", "20000"], "value", "string"),
        (["83000", "83110"], "รหัสไปรษณีย์", "string"),
        (["1.5", "2"], "value", "number"),
        (["12", "-3"], "value", "integer"),
        (["1e5", "2"], "value", "number"),
        (["99999999999999999999", "1"], "value", "string"),
        (["1,5", "2,5"], "value", "string"),
        (["yes", "no", "Yes"], "value", "boolean"),
        (["0", "1", "1"], "value", "integer"),
    ],
)
def test_kinds_of_values(cells: list[str], heading: str, kind: str, drafted: Drafting) -> None:
    draft = drafted(column(*cells, heading=heading))

    assert_takes_all(draft)
    assert draft.contract.fields[1].type == kind


def test_a_unit_in_a_heading_becomes_the_unit(drafted: Drafting) -> None:
    draft = drafted(column("1", "2", heading="ปริมาณฝน (มม.)"))

    field = draft.field("rain")
    assert (field.source, field.unit) == ("ปริมาณฝน (มม.)", "mm")
    assert draft.why("rain", "unit") == "the heading says มม."


def test_few_texts_that_repeat_become_allowed_values(drafted: Drafting) -> None:
    draft = drafted(column(*["ปกติ", "เฝ้าระวัง"] * 4))

    assert draft.field("value").allowed == {"ปกติ": ("ปกติ",), "เฝ้าระวัง": ("เฝ้าระวัง",)}
    assert draft.why("value", "allowed").startswith("all 8 values, 2 different")


def test_identifiers_of_one_form_become_a_pattern(drafted: Drafting) -> None:
    draft = drafted(column("KT-01", "KT-112", "PKT-3"))

    assert draft.field("value").pattern == "^[A-Z]{2,3}-[0-9]{1,3}$"


def test_the_key_is_the_smallest_set_that_tells_rows_apart(drafted: Drafting) -> None:
    rows = [f"S{s},{hour:02d}:00,{s * hour}" for s in range(1, 4) for hour in range(5)]
    draft = drafted("\n".join(["station,hour,amount", *rows]) + "\n")

    assert draft.contract.key == ("station", "hour")
    assert "key: [station, hour]  # review: different in all 15 rows" in draft.text


def test_a_measurement_is_no_key_although_it_is_different_in_every_row(drafted: Drafting) -> None:
    draft = drafted("level,station\n1.5,A\n1.6,B\n1.7,C\n")

    assert draft.contract.key == ("station",)


def test_rows_that_contradict_each_other_are_kept_and_asked_about(drafted: Drafting) -> None:
    draft = drafted("station,year,amount\nA,2568,1\nA,2568,2\nB,2568,3\n")

    assert_takes_all(draft)
    assert draft.contract.repeats.conflict == "keep"
    assert "rows that share a key differ; which one is right?" in draft.text
