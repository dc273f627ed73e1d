"""The parameters in which an NGSI-LD broker is asked: which entities, which page, which time.

Texts become conditions; whatever is not understood is a `BadRequest`, never a wider answer than
was asked for.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from city.channels import Json, Request
from city.serving.apis.ngsi_forms import Entity
from ingestion.clock import BANGKOK

DEFAULT_ENTITIES = 20
MOST_ENTITIES = 1000
_TERM = re.compile(r"([\w.\[\]-]+)(?:(==|!=|>=|<=|>|<)(\"[^\"]*\"|[^\"]*))?")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">=": operator.ge,
    "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
Fits = Callable[[Entity], bool]


class BadRequest(Exception):
    """A question that cannot be answered as it is asked; its text says why."""


@dataclass(frozen=True)
class Asked:
    """The parameters of a request, understood."""

    identifiers: tuple[str, ...]
    attributes: tuple[str, ...]
    limit: int
    offset: int
    count: bool
    option: str
    last: int | None

    @classmethod
    def of(cls, request: Request, known: Sequence[str]) -> Asked:
        """The parameters of a request.

        Raises
        ------
        BadRequest: one is not known, or says what cannot be.
        """
        said = {name: str(value) for name, value in request.parameters.items()}
        if unknown := sorted(set(said) - set(known)):
            raise BadRequest(f"{unknown[0]} is not understood; known: {', '.join(known)}")
        option = said.get("options", "")
        if option not in ("", "normalized", "keyValues", "temporalValues"):
            raise BadRequest(f"options: {option!r} is not understood")
        limit = _natural(said, "limit", DEFAULT_ENTITIES)
        if limit > MOST_ENTITIES:
            raise BadRequest(f"limit: at most {MOST_ENTITIES}")
        return cls(
            identifiers=tuple(filter(None, said.get("id", "").split(","))),
            attributes=tuple(filter(None, said.get("attrs", "").split(","))),
            limit=limit,
            offset=_natural(said, "offset", 0),
            count=said.get("count") == "true",
            option=option,
            last=_natural(said, "lastN", 0) or None,
        )

    def chosen(self, entities: Iterable[Entity]) -> list[Entity]:
        """Those that are named, and have one of the attributes that are asked for."""
        return [
            entity
            for entity in entities
            if not self.identifiers or entity["id"] in self.identifiers
            if not self.attributes or any(name in entity for name in self.attributes)
        ]


@dataclass(frozen=True)
class Window:
    """A stretch of time as `timerel` says it: from its beginning on, and before its end."""

    first: datetime
    end: datetime

    @classmethod
    def of(cls, request: Request) -> Window:
        """The window of a request.

        Raises
        ------
        BadRequest: it has none that can be understood.
        """
        said = {name: str(value) for name, value in request.parameters.items()}
        if said.get("timeproperty", "observedAt") != "observedAt":
            raise BadRequest("timeproperty: only observedAt is kept")
        relation = said.get("timerel", "")
        if relation not in ("between", "after", "before"):
            raise BadRequest(f"timerel: {relation!r} is not between, after or before")
        at = _moment(said, "timeAt")
        if relation == "between":
            return cls(at, _moment(said, "endTimeAt"))
        first, end = (_begin(day) for day in (date(1900, 1, 1), date(2200, 1, 1)))
        return cls(at, end) if relation == "after" else cls(first, at)

    def touches(self, day: date) -> bool:
        """Does any moment of a day lie within?"""
        return self.first < _begin(day + timedelta(days=1)) and self.end > _begin(day)

    def holds(self, moment: datetime) -> bool:
        """Does a moment lie within? One without a zone is meant as the city's own time."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=BANGKOK)
        return self.first <= aware < self.end


def condition(request: Request) -> Fits:
    """The condition that `q` sets: comparisons of attributes, joined by ; (and) and | (or).

    Raises
    ------
    BadRequest: naming the part that is not understood.
    """
    alternatives = [
        [_term(term) for term in part.split(";")]
        for part in str(request.parameters.get("q", "")).split("|")
        if part
    ]
    if not alternatives:
        return lambda _: True
    return lambda entity: any(all(fits(entity) for fits in part) for part in alternatives)


def _term(text: str) -> Fits:
    match = _TERM.fullmatch(text.strip())
    if match is None:
        raise BadRequest(f"q: {text!r} is not understood")
    name, comparison, value = match.groups()
    if not comparison:
        return lambda entity: name in entity
    wanted = _literal(value)

    def fits(entity: Entity) -> bool:
        found: Json = entity.get(name)
        numbers = isinstance(found, int | float) and isinstance(wanted, int | float)
        if not numbers and not (isinstance(found, str) and isinstance(wanted, str)):
            return False
        return _COMPARISONS[comparison](found, wanted)

    return fits


def _literal(text: str) -> str | float | bool:
    if text.startswith('"'):
        return text.strip('"')
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _natural(said: Mapping[str, str], name: str, default: int) -> int:
    text = said.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise BadRequest(f"{name}: {text!r} is no number")
    return int(text)


def _moment(said: Mapping[str, str], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(said.get(name, ""))
    except ValueError:
        raise BadRequest(f"{name}: {said.get(name, '')!r} is no time") from None
    if found.tzinfo is None:
        raise BadRequest(f"{name} needs a zone, as in 2026-09-07T00:00:00Z")
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)
