"""Vehicles an hour at the 60 counting cameras, as NGSI-LD entities TrafficFlowObserved.

Counts and mean speeds, no plates. As the data model says, `congested` stands only in the hours in
which traffic was; of the other hours nothing is said. Times are the beginning of the hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws, Ints
from city.channels import Entities, Json
from city.defects import Defect, Where
from city.registers.cameras import COUNTERS, Camera, cctv_cameras
from city.truth.people.traffic import kmh_by_hour, passes_by_hour
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "vehicle_counts"
ENTITY = "TrafficFlowObserved"
CONGESTED_KMH = 25
# Of the week's first day one impossible speed; of the second a silent and a stuck camera.
OVERFLOWN, AT_HOUR, IMPOSSIBLE_KMH = 11, 15, 655
SILENT, SILENT_HOURS = 20, range(3, 9)
STUCK, STUCK_HOURS = 30, range(9, 19)


def history(city: City, day: date) -> Iterator[Mapping[str, Json]]:
    """The entities of a day with their values by hour."""
    counts, speeds = counted(city, day), kmh_by_hour(city.seed, day)[:COUNTERS].copy()
    weekday = (day - city.first_day).days % 7
    if weekday == 0:
        speeds[OVERFLOWN, AT_HOUR] = IMPOSSIBLE_KMH
    if weekday == 1:
        counts[STUCK, STUCK_HOURS] = counts[STUCK, STUCK_HOURS.start]
    for number, camera in enumerate(cctv_cameras()[:COUNTERS]):
        silent = SILENT_HOURS if (weekday, number) == (1, SILENT) else ()
        hours = [hour for hour in range(24) if hour not in silent]
        jammed = [hour for hour in hours if speeds[number, hour] < CONGESTED_KMH]
        yield {
            **_entity(camera),
            "intensity": _series(day, hours, counts[number]),
            "averageVehicleSpeed": _series(day, hours, speeds[number]),
            **({"congested": _series(day, jammed)} if jammed else {}),
        }


def present(city: City) -> Iterator[Mapping[str, Json]]:
    """The entities as they are when the city closes: the last hour that was counted."""
    counts = counted(city, city.last_day)[:, -1].tolist()
    speeds = kmh_by_hour(city.seed, city.last_day)[:COUNTERS, -1].tolist()
    for camera, count, speed in zip(cctv_cameras(), counts, speeds, strict=False):
        yield {
            **_entity(camera),
            "dateObserved": moment(city.last_day, 23),
            "intensity": count,
            "averageVehicleSpeed": speed,
        }


def counted(city: City, day: date) -> Ints:
    """What the counting cameras counted: within a few per cent what passed, at the city's scale."""
    passes = passes_by_hour(city.seed, day)[:COUNTERS]
    draws = Draws(city.seed, "counts", day.isoformat())
    share = draws.many(970, 1030, passes.size).reshape(passes.shape)
    luck = draws.many(0, 999_999_999, passes.size).reshape(passes.shape)
    scale = np.array(city.millionths_by_hour(day), dtype=np.int64)
    found: Ints = (passes * share * scale + luck) // 1_000_000_000
    return found


def planted(city: City) -> Iterator[Defect]:
    """What is wrong in the answers, record by record of a day's answer."""
    for day in city.calendar:
        weekday, file = (day - city.first_day).days % 7, f"{ENTITY}-{day:%Y%m%d}.jsonl"
        ids = [camera.id for camera in cctv_cameras()]
        if weekday == 0:
            where = Where(ids[OVERFLOWN], records=(OVERFLOWN * 24 + AT_HOUR + 1,))
            yield Defect("out_of_range", SOURCE_ID, file, where, "a counter of speeds ran over")
        if weekday == 1:
            first, last = (moment(day, hours) for hours in (SILENT_HOURS[0], SILENT_HOURS[-1]))
            where = Where(ids[SILENT], "intensity", first, last)
            yield Defect("gap", SOURCE_ID, file, where, "the camera was silent for six hours")
            first, last = (moment(day, hours) for hours in (STUCK_HOURS[0], STUCK_HOURS[-1]))
            where = Where(ids[STUCK], "intensity", first, last)
            yield Defect("stuck", SOURCE_ID, file, where, "the camera repeated one count")


def _entity(camera: Camera) -> dict[str, Json]:
    place = [camera.place.longitude / 10_000, camera.place.latitude / 10_000]
    return {
        "id": f"urn:ngsi-ld:{ENTITY}:{camera.id}",
        "type": ENTITY,
        "name": camera.name_en,
        "refDevice": {"type": "Relationship", "object": f"urn:ngsi-ld:Device:{camera.id}"},
        "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": place}},
    }


def _series(day: date, hours: list[int], values: Ints | None = None) -> dict[str, Json]:
    """A value an hour; without any, that it was so."""
    told: list[Json] = [True] * 24 if values is None else values.tolist()
    return {"type": "Property", "values": [[told[hour], moment(day, hour)] for hour in hours]}


@lru_cache(maxsize=256)  # the same at every camera
def moment(day: date, hour: int) -> str:
    """The beginning of an hour, as the broker writes it."""
    at = datetime.combine(day, time(), BANGKOK) + timedelta(hours=hour)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


SOURCE = Entities(SOURCE_ID, "CDP_BROKER_URL", ENTITY, present, history, planted)
