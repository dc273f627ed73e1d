"""The access points of the city's WiFi as entities of its context broker (NGSI-LD AccessPoint).

Who is connected follows the sessions of the last day. The place of one was typed the wrong way
round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from city.channels import Entities, Json
from city.defects import Defect, Where
from city.registers.access_points import OUT_OF_ORDER, AccessPoint, access_points
from city.truth.people.wifi import DAY_SECONDS, sessions

if TYPE_CHECKING:
    from city.city import City

ID = "wifi_access_points"
TYPE = "AccessPoint"
SWAPPED = 640
_MINUTES_BEFORE_MIDNIGHT = 5


def entities(city: City) -> Iterator[Mapping[str, Json]]:
    """All of them, five minutes before the last midnight."""
    connected = clients(city)
    instant = f"{city.last_day}T23:{60 - _MINUTES_BEFORE_MIDNIGHT}:00+07:00"
    for point, count in zip(access_points(), connected, strict=True):
        yield {
            "id": f"urn:ngsi-ld:{TYPE}:Phuket:{point.id}",
            "type": TYPE,
            "name": f"จุดบริการไวไฟ {point.tambon.name_th} {point.number}",
            "alternateName": f"{point.tambon.name_en} WiFi point {point.number}",
            "areaServed": point.tambon.code,
            "location": {"type": "Point", "coordinates": _coordinates(point)},
            "macAddress": point.mac,
            "ssid": [point.network, f"{point.network}-Staff"],
            "apState": "off" if point.number in OUT_OF_ORDER else "on",
            "clientsConnected": count,
            "timeInstant": instant,
        }


def clients(city: City) -> list[int]:
    """How many devices are connected to each access point at that moment."""
    day = city.last_day
    found = sessions(city.seed, day, city.millionths, city.whole_hours(day))
    moment = DAY_SECONDS - 60 * _MINUTES_BEFORE_MIDNIGHT
    there = (found.begins <= moment) & (moment < found.begins + found.lasts)
    counts = np.bincount(found.access_point[there], minlength=len(access_points()))
    return [int(count) for count in counts]


def _coordinates(point: AccessPoint) -> list[float]:
    place = [point.longitude / 10_000, point.latitude / 10_000]
    return place[::-1] if point.number == SWAPPED else place


def _defects(city: City) -> Iterator[Defect]:
    yield Defect(
        kind="swapped_coordinates",
        source=ID,
        file=f"{TYPE}.jsonl",
        where=Where(station_id=access_points()[SWAPPED - 1].id, records=(SWAPPED,)),
        detail="latitude stands where longitude belongs",
    )


SOURCE = Entities(
    source=ID,
    setting="CDP_NGSI_LD_URL",
    entity=TYPE,
    present=entities,
    defects=_defects,
)
