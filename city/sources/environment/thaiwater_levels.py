"""Water levels of the national network (ThaiWater, `waterlevel_load`): one answer, the latest of
each station.

Numbers are texts, times have no zone, and the sign of the distance to the bank stands in a text.
There is no way to ask for the past: an answer that was missed is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Answer, Api, Json
from city.defects import Defect, Kind, Where
from city.registers.agency_stations import LEVEL_STATIONS, LevelStation
from city.registers.stations import Station, stations
from city.truth.weather.environment import around
from city.truth.weather.rain import STEPS, step_of
from city.writing.json_text import decimal, json_bytes
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "thaiwater_levels"
PATH = "/public/waterlevel_load"
BELOW, ABOVE = "ต่ำกว่าตลิ่ง (ม.)", "ล้นตลิ่ง (ม.)"
AGENCIES = {"HII": "สสน.", "DWR": "ทน.", "RID": "ชป."}
SITUATIONS = ((100, 5), (70, 4), (30, 3), (10, 2))  # above so many per cent of the bank
STALE = timedelta(days=3, hours=4)
DOWN_AFTER_DAYS = 4  # the service is down on the fifth day, when the city has one

_STATION_FAULTS: tuple[tuple[str, Kind, str], ...] = (
    ("PKT003", "sentinel", "the gauge has no contact with its float and sends 999999"),
    ("PKT005", "no_value", "the station answers, its gauge does not"),
    ("PNG011", "stale_station", "nothing new for three days"),
    ("MMR001", "unknown_place", "a gauge across the border, with its country as province"),
    ("MMR002", "unknown_place", "a gauge across the border, with its country as province"),
)


def levels_at(seed: int, moment: datetime) -> dict[str, Json]:
    """The document that the service gives at a moment."""
    faults = {code: kind for code, kind, _ in _STATION_FAULTS}
    records = [
        _record(seed, station, moment, faults.get(station.code)) for station in LEVEL_STATIONS
    ]
    return {"waterlevel_data": {"result": "OK", "data": records}}


def true_level(seed: int, station: LevelStation, moment: datetime) -> int:
    """Height of the water in mm above mean sea level, as the gauge should tell it."""
    local = moment.astimezone(BANGKOK)
    if station.reach:
        series = around(seed, local.date()).water[station.reach].level
        return int(series[STEPS + step_of(local)])
    draws = Draws(seed, "far level", station.code, local.date().isoformat())
    return station.usual_mm + draws.one(-250, 250)


def _record(seed: int, station: LevelStation, moment: datetime, fault: Kind | None) -> Json:
    told = moment.astimezone(BANGKOK) - (STALE if fault == "stale_station" else timedelta())
    told = told.replace(minute=told.minute // 10 * 10)
    level = true_level(seed, station, told)
    bed, bank = _heights(station)
    working = fault not in ("sentinel", "no_value")
    percent = (level - bed) * 10_000 // (bank - bed)
    distance = (level - bank) // 10
    return {
        "id": station.id * 1000 + told.day,
        "waterlevel_datetime": f"{told:%Y-%m-%d %H:%M}",
        "waterlevel_m": None,
        "waterlevel_msl": _shown(level, fault),
        "waterlevel_msl_previous": decimal(
            true_level(seed, station, told - timedelta(minutes=10)) // 10, 2
        ),
        "discharge": None,
        "storage_percent": decimal(percent, 2) if working else None,
        "situation_level": _situation(percent) if working else None,
        "diff_wl_bank": decimal(abs(distance), 2) if working else None,
        "diff_wl_bank_text": (ABOVE if distance > 0 else BELOW) if working else None,
        "station_type": "tele_waterlevel",
        "river_name": station.river_th,
        "station": _station(station, bed, bank),
        "agency": {"agency_shortname": {"th": AGENCIES[station.agency], "en": station.agency}},
        "geocode": _geocode(station),
    }


def _shown(level: int, fault: Kind | None) -> Json:
    if fault == "sentinel":
        return "999999"
    return None if fault == "no_value" else decimal(level // 10, 2)


def _situation(percent: int) -> int:
    """The network's five classes, from drought to overflow, of hundredths of a per cent."""
    return next((level for bound, level in SITUATIONS if percent > bound * 100), 1)


def _heights(station: LevelStation) -> tuple[int, int]:
    reach = _reaches().get(station.reach)
    if reach and reach.channel:
        return reach.channel.bed_mm, reach.channel.bank_mm
    return station.bed_mm, station.bank_mm


@lru_cache(maxsize=1)
def _reaches() -> dict[str, Station]:
    return {station.id: station for station in stations()}


def _station(station: LevelStation, bed: int, bank: int) -> Json:
    banks = decimal(bank // 10, 2)
    return {
        "id": station.id,
        "tele_station_oldcode": station.code,
        "tele_station_name": {"th": station.name_th, "en": station.name_en, "jp": ""},
        "tele_station_lat": decimal(station.place.latitude, 4),
        "tele_station_long": decimal(station.place.longitude, 4),
        "left_bank": banks,
        "right_bank": banks,
        "min_bank": banks,
        "ground_level": decimal(bed // 10, 2),
        "warning_level_m": None,
        "critical_level_msl": None,
    }


def _geocode(station: LevelStation) -> Json:
    return {
        "province_code": station.place.province_code,
        "province_name": {"th": station.place.province_th},
        "amphoe_name": {"th": station.place.amphoe_th},
        "tumbon_name": {"th": station.place.tambon_th},
    }


def defects(city: City) -> Iterator[Defect]:
    """What is wrong in the answer of the city's end, and the day on which there is none."""
    codes = [station.code for station in LEVEL_STATIONS]
    for code, kind, detail in _STATION_FAULTS:
        where = Where(station_id=code, records=(codes.index(code) + 1,))
        yield Defect(kind, SOURCE_ID, "waterlevel_load", where, detail)
    if city.days > DOWN_AFTER_DAYS:
        day = city.calendar[DOWN_AFTER_DAYS].isoformat()
        yield Defect("source_down", SOURCE_ID, "", Where(first=day, last=day), "down for a day")


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_THAIWATER_URL",
    service="thaiwater",
    path=PATH,
    answer=lambda city, request: Answer(
        200,
        json_bytes(levels_at(city.seed, city.closes_at)),
        {"Content-Type": "application/json; charset=utf-8"},
    ),
    defects=defects,
)
