"""Schools and who learns there: the register, the counts, and what the door makes of both."""

from __future__ import annotations

from datetime import date

from city.city import City
from city.registers.schools import SCHOOLS
from city.registers.tambon import TAMBON_CODES
from city.sources.education.enrolment import counted_year, enrolment, pupils_of
from city.sources.education.schools import schools
from tests.city.door import at_the_door, kept_out


def test_the_register_loses_only_the_school_with_exchanged_coordinates(
    city: City,
) -> None:
    table = schools()
    judged = at_the_door(city, "schools", table.body)

    assert [(row.record, row.code) for row in judged.quarantined] == [
        (record, "coords_swapped") for record in kept_out(table.defects)
    ]
    nowhere = [row["_record"] for row in judged.accepted if row["latitude"] is None]
    assert nowhere == [r for d in table.defects if d.kind == "no_value" for r in d.where.records]


def test_every_tambon_has_a_school_and_no_two_share_a_code() -> None:
    assert {school.tambon for school in SCHOOLS} == set(TAMBON_CODES)
    assert len({school.code for school in SCHOOLS}) == len(SCHOOLS)
    assert {school.affiliation for school in SCHOOLS} >= {"นานาชาติ"}


def test_pupils_are_what_the_truth_says_but_for_the_named_records(
    city: City,
) -> None:
    table = enrolment(city)
    judged = at_the_door(city, "enrolment", table.body)

    assert judged.quarantined == []
    wrong = [
        row["_record"]
        for row in judged.accepted
        if int(str(row["boys"])) + int(str(row["girls"])) != row["pupils"]
    ]
    unsaid = [row["_record"] for row in judged.accepted if row["teachers"] is None]
    planned = {defect.kind: list(defect.where.records) for defect in table.defects}
    assert planned == {"wrong_total": wrong, "no_value": unsaid}


def test_levels_classes_and_teachers_are_those_of_the_school(city: City) -> None:
    judged = at_the_door(city, "enrolment", enrolment(city).body)
    school = next(school for school in SCHOOLS if school.levels == "KPLU")

    told = {
        row["level"]: (row["boys"], row["girls"], row["teachers"], row["classrooms"])
        for row in judged.accepted
        if (row["school_id"], row["academic_year"]) == (school.code, 2026)
    }
    names = {"pre_primary": "K", "primary": "P", "lower_secondary": "L", "upper_secondary": "U"}
    assert told == {n: pupils_of(city.seed, school, level, 2569) for n, level in names.items()}


def test_a_year_counts_from_the_tenth_of_june() -> None:
    assert counted_year(date(2026, 6, 9)) == 2568
    assert counted_year(date(2026, 6, 10)) == 2569


def test_the_same_city_has_the_same_schools(city: City) -> None:
    assert enrolment(city).body == enrolment(city).body
    assert schools().body == schools().body
