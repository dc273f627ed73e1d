"""Delimited text, read strictly: every record becomes a row or a fault, none disappears.

A quote opens a field only at its beginning, and is doubled inside (RFC 4180); elsewhere it is a
character like others. A record that breaks the rule is a fault of that record. Where a quote may
have swallowed whole lines the file is refused, since nobody can say where its records end.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOBase
from pathlib import Path

from ingestion.contracts.model import Csv
from ingestion.parsing.bytestream import open_bytes
from ingestion.parsing.characters import decode, fault_in, fold, lines, printable
from ingestion.parsing.header import Header, match_header
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.quoting import OPEN, WELL, Dialect, split, trace
from ingestion.parsing.records import BatchBuilder, Batches, Fault, FileNotes


@dataclass(frozen=True)
class Record:
    """One logical record: where it begins, its text without the line end, a fault of its extent."""

    line: int
    text: str
    fault: Fault | None = None

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"line {self.line}"


def read_delimited(
    path: Path, declared: Csv, columns: tuple[str, ...], limits: Limits, notes: FileNotes
) -> Batches:
    """Yield the records of a delimited file; see `records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    dialect = Dialect(declared.delimiter, declared.quote)
    csv.field_size_limit(2 * limits.record_chars)
    with open_bytes(path, declared.compression, limits) as stream:
        text, notes.encoding = decode(stream, declared.encoding)
        records = _records(text, dialect, limits, notes)
        header = _header(records, dialect, columns, limits, notes)
        judge = _Judge(header, dialect, limits, notes.encoding)
        builder = BatchBuilder(columns)
        for record in records:
            notes.records += 1
            _add(builder, notes.records, record, judge)
            if builder.full():
                yield builder.take()
        yield builder.take()


def _header(
    records: Iterator[Record],
    dialect: Dialect,
    columns: tuple[str, ...],
    limits: Limits,
    notes: FileNotes,
) -> Header:
    first = next(records, None)
    if first is None:
        raise Refused(
            "empty_file",
            "0 records: no line with text",
            "a line of column names",
            "ask the sender for the file again",
        )
    fault = first.fault or fault_in(first.text, notes.encoding)
    names = None if fault else split(first.text, dialect)
    if names is None:
        raise Refused(
            "header_mismatch",
            f"first line {printable(first.text[:120])!r}",
            "a line of column names",
            "correct the file",
        )
    header = match_header(names, columns, limits)
    for _, name in header.extra:
        notes.add_new_column(fold(name), "the header", limits)
    return header


@dataclass(frozen=True)
class _Judge:
    """What the records of one file are held against."""

    header: Header
    dialect: Dialect
    limits: Limits
    encoding: str

    def values(self, record: Record) -> list[str] | Fault:
        """The fields of a record, or what is wrong with it."""
        text = record.text
        if record.fault:
            return record.fault
        if told := fault_in(text, self.encoding):
            code, found, wanted = told
            return Fault(code, found, wanted, printable(text))
        values = split(text, self.dialect)
        if values is None:
            return self._quoting(text)
        return self._width(text, values) or values

    def _quoting(self, text: str) -> Fault:
        at, field = trace(text, self.dialect).at, trace(text, self.dialect).field
        names = self.header.names
        column = names[field] if field < len(names) else f"column {field + 1}"
        expected = "quotes around the whole field, doubled inside it"
        return Fault("csv_quote", f"a quote at character {at + 1}", expected, text, column)

    def _width(self, text: str, values: list[str]) -> Fault | None:
        width = self.header.width
        if len(values) < width or any(value.strip() for value in values[width:]):
            return Fault("columns", f"{len(values)} fields", f"{width} fields", text)
        if len(text) > self.limits.field_chars:
            size = max(len(value) for value in values)
            if size > self.limits.field_chars:
                most = f"at most {self.limits.field_chars} characters"
                return Fault("field_too_large", f"{size} characters", most, text)
        return None


def _add(builder: BatchBuilder, number: int, record: Record, judge: _Judge) -> None:
    values = judge.values(record)
    if isinstance(values, Fault):
        builder.add_fault(number, record.place, values)
        return
    rescued = {fold(name): values[at] for at, name in judge.header.extra if values[at]}
    builder.add(
        number,
        record.place,
        [values[at] for at in judge.header.positions],
        json.dumps(rescued, ensure_ascii=False) if rescued else None,
    )


def _records(
    text: TextIOBase, dialect: Dialect, limits: Limits, notes: FileNotes
) -> Iterator[Record]:
    """Logical records: physical lines, joined while a quoted field is open; blank ones left out."""
    pending: list[str] = []
    opened, size = 0, 0
    for number, line, whole in lines(text, limits.record_chars):
        notes.open_end = not line.endswith(("\n", "\r"))
        if not whole and not pending:
            yield Record(number, line[:1000], _too_long(line, limits))
            continue
        bare = line.rstrip("\r\n")
        end = trace(bare, dialect, inside=bool(pending))
        size += len(line)
        if end.state == OPEN or (pending and not whole):
            opened = opened if pending else number
            pending.append(line)
            if size > limits.record_chars:
                break
            continue
        if pending and end.state != WELL:
            break
        if pending or bare.strip():
            yield Record(opened if pending else number, "".join(pending) + bare)
        pending, size = [], 0
    if pending:
        raise Refused(
            "csv_unterminated_quote",
            f"a quote that opens in line {opened} and does not close as it should",
            "a closing quote before the next delimiter or the end of the record",
            "ask the sender to correct that line",
        )


def _too_long(line: str, limits: Limits) -> Fault:
    return Fault(
        "field_too_large",
        f"a line of more than {limits.record_chars} characters",
        f"at most {limits.record_chars} characters",
        printable(line[:1000]),
    )
