"""The ground truth of the city's environment: what really fell and flowed.

The platform never sees it; tests and benchmarks compare what was published with it. Instruments,
files and defects do not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Ints
from city.registers.stations import Station, stations
from city.registers.tambon import TAMBON, metres
from city.truth.weather.rain import STEPS, rain_on
from city.truth.weather.water import MEMORY_STEPS, Water, channel_water, tide

MEMORY_DAYS = -(-MEMORY_STEPS // STEPS)


@dataclass(frozen=True)
class Environment:
    """Series of 144 values a day from the first midnight on; value i ends its ten minutes.

    `rain` (by gauge) and `basin_rain` (by tambon code) are in hundredths of a millimetre, `sea`
    is in millimetres about its mean, `water` is by water station.
    """

    seed: int
    first_day: date
    days: int
    stations: tuple[Station, ...]
    rain: Mapping[str, Ints]
    basin_rain: Mapping[str, Ints]
    sea: Ints
    water: Mapping[str, Water]


def environment(seed: int, first_day: date, days: int, station_share: float = 1.0) -> Environment:
    """What happened in the city of this seed on these days."""
    register = stations(station_share)
    gauges = [station for station in register if station.kind == "rain_gauge"]
    fallen = _rain(seed, first_day, days, [(g.latitude, g.longitude) for g in gauges])
    # The basins are watched from earlier on: the channels still carry the rain of those days.
    earlier = first_day - timedelta(days=MEMORY_DAYS)
    middles = [(tambon.latitude, tambon.longitude) for tambon in TAMBON]
    basins = _rain(seed, earlier, days + MEMORY_DAYS, middles)[:, -(days * STEPS + MEMORY_STEPS) :]
    by_code = {tambon.code: basins[row] for row, tambon in enumerate(TAMBON)}
    sea = tide(first_day, days * STEPS)
    return Environment(
        seed=seed,
        first_day=first_day,
        days=days,
        stations=register,
        rain={gauge.id: fallen[row] for row, gauge in enumerate(gauges)},
        basin_rain={code: series[MEMORY_STEPS:] for code, series in by_code.items()},
        sea=sea,
        water={
            station.id: channel_water(
                station.channel, int(station.id[3:]), by_code[station.tambon.code], sea
            )
            for station in register
            if station.channel
        },
    )


@lru_cache(maxsize=512)
def basin_rain_on(seed: int, day: date) -> Ints:
    """Rain over the middle of each tambon on a day: a row a tambon, 144 columns, 1/100 mm."""
    at = np.array([metres(t.latitude, t.longitude) for t in TAMBON], dtype=np.int64)
    fallen = rain_on(seed, day, at[:, 0], at[:, 1])
    fallen.flags.writeable = False
    return fallen


@lru_cache(maxsize=32)
def around(seed: int, day: date) -> Environment:
    """A day and the one before it, all stations: what an agency's latest answer looks back on."""
    return environment(seed, day - timedelta(days=1), 2)


def _rain(seed: int, first_day: date, days: int, places: list[tuple[int, int]]) -> Ints:
    at = np.array([metres(latitude, longitude) for latitude, longitude in places], dtype=np.int64)
    return np.concatenate(
        [
            rain_on(seed, first_day + timedelta(days=number), at[:, 0], at[:, 1])
            for number in range(days)
        ],
        axis=1,
    )
