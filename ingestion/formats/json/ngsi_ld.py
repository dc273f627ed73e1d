"""NGSI-LD entities in whatever form they come, as records of plain members.

The three forms of the standard look alike and file names lie, so every attribute is looked at:
key-values, normalized (`{"type": "Property", "value": …}`), temporal (`{"values": [[v, t], …]}` or
a list of instances). Does not belong here: asking for them (`ingestion/connectors/ngsi_ld.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.faults import Refused
from ingestion.formats.raw.documents import error_document
from ingestion.records import Fault
from ingestion.words.characters import visible

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

_TYPE_NAME = re.compile("[/#:]")

Found = Iterator[tuple[object, Fault | None]]


def entity_records(document: object, kind: str = "") -> Found:
    """The records in an answer: one per entity, or of a temporal answer one per instant.

    Parameters
    ----------
    kind: the type of the entities, as far as it is declared.

    Raises
    ------
    Refused: the answer is an error, or its entities are of another type.
    """
    entities = document if isinstance(document, list) else [document]
    if isinstance(document, dict) and not {"id", "type"} & set(document):
        _refuse_no_entity(document)
    for entity in entities:
        if not isinstance(entity, dict):
            yield entity, None
        elif "id" not in entity and {"title", "detail"} & set(entity):
            raise error_document(str(entity.get("title") or entity.get("detail")))
        else:
            _refuse_other_type(entity.get("type"), kind)
            for record in _records(entity):
                yield record, None


def _refuse_other_type(written: object, kind: str) -> None:
    """Types may be several, and spelled as whole addresses."""
    types = written if isinstance(written, list) else [written]
    names = [_TYPE_NAME.split(each)[-1] for each in types if isinstance(each, str)]
    if kind and names and _TYPE_NAME.split(kind)[-1] not in names:
        raise Refused(
            "error_document",
            f"an entity of type {', '.join(visible(name) for name in names)!r}",
            f"entities of type {kind!r}",
            "was the type renamed? correct fetch.entity in the contract, or ask the source",
        )


def _refuse_no_entity(document: dict[str, object]) -> None:
    said = document.get("title") or document.get("detail")
    if said:
        raise error_document(str(said))
    raise Refused(
        "error_document",
        f"an object with {', '.join(sorted(map(repr, document)))[:120] or 'nothing in it'}",
        "a list of entities, or one with its id and type",
        "ask the source; an answer that is wrapped in another object is no NGSI-LD",
    )


def _records(entity: dict[str, object]) -> Iterator[dict[str, object]]:
    plain: dict[str, object] = {}
    instants: dict[str, dict[str, object]] = {}
    for name, written in entity.items():
        series = _series(written)
        if series is None:
            plain |= _attribute(name, written)
            continue
        if not series:  # asked for, and nothing came: not missing under a wrong name
            plain[name] = None
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
