"""An NGSI-LD context broker: entities of a type as they are, and as they were.

Reading only. What is not understood is refused with the standard's problem details, as a wrong
answer would be believed. Parameters belong to `ngsi_query`, forms of an entity to `ngsi_forms`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import unquote, urlencode

from city.channels import Answer, Entities, Request
from city.city import City
from city.serving.answers import json_answer
from city.serving.apis.ngsi_forms import (
    Entity,
    as_instances,
    merged,
    normalized,
    with_attributes,
    within,
)
from city.serving.apis.ngsi_query import Asked, BadRequest, Window, condition
from city.serving.outages import Outages
from city.serving.recent import Recent

VERSION = "/ngsi-ld/v1"
KEPT = 12
_COMMON = ("type", "id", "attrs", "q", "limit", "offset", "count", "options")
_TEMPORAL = (*_COMMON, "timerel", "timeAt", "endTimeAt", "timeproperty", "lastN")


@dataclass(frozen=True)
class Broker:
    """The sources that share one address, each with entities of its own type."""

    prefix: str
    city: City
    sources: Sequence[Entities]
    outages: Outages
    _recent: Recent[list[Entity]] = field(default_factory=lambda: Recent(KEPT))
    _answered: Recent[list[Entity]] = field(default_factory=lambda: Recent(KEPT))

    def asked_about(self, request: Request) -> str:
        """The id of the source whose type is asked for."""
        asked = self._of_type(request)
        return asked[0].source if asked else ""

    def answer(self, url: str, request: Request) -> Answer:
        """The answer, or what is wrong with the question."""
        path = request.path.removeprefix(VERSION).rstrip("/")
        try:
            if path == "/types":
                types = sorted({source.entity for source in self.sources})
                return json_answer(200, {"id": "urn:ngsi-ld:EntityTypeList:1", "typeList": types})
            if path == "/entities":
                return self._present(request)
            if path == "/temporal/entities":
                return self._past(request)
            if path.startswith("/entities/"):
                return self._one(unquote(path.removeprefix("/entities/")), request)
        except BadRequest as error:
            return _problem(400, "BadRequestData", str(error))
        return _problem(404, "ResourceNotFound", f"there is nothing at {request.path}")

    def _present(self, request: Request) -> Answer:
        asked, fits = Asked.of(request, _COMMON), condition(request)
        sources = self._wanted(request)
        refused = self.outages.answer([source.source for source in sources], None)
        if refused:
            return refused
        found = [e for source in sources for e in self._now(source) if fits(e)]
        written = [self._written(entity, asked) for entity in asked.chosen(found)]
        return self._page(request, asked, written)

    def _one(self, identifier: str, request: Request) -> Answer:
        asked = Asked.of(request, ("attrs", "options"))
        for source in self.sources:
            for entity in self._now(source):
                if entity["id"] == identifier:
                    return json_answer(200, self._written(entity, asked))
        return _problem(404, "ResourceNotFound", f"{identifier} is not known")

    def _written(self, entity: Entity, asked: Asked) -> Entity:
        chosen = with_attributes(entity, asked.attributes)
        return chosen if asked.option == "keyValues" else normalized(chosen)

    def _past(self, request: Request) -> Answer:
        asked, fits = Asked.of(request, _TEMPORAL), condition(request)
        sources, window = self._wanted(request), Window.of(request)
        days = [day for day in self.city.calendar if window.touches(day)]
        refused = self.outages.answer([source.source for source in sources], days)
        if refused:
            return refused

        def answered() -> list[Entity]:
            entities = filter(fits, self._around(sources, days))
            inside = (within(entity, window.holds, asked.last) for entity in merged(entities))
            return asked.chosen(filter(None, inside))

        said = sorted((name, str(value)) for name, value in request.parameters.items())
        question = tuple(pair for pair in said if pair[0] not in ("offset", "limit"))
        found = self._answered.of(question, answered)
        plain = asked.option == "temporalValues"
        shown = [with_attributes(entity, asked.attributes) for entity in found]
        return self._page(request, asked, [e if plain else as_instances(e) for e in shown])

    def _around(self, sources: Sequence[Entities], days: Sequence[date]) -> Iterator[Entity]:
        """Of these days, and of those beside them: a device's clock may be wrong by hours."""
        near = {day + timedelta(days=by) for day in days for by in (-1, 0, 1)}
        for source in sources:
            for day in sorted(near & set(self.city.calendar)):
                yield from self._then(source, day)

    def _now(self, source: Entities) -> list[Entity]:
        return self._recent.of(source.source, lambda: list(source.present(self.city)))

    def _then(self, source: Entities, day: date) -> list[Entity]:
        history = source.history
        if history is None:
            return []
        return self._recent.of((source.source, day), lambda: list(history(self.city, day)))

    def _wanted(self, request: Request) -> list[Entities]:
        named = any(request.parameters.get(name) for name in ("type", "id", "attrs", "q"))
        if not named:
            raise BadRequest("one of type, id, attrs and q must say which entities")
        return self._of_type(request)

    def _of_type(self, request: Request) -> list[Entities]:
        asked = str(request.parameters.get("type", ""))
        return [s for s in self.sources if not asked or s.entity in asked.split(",")]

    def _page(self, request: Request, asked: Asked, found: Sequence[Entity]) -> Answer:
        headers = {"NGSILD-Results-Count": str(len(found))} if asked.count else {}
        end = asked.offset + asked.limit
        places = {"prev": asked.offset - asked.limit, "next": end}
        links = [
            f'<{self._address(request, max(0, place))}>;rel="{name}"'
            for name, place in places.items()
            if -asked.limit < place < len(found) and asked.limit
        ]
        if links:
            headers["Link"] = ", ".join(links)
        return json_answer(200, found[asked.offset : end], headers)

    def _address(self, request: Request, offset: int) -> str:
        query = urlencode({**request.parameters, "offset": offset}, safe=",:;\"'()")
        return f"{self.prefix}{request.path}?{query}"


def _problem(status: int, kind: str, detail: str) -> Answer:
    named = f"https://uri.etsi.org/ngsi-ld/errors/{kind}"
    return json_answer(status, {"type": named, "title": kind, "detail": detail})
