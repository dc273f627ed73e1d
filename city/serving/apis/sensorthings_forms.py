"""How a SensorThings service writes what it has: entities, links to others, arrays of observations.

Addresses in answers have neither host nor port, so that an answer is the same wherever the city is
served. Which entities are asked for belongs to `sensorthings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from city.channels import Observation
from city.serving.apis.odata import QueryError

Entity = Mapping[str, object]
COMPONENTS = ("id", "phenomenonTime", "result", "resultTime")
_EXPANSION = re.compile(r"(\w+)(?:/([\w/]+)|\((.*)\))?")


@dataclass(frozen=True)
class Seen:
    """An observation with the number that the service knows it by."""

    number: int
    observation: Observation


@dataclass(frozen=True)
class Wanted:
    """Which members of an entity, and which of the entities that it links in full."""

    select: tuple[str, ...] = ()
    expand: Mapping[str, Wanted] = field(default_factory=dict)

    @classmethod
    def read(cls, select: str, expand: str) -> Wanted:
        """What `$select` and `$expand` ask for.

        Raises
        ------
        QueryError: naming the part that is not understood.
        """
        names = tuple(name.strip() for name in select.split(",") if name.strip())
        return cls(names, dict(_expansion(part) for part in _apart(expand, ",")))

    def among(self, entity: Entity) -> dict[str, object]:
        """The members of an entity that are wanted."""
        if not self.select:
            return dict(entity)
        if unknown := [name for name in self.select if not _has(entity, name)]:
            raise QueryError(f"$select: there is no property {unknown[0]}")
        chosen = {"@iot.id" if name == "id" else name for name in self.select} | set(self.expand)
        return {name: value for name, value in entity.items() if name in chosen}


@dataclass(frozen=True)
class Shape:
    """Writes entities below a path, as they are wanted."""

    root: str
    streams: Mapping[object, Entity]
    wanted: Wanted

    def entities(self, name: str, found: Iterable[Entity]) -> list[Entity]:
        """Datastreams or things."""
        return [self.entity(name, each) for each in found]

    def entity(self, name: str, found: Entity) -> Entity:
        """One datastream or thing."""
        address = f"{self.root}/{name}({found['@iot.id']})"
        below = {f"Observations{_LINK}": f"{address}/Observations"} if name == "Datastreams" else {}
        linked = _linked(address, found, self.wanted)
        return {"@iot.selfLink": address, **self.wanted.among(linked), **below}

    def observations(self, rows: Iterable[Seen]) -> list[Entity]:
        """Observations as objects."""
        return [self.observation(seen) for seen in rows]

    def observation(self, seen: Seen) -> Entity:
        """One observation."""
        stream = self.streams[seen.observation.datastream]
        address = f"{self.root}/Observations({seen.number})"
        whole = {
            "@iot.selfLink": address,
            "@iot.id": seen.number,
            **_said(seen),
            f"Datastream{_LINK}": self._stream(stream),
        }
        if "Datastream" in self.wanted.expand:
            inner = self.wanted.expand["Datastream"]
            whole["Datastream"] = inner.among(_linked(self._stream(stream), stream, inner))
        elif self.wanted.expand:
            raise QueryError("$expand: an observation links its Datastream only")
        return self.wanted.among(whole)

    def data_arrays(self, rows: Iterable[Seen]) -> list[Entity]:
        """Observations as rows of values, an array for each datastream in the order of the rows."""
        if self.wanted.expand:
            raise QueryError("$expand: data arrays hold values only")
        components = [name for name in COMPONENTS if not self.wanted.select or name in self._chosen]
        arrays: dict[int, list[list[object]]] = {}
        for seen in rows:
            said = {"id": seen.number, **_said(seen)}
            row = [said[name] for name in components]
            arrays.setdefault(seen.observation.datastream, []).append(row)
        return [
            {
                f"Datastream{_LINK}": self._stream(self.streams[stream]),
                "components": components,
                "dataArray@iot.count": len(array),
                "dataArray": array,
            }
            for stream, array in arrays.items()
        ]

    @property
    def _chosen(self) -> Sequence[str]:
        return [name.removeprefix("@iot.") for name in self.wanted.select]

    def _stream(self, stream: Entity) -> str:
        return f"{self.root}/Datastreams({stream['@iot.id']})"


_LINK = "@iot.navigationLink"


def _said(seen: Seen) -> dict[str, object]:
    moment = seen.observation.phenomenon_time.astimezone(UTC)
    return {
        "phenomenonTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "result": seen.observation.result,
        "resultTime": None,
    }


def _linked(address: str, entity: Entity, wanted: Wanted) -> dict[str, object]:
    """An entity whose linked entities are addresses, but for those that are wanted in full."""
    written: dict[str, object] = {}
    for name, value in entity.items():
        if not isinstance(value, Mapping) or "@iot.id" not in value:
            written[name] = value
        elif name in wanted.expand:
            inner = wanted.expand[name]
            written[name] = inner.among(_linked(f"{address}/{name}", value, inner))
        else:
            written[name + _LINK] = f"{address}/{name}"
    if unknown := sorted(set(wanted.expand) - set(written)):
        raise QueryError(f"$expand: there is no {unknown[0]} to expand")
    return written


def _has(entity: Entity, name: str) -> bool:
    return name in entity or name == "id" or name + _LINK in entity


def _expansion(text: str) -> tuple[str, Wanted]:
    match = _EXPANSION.fullmatch(text.strip())
    if match is None:
        raise QueryError(f"$expand: {text.strip()!r} is not understood")
    name, path, options = match.groups()
    if path:
        return name, Wanted(expand=dict([_expansion(path)]))
    said = dict(part.strip().partition("=")[::2] for part in _apart(options or "", ";"))
    if unknown := sorted(set(said) - {"$select", "$expand"}):
        raise QueryError(f"$expand: {unknown[0]} is not understood there")
    return name, Wanted.read(said.get("$select", ""), said.get("$expand", ""))


def _apart(text: str, mark: str) -> list[str]:
    """A text cut at a mark, but not within parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == mark and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for part in parts if part.strip()]
