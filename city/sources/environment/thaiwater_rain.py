"""Rain of the national network (ThaiWater, `rain_24h`): rolling totals of the last 24 hours.

Differences of two answers are not rainfall. Numbers are numbers here, times have no zone, and there
is no way to ask for the past.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from city.chance import Ints
from city.channels import Answer, Api, Json, Request
from city.defects import Defect, Where
from city.registers.agency_stations import RAIN_STATIONS, RainStation
from city.sources.environment.thaiwater_levels import AGENCIES, DOWN_AFTER_DAYS
from city.truth.weather.rain import rain_before
from city.writing.json_text import json_bytes, number
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "thaiwater_rain"
PATH = "/public/rain_24h"
STEPS_PER_HOUR = 6
TIP = 20  # hundredths of a millimetre: the bucket of a gauge
OUT_OF_ORDER = "PKT106"


def rain_at(
    seed: int, moment: datetime, chosen: Sequence[RainStation] = RAIN_STATIONS
) -> list[dict[str, Json]]:
    """The records that the service has at a moment."""
    local = moment.astimezone(BANGKOK)
    told = local.replace(minute=local.minute // 10 * 10)
    places = [(station.place.latitude, station.place.longitude) for station in chosen]
    fallen = rain_before(seed, told, places)
    return [_record(station, told, fallen[row]) for row, station in enumerate(chosen)]


def _record(station: RainStation, told: datetime, fallen: Ints) -> dict[str, Json]:
    of_day, of_hour = (int(part.sum()) // TIP for part in (fallen, fallen[-STEPS_PER_HOUR:]))
    broken = station.code == OUT_OF_ORDER
    place = station.place
    return {
        "id": station.id * 1000 + told.day,
        "rain_24h": 999999 if broken else number(of_day * TIP // 10, 1),
        "rain_1h": 999999 if broken else number(of_hour * TIP // 10, 1),
        "rainfall_datetime": f"{told:%Y-%m-%d %H:%M}",
        "station_type": "rainfall_24h",
        "station": {
            "id": station.id,
            "tele_station_oldcode": station.code,
            "tele_station_name": {"th": station.name_th, "en": station.name_en},
            "tele_station_lat": number(place.latitude, 4),
            "tele_station_long": number(place.longitude, 4),
        },
        "agency": {"agency_shortname": {"th": AGENCIES[station.agency], "en": station.agency}},
        "geocode": {
            "province_code": place.province_code,
            "province_name": {"th": place.province_th},
            "amphoe_name": {"th": place.amphoe_th},
            "tumbon_name": {"th": place.tambon_th},
        },
    }


def _answer(city: City, request: Request) -> Answer:
    """Of one province where one is asked for; dry stations only with `include_zero`."""
    asked = request.parameters
    province = str(asked.get("province_code", ""))
    dry_too = str(asked.get("include_zero", "0")) == "1"
    chosen = [s for s in RAIN_STATIONS if province in ("", s.place.province_code)]
    records = rain_at(city.seed, city.closes_at, chosen)
    data = [record for record in records if dry_too or record["rain_24h"]]
    body = json_bytes({"result": "OK", "data": data})
    return Answer(200, body, {"Content-Type": "application/json; charset=utf-8"})


def defects(city: City) -> Iterator[Defect]:
    """What is wrong in the answer about the province, and the day on which there is none."""
    codes = [station.code for station in RAIN_STATIONS]
    where = Where(station_id=OUT_OF_ORDER, records=(codes.index(OUT_OF_ORDER) + 1,))
    yield Defect("sentinel", SOURCE_ID, "rain_24h", where, "the logger sends 999999")
    if city.days > DOWN_AFTER_DAYS:
        day = city.calendar[DOWN_AFTER_DAYS].isoformat()
        yield Defect("source_down", SOURCE_ID, "", Where(first=day, last=day), "down for a day")


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_THAIWATER_URL",
    service="thaiwater",
    path=PATH,
    answer=_answer,
    defects=defects,
)
