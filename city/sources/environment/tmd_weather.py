"""Weather as the Meteorological Department answers it (`Weather3Hours`, V2, JSON).

A byte-order mark before the text, numbers as texts, a trace of rain as T, and a single station as
an object where several are a list. It wants a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws
from city.channels import Answer, Api, Json
from city.defects import Defect, Where
from city.registers.agency_stations import WEATHER_STATIONS, WeatherStation
from city.registers.tambon import TAMBON_CODES
from city.truth.weather.air import air_on
from city.writing.json_text import decimal, json_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "tmd_weather"
PATH = "/Weather3Hours/V2/"
HOURS = 3
FIRST_HOUR = 1  # observed at 01:00, 04:00, … 22:00
TRACE = 10  # hundredths of a millimetre: less than that is a trace
WITHOUT_RAIN_GAUGE = "48566"


def weather_at(
    seed: int, moment: datetime, chosen: Sequence[WeatherStation] = WEATHER_STATIONS
) -> dict[str, Json]:
    """The document that the service gives at a moment."""
    told = observed_before(moment)
    stations = [_station(seed, station, told) for station in chosen]
    return {
        "Header": {
            "Title": "Weather3Hours",
            "Description": "3-hourly weather observation",
            "LastBuildDate": f"{told + timedelta(minutes=40):%d/%m/%Y %H:%M:%S}",
            "Status": "200 OK",
        },
        "Stations": {"Station": stations if len(stations) > 1 else stations[0]},
    }


def observed_before(moment: datetime) -> datetime:
    """The last time of observation before a moment."""
    local = moment.astimezone(BANGKOK).replace(minute=0, second=0, microsecond=0)
    return local - timedelta(hours=(local.hour - FIRST_HOUR) % HOURS)


def rain_of(seed: int, station: WeatherStation, told: datetime, hours: int) -> int:
    """Rain of the hours before an observation, in hundredths of a millimetre."""
    days = (told.date() - timedelta(days=1), told.date())
    rain = np.concatenate([air_on(seed, day).rain[_row(station)] for day in days])
    return int(rain[24 + told.hour - hours : 24 + told.hour].sum())


def _station(seed: int, station: WeatherStation, told: datetime) -> Json:
    return {
        "WmoStationNumber": station.wmo,
        "StationNameThai": station.name_th,
        "StationNameEnglish": station.name_en,
        "Province": station.province_th,
        "Latitude": decimal(station.latitude * 1000, 7),
        "Longitude": decimal(station.longitude * 1000, 7),
        "Observation": _observation(seed, station, told),
    }


def _observation(seed: int, station: WeatherStation, told: datetime) -> Json:
    air, hour, row = air_on(seed, told.date()), told.hour, _row(station)
    # Elsewhere it is warmer or cooler by a little; in Phuket the truth is told.
    far = 0 if station.tambon else Draws(seed, "far weather", station.wmo).one(-8, 8)
    temperature = int(air.temperature[row, hour]) + far
    humidity = int(air.humidity[row, hour])
    pressure = int(air.pressure[hour])
    return {
        "DateTime": f"{told:%d/%m/%Y %H:%M:%S}",
        "StationPressure": decimal(pressure * 10 - 62, 2),
        "MeanSeaLevelPressure": decimal(pressure * 10, 2),
        "AirTemperature": decimal(temperature, 1),
        "DewPoint": decimal(temperature - (100 - humidity) * 2, 1),
        "RelativeHumidity": str(humidity),
        "LandVisibility": "10.0",
        "WindDirection": f"{int(air.wind_from[hour]):03d}",
        "WindSpeed": decimal(int(air.wind_speed[hour]) * 36 // 10, 1),  # km/h
        "Rainfall": _rain_text(rain_of(seed, station, told, HOURS), station),
        "Rainfall24Hr": _rain_text(rain_of(seed, station, told, 24), station),
    }


def _rain_text(rain: int, station: WeatherStation) -> str:
    if station.wmo == WITHOUT_RAIN_GAUGE:
        return "-"
    return "T" if 0 < rain < TRACE else decimal(rain // 10, 1)


def _row(station: WeatherStation) -> int:
    return TAMBON_CODES.index(station.tambon) if station.tambon else 0


def defects(city: City) -> Iterator[Defect]:
    """What is wrong in the answer of the city's end."""
    numbers = [station.wmo for station in WEATHER_STATIONS]
    where = Where(station_id=WITHOUT_RAIN_GAUGE, records=(numbers.index(WITHOUT_RAIN_GAUGE) + 1,))
    yield Defect("no_value", SOURCE_ID, "Weather3Hours", where, "its rain gauge is broken")


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_TMD_URL",
    service="tmd",
    path=PATH,
    key="CDP_TMD_KEY",
    key_in="?ukey",
    answer=lambda city, request: Answer(
        200,
        json_bytes(weather_at(city.seed, city.closes_at), mark=True),
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    defects=defects,
)
