"""Hospitals, their load, and the flags of the beaches: published sums, truth, and the door."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from city.channels import Api, Request
from city.city import City
from city.published.healthcare import HOSPITAL_PATIENTS
from city.registers.beaches import BEACHES
from city.sources.healthcare import beach_flags, care_capacity
from city.sources.healthcare.care_capacity import PUBLIC, patients
from city.sources.healthcare.hospital_patients import hospital_patients
from city.sources.healthcare.hospitals import hospitals
from city.truth.people.nights import nights_of
from city.truth.weather.surf import surf_on
from tests.city.door import at_the_door, contract_for, datastore, kept_out

CARE = {"tableName": "s_opd_ipd_month", "year": "2569", "province": "83", "type": "json"}


def answered(source: Api, city: City, parameters: Mapping[str, str], status: int = 200) -> bytes:
    answer = source.answer(city, Request(source.path, parameters))
    assert answer.status == status
    return answer.body


def flags(city: City, day: date) -> bytes:
    return answered(beach_flags.SOURCE, city, {"date": f"{day}"})


def test_the_register_of_hospitals_is_taken_whole(city: City) -> None:
    table = hospitals()
    judged = at_the_door(city, "hospitals", datastore(table))

    assert judged.quarantined == []
    assert len({row["hospital_id"] for row in judged.accepted}) == len(table.rows)
    assert {h.code for h in PUBLIC} < {row["hospital_id"] for row in judged.accepted}


def test_patients_of_a_year_are_the_published_ones(city: City) -> None:
    judged = at_the_door(city, "hospital_patients", hospital_patients().body)

    told = {(row["year"], row["patient_type"]): row["patients"] for row in judged.accepted}
    assert len(told) == 8
    assert (told[2022, "outpatient"], told[2025, "outpatient"]) == (782_245, 548_154)
    assert told[2025, "inpatient"] == 61_757


def test_months_of_all_hospitals_make_the_published_year(city: City) -> None:
    for year, published in HOSPITAL_PATIENTS.items():
        months = [month for hospital in PUBLIC for month in patients(city.seed, year, hospital)]
        assert tuple(map(sum, zip(*months, strict=True))) == published


def test_full_months_of_the_island_fill_the_hospitals(city: City) -> None:
    months = [patients(city.seed, 2568, hospital) for hospital in PUBLIC]
    visits = [sum(hospital[month][0] for hospital in months) for month in range(12)]

    january, september = visits[3], visits[11]
    assert nights_of(city.seed, date(2025, 1, 1)) > nights_of(city.seed, date(2025, 9, 1))
    assert january > september


def test_the_data_centre_answers_created_and_the_door_makes_months_of_its_columns(
    city: City,
) -> None:
    body = answered(care_capacity.SOURCE, city, CARE, status=201)
    judged = at_the_door(city, "care_capacity", body)

    assert judged.quarantined == []
    assert len(judged.accepted) == 12 * len(PUBLIC)
    (pending,) = care_capacity.SOURCE.defects(city)
    empty = {row["_record"] for row in judged.accepted if row["admissions_reason"] == "pending"}
    assert empty == set(pending.where.records)
    visits: Counter[object] = Counter()
    for row in judged.accepted:
        visits[row["hospital_id"]] += int(str(row["outpatient_visits"] or 0))
    first = PUBLIC[0]
    expected = sum(out for out, _ in patients(city.seed, 2569, first)[:11])
    assert visits[first.code] == expected
    assert {row["month"] for row in judged.accepted if row["admissions"] is None} == {9}


def test_a_wrong_table_is_no_error_to_the_data_centre(city: City) -> None:
    assert answered(care_capacity.SOURCE, city, CARE | {"tableName": "s_other"}, 201) == b"[]"


def test_flags_at_the_door_are_what_officials_hoisted(city: City) -> None:
    defects = list(beach_flags.SOURCE.defects(city))
    for day in city.calendar[:3]:
        judged = at_the_door(city, "beach_flags", flags(city, day))

        assert {row.record for row in judged.quarantined} == kept_out(
            defects, f"flags-{day:%Y%m%d}"
        )
        truth = {surf.beach: surf for surf in surf_on(city.seed, day)}
        for row in judged.accepted:
            surf = truth[str(row["beach_id"])]
            assert row["flag"] == ("red" if surf.wave_cm >= 175 else "red_yellow")
            assert (row["rescues"], row["drownings"]) == (surf.rescues, surf.drownings)


def test_a_height_not_written_down_and_a_silent_beach_are_where_the_truth_says(city: City) -> None:
    first, second = (json.loads(flags(city, day))["beaches"] for day in city.calendar[:2])
    absent, _, gap = beach_flags.SOURCE.defects(city)

    (record,) = absent.where.records
    assert first[record - 1]["wave_height_m"] == "-"
    assert {beach.id for beach in BEACHES} - {told["beach_id"] for told in second} == {
        gap.where.station_id
    }


def test_monsoon_means_red_flags_and_winter_means_bathing(city: City) -> None:
    def red(month: date) -> float:
        seen = [s for n in range(0, 28, 4) for s in surf_on(city.seed, month + timedelta(days=n))]
        return sum(surf.wave_cm >= 175 for surf in seen) / len(seen)

    assert red(date(2026, 7, 1)) > 0.4
    assert red(date(2026, 2, 1)) < 0.1


def test_the_same_question_has_the_same_bytes(city: City) -> None:
    before = (flags(city, city.last_day), answered(care_capacity.SOURCE, city, CARE, 201))
    surf_on.cache_clear()
    nights_of.cache_clear()

    assert (flags(city, city.last_day), answered(care_capacity.SOURCE, city, CARE, 201)) == before


def test_the_contract_asks_the_data_centre_for_the_table_that_it_has() -> None:
    fetch = contract_for("care_capacity").fetch

    assert fetch.connector == "http_json"
    assert {**fetch.body, "year": "2569"} == CARE
