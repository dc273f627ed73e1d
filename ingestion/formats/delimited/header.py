"""The line of column names of a delimited file, and the record that it is.

Does not belong here: finding the wanted names among them (`formats/header.py`), reading records
(`reader.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ingestion.contracts.formats import Csv
from ingestion.faults import Refused
from ingestion.formats.delimited.quoting import Dialect, split
from ingestion.formats.header import Header, match_header
from ingestion.limits import Limits
from ingestion.records import Fault, FileNotes
from ingestion.words.characters import fault_in, fold, printable


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


def read_header(
    records: Iterator[Record],
    declared: Csv,
    columns: tuple[str, ...],
    limits: Limits,
    notes: FileNotes,
    optional: Collection[str] = (),
) -> Header:
    """Take the header off the records, or from the contract where the file has none.

    Raises
    ------
    Refused: no header, or one that lacks columns.
    """
    names = list(declared.columns) if declared.columns else _names(records, declared, notes)
    header = match_header(names, columns, limits, optional)
    if not declared.columns:
        for _, name in header.extra:
            notes.add_new_column(fold(name), "the header", limits)
    return header


def without_titles(records: Iterator[Record], declared: Csv) -> Iterator[Record]:
    """The records below the titles; names that a file has are among those where the contract has
    others."""
    return itertools.dropwhile(lambda record: record.line <= declared.title_rows, records)


def without_names(records: Iterator[Record], declared: Csv, notes: FileNotes) -> Iterator[Record]:
    """The records but a first one that is the line of names which, by the contract, a file lacks.

    Raises
    ------
    Refused: it says that the columns stand in another order than the contract tells.
    """
    first = next(records, None) if declared.columns else None
    if first is None:
        return records
    dialect = Dialect(declared.delimiter, declared.quote)
    found = [fold(name).casefold() for name in split(first.text, dialect) or ()]
    told = [fold(name).casefold() for name in declared.columns]
    if not set(told) <= set(found):
        return itertools.chain([first], records)
    if found != told:
        raise Refused(
            "header_mismatch",
            f"first line {printable(first.text[:120])!r}",
            "no line of names, or the columns in the order of format.columns",
            "correct format.columns, or leave it out if the file now names its columns",
        )
    notes.doubts.append(f"{first.place} names the columns, which format.columns does; not read")
    return records


def _names(records: Iterator[Record], declared: Csv, notes: FileNotes) -> list[str]:
    dialect = Dialect(declared.delimiter, declared.quote)
    first = next((record for record in records if record.line > declared.title_rows), None)
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
    return names
