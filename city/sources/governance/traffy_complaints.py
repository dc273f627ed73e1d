"""Complaints of Traffy Fondue, as its share API answers them: pages, the newest first.

Coordinates are texts, longitude first; times are UTC with an offset of two digits; states are Thai.
What is complained about belongs to `truth.complaints`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from city.channels import Answer, Api, Json, Request, json_answer
from city.defects import Defect, Kind, Where
from city.registers.local_authorities import answering_for
from city.registers.tambon import AMPHOE, TAMBON
from city.sources.spelling import PROVINCE
from city.truth.incidents.complaints import Complaint, complaints_on

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "traffy_complaints"
KEPT_DAYS = 14  # how long before the city's first day the service still knows
MOST_RECORDS = 1000
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
WAITING, WORKING, FINISHED, FORWARDED = "รอรับเรื่อง", "กำลังดำเนินการ", "เสร็จสิ้น", "ส่งต่อ"

# What is wrong, by the day of the city and the number of the complaint on it.
_PLAN: tuple[tuple[int, int, Kind, str], ...] = (
    (0, 3, "swapped_coordinates", "latitude stands where longitude should"),
    (0, 7, "out_of_range", "the phone was still in Bangkok when it was told"),
    (1, 5, "unknown_place", "the name of the authority is misspelt"),
)


def answer(city: City, request: Request) -> Answer:
    """One page of the complaints that were told from `start` to `end`, days included."""
    first = _asked_day(request, "start", city.first_day - timedelta(days=KEPT_DAYS))
    last = _asked_day(request, "end", city.last_day)
    limit = min(request.number("limit", MOST_RECORDS), MOST_RECORDS)
    offset = request.number("offset", 0)
    found = [record for day in _newest_first(city, first, last) for record in records_of(city, day)]
    page = found[offset : offset + limit]
    return json_answer({"status": True, "total": len(found), "results": page})


def records_of(city: City, day: date) -> tuple[Mapping[str, Json], ...]:
    """The records of the complaints of one day as they stand when the city closes."""
    spoiled = {number: kind for at, number, kind, _ in _PLAN if _day(city, at) == day}
    return tuple(
        _spoiled(_record(city, complaint), spoiled.get(complaint.number))
        for complaint in reversed(complaints_on(city.seed, day))
    )


def defects(city: City) -> Iterator[Defect]:
    """What is wrong on purpose; records count in the answer about that day alone."""
    for at, number, kind, detail in _PLAN:
        day = _day(city, at)
        complaints = complaints_on(city.seed, day)
        if day > city.last_day or number > len(complaints):
            continue
        ticket, record = _ticket(complaints[number - 1]), len(complaints) + 1 - number
        where = Where(station_id=ticket, first=f"{day}", last=f"{day}", records=(record,))
        yield Defect(kind, SOURCE_ID, f"search-{day:%Y%m%d}", where, detail)


def _record(city: City, complaint: Complaint) -> dict[str, Json]:
    tambon = TAMBON[complaint.row]
    authorities = answering_for(tambon.code)
    authority = authorities[complaint.number % len(authorities)]
    amphoe = AMPHOE[tambon.code[:4]][0]
    state, changed = _state(complaint, city.closes_at)
    finished = state == FINISHED
    ticket = _ticket(complaint)
    return {
        "ticket_id": ticket,
        "description": f"แจ้งปัญหา{complaint.kind} บริเวณตำบล{tambon.name_th}",
        "coords": [
            _degrees(tambon.longitude * 10 + complaint.east),
            _degrees(tambon.latitude * 10 + complaint.north),
        ],
        "photo_url": f"https://photos.traffy.example/{ticket}.jpg",
        "address": f"ต.{tambon.name_th} อ.{amphoe} จ.{PROVINCE}",
        "timestamp": _utc(complaint.told_at),
        "last_activity": _utc(changed),
        "state": state,
        "problem_type_abdul": [complaint.kind],
        "org": authority.full_name if complaint.number % 3 else authority.short_name,
        "star": complaint.star if finished and complaint.star else None,
        "count_reopen": complaint.reopened if finished else 0,
    }


def _state(complaint: Complaint, now: datetime) -> tuple[str, datetime]:
    """The state at a moment, and when it became so."""
    if complaint.finished and complaint.finished <= now:
        return FINISHED, complaint.finished
    if complaint.taken_up and complaint.taken_up <= now:
        return (FORWARDED if complaint.forwarded else WORKING), complaint.taken_up
    return WAITING, complaint.told_at


def _spoiled(record: dict[str, Json], kind: Kind | None) -> dict[str, Json]:
    coords = record["coords"]
    assert isinstance(coords, list)
    if kind == "swapped_coordinates":
        return {**record, "coords": coords[::-1]}
    if kind == "out_of_range":
        return {**record, "coords": ["100.50180", "13.75630"]}
    if kind == "unknown_place":
        return {**record, "org": "เทศบาลตำบลราไวย"}
    return record


def _ticket(complaint: Complaint) -> str:
    """A ticket's name: a year and six letters that no two complaints share."""
    left = (complaint.day.toordinal() * 1000 + complaint.number) * 7_368_787 % 32**6
    letters = ""
    for _ in range(6):
        left, place = divmod(left, 32)
        letters += ALPHABET[place]
    return f"{complaint.day.year}-{letters}"


def _utc(moment: datetime) -> str:
    """As PostgreSQL prints a timestamp."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00"


def _degrees(hundred_thousandths: int) -> str:
    return f"{hundred_thousandths // 100_000}.{hundred_thousandths % 100_000:05d}"


def _day(city: City, number: int) -> date:
    return city.first_day + timedelta(days=number)


def _newest_first(city: City, first: date, last: date) -> Iterator[date]:
    """The days asked for that the service knows."""
    day = min(last, city.last_day)
    while day >= max(first, city.first_day - timedelta(days=KEPT_DAYS)):
        yield day
        day -= timedelta(days=1)


def _asked_day(request: Request, name: str, default: date) -> date:
    text = str(request.parameters.get(name, ""))
    return date.fromisoformat(text) if text else default


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_TRAFFY_URL",
    service="traffy",
    path="/search",
    answer=answer,
    defects=defects,
)
