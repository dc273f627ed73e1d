"""The readings of the environment stations, as instruments and their faults make them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from city.sources.environment.sensor_drops import CORRECTION_MM, PARTS
from city.sources.environment.sensor_faults import (
    Fault,
    Spoiler,
    faults_of,
    file_faults_of,
    shifted_level,
)
from city.sources.environment.sensor_readings import RAIN, WATER, Reading, readings_of
from city.telling.columns import SECOND, instants

if TYPE_CHECKING:
    from city.city import City

_UNUSABLE = ("unknown_parameter", "buddhist_year", "no_offset", "out_of_range", "duplicate_row")
_WITHOUT_VALUE = {"sentinel": "sentinel", "no_value": "missing"}
_NAMES = {each.older_parameter: each.parameter for each in (RAIN, *WATER)}
_UNITS = {each.older_unit: each.unit for each in (RAIN, *WATER)}


def readings(city: City, day: date) -> pa.Table:
    """The rows of `environment_sensor_readings`."""
    rows = list(_sent(city, day))
    minutes = np.array([_minute(each.time) for each, _ in rows], dtype=np.int64)
    why = [_WITHOUT_VALUE.get(shown.kind) if shown else None for _, shown in rows]
    values = [None if w else float(each.value) for (each, _), w in zip(rows, why, strict=True)]
    names = [_NAMES.get(each.parameter, each.parameter) for each, _ in rows]
    return pa.table(
        {
            "station_id": pa.array([each.station for each, _ in rows], pa.string()),
            "parameter": pa.array(names, pa.string()),
            "observed_at": instants(day, minutes * 60 * SECOND),
            "value": pa.array(values, pa.float64()),
            "unit": pa.array([_UNITS.get(each.unit, each.unit) for each, _ in rows], pa.string()),
            "source_flag": pa.array([each.flag for each, _ in rows], pa.string()),
            "value_reason": pa.array(why, pa.string()),
        }
    )


@lru_cache(maxsize=512)  # the times of a day come again at every station
def _minute(time: str) -> int:
    """The minute of the day in a time as the network writes it."""
    return int(time[11:13]) * 60 + int(time[14:16])


def _sent(city: City, day: date) -> Iterator[tuple[Reading, Fault | None]]:
    """The rows that can be used, corrected where they are sent again for that."""
    environment = city.environment
    told = readings_of(environment, day)
    spoiler = Spoiler(faults_of(environment.stations, environment.first_day, day))
    corrected = {
        fault.part
        for fault in file_faults_of(environment.first_day, day)
        if fault.kind == "resent_file"
    }
    size = len(told) // PARTS
    for part in range(PARTS):
        rows = spoiler.spoil(told[part * size : (part + 1) * size])
        first = next((each.station for each, _ in rows if each.station.startswith("WS-")), "")
        for reading, shown in rows:
            if shown and shown.kind in _UNUSABLE:
                continue
            is_level = _NAMES.get(reading.parameter, reading.parameter) == "water_level"
            if part in corrected and is_level and reading.station == first:
                yield reading.but(value=shifted_level(reading.value, CORRECTION_MM)), shown
            else:
                yield reading, shown
