"""NGSI-LD entities in whatever form they come, as records of plain members.

The three forms of the standard look alike and file names lie, so every attribute is looked at:
key-values, normalized (`{"type": "Property", "value": …}`), temporal (`{"values": [[v, t], …]}` or
a list of instances). Does not belong here: asking for them (`ingestion/connectors/ngsi_ld.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.parsing.documents import error_document
from ingestion.parsing.records import Fault

UNASKED = frozenset({"@context", "type"})
"""What every entity of a source says alike."""
_VALUES = {
    "Property": "value",
    "GeoProperty": "value",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "ListProperty": "valueList",
    "Relationship": "object",
}
AT = "observedAt"

Found = Iterator[tuple[object, Fault | None]]


def entity_records(document: object) -> Found:
    """The records in an answer: one per entity, or of a temporal answer one per instant.

    Raises
    ------
    Refused: the answer is an error.
    """
    entities = document if isinstance(document, list) else [document]
    for entity in entities:
        if not isinstance(entity, dict):
            yield entity, None
        elif "id" not in entity and {"title", "detail"} & set(entity):
            raise error_document(str(entity.get("title") or entity.get("detail")))
        else:
            for record in _records(entity):
                yield record, None


def _records(entity: dict[str, object]) -> Iterator[dict[str, object]]:
    plain: dict[str, object] = {}
    instants: dict[str, dict[str, object]] = {}
    for name, written in entity.items():
        series = _series(written)
        if series is None:
            plain |= _attribute(name, written)
            continue
        for value, at in series:
            instants.setdefault(at, {})[name] = value
    if not instants:
        yield plain
    for at in instants:
        yield plain | instants[at] | {AT: at}


def _attribute(name: str, written: object) -> dict[str, object]:
    """An attribute as a member, and beside it what else is said of it."""
    if isinstance(written, dict) and "@value" in written:
        return {name: written["@value"]}
    if isinstance(written, dict) and written.get("type") == "Point":
        return {name: {key: value for key, value in written.items() if key != "type"}}
    inside = _VALUES.get(str(written.get("type"))) if isinstance(written, dict) else None
    if not isinstance(written, dict) or inside is None or inside not in written:
        return {name: written}
    found = _attribute(name, written[inside])
    for key, said in written.items():
        if key not in ("type", inside):
            found |= {f"{name}.{k}": v for k, v in _attribute(key, said).items()}
    return found


def _series(written: object) -> list[tuple[object, str]] | None:
    """The values of an attribute over time, or None when it has one value."""
    if isinstance(written, dict) and written.get("type") in _VALUES:
        pairs = written.get("values")
        if isinstance(pairs, list) and all(isinstance(p, list) and len(p) == 2 for p in pairs):
            return [(value, str(at)) for value, at in pairs]
    if isinstance(written, list) and written and all(_is_instance(one) for one in written):
        return [(_attribute("v", one)["v"], str(one[AT])) for one in written]
    return None


def _is_instance(one: object) -> bool:
    return isinstance(one, dict) and one.get("type") in _VALUES and AT in one
