"""Registers with the days that they held: what changed in them, and what only its readings tell."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from ingestion.clock import BANGKOK
from tests.dbt_project.city_lake import CityLake, Row, station

pytestmark = pytest.mark.whole

FIRST = date(2026, 1, 1)
CALENDAR = date(2015, 1, 1)
Version = tuple[str, float | None, date | None, date | None]


def on(day: int) -> date:
    return FIRST + timedelta(days=day - 1)


def access_point(state: str, clients: int, latitude: float = 7.88) -> Row:
    return {
        "access_point_id": "AP-0001", "access_point_mac": "02-00-00-00-00-01",
        "name_th": "จุดบริการไวไฟ", "name_en": "WiFi point", "tambon_code": "830101",
        "longitude": 98.39, "latitude": latitude, "networks": '["Town"]', "state": state,
        "clients": clients, "reported_at": f"2026-01-01 00:00:{clients:02d}+00",
    }  # fmt: skip


def camera(camera_id: str, *, is_working: bool) -> Row:
    return {
        "camera_id": camera_id, "kind": camera_id[:3].lower(), "name_th": "กล้อง",
        "name_en": "Camera", "tambon_code": "830305", "latitude": 8.2, "longitude": 98.3,
        "is_working": is_working,
    }  # fmt: skip


def air(station_id: str, at: datetime, area_th: str, latitude: float) -> Row:
    return {
        "station_id": station_id, "observed_at": at.astimezone(UTC).isoformat(sep=" "),
        "station_type": "mobile", "name_th": "หน่วยเคลื่อนที่", "name_en": "Mobile unit",
        "area_th": area_th, "latitude": latitude, "longitude": 98.3,
    }  # fmt: skip


class Roaming:
    """Mobile units that measure every few hours, some days, and stand somewhere else at times."""

    def __init__(self) -> None:
        self.rows: dict[date, list[Row]] = {}
        self.said: dict[str, list[tuple[datetime, float]]] = {}
        chance = random.Random("roaming")
        for name in ("m1", "m2", "m3"):
            latitude = 7.9
            for day in range(1, 31):
                for hour in sorted(chance.sample(range(24), chance.choice([0, 0, 1, 3]))):
                    latitude = chance.choice([latitude, latitude, 7.8, 7.9, 8.0])
                    at = datetime.combine(on(day), time(hour), tzinfo=BANGKOK)
                    row = air(name, at, "ต.ป่าตอง อ.กะทู้, ภูเก็ต", latitude)
                    self.rows.setdefault(on(day), []).append(row)
                    self.said.setdefault(name, []).append((at, latitude))

    def versions(self) -> list[Version]:
        """Where each stood, by what was said last on a day."""
        found: list[Version] = []
        for name, said in self.said.items():
            last = {at.date(): latitude for at, latitude in said}
            held: list[tuple[date, float]] = []
            for day, latitude in last.items():
                if not held or held[-1][1] != latitude:
                    held.append((day, latitude))
            for place, (day, latitude) in enumerate(held):
                after = held[place + 1][0] - timedelta(days=1) if place + 1 < len(held) else None
                found.append((name, latitude, day if place else CALENDAR, after))
        return found


@pytest.fixture(scope="module")
def roaming() -> Roaming:
    return Roaming()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, roaming: Roaming) -> CityLake:
    city = CityLake(tmp_path_factory.mktemp("registers"))
    slow, fast = station("RG-001"), station("RG-001") | {"interval_minutes": 5}
    city.deliver("environment_stations", "s1", on(1), [slow, station("RG-002")])
    city.deliver("environment_stations", "s2", on(10), [fast])
    for day, (state, clients) in enumerate([("on", 3), ("on", 9), ("off", 0), ("on", 4)], 1):
        city.deliver("wifi_access_points", f"w{day}", on(day), [access_point(state, clients)])
    city.deliver("cctv_cameras", "c1", on(2), [camera("LPR-001", is_working=True)])
    city.deliver("cctv_cameras", "c2", on(5), [camera("LPR-001", is_working=False)])
    for day, rows in roaming.rows.items():
        city.deliver("air4thai", f"a{day.day}", day, rows)
    elsewhere = air("42t", datetime.combine(on(2), time(), tzinfo=BANGKOK), "อ.เมือง, สงขลา", 9.1)
    city.deliver("air4thai", "elsewhere", on(2), [elsewhere])
    city.dbt("seed")
    shown = ["+dim_device", "+stations", "+wifi_access_points"]
    city.dbt("build", "--select", *shown, "--indirect-selection", "cautious")
    return city


def test_an_interval_that_changes_holds_from_the_day_on_which_it_was_received(
    city: CityLake,
) -> None:
    told = city.ask("""
        select device_id, interval_minutes, valid_from, is_valid_from_known, valid_until
        from lake.dimensions.dim_device where register = 'environment_stations' order by all""")

    # What was received at 08:00 of the day after the one that the file is about.
    assert told == [
        ("RG-001", 5, on(11), True, None),
        ("RG-001", 10, CALENDAR, False, on(10)),
        ("RG-002", 10, CALENDAR, False, on(10)),
    ]


def test_a_product_tells_what_is_in_force_and_what_has_ended(city: CityLake) -> None:
    told = city.ask("""
        select station_id, interval_minutes, valid_from, valid_until, is_in_force, status
        from lake.marts.stations where register = 'environment_stations' order by all""")
    points = city.ask("""
        select state, valid_from, is_in_force, status from lake.marts.wifi_access_points
        order by valid_from""")

    assert told == [
        ("RG-001", 5, on(11), None, True, "provisional"),
        ("RG-001", 10, CALENDAR, on(10), False, "final"),
        ("RG-002", 10, CALENDAR, on(10), False, "final"),
    ]
    assert points == [
        ("on", CALENDAR, False, "final"),
        ("off", on(4), False, "final"),
        ("on", on(5), True, "provisional"),
    ]


def test_an_access_point_has_another_version_when_its_state_changes_and_not_by_who_is_connected(
    city: CityLake,
) -> None:
    told = city.ask("""
        select state, valid_from, valid_until from lake.staging.stg_wifi_access_points
        order by valid_from nulls first""")

    assert told == [("on", None, on(3)), ("off", on(4), on(4)), ("on", on(5), None)]


def test_a_gate_is_known_with_the_days_on_which_it_worked(city: CityLake) -> None:
    told = city.ask("""
        select camera_id, is_working, valid_from, valid_until from lake.staging.stg_cctv_cameras
        order by valid_from nulls first""")

    assert told == [("LPR-001", True, None, on(5)), ("LPR-001", False, on(6), None)]


def test_a_station_that_only_its_readings_tell_of_is_where_the_last_of_a_day_said(
    city: CityLake, roaming: Roaming
) -> None:
    told = city.ask("""
        select device_id, latitude, valid_from, valid_until from lake.dimensions.dim_device
        where register = 'air4thai' and device_id <> '42t' order by device_id, valid_from""")

    assert len(told) > 15
    assert told == roaming.versions()


def test_a_place_is_read_from_a_text_and_empty_outside_the_province(city: CityLake) -> None:
    told = city.ask("""
        select distinct device_id = '42t', place_code from lake.dimensions.dim_device
        where register = 'air4thai' order by all""")

    assert told == [(False, "830202"), (True, None)]
