"""Complaints: how many there are, how they are told, and what becomes of them at the door."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from city.channels import Request
from city.city import City
from city.registers.tambon import TAMBON
from city.sources.governance.traffy_complaints import SOURCE, records_of
from city.truth.incidents.complaints import complaints_on
from city.truth.weather.floods import flood_depth
from tests.city.door import at_the_door, kept_out

PAGE = {"limit": "1000", "offset": "0"}


def asked(city: City, first: date, last: date, **changes: str) -> bytes:
    parameters = {**PAGE, "start": f"{first}", "end": f"{last}", **changes}
    return SOURCE.answer(city, Request(SOURCE.path, parameters)).body


def test_wet_days_bring_more_complaints_and_of_another_kind(city: City) -> None:
    days = [city.first_day - timedelta(days=number) for number in range(30)]
    flooded = [day for day in days if flood_depth(city.seed, day).sum() > 500]
    dry = [day for day in days if not flood_depth(city.seed, day).any()]

    def mean(some: list[date], kind: str = "") -> float:
        told = [c for day in some for c in complaints_on(city.seed, day) if kind in ("", c.kind)]
        return len(told) / len(some)

    assert flooded
    assert dry
    assert mean(flooded) > 1.3 * mean(dry)
    assert mean(flooded, "น้ำท่วม") > 5 * mean(dry, "น้ำท่วม")


def test_every_day_has_a_believable_number_of_complaints(city: City) -> None:
    counts = [len(complaints_on(city.seed, day)) for day in city.calendar]

    assert min(counts) > 20
    assert max(counts) < 500


def test_the_door_keeps_out_exactly_what_the_truth_says(city: City) -> None:
    defects = list(SOURCE.defects(city))
    assert len(defects) == 3
    for day in city.calendar[:2]:
        judged = at_the_door(city, SOURCE.source, asked(city, day, day))

        found = {row.record for row in judged.quarantined}
        assert found == kept_out(defects, f"search-{day:%Y%m%d}")
        assert len(judged.accepted) == len(complaints_on(city.seed, day)) - len(found)


def test_the_lake_gets_times_places_and_states_but_no_text_and_no_picture(
    city: City,
) -> None:
    day = city.last_day
    judged = at_the_door(city, SOURCE.source, asked(city, day, day))

    truth = complaints_on(city.seed, day)
    told = {complaint.told_at for complaint in truth}
    assert {row["reported_at"] for row in judged.accepted} == told
    assert {"description", "photo_url", "address"}.isdisjoint(judged.accepted[0])
    assert "ต.ป่าตอง" in asked(city, day, day).decode()
    middles = {t.code: (t.latitude / 10_000, t.longitude / 10_000) for t in TAMBON}
    for row, complaint in zip(reversed(judged.accepted), truth, strict=True):
        assert row["latitude"] == pytest.approx(middles[complaint.tambon][0], abs=0.01)
        assert row["longitude"] == pytest.approx(middles[complaint.tambon][1], abs=0.01)


def test_most_old_complaints_are_answered_and_few_of_the_last_day(city: City) -> None:
    def finished(day: date) -> float:
        states = [record["state"] for record in records_of(city, day)]
        return states.count("เสร็จสิ้น") / len(states)

    assert finished(city.first_day) > 0.4
    assert finished(city.last_day) < finished(city.first_day)


def test_pages_hold_the_newest_first_and_every_ticket_once(city: City) -> None:
    first, last = city.first_day, city.last_day
    whole = json.loads(asked(city, first, last))
    parts = [
        json.loads(asked(city, first, last, limit="100", offset=f"{at}"))
        for at in range(0, whole["total"], 100)
    ]

    tickets = [record["ticket_id"] for part in parts for record in part["results"]]
    times = [record["timestamp"] for record in whole["results"]]
    assert len(set(tickets)) == len(tickets) == whole["total"]
    assert times == sorted(times, reverse=True)


def test_the_same_question_has_the_same_bytes(city: City) -> None:
    day = city.first_day
    before = asked(city, day, day)
    complaints_on.cache_clear()

    assert asked(city, day, day) == before
