"""An OGC SensorThings API 1.1 as FROST serves it: datastreams, their things, their observations.

Reading only. What is not understood is refused, as a wrong answer would be believed. Observations
are made day by day when they are asked for; what is in them belongs to `sources`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from city.channels import Answer, Request, Things
from city.city import City
from city.serving.answers import json_answer
from city.serving.apis.odata import (
    Filter,
    Lookup,
    QueryError,
    Value,
    read_filter,
    read_order,
    sortable,
)
from city.serving.apis.sensorthings_forms import Entity, Seen, Shape, Wanted
from city.serving.outages import Outages
from city.serving.recent import Recent
from ingestion.clock import BANGKOK

Row = TypeVar("Row")
VERSION = "/v1.1"
DEFAULT_ENTITIES = 100
MOST_ENTITIES = 1000
KEPT_ANSWERS = 4
A_DAYS_MOST = 10_000_000
UNDERSTOOD = (
    *("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$resultFormat"),
)
SETS = ("Datastreams", "Observations", "Things")
_PATH = re.compile(rf"/(?P<set>{'|'.join(SETS)})(?:\((?P<id>\d+)\))?(?P<below>/\w+)?")


@dataclass
class ThingsService:
    """The sources that share one address; their datastreams must not share identifiers."""

    prefix: str
    city: City
    sources: Sequence[Things]
    outages: Outages
    _recent: Recent[list[Seen]] = field(default_factory=lambda: Recent(KEPT_ANSWERS))

    def __post_init__(self) -> None:
        found = [stream for source in self.sources for stream in source.datastreams(self.city)]
        self._streams: dict[object, Entity] = {stream["@iot.id"]: stream for stream in found}
        if len(self._streams) < len(found):
            raise ValueError(f"two datastreams at {self.prefix} have one @iot.id")
        things = [thing for s in found if isinstance(thing := s.get("Thing"), Mapping)]
        self._things: dict[object, Entity] = {thing["@iot.id"]: thing for thing in things}

    def asked_about(self, request: Request) -> str:
        """The id of the source, or of the first of those that share the address."""
        return self.sources[0].source

    def answer(self, url: str, request: Request) -> Answer:
        """The answer; 400 to what is not understood, 404 to what is not there."""
        if not f"{request.path}/".startswith(f"{VERSION}/"):
            return _error(404, f"this service is at {VERSION}")
        path = request.path.removeprefix(VERSION).rstrip("/")
        asked = _PATH.fullmatch(path)
        try:
            if not path:
                return json_answer(200, {"value": [self._listed(name) for name in SETS]})
            if asked is None or (asked["below"] and asked["set"] != "Datastreams"):
                return _error(404, f"{path} is not among {', '.join(SETS)}")
            return self._entities(asked["set"], asked["id"], asked["below"] or "", request)
        except QueryError as error:
            return _error(400, str(error))

    def _listed(self, name: str) -> dict[str, str]:
        return {"name": name, "url": f"{self.prefix}{VERSION}/{name}"}

    def _entities(self, name: str, one: str | None, below: str, request: Request) -> Answer:
        query = _Query.of(request)
        shape = Shape(self.prefix + VERSION, self._streams, query.wanted)
        if below:
            stream = self._streams.get(int(one)) if one else None
            if stream is None:
                return _one(None)
            if below != "/Observations":
                return _one(_member_of(stream)(below[1:]))
            return self._observations(request, query, shape, f"Datastream/@iot.id eq {one}")
        if name == "Observations":
            return self._observations(request, query, shape, f"@iot.id eq {one}" if one else "")
        held = self._streams if name == "Datastreams" else self._things
        if one:
            found = held.get(int(one))
            return _one(found and shape.entity(name, found))
        fitting = [entity for entity in held.values() if query.filter.fits(_member_of(entity))]
        ordered = _ordered(fitting, query.order, _member_of)
        return self._page(request, query, ordered, lambda rows: shape.entities(name, rows))

    def _observations(self, request: Request, query: _Query, shape: Shape, narrowed: str) -> Answer:
        seen = self._seen(query, narrowed)
        if isinstance(seen, Answer):
            return seen
        if narrowed.startswith("@iot.id"):
            return _one(seen and shape.observation(seen[0]))
        shaped = shape.data_arrays if query.arrays else shape.observations
        return self._page(request, query, seen, shaped)

    def _seen(self, query: _Query, narrowed: str) -> list[Seen] | Answer:
        first, last = query.filter.window("phenomenonTime")
        about = [day for day in self.city.calendar if last > _begin(day) and first < _begin(day, 1)]
        bounded = any(path == "phenomenonTime" for path, _, _ in query.filter.bounds)
        refused = self.outages.answer([s.source for s in self.sources], about if bounded else None)
        if refused:
            return refused
        # A clock that is wrong by hours stamps another day than the one that it is sent with.
        near = {day + timedelta(days=by) for day in about for by in (-1, 0, 1)}
        filters = (read_filter(narrowed), query.filter)
        return self._recent.of(
            (narrowed, query.filter_text, query.order_text),
            lambda: self._found(sorted(near), filters, query.order),
        )

    def _found(
        self, days: Sequence[date], filters: Sequence[Filter], order: Sequence[tuple[str, bool]]
    ) -> list[Seen]:
        rows = [
            seen
            for day in days
            if day in self.city.calendar
            for seen in self._of_day(day)
            if all(each.fits(self._property_of(seen)) for each in filters)
        ]
        return _ordered(rows, order, self._property_of)

    def _of_day(self, day: date) -> Iterator[Seen]:
        """What was seen on a day. Identifiers depend on the day only, not on the city's first."""
        number = day.toordinal() * A_DAYS_MOST
        for source in self.sources:
            for observation in source.observations(self.city, day):
                number += 1
                yield Seen(number, observation)

    def _property_of(self, seen: Seen) -> Lookup:
        def at(path: str) -> Value:
            if path == "phenomenonTime":
                return seen.observation.phenomenon_time
            if path == "result":
                return seen.observation.result
            if path in ("@iot.id", "id"):
                return seen.number
            if path == "resultTime":
                return None
            entity, _, member = path.partition("/")
            if entity != "Datastream" or not member:
                raise QueryError(f"{path} is no property of an observation")
            return _member_of(self._streams[seen.observation.datastream])(member)

        return at

    def _page(
        self,
        request: Request,
        query: _Query,
        rows: Sequence[Row],
        shaped: Callable[[Sequence[Row]], object],
    ) -> Answer:
        document: dict[str, object] = {"@iot.count": len(rows)} if query.count else {}
        end = query.skip + query.top
        if end < len(rows):
            more = urlencode({**request.parameters, "$skip": end}, safe="$,/():'@")
            document["@iot.nextLink"] = f"{self.prefix}{request.path}?{more}"
        return json_answer(200, {**document, "value": shaped(rows[query.skip : end])})


@dataclass(frozen=True)
class _Query:
    """The query options of a request, understood."""

    filter: Filter
    filter_text: str
    order: Sequence[tuple[str, bool]]
    order_text: str
    wanted: Wanted
    top: int
    skip: int
    count: bool
    arrays: bool

    @classmethod
    def of(cls, request: Request) -> _Query:
        """The options of a request.

        Raises
        ------
        QueryError: one is not known, or says what cannot be done.
        """
        said = {name: str(value) for name, value in request.parameters.items()}
        if unknown := sorted(set(said) - set(UNDERSTOOD)):
            raise QueryError(f"{unknown[0]} is not understood; known: {', '.join(UNDERSTOOD)}")
        for name, allowed in (("$count", ("true", "false")), ("$resultFormat", ("dataArray",))):
            if said.get(name, allowed[0]) not in allowed:
                raise QueryError(f"{name}: {said[name]!r} is not {' or '.join(allowed)}")
        filtered, ordered = said.get("$filter", ""), said.get("$orderby", "")
        return cls(
            filter=read_filter(filtered),
            filter_text=filtered,
            order=read_order(ordered),
            order_text=ordered,
            wanted=Wanted.read(said.get("$select", ""), said.get("$expand", "")),
            top=min(_natural(said, "$top", DEFAULT_ENTITIES), MOST_ENTITIES),
            skip=_natural(said, "$skip", 0),
            count=said.get("$count") == "true",
            arrays="$resultFormat" in said,
        )


def _natural(said: Mapping[str, str], name: str, default: int) -> int:
    text = said.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise QueryError(f"{name}: {text!r} is no number")
    return int(text)


def _ordered(
    rows: list[Row], order: Sequence[tuple[str, bool]], lookup: Callable[[Row], Lookup]
) -> list[Row]:
    for path, falling in reversed(order):

        def key(row: Row, path: str = path) -> tuple[int, object]:
            return sortable(lookup(row)(path))

        rows.sort(key=key, reverse=falling)
    return rows


def _member_of(entity: Entity) -> Lookup:
    def at(path: str) -> Value:
        found: object = entity
        for part in path.split("/"):
            name = "@iot.id" if part == "id" else part
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    return at


def _begin(day: date, later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(), BANGKOK)


def _one(found: object) -> Answer:
    return json_answer(200, found) if found else _error(404, "Nothing found.")


def _error(status: int, message: str) -> Answer:
    return json_answer(status, {"code": status, "type": "error", "message": message})
