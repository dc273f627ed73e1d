"""What wears out in the sensor network: faults of weeks, which no look at one day can tell.

A probe grows over and drifts, a funnel is half blocked, a staff is screwed on again at another
height, a bucket jams. They begin on later days of a city, after what a week of faults
(`sensor_faults`) can show; each tells only beside its neighbours, or over time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from city.chance import Ints
from city.defects import Kind
from city.registers.stations import Station, StationKind

_Change = Callable[[Ints, int], Ints]
"""Values in the last decimal place (of rain: 1/100 mm as it fell), and days since it began."""


@dataclass(frozen=True)
class Wear:
    """One instrument that is wrong from one day of the city to another, both included."""

    kind: Kind
    station_kind: StationKind
    station: int
    parameter: str
    first: int
    last: int
    change: _Change
    detail: str

    def station_id(self, stations: Sequence[Station]) -> str:
        """The station of a city that has it; in a small city stations stand for others."""
        ids = [station.id for station in stations if station.kind == self.station_kind]
        return ids[self.station % len(ids)]


WEAR = (
    Wear("drift", "water_station", 14, "dissolved_oxygen", 10, 40,
         lambda values, days: values - 5 * (days + 1),
         "the membrane grows over: 0.05 mg/L less each day until it is cleaned"),
    Wear("drift", "water_station", 21, "ph", 8, 60,
         lambda values, days: values + (days + 1),
         "the probe ages: 0.01 pH more each day until it is changed"),
    Wear("undercatch", "rain_gauge", 12, "rain_10min", 14, 62,
         lambda values, days: values * 6 // 10,
         "leaves in the funnel: six tenths of the rain are caught"),
    Wear("jammed", "rain_gauge", 25, "rain_10min", 21, 34,
         lambda values, days: np.zeros_like(values),
         "the bucket is jammed: no rain for two weeks"),
    Wear("level_shift", "water_station", 16, "water_level", 17, 45,
         lambda values, days: values + 250,
         "the staff was mounted again 25 cm too high"),
)  # fmt: skip


def wear_on(first_day: date, day: date) -> list[Wear]:
    """What is worn on a day of a city."""
    return [wear for wear in WEAR if wear.first <= (day - first_day).days <= wear.last]


def worn(
    values: Ints,
    stations: Sequence[Station],
    station: Station,
    parameter: str,
    days: tuple[date, date],
) -> Ints:
    """A day's series as its instrument has it, worn or not; `days`: the city's first, and this."""
    first_day, day = days
    for wear in wear_on(first_day, day):
        if wear.parameter == parameter and wear.station_id(stations) == station.id:
            values = wear.change(values, (day - first_day).days - wear.first)
    return values
