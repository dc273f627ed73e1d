"""JSON Lines, and JSON documents whose records lie at a path, read strictly.

Numbers keep the text they were written in, so that the casts judge what the sender wrote. A key
twice, NaN, or a value that is a list or an object is a fault of that record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ingestion.contracts.model import JsonLines
from ingestion.parsing.bytestream import is_json_error, open_bytes
from ingestion.parsing.characters import CONTROL, UNDECODED, decode, fold, lines
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import BatchBuilder, Batches, Fault, FileNotes

_LONE = re.compile("[\ud800-\udfff]")


class _Twice(ValueError):
    """An object has the same key more than once."""


def read_json_lines(
    path: Path, declared: JsonLines, columns: tuple[str, ...], limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a JSON Lines file; see `records.py` for the shape of the batches.

    With a record path, every line is one document (a page of an API, say) and the records are the
    members of the list at that path.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    wanted = {fold(name): index for index, name in enumerate(columns)}
    builder = BatchBuilder(columns)
    for place, record, fault in _documents(path, declared, limits, notes):
        notes.records += 1
        if fault is None and not isinstance(record, dict):
            fault = Fault("json_not_object", type(record).__name__, "an object", str(record)[:1000])
        if fault is not None:
            builder.add_fault(notes.records, place, fault)
        else:
            assert isinstance(record, dict)
            _add(builder, notes, place, record, wanted, limits)
        if builder.full():
            yield builder.take()
    yield builder.take()


def _documents(
    path: Path, declared: JsonLines, limits: Limits, notes: FileNotes
) -> Iterator[tuple[str, object, Fault | None]]:
    """Records with their place, or the fault of a line."""
    with open_bytes(path, declared.compression, limits) as stream:
        text, notes.encoding = decode(stream, "utf-8")
        seen = False
        for number, line, whole in lines(text, limits):
            if not line.strip():
                continue
            seen = True
            document, fault = _document(line, whole, limits)
            if not declared.record_path or fault:
                yield f"line {number}", document, fault
                continue
            for index, record in enumerate(_at_path(document, declared.record_path, line), 1):
                yield f"line {number}, record {index}", record, None
        if not seen:
            raise Refused(
                "empty_file", "no line with text", "JSON", "ask the sender for the file again"
            )


def _at_path(document: object, path: tuple[str, ...], line: str) -> list[object]:
    found = document
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, list):
        return found
    problem = is_json_error(line.encode("utf-8", "surrogateescape"))
    if problem:
        raise Refused(
            "error_document",
            f"an error message: {problem!r}",
            "data",
            "the source answered with an error; fetch it again later",
        )
    raise Refused(
        "wrong_root",
        f"a document that begins {line[:60]!r}",
        f"a list at {'.'.join(path)}",
        "correct record_path, or ask the source",
    )


def _document(line: str, whole: bool, limits: Limits) -> tuple[object, Fault | None]:
    if not whole:
        found = f"a line of more than {len(line)} characters"
        return None, Fault("field_too_large", found, f"at most {limits.record_chars}", line[:1000])
    if undecoded := UNDECODED.search(line):
        found = f"byte {ord(undecoded[0]) - 0xDC00:02X} at character {undecoded.start() + 1}"
        raw = line.encode("utf-8", "replace").decode()
        return None, Fault("encoding", found, "UTF-8", raw)
    if _depth(line) > limits.json_depth:
        return None, Fault(
            "json_too_deep",
            f"depth over {limits.json_depth}",
            f"at most {limits.json_depth}",
            line[:1000],
        )
    try:
        return _DECODER.decode(line.strip()), None
    except _Twice as error:
        return None, Fault("json_duplicate_key", str(error), "each key once", line.strip())
    except ValueError as error:
        return None, Fault("json_invalid", str(error)[:80], "one JSON document", line.strip())


def _add(
    builder: BatchBuilder,
    notes: FileNotes,
    place: str,
    record: dict[str, object],
    wanted: dict[str, int],
    limits: Limits,
) -> None:
    values: list[str | None] = [None] * len(wanted)
    rescued: dict[str, str | None] = {}
    for key, value in record.items():
        text = _text(value)
        index = wanted.get(fold(key))
        fault = _value_fault(key, value, text, limits)
        if fault:
            fault.raw = json.dumps(record, ensure_ascii=False, default=str)
            builder.add_fault(notes.records, place, fault)
            return
        if index is not None:
            values[index] = text
        elif key != "_id":  # CKAN's own row number
            rescued[key] = text
            if key not in notes.new_columns:
                notes.new_columns.append(key)
    builder.add(
        notes.records, place, values, json.dumps(rescued, ensure_ascii=False) if rescued else None
    )


def _value_fault(key: str, value: object, text: str | None, limits: Limits) -> Fault | None:
    if isinstance(value, (list, dict)):
        return Fault("json_nested", type(value).__name__, "text, a number or null", "", key)
    if text and (control := CONTROL.search(text) or _LONE.search(text)):
        found = f"U+{ord(control[0]):04X} at character {control.start() + 1}"
        return Fault("control_char", found, "no control characters", "", key)
    if text and len(text) > limits.field_chars:
        found = f"{len(text)} characters"
        return Fault("field_too_large", found, f"at most {limits.field_chars}", "", key)
    return None


class _Number(str):
    """A number as it was written."""


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(f"key {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _depth(line: str) -> int:
    """An upper bound of the nesting: brackets inside strings count too, which only errs safely."""
    deepest = depth = 0
    if line.count("[") + line.count("{") <= 32:
        return 0
    for char in line:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant
)
