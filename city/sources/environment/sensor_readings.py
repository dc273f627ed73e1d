"""What the instruments make of the truth: readings as text, the way the sensor network sends them.

Noise, resolution and the spellings of older loggers belong here. Files do not, and neither do
faults: these readings are all good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from city.chance import Draws, Ints
from city.registers.stations import CHANGED_INTERVALS, INTERVAL_MINUTES, Station
from city.registers.tambon import metres
from city.sources.environment.sensor_wear import worn
from city.truth.weather.environment import Environment
from city.truth.weather.rain import STEPS, rain_on

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
LOGGERS_CHANGED = 14
"""The day of a city from which `CHANGED_INTERVALS` hold, counted from 0: the register tells it, too
(`sensor_drops`)."""


def readings_of(environment: Environment, day: date) -> list[Reading]:
    """All readings of a day of the city, by time, then station, then parameter."""
    columns: list[list[Reading]] = []
    between: list[list[Reading]] = []  # of faster loggers: after all others of the moment before
    for station in environment.stations:
        if station.channel:
            columns += _water_columns(environment, station, day)
        elif station.id in CHANGED_INTERVALS and logger_changed(environment.first_day, day):
            at_each, after = _faster_rain_columns(environment, station, day)
            columns.append(at_each)
            between.append(after)
        else:
            columns.append(_rain_column(environment, station, day))
    columns += between
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


def logger_changed(first_day: date, day: date) -> bool:
    """Have the loggers of `CHANGED_INTERVALS` been changed by a day of a city?"""
    return (day - first_day).days >= LOGGERS_CHANGED


def _rain_column(environment: Environment, station: Station, day: date) -> list[Reading]:
    start = (day - environment.first_day).days * STEPS
    rain = environment.rain[station.id][start : start + STEPS]
    return _column(station.id, RAIN, times_of(day), _tipped(environment, station, day, rain))


def _faster_rain_columns(
    environment: Environment, station: Station, day: date
) -> tuple[list[Reading], list[Reading]]:
    """Of a logger that reports every five minutes: at each full ten, and five minutes later.

    The parameter keeps the name that the network gave it.
    """
    start = (day - environment.first_day).days * STEPS
    rain = environment.rain[station.id][start : start + STEPS]
    east, north = (np.array([at]) for at in metres(station.latitude, station.longitude))
    tomorrow = rain_on(environment.seed, day + timedelta(days=1), east, north)[0, :1]
    # A value ends its ten minutes, so what lies between two readings belongs to the next one.
    before = np.append(rain, tomorrow)
    halves = np.stack([before - before // 2, np.append(before[1:] // 2, 0)], axis=1)[:-1].ravel()
    tips = _tipped(environment, station, day, halves)
    later = tuple(f"{time[:14]}{int(time[14:16]) + 5:02d}{time[16:]}" for time in times_of(day))
    return (
        _column(station.id, RAIN, times_of(day), tips[0::2]),
        _column(station.id, RAIN, later, tips[1::2]),
    )


def _tipped(environment: Environment, station: Station, day: date, rain: Ints) -> Ints:
    """What the bucket makes of the rain of a day, in tenths of a millimetre."""
    days = (environment.first_day, day)
    caught = worn(rain, environment.stations, station, RAIN.parameter, days)
    # What is left in the bucket at midnight evaporates, so that a day depends on itself alone.
    tips: Ints = np.diff(np.cumsum(caught) // TIP, prepend=0) * (TIP // 10)
    return tips


def _water_columns(environment: Environment, station: Station, day: date) -> list[list[Reading]]:
    start = (day - environment.first_day).days * STEPS
    water = environment.water[station.id]
    series = (water.level, water.oxygen, water.temperature, water.ph, water.salinity)
    columns = []
    for instrument, values in zip(WATER, series, strict=True):
        noise = Draws(environment.seed, "noise", station.id, instrument.parameter, day.isoformat())
        measured = values[start : start + STEPS] + noise.many(
            -instrument.noise, instrument.noise, STEPS
        )
        days = (environment.first_day, day)
        measured = worn(measured, environment.stations, station, instrument.parameter, days)
        if instrument.parameter != "water_level":  # the only one that may lie below zero
            measured = np.maximum(measured, 0)
        columns.append(_column(station.id, instrument, times_of(day), measured))
    return columns


def _column(
    station_id: str, instrument: Instrument, times: Sequence[str], values: Ints
) -> list[Reading]:
    older = _older(station_id)
    parameter = instrument.older_parameter if older else instrument.parameter
    unit = instrument.older_unit if older else instrument.unit
    texts = decimal_texts(values.tolist(), instrument.decimals)
    return [
        Reading(station_id, parameter, time, text, unit)
        for time, text in zip(times, texts, strict=True)
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
