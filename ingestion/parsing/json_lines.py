"""JSON Lines, and JSON documents whose records lie at a path, read strictly.

Numbers keep the text they were written in, so that the casts judge what the sender wrote. A key
twice, NaN, or a value that is a list or an object is a fault of that record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ingestion.contracts.model import JsonLines, SourceContract
from ingestion.parsing.bytestream import open_bytes
from ingestion.parsing.characters import decode, fault_in, fold, lines, printable
from ingestion.parsing.documents import error_document, json_error, mismatch
from ingestion.parsing.json_document import document
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import BatchBuilder, Batches, Fault, FileNotes

_ROW_NUMBER = "_id"
"""CKAN's own numbering of the rows of a resource; no column of the source."""


def read_json_lines(
    path: Path, contract: SourceContract, declared: JsonLines, limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a JSON Lines file; see `records.py` for the shape of the batches.

    With a record path, every line is one document (a page of an API, say) and the records are the
    members of the list at that path.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    columns = contract.columns
    builder = BatchBuilder(columns)
    judge = _Judge(contract, limits, notes)
    for place, record, fault in _records(path, declared, judge):
        notes.records += 1
        if fault is None and not isinstance(record, dict):
            fault = Fault("json_not_object", type(record).__name__, "an object", str(record)[:1000])
        if fault is None:
            assert isinstance(record, dict)
            fault = judge.add(builder, place, record)
        if fault is not None:
            builder.add_fault(notes.records, place, fault)
        if builder.full():
            yield builder.take()
    yield builder.take()


def _records(
    path: Path, declared: JsonLines, judge: _Judge
) -> Iterator[tuple[str, object, Fault | None]]:
    """Records with their place, or the fault of a line."""
    limits, notes = judge.limits, judge.notes
    most = limits.document_chars if declared.record_path else limits.record_chars
    seen = False
    with open_bytes(path, declared.compression, limits, json_expected=True) as stream:
        text, notes.encoding = decode(stream, "utf-8")
        for number, line, whole in lines(text, most):
            notes.open_end = not line.endswith(("\n", "\r"))
            if not line.strip():
                continue
            found, fault = _document(line, whole, most, judge)
            if not seen and not fault:
                _refuse_other_shapes(found, declared.record_path, line, judge)
            seen = True
            if not declared.record_path or fault:
                yield f"line {number}", found, fault
                continue
            for index, record in enumerate(_at_path(found, declared.record_path, line), 1):
                yield f"line {number}, record {index}", record, None
    if not seen:
        raise Refused(
            "empty_file",
            "0 records: no line with text",
            "JSON",
            "ask the sender for the file again",
        )


def _document(line: str, whole: bool, most: int, judge: _Judge) -> tuple[object, Fault | None]:
    if not whole:
        found = f"a line of more than {most} characters"
        raw = printable(line[:1000])
        return None, Fault("field_too_large", found, f"at most {most} characters", raw)
    bare = line.strip()
    if told := fault_in(bare, judge.notes.encoding):
        code, found, wanted = told
        return None, Fault(code, found, wanted, printable(bare))
    return document(bare, judge.limits)


def _refuse_other_shapes(
    found: object, record_path: tuple[str, ...], line: str, judge: _Judge
) -> None:
    """Refuse a file whose first document shows that it is no JSON Lines of records."""
    if record_path:
        return
    if isinstance(found, list):
        raise mismatch("a JSON array", "one JSON object a line")
    if isinstance(found, dict) and not any(fold(key) in judge.wanted for key in found):
        error = json_error(line.encode("utf-8", "surrogateescape"))
        if error:
            raise error_document(error)


def _at_path(found: object, path: tuple[str, ...], line: str) -> list[object]:
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, list):
        return found
    if error := json_error(line.encode("utf-8", "surrogateescape")):
        raise error_document(error)
    raise Refused(
        "error_document",
        f"a document that begins {line[:60]!r}",
        f"a list at {'.'.join(path)}",
        "correct record_path, or ask the source",
    )


class _Judge:
    """What the records of one file are held against."""

    def __init__(self, contract: SourceContract, limits: Limits, notes: FileNotes) -> None:
        self.limits, self.notes = limits, notes
        self.wanted = {fold(name): index for index, name in enumerate(contract.columns)}
        truths = {fold(f.column) for f in contract.fields if f.type == "boolean"}
        self._no_truths = set(self.wanted) - truths

    def add(self, builder: BatchBuilder, place: str, record: dict[str, object]) -> Fault | None:
        """Add a record, or say what is wrong with it."""
        values: list[str | None] = [None] * len(self.wanted)
        rescued: dict[str, object] = {}
        for written, value in record.items():
            key = fold(written)
            index = self.wanted.get(key)
            if fault := self._fault(key, value, known=index is not None):
                fault.raw = printable(json.dumps(record, ensure_ascii=False))
                return fault
            if index is not None:
                values[index] = _text(value)
            elif key != _ROW_NUMBER:
                rescued[key] = value
                self.notes.add_new_column(key, place, self.limits)
        kept = json.dumps(rescued, ensure_ascii=False) if rescued else None
        builder.add(self.notes.records, place, values, kept)
        return None

    def _fault(self, key: str, value: object, *, known: bool) -> Fault | None:
        wanted = "text, a number or null"
        if known and isinstance(value, (list, dict)):
            kind = "a list" if isinstance(value, list) else "an object"
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


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "true" if value is True else "false"
