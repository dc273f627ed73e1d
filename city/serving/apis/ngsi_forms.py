"""The forms in which a context broker writes an entity: key-values, normalized, temporal.

Sources give key-values and, over time, `{attribute: {"values": [[value, time], …]}}`; the others
follow. Which entities are asked for belongs to `ngsi_ld`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from city.channels import Json

Entity = Mapping[str, Json]
ALWAYS = ("id", "type", "@context")
_GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


def with_attributes(entity: Entity, names: Iterable[str]) -> Entity:
    """The entity with only some of its attributes, or with all of them where none is named."""
    wanted = {*names, *ALWAYS}
    if wanted == set(ALWAYS):
        return entity
    return {name: value for name, value in entity.items() if name in wanted}


def normalized(entity: Entity) -> Entity:
    """An entity as the standard's normalized form, each attribute told what it is."""
    return {name: value if name in ALWAYS else _attribute(value) for name, value in entity.items()}


def merged(entities: Iterable[Entity]) -> list[Entity]:
    """Temporal entities of some days as one for each identifier, the values in a row."""
    found: dict[Json, dict[str, Json]] = {}
    for entity in entities:
        whole = found.setdefault(entity["id"], {})
        for name, value in entity.items():
            before = whole.get(name)
            if not (isinstance(value, Mapping) and "values" in value):
                whole[name] = value
            elif isinstance(before, dict) and "values" in before:
                before["values"] += _pairs(value)
            else:
                whole[name] = {**value, "values": [*_pairs(value)]}
    return list(found.values())


def within(entity: Entity, fits: Callable[[datetime], bool], last: int | None) -> Entity | None:
    """A temporal entity with the values whose times fit, the last so many; None without any."""
    kept: dict[str, Json] = {}
    any_value = False
    for name, value in entity.items():
        if isinstance(value, Mapping) and "values" in value:
            pairs = [pair for pair in _pairs(value) if fits(datetime.fromisoformat(str(pair[1])))]
            pairs = pairs[-last:] if last else pairs
            any_value = any_value or bool(pairs)
            if pairs:
                kept[name] = {"type": "Property", **value, "values": pairs}
        else:
            kept[name] = value if name in ALWAYS else _attribute(value)
    return kept if any_value else None


def as_instances(entity: Entity) -> Entity:
    """A temporal entity in the normalized form: a list of instances for each attribute."""
    written: dict[str, Json] = {}
    for name, value in entity.items():
        if isinstance(value, Mapping) and "values" in value:
            written[name] = [
                {**_attribute(each), "observedAt": moment} for each, moment in _pairs(value)
            ]
        else:
            written[name] = value
    return written


def _pairs(attribute: Mapping[str, Json]) -> Sequence[tuple[Json, Json]]:
    pairs = attribute["values"]
    if not isinstance(pairs, list | tuple):
        raise TypeError("the values of a temporal attribute must be a list of pairs")
    return cast("Sequence[tuple[Json, Json]]", pairs)


def _attribute(value: Json) -> dict[str, Json]:
    if isinstance(value, Mapping):
        if value.get("type") in _GEOMETRIES:
            return {"type": "GeoProperty", "value": dict(value)}
        if value.get("type") in ("Property", "GeoProperty", "Relationship", "LanguageProperty"):
            return dict(value)  # the source says itself what it is
    if isinstance(value, str) and value.startswith("urn:ngsi-ld:"):
        return {"type": "Relationship", "object": value}
    return {"type": "Property", "value": value}
