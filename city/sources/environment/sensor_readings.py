"""What the instruments make of the truth: readings as text, the way the sensor network sends them.

Noise, resolution and the spellings of older loggers belong here. Files do not, and neither do
faults: these readings are all good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from city.chance import Draws, Ints
from city.registers.stations import INTERVAL_MINUTES, Station
from city.truth.weather.environment import Environment
from city.truth.weather.rain import STEPS

OFFSET = "+07:00"


class Reading(NamedTuple):
    """One row of a sensor file, every cell as the text that is sent."""

    station: str
    parameter: str
    time: str
    value: str
    unit: str
    flag: str = "ok"

    def but(self, **cells: str) -> Reading:
        """The same reading with other cells."""
        return self._replace(**cells)


@dataclass(frozen=True)
class Instrument:
    """What measures one parameter; older loggers spell its name and unit their own way."""

    parameter: str
    unit: str
    decimals: int
    noise: int
    older_parameter: str
    older_unit: str


RAIN = Instrument("rain_10min", "mm", 1, 0, "rain_10min", "mm")
WATER = (
    Instrument("water_level", "m MSL", 3, 4, "water_level", "mMSL"),
    Instrument("dissolved_oxygen", "mg/L", 2, 9, "do", "mg/l"),
    Instrument("water_temperature", "°C", 2, 5, "water_temperature", "degC"),
    Instrument("ph", "pH", 2, 3, "pH", "pH"),
    Instrument("salinity", "PSU", 2, 6, "salinity", "psu"),
)
TIP = 20  # a gauge's bucket tips at 0.2 mm


def readings_of(environment: Environment, day: date) -> list[Reading]:
    """All readings of a day of the city, by time, then station, then parameter."""
    start = (day - environment.first_day).days * STEPS
    columns = [
        column
        for station in environment.stations
        for column in (
            _water_columns(environment, station, day, start)
            if station.channel
            else [_rain_column(environment, station, day, start)]
        )
    ]
    return [reading for moment in zip(*columns, strict=True) for reading in moment]


@lru_cache(maxsize=16)
def times_of(day: date) -> tuple[str, ...]:
    """The 144 times of a day as the network writes them, from 00:00 to 23:50."""
    return tuple(
        f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:00{OFFSET}"
        for minute in range(0, STEPS * INTERVAL_MINUTES, INTERVAL_MINUTES)
    )


def sent_parameter(station_id: str, parameter: str) -> str:
    """How a station spells a parameter: every third water station has an older logger."""
    for instrument in WATER:
        if instrument.parameter == parameter and _older(station_id):
            return instrument.older_parameter
    return parameter


def _rain_column(
    environment: Environment, station: Station, day: date, start: int
) -> list[Reading]:
    fallen = np.cumsum(environment.rain[station.id][start : start + STEPS])
    # What is left in the bucket at midnight evaporates, so that a day depends on itself alone.
    tips = np.diff(fallen // TIP, prepend=0)
    return _column(station.id, RAIN, day, tips * (TIP // 10))


def _water_columns(
    environment: Environment, station: Station, day: date, start: int
) -> list[list[Reading]]:
    water = environment.water[station.id]
    series = (water.level, water.oxygen, water.temperature, water.ph, water.salinity)
    columns = []
    for instrument, values in zip(WATER, series, strict=True):
        noise = Draws(environment.seed, "noise", station.id, instrument.parameter, day.isoformat())
        measured = values[start : start + STEPS] + noise.many(
            -instrument.noise, instrument.noise, STEPS
        )
        if instrument.parameter != "water_level":  # the only one that may lie below zero
            measured = np.maximum(measured, 0)
        columns.append(_column(station.id, instrument, day, measured))
    return columns


def _column(station_id: str, instrument: Instrument, day: date, values: Ints) -> list[Reading]:
    older = _older(station_id)
    parameter = instrument.older_parameter if older else instrument.parameter
    unit = instrument.older_unit if older else instrument.unit
    texts = decimal_texts(values.tolist(), instrument.decimals)
    return [
        Reading(station_id, parameter, time, text, unit)
        for time, text in zip(times_of(day), texts, strict=True)
    ]


def decimal_texts(values: Sequence[int], decimals: int) -> list[str]:
    """Whole numbers of the last decimal place as decimal text: (-1234, 3) is -1.234."""
    return [_decimal_text(value, decimals) for value in values]


@lru_cache(maxsize=1 << 16)  # the same numbers come again and again
def _decimal_text(value: int, decimals: int) -> str:
    one = 10**decimals
    return f"{'-' if value < 0 else ''}{abs(value) // one}.{abs(value) % one:0{decimals}d}"


def _older(station_id: str) -> bool:
    return station_id.startswith("WS-") and int(station_id[3:]) % 3 == 0
