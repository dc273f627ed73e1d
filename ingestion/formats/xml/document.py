"""XML documents whose records are elements at a declared path.

Does not belong here: the parser and its bounds (`events.py`), members of records
(`json/members.py`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from ingestion.contracts.formats import Xml
from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused
from ingestion.formats.json.members import Members
from ingestion.formats.raw.bytestream import open_bytes
from ingestion.formats.raw.documents import error_document, mismatch, what_is
from ingestion.formats.xml.events import START, Event, events
from ingestion.limits import Limits
from ingestion.records import BatchBuilder, Batches, Fault, FileNotes
from ingestion.words.characters import decode, fold, visible

_CHUNK = 1 << 16
_ERRORS = ("error", "exception", "fault", "serviceexceptionreport", "exceptionreport")
_SAID = ("message", "faultstring", "reason", "exceptiontext", "code", "errordesc", "detail")


def read_xml(
    path: Path, contract: SourceContract, declared: Xml, limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of an XML file; see `ingestion/records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    builder = BatchBuilder(contract.columns)
    members = Members(contract, limits, notes, language="xml", unasked=frozenset())
    with open_bytes(path, declared.compression, limits, xml_expected=True) as stream:
        text, notes.encoding = decode(stream, declared.encoding)
        inside = {fold(name).split(".")[0] for name in contract.columns}
        read = _Records(declared.record_path, inside, limits)
        for event in events(_utf8(text, notes.encoding), limits):
            record = read.take(event)
            if record is None:
                continue
            notes.records += 1
            place = f"line {record.line}"
            fault = record.fault or members.add(builder, place, record.members)
            if fault is not None:
                builder.add_fault(notes.records, place, fault)
            if builder.full():
                yield builder.take()
        read.refuse_nothing_found()
    yield builder.take()


def _utf8(text: io.TextIOBase, encoding: str) -> Iterator[bytes]:
    """The text in UTF-8; bytes that did not decode go on as they are, and are not well-formed."""
    first = text.read(_CHUNK)
    if first.strip() and not first.lstrip().startswith("<"):
        raise mismatch(what_is(first[:8].encode(encoding, "surrogateescape")), "XML")
    try:
        while first:
            yield first.encode("utf-8", "surrogateescape")
            first = text.read(_CHUNK)
    except UnicodeError as error:
        raise Refused(
            "encoding",
            f"bytes that do not decode ({error})",
            "text in the declared encoding",
            "ask the sender for the file again",
        ) from None


class _Record:
    """One element and what was found in it; text is bounded."""

    def __init__(self, event: Event) -> None:
        self.line = event.line
        self.members: dict[str, object] = {}
        self.fault: Fault | None = None
        self.size = 0
        self._open: list[tuple[str, dict[str, object]]] = []
        self._attributes(self.members, "", event)

    def start(self, event: Event) -> None:
        inner: dict[str, object] = {}
        self._attributes(inner, "", event)
        self._open.append((event.name, inner))

    def end(self, event: Event, limits: Limits) -> None:
        name, inner = self._open.pop()
        above = self._open[-1][1] if self._open else self.members
        self.size += len(name) + len(event.text)
        if self.size > limits.record_chars:
            most = f"at most {limits.record_chars} characters"
            found = f"more than {limits.record_chars} characters in a record"
            self.fault = Fault("field_too_large", found, most, "")
            return
        children = {key for key in inner if not key.startswith("@")}
        if children:
            if event.text.strip():
                inner["#text"] = event.text
            _put(above, name, inner)
            return
        _put(above, name, event.text)
        for key, value in inner.items():
            _put(above, f"{name}.{key}", value)

    def close(self, event: Event) -> None:
        """The element itself ends."""
        if event.text.strip():
            self.members["#text"] = event.text

    @property
    def is_whole(self) -> bool:
        """Are all elements inside it closed?"""
        return not self._open

    def _attributes(self, members: dict[str, object], prefix: str, event: Event) -> None:
        for key, value in event.attributes.items():
            self.size += len(key) + len(value)
            members[f"{prefix}@{key}"] = value


def _put(members: dict[str, object], name: str, value: object) -> None:
    if name not in members:
        members[name] = value
        return
    found = members[name]
    if isinstance(found, list):
        found.append(value)
    else:
        members[name] = [found, value]


class _Records:
    """Finds the elements at the path, and remembers what stood there instead."""

    def __init__(self, path: tuple[str, ...], inside: set[str], limits: Limits) -> None:
        self._path, self._inside, self._limits = path, inside, limits
        self._found = False
        self._others: dict[str, int] = {}
        """Elements in the place of the records, and how much speaks for each being one."""
        self._at: list[str] = []
        self._record: _Record | None = None
        self._deepest = 0
        self._root, self._said = "", ""
        self._text = ""
        """What stands around the records, where a document of records has nothing."""

    def take(self, event: Event) -> _Record | None:
        """Follow an event; the record that it completes, if it does."""
        if event.kind == START:
            self._start(event)
            return None
        record = self._record
        if record is not None:
            if record.is_whole:
                record.close(event)
                self._at.pop()
                self._record = None
                return record
            record.end(event, self._limits)
            return None
        if tuple(self._at) == self._path[:-1]:
            self._text = self._text or event.text.strip()
        self._at.pop()
        if event.name.lower() in _SAID and event.text.strip() and not self._said:
            self._said = event.text.strip()
        return None

    def refuse_nothing_found(self) -> None:
        """Refuse a document in which the place of the records is not, or holds others instead.

        Raises
        ------
        Refused: `error_document`.
        """
        others = [visible(name) for name, signs in self._others.items() if signs > 1]
        is_there = self._deepest >= len(self._path) - 1 and (self._deepest or len(self._path) > 1)
        if is_there and (self._found or not (others or self._text)):
            return
        if any(word in self._root.lower() for word in _ERRORS) or self._said:
            raise error_document(self._said or self._root)
        found, fix = f"a document whose root is <{visible(self._root)}>", ""
        if is_there and not others:
            found = f"no record, and {visible(self._text, 60)!r} where they should be"
        elif is_there:
            found = f"no record, and <{others[0]}> where they should be"
            fix = f"was {self._path[-1]!r} renamed to {others[0]!r}? "
        fix += "correct record_path, or ask the source"
        raise Refused("error_document", found, f"records at {'/'.join(self._path)}", fix)

    def _start(self, event: Event) -> None:
        if self._record is not None:
            self._record.start(event)
            return
        self._root = self._root or event.name
        self._at.append(event.name)
        if tuple(self._at) == self._path[: len(self._at)]:
            self._deepest = max(self._deepest, len(self._at))
            if len(self._at) == len(self._path):
                self._record, self._found = _Record(event), True
        elif tuple(self._at[: len(self._path) - 1]) == self._path[:-1]:
            self._note_other(event)

    def _note_other(self, event: Event) -> None:
        """An element that begins where records are, or in such a one: is it one of another name?

        It is one if it comes again, or holds what a record holds, or records. Others say something
        of all.
        """
        level = len(self._at) - len(self._path)
        named = {f"@{key}" for key in event.attributes} if level == 0 else {event.name}
        signs = int(level == 0) + (level <= 1 and bool({fold(n) for n in named} & self._inside))
        signs += int(level > 0 and event.name == self._path[-1])
        if signs:
            name = self._at[len(self._path) - 1]
            self._others[name] = self._others.get(name, 0) + signs
