"""Air quality as the Pollution Control Department answers it (`getNewAQI_JSON`).

Numbers are texts, what is missing has five spellings, and the dust is a mean of 24 hours: of the
hours before the time that is told. Some stations have told nothing new for days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws, Ints
from city.channels import Answer, Api, Json
from city.defects import Defect, Kind, Where
from city.registers.agency_stations import AIR_STATIONS, AirStation
from city.registers.tambon import TAMBON_CODES
from city.truth.weather.air import air_on
from city.writing.json_text import decimal, json_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "air4thai"
PATH = "/services/getNewAQI_JSON.php"
STALE = timedelta(days=1, hours=9)
DOWN_AFTER_DAYS = 3

# Upper ends of the Thai bands of PM2.5 (tenths of µg/m³, mean of 24 hours) and of the index.
BANDS = ((0, 0), (150, 25), (250, 50), (375, 100), (750, 200), (1500, 300))

_STATION_FAULTS: tuple[tuple[str, Kind, str], ...] = (
    ("m83", "no_value", "the mobile unit has no ozone analyser and no PM10 today"),
    ("44T", "stale_station", "nothing new for more than a day; its id is written in capitals"),
    ("62t", "no_value", "the dust monitor is being calibrated"),
    ("o83", "clock_fault", "a closed station is still listed, with the date 0000-00-00"),
)
_MISSING: Mapping[tuple[str, str], str] = {
    ("m83", "PM10"): "N/A",
    ("m83", "O3"): "-",
    ("62t", "PM25"): "-1",
    ("62t", "PM10"): "-1.0",
    ("62t", "AQI"): "",
}


def dust_mean(seed: int, tambon: str, moment: datetime) -> int:
    """Mean PM2.5 of the 24 hours before a full hour, in tenths of µg/m³."""
    return (int(_last_day(seed, tambon, moment).sum()) + 12) // 24


def stations_at(seed: int, moment: datetime) -> dict[str, Json]:
    """The document that the service gives at a moment."""
    local = moment.astimezone(BANGKOK).replace(minute=0, second=0)
    return {"stations": [_station(seed, station, local) for station in AIR_STATIONS]}


def _last_day(seed: int, tambon: str, moment: datetime) -> Ints:
    local = moment.astimezone(BANGKOK)
    days = (local.date() - timedelta(days=1), local.date())
    row = TAMBON_CODES.index(tambon)
    hours = np.concatenate([air_on(seed, day).dust[row] for day in days])
    return hours[local.hour : local.hour + 24]


def _station(seed: int, station: AirStation, local: datetime) -> Json:
    stale = _fault(station) == "stale_station"
    closed = _fault(station) == "clock_fault"
    told = local - (STALE if stale else timedelta())
    return {
        "stationID": station.id,
        "nameTH": station.name_th,
        "nameEN": station.name_en,
        "areaTH": station.area_th,
        "areaEN": station.area_en,
        "stationType": station.kind,
        "lat": decimal(station.latitude, 4),
        "long": decimal(station.longitude, 4),
        "forecast": [],
        "AQILast": {
            "date": "0000-00-00" if closed else f"{told:%Y-%m-%d}",
            "time": "-" if closed else f"{told:%H:%M}",
            **_values(seed, station, told, closed),
        },
    }


def _values(seed: int, station: AirStation, told: datetime, closed: bool) -> dict[str, Json]:
    dust = _dust(seed, station, told)
    draws = Draws(seed, "air gases", station.id, told.isoformat())
    measured = {
        "PM25": decimal(dust, 1),
        "PM10": decimal(dust * draws.one(160, 190) // 100, 1),
        "O3": decimal(draws.one(80, 420), 1),
        "CO": decimal(draws.one(20, 70), 2),
        "NO2": decimal(draws.one(20, 140), 1),
        "SO2": decimal(draws.one(5, 30), 1),
    }
    values: dict[str, Json] = {}
    for name, text in measured.items():
        missing = "-1" if closed else _MISSING.get((station.id, name))
        index = str(index_of(dust)) if name == "PM25" and missing is None else "-1"
        colour = str(_band(dust)) if name == "PM25" and missing is None else "0"
        values[name] = {"color_id": colour, "aqi": index, "value": missing or text}
    overall = "-1" if closed else _MISSING.get((station.id, "AQI"), str(index_of(dust)))
    return {**values, "AQI": {"color_id": str(_band(dust)), "aqi": overall, "param": "PM25"}}


def _dust(seed: int, station: AirStation, told: datetime) -> int:
    if station.tambon:
        return dust_mean(seed, station.tambon, told)
    # The haze of a season lies over the whole south; how thick differs from town to town.
    draws = Draws(seed, "far air", station.id, told.date().isoformat())
    return dust_mean(seed, TAMBON_CODES[0], told) * draws.one(80, 135) // 100


def index_of(dust: int) -> int:
    """The Thai air quality index of a mean of PM2.5: straight between the ends of its bands."""
    for (low, from_index), (high, to_index) in pairwise(BANDS):
        if dust <= high:
            return from_index + (dust - low) * (to_index - from_index) // (high - low)
    return BANDS[-1][1]


def _band(dust: int) -> int:
    return next((n for n, (high, _) in enumerate(BANDS[1:5], start=1) if dust <= high), 5)


def _fault(station: AirStation) -> Kind | None:
    return next((kind for code, kind, _ in _STATION_FAULTS if code == station.id), None)


def defects(city: City) -> Iterator[Defect]:
    """What is wrong in the answer of the city's end, and the day on which there is none."""
    ids = [station.id for station in AIR_STATIONS]
    for station_id, kind, detail in _STATION_FAULTS:
        where = Where(station_id=station_id, records=(ids.index(station_id) + 1,))
        yield Defect(kind, SOURCE_ID, "getNewAQI_JSON.php", where, detail)
    if city.days > DOWN_AFTER_DAYS + 1:
        day = city.calendar[DOWN_AFTER_DAYS].isoformat()
        yield Defect("source_down", SOURCE_ID, "", Where(first=day, last=day), "down for a day")


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_AIR4THAI_URL",
    service="air4thai",
    path=PATH,
    answer=lambda city, request: Answer(
        200,
        json_bytes(stations_at(city.seed, city.closes_at)),
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    defects=defects,
)
