"""Attractions, piers and public holidays: taken whole, and the same everywhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from city.channels import Request
from city.city import demo_city
from city.registers.attractions import attractions
from city.registers.piers import piers
from city.sources.governance import public_holidays
from city.sources.tourism import attractions as attraction_entities
from city.sources.tourism import piers as pier_map
from city.truth.calendar import day_kind
from tests.city.tourism.taking import take

CITY = demo_city()


def test_every_attraction_is_taken(tmp_path: Path) -> None:
    source = attraction_entities.SOURCE
    body = json.dumps(list(source.present(CITY))).encode() + b"\n"

    judged = take(CITY, source.source, body, tmp_path)

    assert (judged.outcome.accepted, judged.outcome.quarantined) == (len(attractions()), 0)
    assert judged.outcome.new_columns == ()
    assert len({row["tambon_code"] for row in judged.accepted}) == 17


def test_every_pier_is_taken_with_its_destinations(tmp_path: Path) -> None:
    source = pier_map.SOURCE

    judged = take(CITY, source.source, source.answer(CITY, Request("/piers")).body, tmp_path)

    assert (judged.outcome.accepted, judged.outcome.quarantined) == (len(piers()), 0)
    assert judged.column("destinations")[0] == "เกาะพีพี; เกาะลันตา; กระบี่"
    assert judged.column("tambon_code")[0] == "830104"


def test_places_stand_near_their_tambon() -> None:
    for place in (*attractions(), *piers()):
        off = (place.latitude - place.tambon.latitude, place.longitude - place.tambon.longitude)
        assert max(map(abs, off)) < 1_000, place.name_en


def test_the_holidays_are_those_of_the_truth(tmp_path: Path) -> None:
    source = public_holidays.SOURCE

    judged = take(CITY, source.source, source.answer(CITY, Request("/")).body, tmp_path)

    assert judged.outcome.quarantined == 0
    days = [date.fromisoformat(str(day)) for day in judged.column("holiday_on")]
    assert {day.year for day in days} == {2025, 2026, 2027}
    assert all(day_kind(day).holiday for day in days)
    assert date(2026, 4, 13) in days
    assert len([day for day in days if day.year == 2026]) == 23
