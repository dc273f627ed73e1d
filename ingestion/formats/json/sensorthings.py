"""Answers of an OGC SensorThings API: entities as objects, or observations as data arrays.

Does not belong here: asking for them (`ingestion/connectors/sensorthings.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ingestion.records import Fault, FileNotes

_ENTITIES = ("Datastream", "FeatureOfInterest", "Thing", "Sensor", "ObservedProperty", "Location")
_MANY = ("Datastreams", "Locations", "HistoricalLocations", "Observations", "Things")
_LINK = "@iot.navigationLink"
LINKS = frozenset({"@iot.selfLink"} | {name + _LINK for name in (*_ENTITIES, *_MANY)})
"""Addresses of other answers, which say nothing about an entity."""
_IDENTIFIER = re.compile(r"\(\s*'?([^()']+)'?\s*\)\s*$")

Found = Iterator[tuple[object, Fault | None]]


def observations(entries: list[object], notes: FileNotes) -> Found:
    """The entities of one answer, a data array taken apart into its rows.

    What an answer links, as in `Datastream@iot.navigationLink`, is known by its identifier, too:
    `Datastream@iot.id`.
    """
    for entry in entries:
        if isinstance(entry, dict) and "dataArray" in entry:
            yield from _rows(entry, notes)
        elif isinstance(entry, dict):
            yield entry | _linked(entry), None
        else:
            yield entry, None


def _rows(entry: dict[str, object], notes: FileNotes) -> Found:
    components, rows = entry.get("components"), entry["dataArray"]
    if not isinstance(components, list) or not isinstance(rows, list):
        found = "a data array without " + ("rows" if isinstance(components, list) else "components")
        yield None, Fault("json_type", found, "components and dataArray", json.dumps(entry)[:1000])
        return
    said = entry.get("dataArray@iot.count")
    if said is not None and str(said) != str(len(rows)):
        # A published example of the standard counts wrongly: it is no reason to refuse anything.
        notes.doubts.append(f"dataArray@iot.count says {said}, {len(rows)} rows came")
    shared = {key: value for key, value in entry.items() if key in LINKS or key.endswith("@iot.id")}
    shared |= _linked(entry)
    names = [str(name) for name in components]
    for row in rows:
        if isinstance(row, list) and len(row) == len(names):
            yield shared | dict(zip(names, row, strict=True)), None
        else:
            size = len(row) if isinstance(row, list) else 0
            raw = json.dumps(row, ensure_ascii=False)[:1000]
            yield None, Fault("columns", f"{size} values", f"{len(names)} values", raw)


def _linked(entry: dict[str, object]) -> dict[str, object]:
    """Identifiers of the entities that are only linked, as the end of their address tells."""
    known: dict[str, object] = {}
    for name in _ENTITIES:
        link = entry.get(name + _LINK)
        found = _IDENTIFIER.search(link) if isinstance(link, str) else None
        if found and f"{name}@iot.id" not in entry:
            known[f"{name}@iot.id"] = found[1]
    return known
