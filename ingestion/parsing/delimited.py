"""Delimited text, read strictly: every record becomes a row or a fault, none disappears.

Quoting follows RFC 4180: a quote opens a field only at its beginning, and is doubled inside.
A record that breaks the rule is a fault of that record; a quote that never closes refuses the
file, since nobody can say where its records end.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import TextIOBase
from pathlib import Path

from ingestion.contracts.model import Csv
from ingestion.parsing.bytestream import is_json_error, open_bytes
from ingestion.parsing.characters import CONTROL, UNDECODED, decode, lines
from ingestion.parsing.header import Header, match_header
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import BatchBuilder, Batches, Fault, FileNotes

Record = tuple[int, str, Fault | None]
"""Line where it begins, its text without the line end, and what is wrong with its extent."""


def read_delimited(
    path: Path, declared: Csv, columns: tuple[str, ...], limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a delimited file; see `records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    with open_bytes(path, declared.compression, limits) as stream:
        text, notes.encoding = decode(stream, declared.encoding)
        records = _records(text, declared, limits)
        header = _header(records, declared, columns, limits)
        notes.new_columns = [name for _, name in header.extra]
        builder = BatchBuilder(columns)
        for line, record, extent in records:
            if not record.strip() and extent is None:
                continue
            notes.records += 1
            _add(builder, notes.records, line, record, extent, header, declared, limits)
            if builder.full():
                yield builder.take()
        yield builder.take()


def _header(
    records: Iterator[Record], declared: Csv, columns: tuple[str, ...], limits: Limits
) -> Header:
    for _, record, extent in records:
        if not record.strip():
            continue
        problem = is_json_error(record.encode("utf-8", "surrogateescape"))
        if problem:
            raise Refused(
                "error_document",
                f"an error message: {problem!r}",
                "data",
                "the source answered with an error; fetch it again later",
            )
        names = None if extent else _split(record, declared)
        if names is None:
            raise Refused(
                "header_mismatch",
                f"first line {record[:120]!r}",
                "a line of column names",
                "correct the file",
            )
        return match_header(names, columns, max_columns=limits.columns)
    raise Refused(
        "empty_file",
        "no line with text",
        "a line of column names",
        "ask the sender for the file again",
    )


def _add(
    builder: BatchBuilder,
    number: int,
    line: int,
    record: str,
    extent: Fault | None,
    header: Header,
    declared: Csv,
    limits: Limits,
) -> None:
    place = f"line {line}"
    fault = extent or _text_fault(record)
    values = None if fault else _split(record, declared)
    if fault is None and values is None:
        at = record.find(declared.quote) + 1
        fault = Fault(
            "csv_quote", f"a quote at character {at}", "quotes around whole fields", record
        )
    if fault is None and values is not None:
        fault = _width_fault(record, values, header, limits)
    if fault is not None or values is None:
        builder.add_fault(number, place, fault or Fault("columns", "", "", record))
        return
    rescued = {name: values[at] for at, name in header.extra if at < len(values) and values[at]}
    if len(values) > header.width:
        rescued |= {f"column {i + 1}": values[i] for i in range(header.width, len(values))}
    builder.add(
        number,
        place,
        [values[at] for at in header.positions],
        json.dumps(rescued, ensure_ascii=False) if rescued else None,
    )


def _width_fault(record: str, values: list[str], header: Header, limits: Limits) -> Fault | None:
    short = len(values) < header.width
    long = any(value.strip() for value in values[header.width :])
    if short or long:
        return Fault("columns", f"{len(values)} fields", f"{header.width} fields", record)
    giant = next((value for value in values if len(value) > limits.field_chars), None)
    if giant:
        return Fault(
            "field_too_large", f"{len(giant)} characters", f"at most {limits.field_chars}", record
        )
    return None


def _text_fault(record: str) -> Fault | None:
    if undecoded := UNDECODED.search(record):
        byte = ord(undecoded[0]) - 0xDC00
        return Fault(
            "encoding",
            f"byte {byte:02X} at character {undecoded.start() + 1}",
            "text in the declared encoding",
            record.encode("utf-8", "replace").decode(),
        )
    if control := CONTROL.search(record):
        return Fault(
            "control_char",
            f"U+{ord(control[0]):04X} at character {control.start() + 1}",
            "no control characters",
            record,
        )
    return None


def _split(record: str, declared: Csv) -> list[str] | None:
    """The fields of one record, or None when its quotes are not RFC 4180."""
    if declared.quote not in record:
        return record.split(declared.delimiter)
    if _extent(record, declared) != "closed":
        return None
    reader = csv.reader(
        [record], delimiter=declared.delimiter, quotechar=declared.quote, strict=True
    )
    csv.field_size_limit(1 << 24)
    try:
        return next(reader)
    except csv.Error:
        return None


def _extent(text: str, declared: Csv) -> str:
    """Does the record end with the text? "closed", "open" inside a quoted field, or "stray"."""
    quote, delimiter = declared.quote, declared.delimiter
    at, size = 0, len(text)
    while at <= size:
        if not text.startswith(quote, at):
            end = text.find(delimiter, at)
            end = size if end < 0 else end
            if quote in text[at:end]:
                return "stray"
        else:
            end = text.find(quote, at + 1)
            while end >= 0 and text.startswith(quote, end + 1):
                end = text.find(quote, end + 2)
            if end < 0:
                return "open"
            end += 1
            if end < size and not text.startswith(delimiter, end):
                return "stray"
        at = end + 1
    return "closed"


def _records(text: TextIOBase, declared: Csv, limits: Limits) -> Iterator[Record]:
    """Logical records: physical lines, joined while a quoted field is open."""
    pending, opened = "", 0
    for number, line, whole in lines(text, limits):
        if not whole:
            if pending:
                break
            yield (
                number,
                line,
                Fault(
                    "field_too_large",
                    f"a line of more than {len(line)} characters",
                    f"at most {limits.record_chars}",
                    line[:1000],
                ),
            )
            continue
        candidate = pending + line
        bare = candidate.rstrip("\r\n")
        if declared.quote in bare and _extent(bare, declared) == "open":
            if not pending:
                opened = number
            pending = candidate
            if len(pending) > limits.record_chars:
                break
            continue
        yield (opened if pending else number), bare, None
        pending = ""
    if pending:
        raise Refused(
            "csv_unterminated_quote",
            f"a quote that opens in line {opened} and does not close",
            "a closing quote",
            "ask the sender to correct that line",
        )
