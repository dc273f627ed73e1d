"""Every vehicle that passes a plate camera on a day: which one, where, when, in which direction.

The journeys are those of `traffic`, at the scale of the city. Whether a camera could read the
plate, and what it sends, belongs to `sources`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.registers.cameras import journey_cameras, plate_cameras
from city.registers.roads import JOURNEYS
from city.truth.people.fleet import fleet_size
from city.truth.people.traffic import journeys_by_hour, parts_of, seconds_along

HOUR = 3_600_000_000
DAY = 24 * HOUR
LATE_HOURS = 3
"""No journey takes longer; those of the evening before are still on the way after midnight."""
_STRIDE = 104_729  # prime, so that it leads through all vehicles before one comes again


@dataclass(frozen=True)
class Passages:
    """Columns of equal length in the order of time.

    `at` is in microseconds since midnight, `camera` a place in `plate_cameras`, `vehicle` one in
    the fleet, `back` 1 for those that drive against the listed way of their journey.
    """

    at: Ints
    camera: Ints
    vehicle: Ints
    back: Ints

    @classmethod
    def joined(cls, pieces: Sequence[Passages]) -> Passages:
        """All of them, one after the other."""
        columns = (column.name for column in fields(cls))
        return cls(*(np.concatenate([getattr(p, name) for p in pieces]) for name in columns))

    def take(self, chosen: Ints) -> Passages:
        """Those at these places."""
        return Passages(*(getattr(self, column.name)[chosen] for column in fields(self)))


def passages(seed: int, day: date, millionths: int, hours: range = range(24)) -> Passages:
    """What passes the plate cameras between two midnights, or in some hours between them."""
    return _passages(seed, day, millionths, hours)


@lru_cache(maxsize=2)
def _passages(seed: int, day: date, millionths: int, hours: range) -> Passages:
    yesterday = day - timedelta(days=1)
    begun = range(hours.start - LATE_HOURS, hours.stop)
    late = [_of_hour(seed, yesterday, hour + 24, millionths) for hour in begun if hour < 0]
    parts = [Passages(h.at - DAY, h.camera, h.vehicle, h.back) for h in late]
    parts += [_of_hour(seed, day, hour, millionths) for hour in begun if hour >= 0]
    joined = Passages.joined(parts)
    del late, parts  # a day at full size is 28 MB, and sorting it takes as much again
    order = np.argsort(joined.at, kind="stable")
    at = joined.at[order]
    return joined.take(order[(at >= hours.start * HOUR) & (at < hours.stop * HOUR)])


@dataclass(frozen=True)
class _Trips:
    """Journeys that begin in one hour: which, in which direction, from and to which camera."""

    journey: Ints
    back: Ints
    first: Ints
    last: Ints


def _of_hour(seed: int, day: date, hour: int, millionths: int) -> Passages:
    draws = Draws(seed, "passages", day.isoformat(), str(hour))
    trips = _trips(draws, journeys_by_hour(seed, day)[:, :, hour], millionths)
    count = len(trips.journey)
    start = hour * HOUR + draws.many(0, HOUR - 1, count)
    pace = draws.many(820, 1220, count)  # per mille of the usual time
    vehicle = _vehicles(draws, trips, millionths)
    steps = trips.last - trips.first + 1
    trip = np.repeat(np.arange(count, dtype=np.int64), steps)
    step = np.arange(len(trip), dtype=np.int64) - np.repeat(steps.cumsum() - steps, steps)
    back = trips.back[trip]
    place = np.where(back == 1, trips.last[trip] - step, trips.first[trip] + step)
    # All journeys' cameras and times in one row, each journey from its offset on.
    offset, camera, second = _laid_out(seed, day, hour)
    begin = np.where(back == 1, trips.last[trip], trips.first[trip]) + offset[trips.journey[trip]]
    place = place + offset[trips.journey[trip]]
    driven = np.abs(second[place] - second[begin]) * 1000 * pace[trip]
    return Passages(
        at=start[trip] + driven,
        camera=_lane(camera[place], back, start[trip]),
        vehicle=vehicle[trip],
        back=back,
    )


def _trips(draws: Draws, started: Ints, millionths: int) -> _Trips:
    """`started` has a row a journey and a column a direction."""
    luck = draws.many(0, 999_999, started.size).reshape(started.shape)
    count = (started * millionths + luck) // 1_000_000
    columns: list[tuple[Ints, Ints, Ints, Ints]] = []
    for journey in range(len(JOURNEYS)):
        first, last, share = parts_of(journey)
        number = int(count[journey].sum())
        part = np.searchsorted(share.cumsum(), draws.many(0, 999_999, number), side="right")
        back = np.repeat(np.array([0, 1], dtype=np.int64), count[journey])
        columns.append((np.full(number, journey, dtype=np.int64), back, first[part], last[part]))
    return _Trips(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _vehicles(draws: Draws, trips: _Trips, millionths: int) -> Ints:
    """Who drives: within an hour no vehicle twice, as long as there are enough of them."""
    home, guests = fleet_size(millionths)
    outside = np.array([journey.outside for journey in JOURNEYS], dtype=np.int64)
    guest = draws.many(0, 99, len(trips.journey)) < outside[trips.journey]
    at, at_guest = draws.one(0, home - 1), draws.one(0, guests - 1)
    mine = (at + np.cumsum(~guest) * _STRIDE) % home
    theirs = home + (at_guest + np.cumsum(guest) * _STRIDE) % guests
    vehicle: Ints = np.where(guest, theirs, mine)
    return vehicle


def _laid_out(seed: int, day: date, hour: int) -> tuple[Ints, Ints, Ints]:
    """Where each journey begins in the two rows that follow: cameras, and seconds along it."""
    ways = journey_cameras()
    lengths = np.array([len(way) for way in ways], dtype=np.int64)
    camera = np.concatenate([np.array(way, dtype=np.int64) for way in ways])
    second = np.concatenate([table[hour] for table in seconds_along(seed, day)])
    return lengths.cumsum() - lengths, camera, second


def _lane(camera: Ints, back: Ints, start: Ints) -> Ints:
    """At the checkpoint: two lanes into the island, one out of it."""
    gate = len(plate_cameras()) - 3
    lane = np.where(back == 1, 2, start % 2)
    return np.where(camera == gate, gate + lane, camera)
