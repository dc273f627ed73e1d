"""An OGC SensorThings API 1.1 as FROST serves it: datastreams, their things, their observations.

Reading only. What is not understood is refused, as a wrong answer would be believed. Observations
are made day by day when they are asked for; what is in them belongs to `sources`.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from ingestion.clock import BANGKOK
from ingestion.simulator.channels import Answer, Request, Things
from ingestion.simulator.city import City
from ingestion.simulator.serving.odata import (
    Filter,
    Lookup,
    QueryError,
    Value,
    read_filter,
    read_order,
    sortable,
)
from ingestion.simulator.serving.outages import Outages
from ingestion.simulator.serving.sensorthings_forms import Entity, Seen, Shape, Wanted

Row = TypeVar("Row")
VERSION = "/v1.1"
DEFAULT_ENTITIES = 100
MOST_ENTITIES = 1000
KEPT_ANSWERS = 4
A_DAYS_MOST = 10_000_000
UNDERSTOOD = (
    *("$filter", "$orderby", "$top", "$skip", "$count", "$select", "$expand", "$resultFormat"),
)
_PATH = re.compile(r"/(?P<set>Datastreams|Observations|Things)(?:\((?P<id>\d+)\))?(?P<below>/\w+)?")


@dataclass
class ThingsService:
    """The sources that share one address; their datastreams must not share identifiers."""

    prefix: str
    city: City
    sources: Sequence[Things]
    outages: Outages
    _kept: OrderedDict[tuple[str, ...], list[Seen]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

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
                names = ("Datastreams", "Observations", "Things")
                at = self.prefix + VERSION
                return _json({"value": [{"name": name, "url": f"{at}/{name}"} for name in names]})
            if asked is None or (asked["below"] and asked["set"] != "Datastreams"):
                return _error(404, f"{path} is not among Datastreams, Observations and Things")
            return self._asked(asked["set"], asked["id"], asked["below"], request)
        except QueryError as error:
            return _error(400, str(error))

    def _asked(self, name: str, one: str | None, below: str | None, request: Request) -> Answer:
        query = _Query.of(request)
        shape = Shape(self.prefix + VERSION, self._streams, query.wanted)
        if name == "Observations" or below:
            if below and (one is None or int(one) not in self._streams):
                return _error(404, "Nothing found.")
            if below and below != "/Observations":
                linked = _member_of(self._streams[int(one or "")])(below[1:])
                return _json(linked) if linked else _error(404, "Nothing found.")
            narrowed = f"Datastream/@iot.id eq {one}" if below else f"@iot.id eq {one}"
            seen = self._observations(query, narrowed if one else "")
            if isinstance(seen, Answer):
                return seen
            if one and not below:
                return _json(shape.observation(seen[0])) if seen else _error(404, "Nothing found.")
            return self._page(
                request, query, seen, shape.data_arrays if query.arrays else shape.observations
            )
        held = self._streams if name == "Datastreams" else self._things
        if one:
            entity = held.get(int(one))
            return _json(shape.entity(name, entity)) if entity else _error(404, "Nothing found.")
        fitting = [entity for entity in held.values() if query.filter.fits(_member_of(entity))]
        found = _ordered(fitting, query.order, _member_of)
        return self._page(request, query, found, lambda rows: shape.entities(name, rows))

    def _observations(self, query: _Query, narrowed: str) -> list[Seen] | Answer:
        first, last = query.filter.window("phenomenonTime")
        about = [day for day in self.city.calendar if last > _begin(day) and first < _begin(day, 1)]
        bounded = any(path == "phenomenonTime" for path, _, _ in query.filter.bounds)
        refused = self.outages.answer([s.source for s in self.sources], about if bounded else ())
        if refused:
            return refused
        # A clock that is wrong by hours stamps another day than the one that it is sent with.
        near = {day + timedelta(days=by) for day in about for by in (-1, 0, 1)}
        filters = (read_filter(narrowed), query.filter)
        with self._lock:
            key = (narrowed, query.filter_text, query.order_text)
            if key not in self._kept:
                self._kept[key] = self._found(sorted(near), filters, query.order)
            self._kept.move_to_end(key)  # kept while its pages are asked for
            while len(self._kept) > KEPT_ANSWERS:
                self._kept.popitem(last=False)
            return self._kept[key]

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
        return _json({**document, "value": shaped(rows[query.skip : end])})


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


def _json(document: object) -> Answer:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(200, body, {"Content-Type": "application/json;charset=UTF-8"})


def _error(status: int, message: str) -> Answer:
    body = json.dumps({"code": status, "type": "error", "message": message}, ensure_ascii=False)
    return Answer(status, body.encode(), {"Content-Type": "application/json;charset=UTF-8"})
