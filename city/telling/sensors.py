"""What the sensors of the environment read: stations, gauges that count, and lamp posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from city.registers.air_sensors import AIR_SENSORS
from city.registers.stations import INTERVAL_MINUTES
from city.sources.environment import air_quality_sensors, rain_counters
from city.sources.environment.sensor_drops import CORRECTION_MM, PARTS
from city.sources.environment.sensor_faults import (
    Fault,
    Spoiler,
    faults_of,
    file_faults_of,
    shifted_level,
)
from city.sources.environment.sensor_readings import RAIN, WATER, Reading, readings_of
from city.telling.columns import SECOND, instants, parts_of, reason, where

if TYPE_CHECKING:
    from city.city import City

_PER_CENT = 100
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


def counters(city: City, day: date) -> pa.Table:
    """The rows of `rain_counters`."""
    rows = rain_counters.read_at(city, day)
    shown = {gauge: rain_counters.counter_of(city, gauge, day) for gauge, _ in rows}
    steps = np.array([step for _, step in rows], dtype=np.int64)
    counted = np.array([shown[gauge][step] for gauge, step in rows], dtype=np.int64)
    whole = {
        "tip_mm": [gauge.tip for gauge, _ in rows],
        "rolls_over_mm": [gauge.rolls_over for gauge, _ in rows],
    }
    return pa.table(
        {
            "station_id": pa.array([gauge.id for gauge, _ in rows], pa.string()),
            "observed_at": instants(day, steps * INTERVAL_MINUTES * 60 * SECOND),
            "counter_mm": parts_of(counted // 10, 10),
            **{n: parts_of(np.array(values) // 10, 10) for n, values in whole.items()},
            "tambon_code": pa.array([gauge.tambon.code for gauge, _ in rows], pa.string()),
            "latitude": parts_of(np.array([gauge.latitude for gauge, _ in rows]), 10_000),
            "longitude": parts_of(np.array([gauge.longitude for gauge, _ in rows]), 10_000),
        }
    )


def air(city: City, day: date) -> pa.Table:
    """The rows of `air_quality_sensors`."""
    rows = [
        (sensor, told)
        for place, sensor in enumerate(AIR_SENSORS)
        for told in air_quality_sensors.hours_of(city, day, place)
        if told.humidity <= _PER_CENT  # a new firmware sends another unit
    ]
    minutes = np.array([told.hour * 60 + 59 for _, told in rows], dtype=np.int64)
    dust = np.array([told.dust for _, told in rows], dtype=np.int64)
    nothing = pa.nulls(len(rows), pa.string())
    dirty = dust == air_quality_sensors.DIRTY
    return pa.table(
        {
            "sensor_id": pa.array([sensor.id for sensor, _ in rows], pa.string()),
            "tambon_code": pa.array([sensor.tambon.code for sensor, _ in rows], pa.string()),
            "observed_at": instants(day, minutes * 60 * SECOND),
            "pm25_ugm3": where(~dirty, parts_of(dust, 10)),
            "temperature_celsius": parts_of(np.array([t.temperature for _, t in rows]), 10),
            "humidity_pct": pa.array([float(told.humidity) for _, told in rows], pa.float64()),
            "pm25_ugm3_reason": reason("sentinel", dirty),
            "temperature_celsius_reason": nothing,
            "humidity_pct_reason": nothing,
        }
    )


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
