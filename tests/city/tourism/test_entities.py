"""What the context broker tells of access points and of people in public places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from city.channels import Json
from city.city import demo_city
from city.registers.counting_zones import counting_zones
from city.sources.tourism import people_counts
from city.sources.tourism.wifi import access_points as wifi_access_points
from city.truth.people.crowds import passing
from city.truth.people.visitors import present
from tests.city.tourism.taking import records, take

CITY = demo_city()
ZONES = len(counting_zones())


def answer(entities: Iterable[Mapping[str, Json]]) -> bytes:
    """Entities as the connector keeps them: an answer a line."""
    return json.dumps(list(entities), ensure_ascii=False).encode() + b"\n"


def told_on(day: date) -> bytes:
    """What was told on a day, from its midnight on, which is when its first count is told."""
    told: dict[str, dict[str, Any]] = {}
    midnights = [f"{d:%Y-%m-%d}T17:00:00Z" for d in (day - timedelta(days=1), day)]
    assert people_counts.SOURCE.history is not None
    for each in (d for d in (day - timedelta(days=1), day) if d in CITY.calendar):
        found: Any = people_counts.SOURCE.history(CITY, each)
        for entity in found:
            kept = told.setdefault(entity["id"], {})
            for name, value in entity.items():
                if not isinstance(value, dict):
                    kept[name] = value
                    continue
                pairs = [p for p in value["values"] if midnights[0] <= p[1] < midnights[1]]
                before = kept.get(name, {"values": []})["values"]
                kept[name] = {"type": "Property", "values": before + pairs}
    return answer(told.values())


def test_every_access_point_is_taken_but_the_one_with_swapped_coordinates(tmp_path: Path) -> None:
    source = wifi_access_points.SOURCE

    judged = take(CITY, source.source, answer(source.present(CITY)), tmp_path)

    (defect,) = source.defects(CITY)
    assert [(row.record, row.code) for row in judged.quarantined] == [
        (defect.where.records[0], "coords_swapped")
    ]
    assert judged.outcome.accepted == 999
    assert judged.outcome.new_columns == ()
    assert len({row["tambon_code"] for row in judged.accepted}) == 17
    assert [row["state"] for row in judged.accepted].count("off") == 8


def test_clients_are_the_sessions_of_that_moment() -> None:
    small = replace(CITY, scale=0.2)

    clients = wifi_access_points.clients(small)

    assert 300 < sum(clients) < 2000
    assert not any(clients[n - 1] for n in wifi_access_points.OUT_OF_ORDER)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_a_days_counts_are_taken_but_for_what_the_truth_says(number: int, tmp_path: Path) -> None:
    day, source = CITY.calendar[number], people_counts.SOURCE

    judged = take(CITY, source.source, told_on(day), tmp_path)

    todays = [d for d in source.defects(CITY) if f"{day:%Y%m%d}" in d.file]
    absent = 12 + ZONES if number == 0 else 0  # nobody told the first day what was before it
    assert judged.outcome.rows == ZONES * 96 - absent
    assert {row.record for row in judged.quarantined} == records(todays, "quarantined")
    lacking = {row["_record"] for row in judged.accepted if row["people"] is None}
    assert lacking == records(todays, "missing")
    assert judged.outcome.new_columns == ()


def test_a_stuck_camera_repeats_one_count(tmp_path: Path) -> None:
    source = people_counts.SOURCE

    rows = take(CITY, source.source, told_on(CITY.calendar[3]), tmp_path).accepted

    (stuck,) = [d for d in source.defects(CITY) if d.kind == "stuck"]
    counts = [row["people"] for row in rows if row["_record"] in stuck.where.records]
    assert len(counts) == 32
    assert len(set(counts)) == 1


def test_a_place_is_full_in_its_own_hours() -> None:
    counted = passing(1, date(2026, 1, 14), 1_000_000)
    names = [zone.name_en for zone in counting_zones()]

    def top_hour(name: str) -> int:
        return int(counted[names.index(name)].reshape(24, 4).sum(axis=1).argmax())

    assert 19 <= top_hour("Bangla Road") <= 22
    assert 14 <= top_hour("Patong Beach, north") <= 17
    assert 600 < counted[names.index("Bangla Road")].max() < 2_000


def test_counts_follow_the_visitors() -> None:
    days = [date(2026, 1, 5) + timedelta(days=14 * n) for n in range(26)]

    counted = [int(passing(1, day, 1_000_000).sum()) for day in days]

    assert np.corrcoef(counted, [int(present(1, day).sum()) for day in days])[0, 1] > 0.95


def test_the_present_counts_are_the_last_of_the_history() -> None:
    source = people_counts.SOURCE
    assert source.history is not None

    now = [entity["peopleCount"] for entity in source.present(CITY)]
    last = [e["peopleCount"]["values"][-1][0] for e in source.history(CITY, CITY.last_day)]  # type: ignore[index,call-overload]

    assert now == last
