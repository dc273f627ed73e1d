"""People counted by cameras, as entities of the context broker (NGSI-LD CrowdFlowObserved).

An entity is a zone; its history has a value every quarter of an hour. The interval in
`dateObserved` names local times without a zone, as the data model's own example does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Ints
from city.channels import Entities, Json
from city.defects import Defect, Kind, Where
from city.registers.counting_zones import CountingZone, counting_zones
from city.truth.people.crowds import QUARTERS, passing
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

ID = "people_counts"
TYPE = "CrowdFlowObserved"
SENTINEL = -1
CONGESTED_AT = 600  # people in a quarter of an hour, in a city of full size
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class _Fault:
    """A fault of the week's plan: on which day of the city's week, in which zone, when."""

    kind: Kind
    zone: int
    quarters: range
    detail: str


_WEEK = {
    0: _Fault("gap", 25, range(56, 68), "the camera was silent for three hours"),
    2: _Fault("sentinel", 13, range(40, 44), "the camera could not see and counted -1"),
    3: _Fault("stuck", 0, range(30, 62), "the camera repeated one count for eight hours"),
    4: _Fault("no_value", 8, range(20, 22), "the camera restarted and had no count"),
}


@dataclass(frozen=True)
class Count:
    """What one zone reports of one quarter of an hour."""

    quarter: int
    count: int | None
    towards: int | None

    @property
    def away(self) -> int | None:
        """Of the people those who went away from the camera."""
        return None if self.count is None or self.towards is None else self.count - self.towards


def history(city: City, day: date) -> Iterator[Mapping[str, Json]]:
    """Every zone with the counts of a day, in temporal form."""
    for number, zone in enumerate(counting_zones()):
        counts = counts_of(city, day, number)
        ends = [_utc(day, each.quarter + 1) for each in counts]

        def series(values: list[Json], ends: list[str] = ends) -> Json:
            pairs = [list(pair) for pair in zip(values, ends, strict=True)]
            return {"type": "Property", "values": pairs}

        yield {
            "id": _urn(zone),
            "type": TYPE,
            "dateObserved": series([_interval(day, each.quarter) for each in counts]),
            "peopleCount": series([each.count for each in counts]),
            "peopleCountTowards": series([each.towards for each in counts]),
            "peopleCountAway": series([each.away for each in counts]),
            "congested": series([is_congested(city, day, each) for each in counts]),
        }


def present(city: City) -> Iterator[Mapping[str, Json]]:
    """Every zone with the last count of the last day."""
    for number, zone in enumerate(counting_zones()):
        last = counts_of(city, city.last_day, number)[-1]
        yield {
            "id": _urn(zone),
            "type": TYPE,
            "name": zone.name_th,
            "alternateName": zone.name_en,
            "location": {
                "type": "Point",
                "coordinates": [zone.longitude / 10_000, zone.latitude / 10_000],
            },
            "dateObserved": _interval(city.last_day, last.quarter),
            "peopleCount": last.count,
            "peopleCountTowards": last.towards,
            "peopleCountAway": last.away,
            "congested": is_congested(city, city.last_day, last),
        }


def counts_of(city: City, day: date, number: int) -> list[Count]:
    """What a zone reports of a day, faults included."""
    real = _passing(city, day)[number].tolist()
    fault = _fault(city, day, number)
    counts = []
    for quarter, people in enumerate(real):
        towards = people * (47 + (quarter + number) % 7) // 100
        if fault is None or quarter not in fault.quarters:
            counts.append(Count(quarter, people, towards))
        elif fault.kind == "sentinel":
            counts.append(Count(quarter, SENTINEL, None))
        elif fault.kind == "no_value":
            counts.append(Count(quarter, None, None))
        elif fault.kind == "stuck":
            stuck = real[fault.quarters.start]
            counts.append(Count(quarter, stuck, stuck // 2))
    return counts


def _fault(city: City, day: date, number: int) -> _Fault | None:
    fault = _WEEK.get((day - city.first_day).days % 7)
    return fault if fault and fault.zone == number else None


def _defects(city: City) -> Iterator[Defect]:
    zones = counting_zones()
    for day in city.calendar:
        fault = _WEEK.get((day - city.first_day).days % 7)
        if fault:
            # Zones before it are whole on that day, which begins with what was told at midnight.
            before = fault.zone * QUARTERS + 2
            records = () if fault.kind == "gap" else tuple(before + q for q in fault.quarters)
            first, last = (_utc(day, q + 1) for q in (fault.quarters[0], fault.quarters[-1]))
            where = Where(zones[fault.zone].id, "peopleCount", first, last, records)
            yield Defect(fault.kind, ID, f"{TYPE}-{day:%Y%m%d}.jsonl", where, fault.detail)


@lru_cache(maxsize=2)
def _passing(city: City, day: date) -> Ints:
    """Who passed, at the scale of each hour."""
    scales = sorted(set(city.millionths_by_hour(day)))
    at = np.searchsorted(scales, np.repeat(city.millionths_by_hour(day), QUARTERS // 24))
    return np.choose(at, [passing(city.seed, day, each) for each in scales])


def is_congested(city: City, day: date, counted: Count) -> bool:
    """Were there so many people, at the scale of the hour, that the zone was full?"""
    hour = counted.quarter * 24 // QUARTERS
    return (counted.count or 0) * 1_000_000 >= CONGESTED_AT * city.millionths_by_hour(day)[hour]


def _urn(zone: CountingZone) -> str:
    return f"urn:ngsi-ld:{TYPE}:Phuket:{zone.tambon.code}:{zone.id}"


def _local(day: date, quarter: int) -> datetime:
    return datetime.combine(day, time(), BANGKOK) + quarter * _QUARTER


@lru_cache(maxsize=1024)  # the same for every zone
def _utc(day: date, quarter: int) -> str:
    return f"{_local(day, quarter).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=1024)
def _interval(day: date, quarter: int) -> str:
    return "/".join(f"{_local(day, q):%Y-%m-%dT%H:%M:%S}" for q in (quarter, quarter + 1))


SOURCE = Entities(
    source=ID,
    setting="CDP_NGSI_LD_URL",
    entity=TYPE,
    present=present,
    history=history,
    defects=_defects,
)
