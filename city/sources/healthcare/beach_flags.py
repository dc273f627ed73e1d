"""The flag that lifeguards hoist at each guarded beach, day by day, as their service answers it.

The flag is the official's word: red means no swimming. People are rescued, and drown, in spite of
it. Times are local without an offset; heights are texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from city.channels import Answer, Api, Json, Request, json_answer
from city.defects import Defect, Kind, Where
from city.registers.beaches import BEACHES, Beach
from city.truth.weather.surf import RED_FROM_CM, Surf, surf_on

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "beach_flags"
RED, RED_YELLOW = "ธงแดง", "ธงแดงเหลือง"

# What is wrong, by the day of the city and the record of that day.
_PLAN: tuple[tuple[int, int, Kind, str], ...] = (
    (0, 5, "no_value", "the height of the waves was not written down"),
    (1, 9, "unknown_parameter", "a flag that means nothing in the beach service's own key"),
    (1, 13, "gap", "no lifeguard reported from the last beach"),
)


def records_of(city: City, day: date) -> tuple[dict[str, Json], ...]:
    """The reports of one day, the northern beach first."""
    told = [_record(day, b, s) for b, s in zip(BEACHES, surf_on(city.seed, day), strict=True)]
    for at, record, kind, _ in _PLAN:
        if city.first_day + timedelta(days=at) != day:
            continue
        if kind == "gap":
            del told[record - 1]
        else:
            spoiled: dict[str, Json] = (
                {"wave_height_m": "-"} if kind == "no_value" else {"flag": "ธงม่วง"}
            )
            told[record - 1].update(spoiled)
    return tuple(told)


def _record(day: date, beach: Beach, surf: Surf) -> dict[str, Json]:
    return {
        "beach_id": beach.id,
        "beach_name": {"th": beach.name_th, "en": beach.name_en},
        "tambon": beach.tambon,
        "lat": f"{beach.latitude // 10_000}.{beach.latitude % 10_000:04d}",
        "lng": f"{beach.longitude // 10_000}.{beach.longitude % 10_000:04d}",
        "reported_at": f"{day} 10:00",
        "flag": RED if surf.wave_cm >= RED_FROM_CM else RED_YELLOW,
        "wave_height_m": f"{surf.wave_cm // 100}.{surf.wave_cm % 100 // 10}",
        "rescues": surf.rescues,
        "drownings": surf.drownings,
    }


def _answer(city: City, request: Request) -> Answer:
    text = str(request.parameters.get("date", "")) or f"{city.last_day}"
    day = date.fromisoformat(text)
    told = records_of(city, day) if day <= city.last_day else ()
    return json_answer({"date": f"{day}", "beaches": list(told)})


def _defects(city: City) -> Iterator[Defect]:
    for at, record, kind, detail in _PLAN:
        day = city.first_day + timedelta(days=at)
        if day <= city.last_day:
            where = Where(
                station_id=BEACHES[record - 1].id,
                first=f"{day}",
                last=f"{day}",
                records=() if kind == "gap" else (record,),
            )
            yield Defect(kind, SOURCE_ID, f"flags-{day:%Y%m%d}", where, detail)


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_BEACH_FLAG_URL",
    service="beaches",
    path="/flags",
    answer=_answer,
    defects=_defects,
)
