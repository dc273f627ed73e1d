"""Cameras: their register, how long they worked, what they counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from city.city import City
from city.registers.cameras import (
    COUNTERS,
    cctv_cameras,
    journey_cameras,
    plate_cameras,
)
from city.registers.roads import ROADS, along, distance
from city.registers.tambon import TAMBON_CODES
from city.sources.safety import cctv_cameras as register
from city.sources.safety import cctv_uptime, face_alert_counts, vehicle_counts
from city.truth.incidents.uptime import minutes_up
from city.truth.people.traffic import kmh_by_hour, passes_by_hour, seconds_along
from city.truth.people.visitors import present
from city.truth.weather.floods import flood_depth
from tests.city.safety.judging import Door, Sent

DROPS = {module.SOURCE_ID: module.files_of for module in (register, cctv_uptime, face_alert_counts)}


@pytest.fixture(scope="module")
def judged(small: City, door: Door) -> dict[str, Sent]:
    return {
        source: door.files(source, [f for day in small.calendar for f in files(small, day)])
        for source, files in DROPS.items()
    }


@pytest.fixture(scope="module")
def counted(small: City, door: Door) -> Sent:
    """Both days' answers; the file of the defects is that of the day."""
    sent = [
        door.entities(
            vehicle_counts.SOURCE_ID,
            f"{vehicle_counts.ENTITY}-{day:%Y%m%d}.jsonl",
            list(vehicle_counts.history(small, day)),
            small.closes_at,
        )
        for day in small.calendar
    ]
    files = {name: judged for one in sent for name, judged in one.items()}
    return Sent(files, tuple(vehicle_counts.planted(small)))


def test_the_register_has_the_published_numbers_of_cameras() -> None:
    assert len(plate_cameras()) == 37 + 30 + 4 + 3
    assert (len(cctv_cameras()), sum(camera.works for camera in cctv_cameras())) == (775, 617)
    assert {camera.place.tambon for camera in cctv_cameras()} == set(TAMBON_CODES)


def test_a_plate_camera_stands_on_its_road_where_its_metres_say() -> None:
    roads = {road.id: road for road in ROADS}
    for camera in plate_cameras():
        road = roads[camera.road]
        assert distance(camera.place, along(road, camera.position, road.length)) < 30, camera.id


def test_every_plate_camera_is_on_a_way_that_people_drive() -> None:
    on_the_way = {camera for way in journey_cameras() for camera in way}

    assert on_the_way == set(range(len(plate_cameras()) - 2))  # one stands for three at the gate


@pytest.mark.parametrize("source", DROPS)
def test_the_door_finds_exactly_what_is_wrong(source: str, judged: dict[str, Sent]) -> None:
    sent = judged[source]

    assert sent.quarantined == sent.planted_records("quarantined")
    assert sent.deduplicated == sent.planted_count("deduplicated")
    assert not sent.refused


def test_one_camera_has_its_coordinates_exchanged(judged: dict[str, Sent]) -> None:
    (bad,) = judged["cctv_cameras"].files["cameras.csv"].quarantined

    assert bad.code == "coords_swapped"


def test_a_fifth_of_the_cctv_is_dead_all_day(small: City, judged: dict[str, Sent]) -> None:
    told = {
        row["camera_id"]: row["uptime"]
        for row in judged["cctv_uptime"].accepted
        if row["reported_on"] == small.last_day and str(row["camera_id"]).startswith("CCTV")
    }

    assert sum(not minutes for minutes in told.values()) == 775 - 617
    assert 0.9 * 617 < sum(minutes == 1440 for minutes in told.values()) < 617


def test_a_camera_that_was_down_has_fewer_minutes(small: City) -> None:
    up = minutes_up(small.seed, small.first_day)[: len(plate_cameras())]

    assert 0 < (up < 1440).sum() < 20
    assert up.min() > 1440 - 481


def test_impossible_speeds_are_quarantined_and_no_other(counted: Sent) -> None:
    assert counted.quarantined == counted.planted_records("quarantined")
    assert len(counted.quarantined) == 1


def test_counts_are_what_passed(small: City, counted: Sent) -> None:
    whole = replace(small, scale=1.0)

    counts = vehicle_counts.counted(whole, small.first_day)

    passed = passes_by_hour(small.seed, small.first_day)[:COUNTERS]
    assert np.abs(counts - passed).max() <= 0.031 * passed.max()
    assert len(counted.accepted) == 2 * COUNTERS * 24 - 1 - len(vehicle_counts.SILENT_HOURS)


def test_more_visitors_more_traffic(small: City) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 364, 7)]
    people = [int(present(small.seed, day).sum()) for day in days]
    passed = [int(passes_by_hour(small.seed, day).sum()) for day in days]

    # Residents drive in every season, so that visitors explain most of it and not all.
    assert np.corrcoef(people, passed)[0, 1] > 0.85
    assert all(600_000 < count < 1_400_000 for count in passed)


def test_traffic_is_slow_where_water_stands(small: City) -> None:
    wet = next(
        day
        for day in (small.first_day + timedelta(days=n) for n in range(60))
        if flood_depth(small.seed, day).max() > 150
    )
    tambon, hour = np.unravel_index(flood_depth(small.seed, wet).argmax(), (17, 24))
    flooded = [
        n for n, c in enumerate(plate_cameras()) if c.place.tambon == TAMBON_CODES[int(tambon)]
    ]
    dry = wet + timedelta(days=7)
    assert not flood_depth(small.seed, dry)[tambon, hour]

    slow, usual = (kmh_by_hour(small.seed, day)[flooded, hour].mean() for day in (wet, dry))
    longest = [max(t[hour, -1] for t in seconds_along(small.seed, day)) for day in (wet, dry)]

    assert slow < 0.6 * usual
    assert longest[0] > longest[1]
    assert passes_by_hour(small.seed, wet)[flooded, hour].sum() < (
        0.9 * passes_by_hour(small.seed, dry)[flooded, hour].sum()
    )


def test_alerts_follow_the_visitors_and_one_total_is_wrong(
    small: City, judged: dict[str, Sent]
) -> None:
    rows = judged["face_alert_counts"].accepted
    by_month = {
        (row["year"], row["month"]): row["issued"] for row in rows if row["verified"] is not None
    }
    wrong = [r for r in rows if r["verified"] and r["issued"] != r["verified"] + r["false_alerts"]]  # type: ignore[operator]

    assert (len(rows), len(by_month), len(wrong)) == (12, 11, 1)
    assert by_month[(2026, 1)] > 1.4 * by_month[(2026, 6)]  # type: ignore[operator]


def test_the_same_city_sends_the_same_bytes(small: City) -> None:
    for files in DROPS.values():
        first, again = (
            [file.body for file in files(city, small.first_day)] for city in (small, replace(small))
        )
        assert first == again
    assert list(vehicle_counts.history(small, small.last_day)) == list(
        vehicle_counts.history(replace(small), small.last_day)
    )
