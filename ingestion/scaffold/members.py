"""Records made of named members, in JSON: where they are, and which members they have.

Does not belong here: XML (`stored.py`), and what the members mean (`guessing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

_DEEPEST = 6
_ROW_NUMBER = "_id"  # CKAN's own numbering, which the parser leaves out as well


def records_in(
    documents: list[object], *, one_a_line: bool
) -> tuple[tuple[str, ...], list[dict[str, object]]] | None:
    """The path to the records and the records themselves, or None where there are no objects."""
    objects = [document for document in documents if isinstance(document, dict)]
    lists = list(_lists(documents[0], ())) if documents else []
    if one_a_line and len(objects) == len(documents) > 1 and not _paged(documents):
        return (), objects
    if lists:
        path = max(lists, key=lambda found: len(found[1]))[0]
        found = [_at(document, path) for document in documents]
        if all(isinstance(each, list) for each in found):
            each_one = [record for each in found if isinstance(each, list) for record in each]
            return path, [record for record in each_one if isinstance(record, dict)]
    if one_a_line and objects and len(objects) == len(documents):
        return (), objects
    return None


def columns_of(records: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """Names (or paths) of the members that hold one value, with their kind, in order of sight."""
    kinds: dict[str, set[str]] = {}
    for record in records:
        for name, value in _flat(record, ""):
            kinds.setdefault(name, set()).add("boolean" if isinstance(value, bool) else "text")
            if value is None:
                kinds[name].discard("text" if "boolean" in kinds[name] else "")
    for name, found in kinds.items():
        if name != _ROW_NUMBER:
            yield name, "boolean" if found == {"boolean"} else "text"


def _paged(documents: list[object]) -> bool:
    """Is every document a page: does it hold a list of objects?"""
    return all(any(True for _ in _lists(document, ())) for document in documents)


def _lists(found: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[object]]]:
    """Every list of objects in a document, and where it is."""
    if isinstance(found, list):
        if found and all(isinstance(record, dict) for record in found):
            yield path, found
    elif isinstance(found, dict) and len(path) < _DEEPEST:
        for key, value in found.items():
            yield from _lists(value, (*path, key))


def _at(found: object, path: tuple[str, ...]) -> object:
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _flat(record: dict[str, object], before: str) -> Iterator[tuple[str, object]]:
    for key, value in record.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and name.count(".") < _DEEPEST:
            yield from _flat(value, f"{name}.")
        elif not isinstance(value, (list, dict)):
            yield name, value
