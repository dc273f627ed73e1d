"""The tables of the truth in one digest each, and the file in which they are frozen.

`python -m tests.city.truth_tables` freezes a new version of the truth. Tables are those of some
days of three seeds; what stands in the city and what is planned to go wrong with its instruments is
the same for all. Does not belong here: how sources spell the truth.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from city.city import City
from city.registers import (
    access_points,
    agency_stations,
    air_sensors,
    attractions,
    beaches,
    cameras,
    counting_zones,
    hospitals,
    local_authorities,
    piers,
    provinces,
    roads,
    schools,
    stations,
    tambon,
)
from city.sources import service_defects
from city.sources.environment import (
    rain_counters,
    sensor_drops,
    sensor_faults,
    sensor_readings,
    sensor_wear,
)
from city.sources.safety import plate_reads, plate_reads_checkpoint, recognition
from city.truth import calendar
from city.truth.incidents import accidents, complaints, crime, dengue, uptime, violations
from city.truth.people import (
    crowds,
    devices,
    fleet,
    gate_pairs,
    hotels,
    nights,
    passages,
    traffic,
    visitors,
    whereabouts,
    wifi,
)
from city.truth.version import TRUTH_VERSION, TUNED_ON
from city.truth.weather import air, environment, floods, rain, surf, water

FROZEN = Path(__file__).parent / "frozen_truth.json"
SEEDS = TUNED_ON[:3]
DAYS = (
    date(2018, 6, 5),  # a recorded storm
    date(2023, 9, 20),  # an outbreak of dengue
    date(2026, 1, 3),  # a dry Saturday of the high season
    date(2026, 4, 13),  # Songkran
    date(2026, 9, 8),
)
MONTH = tuple(date(2026, 9, 1) + timedelta(days=number) for number in range(30))
"""Its cloudburst is on another day in every city."""
SMALL = 5_000
"""Millionths of a city in which single people and vehicles are told apart."""


def digests() -> dict[str, str]:
    """A digest of each table, by its name."""
    found: dict[str, hashlib._Hash] = {}
    for name, table in (*_registers(), *_planted()):
        found.setdefault(name, hashlib.sha256()).update(_bytes(table))
    for seed in SEEDS:
        bursts = [day for day in MONTH if rain.cloudburst_on(seed, day)]
        for day in (*DAYS, *bursts):
            for name, table in _tables(seed, day):
                found.setdefault(name, hashlib.sha256()).update(_bytes(table))
    return {name: digest.hexdigest()[:16] for name, digest in sorted(found.items())}


def _registers() -> Iterator[tuple[str, object]]:
    yield "registers/places", (tambon.TAMBON, tambon.AMPHOE, provinces.PROVINCES_BY_REGION)
    yield "registers/stations", (stations.stations(), stations.COUNTER_GAUGES)
    yield "registers/agency stations", (
        agency_stations.LEVEL_STATIONS, agency_stations.RAIN_STATIONS,
        agency_stations.WEATHER_STATIONS, agency_stations.AIR_STATIONS,
        agency_stations.WATER_PROBES, air_sensors.AIR_SENSORS,
    )  # fmt: skip
    yield "registers/roads", (roads.ROADS, roads.JOURNEYS, roads.CHECKPOINT)
    yield "registers/cameras", (
        cameras.plate_cameras(), cameras.cctv_cameras(), cameras.journey_cameras(),
        counting_zones.counting_zones(),
    )  # fmt: skip
    yield "registers/access points", (
        access_points.access_points(), sorted(access_points.OUT_OF_ORDER),
    )  # fmt: skip
    yield "registers/authorities", local_authorities.LOCAL_AUTHORITIES
    yield "registers/public places", (
        attractions.attractions(), beaches.BEACHES, hospitals.HOSPITALS, piers.piers(),
        schools.SCHOOLS,
    )  # fmt: skip
    yield "people/gate pairs", sorted(gate_pairs.gate_pairs().items())
    yield "people/fleet", (
        fleet.plates(SMALL).to_pylist(), fleet.regions(SMALL).to_pylist(), fleet.class_of(SMALL),
    )  # fmt: skip
    yield "people/rooms", sorted(hotels.rooms_by_amphoe().items())
    yield "calendar", [calendar.day_kind(day) for day in DAYS]


def _planted() -> Iterator[tuple[str, object]]:
    """What is wrong on purpose with instruments, and when; not in which record of which file."""
    city = City(seed=SEEDS[0], first_day=MONTH[0], days=8, scale=SMALL / 1_000_000)
    week = city.calendar[:7]
    probe = np.arange(0, 5_000, 250, dtype=np.int64)
    yield "planted/sensors", (
        [sensor_faults.faults_of(city.stations, city.first_day, day) for day in week],
        [sensor_faults.file_faults_of(city.first_day, day) for day in week],
        sensor_readings.LOGGERS_CHANGED, sensor_drops.MISPLACED, sensor_drops.MISPLACED_NORTH,
        stations.CHANGED_INTERVALS,
    )  # fmt: skip
    yield (
        "planted/wear",
        [
            (w.kind, w.station_id(city.stations), w.parameter, w.first, w.last, w.change(probe, 3))
            for w in sensor_wear.WEAR
        ],
    )
    yield (
        "planted/counters",
        [
            rain_counters.counter_of(city, gauge, day)
            for gauge in stations.COUNTER_GAUGES
            for day in week
        ],
    )
    yield "planted/cameras", (
        plate_reads.FAULTS, plate_reads.FILE_FAULTS, plate_reads_checkpoint.FAULTS,
        plate_reads_checkpoint.FILE_FAULTS,
        recognition.reads_of(city.seed, week[0], SMALL, checkpoint=False),
    )  # fmt: skip
    yield (
        "planted/services",
        sorted(
            (d.kind, d.source, d.where.station_id, d.where.parameter, d.where.first, d.where.last)
            for d in service_defects(city)
        ),
    )


def _tables(seed: int, day: date) -> Iterator[tuple[str, object]]:
    yield from _weather(seed, day)
    yield from _people(seed, day)
    yield from _incidents(seed, day)


def _weather(seed: int, day: date) -> Iterator[tuple[str, object]]:
    truth = environment.environment(seed, day, 1)
    yield "weather/rain", (truth.rain, truth.basin_rain, rain.cloudburst_on(seed, day))
    yield "weather/water", truth.water
    yield "weather/sea", (truth.sea, water.tide(day, rain.STEPS))
    yield "weather/air", air.air_on(seed, day)
    yield "weather/floods", floods.flood_depth(seed, day)
    yield "weather/surf", surf.surf_on(seed, day)


def _people(seed: int, day: date) -> Iterator[tuple[str, object]]:
    yield "people/arrivals", (visitors.arrivals(seed, day), visitors.airport_arrivals(seed, day),
                              visitors.landed_abroad(seed, day))  # fmt: skip
    yield "people/present", visitors.present_since(seed, day)
    yield "people/hotels", (hotels.rooms_taken(seed, day), hotels.guests_arriving(seed, day))
    yield "people/nights", nights.nights_of(seed, day.replace(day=1))
    yield "people/whereabouts", (whereabouts.visitors_by_hour(seed, day),
                                 whereabouts.residents_by_hour(day))  # fmt: skip
    yield "people/crowds", crowds.passing(seed, day, 1_000_000)
    yield "people/traffic", (
        traffic.journeys_by_hour(seed, day), traffic.passes_by_hour(seed, day),
        traffic.seconds_along(seed, day), traffic.kmh_by_hour(seed, day),
    )  # fmt: skip
    yield "people/passages", passages.passages(seed, day, SMALL)
    yield "people/wifi", wifi.sessions(seed, day, SMALL)
    yield "people/devices", devices.devices_by_hour(seed, day, SMALL)


def _incidents(seed: int, day: date) -> Iterator[tuple[str, object]]:
    yield "incidents/accidents", accidents.accidents(seed, day)
    yield "incidents/complaints", complaints.complaints_on(seed, day)
    yield "incidents/crime", crime.cases_of(seed, day.year, day.month)
    yield "incidents/dengue", (dengue.cases_on(seed, day), dengue.expected_millionths(seed, day))
    yield "incidents/uptime", (uptime.minutes_up(seed, day), uptime.plate_outages(seed, day))
    yield (
        "incidents/violations",
        (
            violations.violations(seed, day, SMALL),
            [violations.highest_fine(offence, day) for offence in violations.OFFENCES],
        ),
    )


def _bytes(table: object) -> bytes:
    """The same bytes on every machine; arrays with their shape, whatever holds them with names."""
    if isinstance(table, np.ndarray):
        return repr(table.shape).encode() + table.astype("<u8" if table.dtype.kind == "u" else
                                                         "<i8").tobytes()  # fmt: skip
    if is_dataclass(table) and not isinstance(table, type):
        parts = [(field.name, getattr(table, field.name)) for field in fields(table)]
        return b"(" + b",".join(_bytes(part) for part in parts) + b")"
    if isinstance(table, dict):
        return b"{" + b",".join(_bytes(item) for item in table.items()) + b"}"
    if isinstance(table, tuple | list):
        return b"[" + b",".join(_bytes(item) for item in table) + b"]"
    return repr(table).encode()


def freeze(path: Path = FROZEN, version: int = TRUTH_VERSION) -> str:
    """Write the digests of a new version; what was done, or why not."""
    found = digests()
    if path.exists():
        frozen = json.loads(path.read_text("utf-8"))
        if frozen["tables"] == found:
            return f"nothing to do: the truth is that of version {frozen['version']}"
        if version <= frozen["version"]:
            return (
                f"not written: the truth has changed and is still called version {version}; raise "
                "TRUTH_VERSION in city/truth/version.py first, and say why in docs/decisions.md"
            )
    text = json.dumps({"version": version, "tables": found}, indent=1)
    path.write_text(text + "\n", "utf-8")
    return f"version {version} of the truth is frozen in {path.name}"


if __name__ == "__main__":
    said = freeze()
    print(said)
    sys.exit(said.startswith("not written"))
