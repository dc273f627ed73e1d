"""What cameras counted, people in quarter hours and vehicles in hours, and how long they worked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from city.registers.cameras import COUNTERS, cctv_cameras
from city.registers.counting_zones import counting_zones
from city.sources.safety import cctv_uptime, vehicle_counts
from city.sources.tourism import people_counts
from city.telling.columns import SECOND, instants
from city.truth.people.crowds import QUARTERS

if TYPE_CHECKING:
    from city.city import City

_HOUR = 3600 * SECOND
_QUARTER = 24 * _HOUR // QUARTERS


def people(city: City, day: date) -> pa.Table:
    """The rows of `people_counts`."""
    rows = [
        (zone, each, people_counts.is_congested(city, day, each))
        for number, zone in enumerate(counting_zones())
        for each in people_counts.counts_of(city, day, number)
    ]
    quarters = np.array([each.quarter for _, each, _ in rows], dtype=np.int64)
    unseen = people_counts.SENTINEL
    counted = [None if each.count == unseen else each.count for _, each, _ in rows]
    why = [
        "sentinel" if each.count == unseen else None if each.count is not None else "missing"
        for _, each, _ in rows
    ]
    parts = {
        "people_towards": [each.towards for _, each, _ in rows],
        "people_away": [each.away for _, each, _ in rows],
    }
    return pa.table(
        {
            "zone_id": pa.array([zone.id for zone, _, _ in rows], pa.string()),
            "tambon_code": pa.array([zone.tambon.code for zone, _, _ in rows], pa.string()),
            "counted_from": instants(day, quarters * _QUARTER),
            "counted_to": instants(day, (quarters + 1) * _QUARTER),
            "people": pa.array(counted, pa.int64()),
            **{name: pa.array(values, pa.int64()) for name, values in parts.items()},
            "is_congested": pa.array([congested for _, _, congested in rows], pa.bool_()),
            "reported_at": instants(day, (quarters + 1) * _QUARTER),
            "people_reason": pa.array(why, pa.string()),
            **{
                f"{name}_reason": pa.array(
                    ["missing" if value is None else None for value in values], pa.string()
                )
                for name, values in parts.items()
            },
        }
    )


def vehicles(city: City, day: date) -> pa.Table:
    """The rows of `vehicle_counts`."""
    entities = vehicle_counts.history(city, day)
    rows = [
        (camera, hour, value, speed, hour in jammed)
        for camera, entity in zip(cctv_cameras()[:COUNTERS], entities, strict=True)
        for jammed in (set(_by_hour(day, entity, "congested")),)
        for speeds in (_by_hour(day, entity, "averageVehicleSpeed"),)
        for hour, value in _by_hour(day, entity, "intensity").items()
        if (speed := speeds[hour]) != vehicle_counts.IMPOSSIBLE_KMH
    ]
    hours = np.array([hour for _, hour, *_ in rows], dtype=np.int64)
    return pa.table(
        {
            "camera_id": pa.array([camera.id for camera, *_ in rows], pa.string()),
            "camera_name": pa.array([camera.name_en for camera, *_ in rows], pa.string()),
            "device": pa.array([f"urn:ngsi-ld:Device:{camera.id}" for camera, *_ in rows]),
            "observed_at": instants(day, hours * _HOUR),
            "vehicles": pa.array([value for _, _, value, *_ in rows], pa.int64()),
            "speed": pa.array([speed for _, _, _, speed, _ in rows], pa.float64()),
            "is_congested": pa.array([jammed or None for *_, jammed in rows], pa.bool_()),
            "longitude": pa.array([c.place.longitude / 10_000 for c, *_ in rows], pa.float64()),
            "latitude": pa.array([c.place.latitude / 10_000 for c, *_ in rows], pa.float64()),
        }
    )


def uptime(city: City, day: date) -> pa.Table:
    """The rows of `cctv_uptime`."""
    rows = list(cctv_uptime.minutes_told(city, day))
    return pa.table(
        {
            "reported_on": pa.array([day] * len(rows), pa.date32()),
            "camera_id": pa.array([camera for camera, _, _ in rows], pa.string()),
            "uptime": pa.array([minutes for _, minutes, _ in rows], pa.int64()),
            "expected": pa.array([expected for _, _, expected in rows], pa.int64()),
        }
    )


def _by_hour(day: date, entity: Mapping[str, Any], attribute: str) -> dict[int, Any]:
    """The values of an attribute by the hour of the day; empty where it is not told."""
    at = {vehicle_counts.moment(day, hour): hour for hour in range(24)}
    values = entity[attribute]["values"] if attribute in entity else ()
    return {at[moment]: value for value, moment in values}
