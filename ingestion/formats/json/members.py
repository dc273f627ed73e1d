"""Records made of named members (JSON objects, XML elements), held against a contract.

Belongs here: finding a member by its name or by a path into nested members, and what may stand
there. Does not belong here: reading documents into records (`lines.py`, `xml/document.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeGuard

from ingestion.contracts.fetching import NgsiLd
from ingestion.contracts.source import SourceContract
from ingestion.formats.isolating import fault_of
from ingestion.limits import Limits
from ingestion.records import BatchBuilder, Fault, FileNotes
from ingestion.words.characters import fault_in, fold, printable

ROW_NUMBER = "_id"
"""CKAN's own numbering of the rows of a resource; no column of the source."""
_OFTEN_REPEATED = 200
"""Characters; names and words of a language are shorter, and come again and again."""
_NOTHING = object()
_PLAIN_ITEM = '",{}\\'

Record = Mapping[str, object]


class Members:
    """What the records of one file are held against.

    Attributes
    ----------
    entity: the type that entities of a context broker have; empty where there are none.
    wanted: name or path of a column, folded, and its place among the columns of the contract.
    unasked: members that say nothing about the record: no new columns.
    """

    def __init__(
        self,
        contract: SourceContract,
        limits: Limits,
        notes: FileNotes,
        *,
        language: str = "json",
        unasked: frozenset[str] = frozenset({ROW_NUMBER}),
    ) -> None:
        """Hold records against `contract`.

        Parameters
        ----------
        language: what the records were written in; of XML, a member that is no text stood repeated.
        unasked: members that say nothing about the record: no new columns.
        """
        self.limits, self.notes = limits, notes
        self.wanted = {fold(name): index for index, name in enumerate(contract.columns)}
        self.entity = contract.fetch.entity if isinstance(contract.fetch, NgsiLd) else ""
        self._language, self.unasked = language, unasked
        fields = {fold(name): contract.fields_from(name) for name in contract.columns}
        self._no_truths = {
            name for name, filled in fields.items() if all(f.type != "boolean" for f in filled)
        }
        self._lists = {name for name, filled in fields.items() if any(f.items for f in filled)}
        paths = [name for name in self.wanted if "." in name and not name.startswith("/")]
        self._heads = {name.split(".")[0] for name in paths}
        self._inner = {
            ".".join(steps[:size])
            for steps in (name.split(".") for name in paths)
            for size in range(1, len(steps))
        }
        notes.unnamed = set(self.wanted)
        self._above = [(name, place) for name, place in self.wanted.items() if name[:1] == "/"]

    def above(self, document: object) -> dict[str, object]:
        """The members that the contract takes from the top of a document, not from its records."""
        found = ((name, _at(document, name[1:].split("."))) for name, _ in self._above)
        return {name: value for name, value in found if value is not _NOTHING}

    def add(
        self, builder: BatchBuilder, place: str, record: Record, above: Record | None = None
    ) -> Fault | None:
        """Add a record, or say what is wrong with it."""
        try:
            return self._add(builder, place, record, above)
        except Exception as error:
            return fault_of(error, printable(json.dumps(record, ensure_ascii=False)))

    def _add(
        self, builder: BatchBuilder, place: str, record: Record, above: Record | None
    ) -> Fault | None:
        values: list[str | None] = [None] * len(self.wanted)
        rescued: dict[str, object] = {}
        members = [*self.flat(record), *(above or {}).items()]
        self.notes.named_in += 1
        if self.notes.unnamed:
            self.notes.unnamed.difference_update(key for key, _ in members)
        for key, value in members:
            index = self.wanted.get(key)
            if index is not None and self._is_plain(value):
                values[index] = value
                continue
            if fault := self._fault(key, value, known=index is not None):
                fault.raw = printable(json.dumps(record, ensure_ascii=False))
                return fault
            if index is not None:
                values[index] = _text(value)
            elif key not in self.unasked:
                rescued[key] = value
                self.notes.add_new_column(key, place, self.limits)
        kept = json.dumps(rescued, ensure_ascii=False) if rescued else None
        builder.add(self.notes.records, place, values, kept)
        return None

    def flat(self, record: Record) -> Iterator[tuple[str, object]]:
        """Members by folded name; those that the contract looks into, by the paths inside them."""
        for written, value in record.items():
            key = fold(written)
            if key in self._heads and key not in self.wanted:
                yield from self._inside(key, value)
            else:
                yield key, value

    def looks_into(self, path: str) -> bool:
        """Does the contract take only what is inside the member at this path?"""
        return path in self._inner and path not in self.wanted

    def may_be_true(self, name: str) -> bool:
        """May the member of this folded name, which the contract takes, be true or false?"""
        return name not in self._no_truths

    def _inside(self, path: str, value: object) -> Iterator[tuple[str, object]]:
        if path in self.wanted or path not in self._inner:
            yield path, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from self._inside(f"{path}.{fold(key)}", inner)
        elif isinstance(value, list):
            self._says_nothing_of(path, from_number=len(value))
            for number, inner in enumerate(value):
                yield from self._inside(f"{path}.{number}", inner)
        elif value is None or value == "":
            self._says_nothing_of(path)
        else:
            yield path, value

    def _says_nothing_of(self, path: str, from_number: int | None = None) -> None:
        """What is inside an empty member is not missing under a wrong name; nor is an item of a
        list beyond its end."""
        for name in [each for each in self.notes.unnamed if each.startswith(f"{path}.")]:
            step = name[len(path) + 1 :].split(".")[0]
            if from_number is None or (step.isdecimal() and int(step) >= from_number):
                self.notes.unnamed.discard(name)

    def _is_plain(self, value: object) -> TypeGuard[str]:
        """Is it a text that nothing can be wrong with? Most are, and this is soon said."""
        if not isinstance(value, str) or len(value) > self.limits.field_chars:
            return False
        if value.isascii():
            return value.isprintable()
        return len(value) <= _OFTEN_REPEATED and _is_clean(value)

    def _fault(self, key: str, value: object, *, known: bool) -> Fault | None:
        wanted = "text, a number or null"
        if known and isinstance(value, (list, dict)) and not self._is_items(key, value):
            kind = "a list" if isinstance(value, list) else "an object"
            if self._language == "xml":
                kind = f"{len(value)} elements" if isinstance(value, list) else "elements inside"
                return Fault("xml_repeated", kind, "one element with text", "", key)
            return Fault("json_type", kind, wanted, "", key)
        if isinstance(value, bool) and key in self._no_truths:
            return Fault("json_type", f"boolean {str(value).lower()}", wanted, "", key)
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
        if not isinstance(text, str):
            return None
        if told := fault_in(text, "utf-8") or fault_in(key, "utf-8"):
            code, found, expected = told
            return Fault(code, found, expected, "", printable(key))
        if len(text) > self.limits.field_chars:
            most = f"at most {self.limits.field_chars} characters"
            return Fault("field_too_large", f"{len(text)} characters", most, "", key)
        return None

    def _is_items(self, key: str, value: object) -> bool:
        plain = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return plain and key in self._lists


@lru_cache(4096)
def _is_clean(text: str) -> bool:
    return fault_in(text, "utf-8") is None


def _at(found: object, path: list[str]) -> object:
    """What stands at a path; null where it leads into null, `_NOTHING` where it leads nowhere."""
    for step in path:
        if isinstance(found, dict):
            found = next((inner for key, inner in found.items() if fold(key) == step), _NOTHING)
        elif isinstance(found, list) and step.isdecimal():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None if found is None else _NOTHING
    return found


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return "{" + ",".join(_item(str(item)) for item in value) + "}"
    return "true" if value is True else "false"


def _item(item: str) -> str:
    """An item as PostgreSQL writes it in the text of an array."""
    if item and item == item.strip() and not set(item) & set(_PLAIN_ITEM):
        return item
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
