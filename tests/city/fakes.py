"""Small sources of every kind, for tests of how a city is served: each value is known by heart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal

from city.channels import (
    Answer,
    Api,
    Catalogued,
    Drop,
    DropFile,
    Entities,
    Json,
    Observation,
    Request,
    Table,
    Things,
)
from city.city import City
from city.defects import Defect, Where
from ingestion.clock import BANGKOK

CITY = City(seed=1, first_day=date(2026, 9, 7), days=3, scale=0.01)
FIRST, SECOND, THIRD = CITY.calendar
HOURS = 24


def down_on(source: str, *days: date) -> list[Defect]:
    return [Defect("source_down", source, "", Where(first=day.isoformat()), "") for day in days]


def level(stream: int, day: date, hour: int) -> int:
    return 1000 * stream + 100 * (day - FIRST).days + hour


def _streams(_: City) -> list[dict[str, Json]]:
    return [
        {
            "@iot.id": number,
            "name": name,
            "unitOfMeasurement": {"symbol": "m", "name": "metre"},
            "Thing": {"@iot.id": 10 * number, "name": f"station of {name}"},
        }
        for number, name in ((1, "upper canal"), (2, "lower canal"))
    ]


def _levels(_: City, day: date) -> Iterator[Observation]:
    for hour in range(HOURS):
        for stream in (1, 2):
            moment = datetime.combine(day, time(hour), BANGKOK)
            yield Observation(stream, moment, level(stream, day, hour))


LEVELS = Things(
    source="canal_levels",
    setting="CDP_CANAL_THINGS_URL",
    datastreams=_streams,
    observations=_levels,
    defects=lambda _: down_on("canal_levels", SECOND),
)


def _points(_: City) -> list[dict[str, Json]]:
    return [
        {
            "id": f"urn:ngsi-ld:AccessPoint:{number:03d}",
            "type": "AccessPoint",
            "ssid": "PhuketFreeWiFi",
            "clientsConnected": number % 7,
            "location": {"type": "Point", "coordinates": [98.3, 7.8]},
            "refZone": "urn:ngsi-ld:Zone:830202",
        }
        for number in range(45)
    ]


def _counts(_: City, day: date) -> list[dict[str, Json]]:
    times = [f"{day}T{hour:02d}:00:00+07:00" for hour in range(HOURS)]
    return [
        {
            "id": f"urn:ngsi-ld:Counter:{number}",
            "type": "Counter",
            "people": {"values": [[100 * number + hour, at] for hour, at in enumerate(times)]},
        }
        for number in (1, 2)
    ]


POINTS = Entities("access_points", "CDP_BROKER_URL", "AccessPoint", _points)
COUNTS = Entities(
    source="people_counts",
    setting="CDP_BROKER_URL",
    entity="Counter",
    present=lambda _: [],
    history=_counts,
)


def _echo(_: City, request: Request) -> Answer:
    body = json.dumps(dict(request.parameters), sort_keys=True).encode()
    return Answer(200, body, {"Content-Type": "application/json"})


ECHO = Api(
    source="echo",
    setting="CDP_ECHO_URL",
    service="echo",
    path="/public/{day}/load",
    answer=_echo,
    key="CDP_ECHO_KEY",
    key_in="Authorization",
    per_minute=3,
    defects=lambda _: down_on("echo", FIRST),
)
SNAPSHOT = Api(
    source="snapshot",
    setting="CDP_ECHO_URL",
    service="echo",
    path="/now",
    answer=_echo,
    defects=lambda _: down_on("snapshot", THIRD),
)


def _register(source: str, *defects: Defect) -> Table:
    return Table(
        source=source,
        dataset=f"dataset_{source}",
        resource=f"{source}.csv",
        title="ทะเบียน",
        agency="สำนักงาน",
        headings=("ชื่อ",),
        rows=(("ก",), ("ข",)),
        published_at=CITY.closes_at - timedelta(days=30),
        defects=defects,
    )


PIERS = Catalogued("piers", lambda _: _register("piers"))
BEACHES = Catalogued("beaches", lambda _: _register("beaches", *down_on("beaches", THIRD)))


def dropped(
    source: str, store: Literal["folder", "s3", "sftp"], folder: str, *, per_day: int = 2
) -> Drop:
    """A source that drops small text files; its setting is named after it."""

    def files(_: City, day: date) -> Iterator[DropFile]:
        for part in range(per_day):
            sent_at = datetime.combine(day, time(part), BANGKOK)
            yield DropFile(f"{source}_{day:%Y%m%d}_{part}.txt", sent_at, f"{day} {part}\n".encode())

    return Drop(source, f"CDP_{source.upper()}_URL", store, folder, files)
