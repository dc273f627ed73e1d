"""Road accidents: where and when they happen, and how bad they are.

They follow the vehicles at each plate camera, the violations there, rain, darkness, and how
dangerous the road is. Numbers are those of the whole city. Reports and registers belong to
`sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from city.chance import Draws, Ints
from city.registers.cameras import Camera, plate_cameras
from city.registers.roads import ROADS, Point
from city.registers.tambon import TAMBON_CODES
from city.truth.incidents.violations import OFFENCES, violations_by_hour
from city.truth.people.traffic import passes_by_hour
from city.truth.weather.environment import basin_rain_on
from city.truth.weather.rain import STEPS
from ingestion.clock import BANGKOK

RISK_AN_ACCIDENT = 1_100_000
"""Passages by daylight on a dry road of ordinary danger for each accident; makes about 500 a year
that are bad enough for a report."""
Truths = NDArray[np.bool_]

WET = 50  # hundredths of a millimetre in an hour
CAUSES = ("speeding", "red_light", "wrong_way", "slippery", "cutting_in", "asleep")
KINDS = ("rear_end", "side", "head_on", "rollover", "obstacle", "pedestrian")
VEHICLES = ("motorcycle", "car", "pickup", "van", "truck", "bus")


@dataclass(frozen=True)
class Accident:
    """One accident. Its place is in ten-thousandths of a degree, near the camera of its road."""

    at: datetime
    camera: Camera
    place: Point
    cause: str
    kind: str
    vehicle: str
    vehicles: int
    killed: int
    injured: int
    raining: bool


def accidents(seed: int, day: date) -> tuple[Accident, ...]:
    """The accidents of a day, in the order of time."""
    return _accidents(seed, day)


def risk_by_hour(seed: int, day: date) -> Ints:
    """Passages at each plate camera (rows) in each hour, weighed by how dangerous they were."""
    return _risk(seed, day, _rain_by_hour(seed, day) > WET)


def _risk(seed: int, day: date, raining: Truths) -> Ints:
    passes = passes_by_hour(seed, day)
    danger = {road.id: road.danger for road in ROADS}
    of_road = np.array([danger[camera.road] for camera in plate_cameras()], dtype=np.int64)
    hour = np.arange(24)
    dark = np.where((hour < 6) | (hour >= 19), 190, 100)
    wet = np.where(raining, 210, 100)
    # Reckless driving: violations of a thousand passages, 5 being usual.
    reckless = violations_by_hour(seed, day).sum(axis=0) // np.maximum(passes, 1)
    found: Ints = passes * of_road[:, None] * dark * wet // 1_000_000 * (5 + reckless) // 10
    return found


@lru_cache(maxsize=2048)
def _accidents(seed: int, day: date) -> tuple[Accident, ...]:
    draws = Draws(seed, "accidents", day.isoformat())
    raining = _rain_by_hour(seed, day) > WET
    risk = _risk(seed, day, raining)
    sum_to = risk.ravel().cumsum()
    count = (int(sum_to[-1]) + draws.one(0, RISK_AN_ACCIDENT - 1)) // RISK_AN_ACCIDENT
    found = []
    for _ in range(count):
        cell = int(np.searchsorted(sum_to, draws.one(0, int(sum_to[-1]) - 1), side="right"))
        camera, hour = divmod(cell, 24)
        wet = bool(raining[camera, hour])
        found.append(_accident(draws, day, plate_cameras()[camera], hour, wet))
    return tuple(sorted(found, key=lambda accident: accident.at))


def _accident(draws: Draws, day: date, camera: Camera, hour: int, raining: bool) -> Accident:
    minute = hour * 60 + draws.one(0, 59)
    cause = _cause(draws, raining)
    vehicle = VEHICLES[int(np.searchsorted((62, 78, 90, 95, 99), draws.one(1, 100)))]
    kind = KINDS[int(np.searchsorted((34, 52, 64, 80, 92), draws.one(1, 100)))]
    grave = draws.one(1, 100) <= (21 if cause in ("speeding", "wrong_way") else 11)
    return Accident(
        at=datetime.combine(day, time(), BANGKOK) + timedelta(minutes=minute),
        camera=camera,
        place=Point(
            camera.place.latitude + draws.one(-18, 18),
            camera.place.longitude + draws.one(-18, 18),
            camera.place.tambon,
        ),
        cause=cause,
        kind=kind,
        vehicle=vehicle,
        vehicles=1 if kind in ("rollover", "obstacle", "pedestrian") else draws.one(2, 3),
        killed=(2 if draws.one(1, 12) == 1 else 1) if grave else 0,
        injured=draws.one(0, 2) if grave else draws.one(0, 3),
        raining=raining,
    )


def _cause(draws: Draws, raining: bool) -> str:
    """Wet roads are slippery; else it is what drivers do, as often as the cameras see it."""
    if raining and draws.one(1, 100) <= 45:
        return "slippery"
    seen = {offence.id: offence.per_million for offence in OFFENCES}
    weights = (seen["speeding"], seen["red_light"], seen["wrong_way"], 60, 1100, 260)
    ends = np.cumsum(np.array(weights, dtype=np.int64))
    return CAUSES[int(np.searchsorted(ends, draws.one(1, int(ends[-1]))))]


def _rain_by_hour(seed: int, day: date) -> Ints:
    """Rain at each plate camera (rows) in each hour, in hundredths of a millimetre."""
    by_hour = basin_rain_on(seed, day).reshape(len(TAMBON_CODES), 24, STEPS // 24).sum(axis=2)
    rows = [TAMBON_CODES.index(camera.place.tambon) for camera in plate_cameras()]
    found: Ints = by_hour[rows]
    return found
