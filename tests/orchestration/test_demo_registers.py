"""The published registers of the demo against those of the city: where things stand."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from city.registers.access_points import OUT_OF_ORDER, access_points
from city.registers.agency_stations import (
    AIR_STATIONS,
    LEVEL_STATIONS,
    RAIN_STATIONS,
    WATER_PROBES,
    WEATHER_STATIONS,
)
from city.registers.air_sensors import AIR_SENSORS
from city.registers.cameras import cctv_cameras, plate_cameras
from city.registers.stations import INTERVAL_MINUTES, stations
from city.registers.tambon import AMPHOE, TAMBON
from city.sources.tourism.wifi.access_points import SWAPPED
from ingestion.storage import keys
from orchestration.deployment import Deployment
from publication.commits import head
from tests.support.demo_home import SMALL, DemoRun

Standing = tuple[str, int | None, int | None]
"""Place code, and latitude and longitude in ten-thousandths of a degree."""
CLOSED = "o83"


def published(run: DemoRun, product: str, name: str) -> bytes:
    deployment = Deployment(run.settings)
    commit = head(deployment.open)
    assert commit is not None
    state = commit.products[product]
    assert state.release is not None
    key = keys.release_file(state.domain, product, state.release.version, name)
    return deployment.open.get(key)


def table(run: DemoRun, product: str) -> pd.DataFrame:
    found = pd.read_parquet(io.BytesIO(published(run, product, f"{product}.parquet")))
    return found.astype(object).where(found.notna(), None)


def standing(row: pd.Series) -> Standing:
    degrees = [row["latitude"], row["longitude"]]
    whole = [None if each is None else round(each * 10_000) for each in degrees]
    return row["place_code"], whole[0], whole[1]


@pytest.fixture(scope="module")
def found(small_run: DemoRun) -> dict[str, dict[str, pd.Series]]:
    rows = table(small_run, "stations")
    return {
        register: {row["station_id"]: row for _, row in part.iterrows()}
        for register, part in rows.groupby("register")
    }


def test_the_stations_of_the_city_stand_where_its_register_has_them(
    found: dict[str, dict[str, pd.Series]],
) -> None:
    own = {each.id: each for each in stations(SMALL.station_share)}
    told = found["environment_stations"]

    assert {name: standing(row) for name, row in told.items()} == {
        each.id: (each.tambon.code, each.latitude, each.longitude) for each in own.values()
    }
    for name, row in told.items():
        channel = own[name].channel
        assert (row["kind"], row["interval_minutes"]) == (own[name].kind, INTERVAL_MINUTES)
        assert row["name_th"] == own[name].name_th
        assert row["min_bank_m_msl"] == (channel.bank_mm / 1000 if channel else None)


def test_stations_of_agencies_are_those_that_they_run_in_phuket(
    found: dict[str, dict[str, pd.Series]],
) -> None:
    level = {each.code: each for each in LEVEL_STATIONS if each.place.province_code == "83"}
    rain = {each.code: each for each in RAIN_STATIONS if each.place.province_code == "83"}
    weather = {each.wmo: each for each in WEATHER_STATIONS if each.province_th == "ภูเก็ต"}
    air = {each.id: each for each in AIR_STATIONS if each.tambon and each.id != CLOSED}
    national = {
        code: ("83", each.place.latitude, each.place.longitude)
        for code, each in (level | rain).items()
    }

    assert {
        code: standing(row)
        for register in ("thaiwater_levels", "thaiwater_rain")
        for code, row in found[register].items()
    } == national
    assert {code: row["agency"] for code, row in found["thaiwater_levels"].items()} == {
        code: each.agency for code, each in level.items()
    }
    assert {code: standing(row) for code, row in found["tmd_weather"].items()} == {
        code: ("83", each.latitude, each.longitude) for code, each in weather.items()
    }
    assert {code: standing(row) for code, row in found["air4thai"].items()} == {
        code: (each.tambon, each.latitude, each.longitude) for code, each in air.items()
    }


def test_what_no_agency_tells_of_a_station_is_empty_and_said(
    found: dict[str, dict[str, pd.Series]],
) -> None:
    probes = {each.code: ("83", None, None) for each in WATER_PROBES}

    for register in ("water_quality_probes", "pcd_water_quality"):
        assert {code: standing(row) for code, row in found[register].items()} == probes
    assert {code: standing(row) for code, row in found["air_quality_sensors"].items()} == {
        each.id: (each.tambon.code, None, None) for each in AIR_SENSORS
    }
    silent = [row for rows in found.values() for row in rows.values() if row["latitude"] is None]
    assert {row["position_status"] for row in silent} == {"missing"}
    assert len(silent) == 2 * len(probes) + len(AIR_SENSORS)


def test_access_points_are_those_of_the_register_but_the_one_whose_place_was_typed_wrong(
    small_run: DemoRun,
) -> None:
    rows = table(small_run, "wifi_access_points")
    known = {each.id: each for each in access_points() if each.number != SWAPPED}

    assert {row["access_point_id"]: standing(row) for _, row in rows.iterrows()} == {
        name: (each.tambon.code, each.latitude, each.longitude) for name, each in known.items()
    }
    off = set(rows[rows["state"] == "off"]["access_point_id"])
    assert off == {each.id for each in known.values() if each.number in OUT_OF_ORDER}
    assert bool(rows["is_in_force"].all())


def test_places_are_those_of_the_city_each_in_the_one_around_it(small_run: DemoRun) -> None:
    rows = table(small_run, "places").set_index("place_code")

    named = {tambon.code: (tambon.name_th, tambon.name_en) for tambon in TAMBON}
    assert {
        code: (row["place_name_th"], row["place_name_en"]) for code, row in rows.iterrows()
    } == {"83": ("ภูเก็ต", "Phuket")} | AMPHOE | named
    for code, row in rows.iterrows():
        assert row["parent_code"] == (str(code)[:-2] or None)
    people = rows["registered_people"]
    assert people["83"] == sum(people[code] for code in AMPHOE) == sum(people[c] for c in named)


def test_no_file_of_a_register_tells_where_a_camera_stands(small_run: DemoRun) -> None:
    """Also not the cameras that count, which stand beside those that read plates."""
    cameras = (*plate_cameras(), *cctv_cameras())
    spots = {(each.place.longitude / 10_000, each.place.latitude / 10_000) for each in cameras}
    devices = {(each.longitude / 10_000, each.latitude / 10_000) for each in access_points()}

    for product in ("stations", "wifi_access_points", "places"):
        for suffix in (".csv", ".geojson"):
            body = published(small_run, product, f"{product}{suffix}").decode()
            assert not any(each.id in body for each in cameras)
        told = json.loads(published(small_run, product, f"{product}.geojson"))["features"]
        points = {
            tuple(each["geometry"]["coordinates"])
            for each in told
            if each["geometry"] and each["geometry"]["type"] == "Point"
        }
        assert points & spots <= devices


def test_outlines_are_published_with_both_of_their_sources(small_run: DemoRun) -> None:
    for name in ("places.geojson", "manifest.json", "README.en.md", "README.th.md"):
        body = published(small_run, "places", name).decode()
        assert all(word in body for word in ("mapthai", "MIT", "OCHA COD-AB", "CC BY-IGO")), name
