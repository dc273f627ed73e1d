"""The city's air sensors, as entities of the context broker (NGSI-LD AirQualityObserved).

An entity is a sensor; its history has the mean of every hour, told in the last minute of the hour.
Relative humidity is a fraction, as the data model wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Entities, Json
from city.defects import Defect, Kind, Where
from city.registers.air_sensors import AIR_SENSORS, AirSensor
from city.registers.tambon import TAMBON_CODES
from city.truth.weather.air import air_on
from city.writing.json_text import number
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "air_quality_sensors"
TYPE = "AirQualityObserved"
HOURS = 24
DUST_ERROR = 8  # tenths of µg/m³, for better or worse
DIRTY = -9990  # stands for the -999 of a dirty laser
SPIKE = 2600  # tenths of µg/m³: somebody grills below the lamp post


@dataclass(frozen=True)
class _Fault:
    """What goes wrong at one sensor in some hours of one day of the city's week."""

    day: int
    kind: Kind
    sensor: int
    hours: range
    detail: str


_WEEK = (
    _Fault(1, "spike", 6, range(18, 19), "one hour of smoke from a grill below"),
    _Fault(2, "gap", 3, range(9, 14), "the sensor had no power for five hours"),
    _Fault(3, "stuck", 1, range(6, 20), "the fan stood still: one value for fourteen hours"),
    _Fault(4, "sentinel", 4, range(11, 13), "the laser is dirty and sends -999"),
    _Fault(5, "out_of_range", 8, range(2, 5), "a new firmware sends humidity in per cent"),
)


@dataclass(frozen=True)
class Hour:
    """What a sensor tells of one hour: tenths of µg/m³, tenths of °C, per cent."""

    hour: int
    dust: int
    temperature: int
    humidity: int


def history(city: City, day: date) -> Iterator[Mapping[str, Json]]:
    """Every sensor with the hours of a day, in temporal form."""
    for place, sensor in enumerate(AIR_SENSORS):
        told = hours_of(city, day, place)
        ends = [_end(day, hour.hour) for hour in told]

        def series(values: list[Json], ends: list[str] = ends) -> Json:
            pairs = [list(pair) for pair in zip(values, ends, strict=True)]
            return {"type": "Property", "values": pairs}

        yield {
            "id": _urn(sensor),
            "type": TYPE,
            "PM25": series([_dust(hour) for hour in told]),
            "temperature": series([number(hour.temperature, 1) for hour in told]),
            "relativeHumidity": series([_humidity(hour) for hour in told]),
        }


def present(city: City) -> Iterator[Mapping[str, Json]]:
    """Every sensor with its last hour."""
    for place, sensor in enumerate(AIR_SENSORS):
        last = hours_of(city, city.last_day, place)[-1]
        yield {
            "id": _urn(sensor),
            "type": TYPE,
            "dateObserved": _end(city.last_day, last.hour),
            "location": {
                "type": "Point",
                "coordinates": [number(sensor.longitude, 4), number(sensor.latitude, 4)],
            },
            "PM25": _dust(last),
            "temperature": number(last.temperature, 1),
            "relativeHumidity": _humidity(last),
        }


def defects(city: City) -> Iterator[Defect]:
    """What is wrong, with the numbers of the records in a day's answer."""
    for day in city.calendar:
        for fault in _planned(city, day):
            before = fault.sensor * HOURS + 1  # one fault a day: the sensors before it are whole
            records = () if fault.kind == "gap" else tuple(before + hour for hour in fault.hours)
            parameter = "relativeHumidity" if fault.kind == "out_of_range" else "PM25"
            first, last = _end(day, fault.hours[0]), _end(day, fault.hours[-1])
            where = Where(AIR_SENSORS[fault.sensor].id, parameter, first, last, records)
            yield Defect(fault.kind, SOURCE_ID, f"{TYPE}-{day:%Y%m%d}.jsonl", where, fault.detail)


def hours_of(city: City, day: date, place: int) -> list[Hour]:
    """What a sensor tells of a day, faults included."""
    sensor, air = AIR_SENSORS[place], air_on(city.seed, day)
    row = TAMBON_CODES.index(sensor.tambon.code)
    errors = Draws(city.seed, "air sensor", sensor.id, day.isoformat())
    dust = (air.dust[row] + errors.many(-DUST_ERROR, DUST_ERROR, HOURS)).clip(min=0).tolist()
    hours = [
        Hour(hour, dust[hour], int(air.temperature[row, hour]), int(air.humidity[row, hour]))
        for hour in range(HOURS)
    ]
    for fault in _planned(city, day):
        if fault.sensor == place:
            hours = _spoiled(hours, fault)
    return hours


def _spoiled(hours: list[Hour], fault: _Fault) -> list[Hour]:
    if fault.kind == "gap":
        return [hour for hour in hours if hour.hour not in fault.hours]
    if fault.kind == "out_of_range":
        return [
            Hour(h.hour, h.dust, h.temperature, h.humidity * 100) if h.hour in fault.hours else h
            for h in hours
        ]
    stuck = hours[fault.hours[0]].dust
    wrong = {"spike": SPIKE, "stuck": stuck, "sentinel": DIRTY}[fault.kind]
    return [
        Hour(h.hour, wrong, h.temperature, h.humidity) if h.hour in fault.hours else h
        for h in hours
    ]


def _dust(hour: Hour) -> float:
    return -999 if hour.dust == DIRTY else number(hour.dust, 1)


def _humidity(hour: Hour) -> float:
    return number(hour.humidity, 2)


def _planned(city: City, day: date) -> list[_Fault]:
    weekday = (day - city.first_day).days % 7
    return [fault for fault in _WEEK if fault.day == weekday]


def _urn(sensor: AirSensor) -> str:
    return f"urn:ngsi-ld:{TYPE}:Phuket:{sensor.tambon.code}:{sensor.id}"


def _end(day: date, hour: int) -> str:
    ended = datetime.combine(day, time(hour), BANGKOK) + timedelta(minutes=59)
    return f"{ended.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


SOURCE = Entities(
    source=SOURCE_ID,
    setting="CDP_NGSI_LD_URL",
    entity=TYPE,
    present=present,
    history=history,
    defects=defects,
)
