"""How many vehicles are on the way and how fast, journey by journey and hour by hour.

It follows the people who are where the roads lead (`whereabouts`), the kind of day, and the water
in the streets (`floods`). Numbers are those of the whole city; single vehicles at a scale belong
to `passages`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import pairwise

import numpy as np

from city.chance import Draws, Ints
from city.published.visitors import visitors_of
from city.registers.cameras import journey_cameras, plate_cameras
from city.registers.roads import JOURNEYS
from city.registers.tambon import TAMBON_CODES
from city.truth.calendar import day_kind
from city.truth.people.gate_pairs import metres_between
from city.truth.people.whereabouts import (
    DAYTIME,
    residents,
    residents_by_hour,
    visitors_by_hour,
)
from city.truth.weather.floods import flood_depth

# Per mille of a day's journeys that begin in each hour, on days when offices open and others.
WORKING_DAY = (9, 6, 4, 4, 7, 18, 48, 82, 76, 58, 50, 48, 48, 48, 50, 56, 68, 82, 72, 52, 42, 34,
               24, 14)  # fmt: skip
FREE_DAY = (16, 11, 8, 6, 8, 13, 26, 42, 54, 60, 62, 62, 60, 58, 58, 60, 64, 66, 64, 58, 52, 42,
            30, 20)  # fmt: skip
# Per cent of the journeys of each hour that go the listed way (towards the town or the beach).
THERE = (45, 44, 44, 46, 52, 56, 60, 63, 60, 56, 53, 51, 50, 49, 48, 46, 43, 40, 42, 45, 46, 45,
         44, 44)  # fmt: skip
THROUGH_PERCENT = 35
"""Of the journeys, those that pass all cameras of the way; the others pass any part of it."""
FREE_KMH, SLOWEST_KMH = 52, 9
USUAL_VISITORS = sum(visitors_of(2568)) * 59 // 3650
"""Visitors on a usual night: arrivals of a day times 5.9 nights."""


def journeys_by_hour(seed: int, day: date) -> Ints:
    """Journeys that begin: a row a journey, two directions (listed, back), 24 hours."""
    return _journeys_by_hour(seed, day)


def passes_by_hour(seed: int, day: date) -> Ints:
    """Vehicles at each plate camera (rows, order of `plate_cameras`) in each hour, expected."""
    return _passes_by_hour(seed, day)


def seconds_along(seed: int, day: date) -> tuple[Ints, ...]:
    """Of every journey: seconds from its first camera to each (columns), by hour (24 rows)."""
    return _seconds_along(seed, day)


def kmh_by_hour(seed: int, day: date) -> Ints:
    """Mean speed at each plate camera (rows) in each hour, in km/h."""
    return _permille_kmh(seed, day) // 1000


@lru_cache(maxsize=64)
def parts_of(journey: int) -> tuple[Ints, Ints, Ints]:
    """The parts of a journey that are driven: first camera, last camera, how often in millionths.

    The shares add up to a million.
    """
    count = len(journey_cameras()[journey])
    first, last = np.triu_indices(count)
    share = np.full(len(first), (100 - THROUGH_PERCENT) * 10_000 // len(first), dtype=np.int64)
    share[count - 1] += 1_000_000 - int(share.sum())  # the first row of the triangle ends so
    return first.astype(np.int64), last.astype(np.int64), share


@lru_cache(maxsize=1024)
def _journeys_by_hour(seed: int, day: date) -> Ints:
    kind = day_kind(day)
    shape = np.array(WORKING_DAY if kind.working else FREE_DAY, dtype=np.int64)
    usual = np.array([journey.daily for journey in JOURNEYS], dtype=np.int64)
    luck = Draws(seed, "traffic", day.isoformat()).many(970, 1030, len(JOURNEYS))
    started = usual[:, None] * luck[:, None] * shape[None, :] // 1_000_000
    started = started * _crowd_permille(seed, day) // 1000
    started = started * (4000 + kind.festival) // 4000
    deep = _per_tambon_max(flood_depth(seed, day))
    started = started * 400 // (400 + deep)  # some turn back, some stay at home
    there = started * np.array(THERE, dtype=np.int64)[None, :] // 100
    both: Ints = np.stack([there, started - there], axis=1)
    both.flags.writeable = False
    return both


@lru_cache(maxsize=1024)
def _passes_by_hour(seed: int, day: date) -> Ints:
    started = _journeys_by_hour(seed, day).sum(axis=1)
    passes = np.zeros((len(plate_cameras()), 24), dtype=np.int64)
    for journey, cameras in enumerate(journey_cameras()):
        seen = started[journey][None, :] * _cover(journey)[:, None] // 1_000_000
        passes[list(cameras)] += seen
    # One number stands for the checkpoint; two lanes in and one out share its vehicles.
    gate = passes[-3].copy()
    there = gate * np.array(THERE, dtype=np.int64) // 100
    passes[-3:] = np.stack([there - there // 2, there // 2, gate - there])
    passes.flags.writeable = False
    return passes


@lru_cache(maxsize=64)
def _cover(journey: int) -> Ints:
    """Millionths of a journey's vehicles that pass each of its cameras."""
    first, last, share = parts_of(journey)
    at = np.arange(len(journey_cameras()[journey]), dtype=np.int64)[:, None]
    passed: Ints = np.where((first <= at) & (at <= last), share, 0).sum(axis=1)
    return passed


@lru_cache(maxsize=64)
def _permille_kmh(seed: int, day: date) -> Ints:
    """Speed at each plate camera in each hour, in thousandths of km/h: jams and water slow it."""
    shape = np.array(WORKING_DAY if day_kind(day).working else FREE_DAY, dtype=np.int64)
    jam = 1000 - 4 * np.maximum(shape - 30, 0)
    depth = flood_depth(seed, day)[[_row(camera) for camera in range(len(plate_cameras()))]]
    speed: Ints = np.maximum(FREE_KMH * jam * 90 // (90 + depth), SLOWEST_KMH * 1000)
    return speed


@lru_cache(maxsize=64)
def _seconds_along(seed: int, day: date) -> tuple[Ints, ...]:
    speed = _permille_kmh(seed, day)
    tables = []
    for way in journey_cameras():
        spent = [np.zeros(24, dtype=np.int64)]
        for here, there in pairwise(way):
            slower = np.minimum(speed[here], speed[there])
            spent.append(metres_between(here, there) * 3600 // slower)
        tables.append(np.stack(spent, axis=1).cumsum(axis=1))
    return tuple(tables)


def _row(camera: int) -> int:
    return TAMBON_CODES.index(plate_cameras()[camera].place.tambon)


@lru_cache(maxsize=64)
def _tambon_of(journey: int) -> tuple[int, ...]:
    """The rows of the tambon that a journey leads through."""
    return tuple(sorted({_row(camera) for camera in journey_cameras()[journey]}))


def _crowd_permille(seed: int, day: date) -> Ints:
    """People around each journey in each hour, per mille of the usual number."""
    people = residents_by_hour(day) + visitors_by_hour(seed, day)
    usual = residents() + USUAL_VISITORS * np.array(DAYTIME, dtype=np.int64) // 1000
    crowds = []
    for journey in range(len(JOURNEYS)):
        rows = list(_tambon_of(journey))
        crowds.append(people[rows].sum(axis=0) * 1000 // int(usual[rows].sum()))
    return np.stack(crowds)


def _per_tambon_max(depth: Ints) -> Ints:
    """The deepest water on each journey in each hour."""
    return np.stack([depth[list(_tambon_of(j))].max(axis=0) for j in range(len(JOURNEYS))])
