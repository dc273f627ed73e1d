"""Quotes in one line of delimited text: where fields end, and whether the record goes on.

Does not belong here: lines, headers and files (`reader.py`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

WELL, OPEN, STRAY = "well", "open", "stray"


@dataclass(frozen=True)
class Dialect:
    """How fields are told apart."""

    delimiter: str
    quote: str


@dataclass(frozen=True)
class Trace:
    """How a line ends.

    `WELL` formed; `OPEN`, inside a quoted field that goes on in the next line; or `STRAY`, because
    something follows the closing quote `at` that character of that `field`.
    """

    state: str
    at: int = 0
    field: int = 0


def trace(line: str, dialect: Dialect, *, inside: bool = False) -> Trace:
    """Follow the quotes of one line.

    Parameters
    ----------
    inside: does the line begin within a quoted field of an earlier line?
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    if quote not in line:
        return Trace(OPEN if inside else WELL)
    at, field, size = 0, 0, len(line)
    while at <= size:
        if inside or line.startswith(quote, at):
            end = line.find(quote, at if inside else at + 1)
            while end >= 0 and line.startswith(quote, end + 1):
                end = line.find(quote, end + 2)
            if end < 0:
                return Trace(OPEN)
            if end + 1 < size and not line.startswith(delimiter, end + 1):
                return Trace(STRAY, end, field)
            inside, end = False, end + 1
        else:
            end = line.find(delimiter, at)
            end = size if end < 0 else end
        at, field = end + 1, field + 1
    return Trace(WELL)


def split(record: str, dialect: Dialect) -> list[str] | None:
    """The fields of one record, or None where its quotes are not well formed."""
    if dialect.quote not in record:
        return record.split(dialect.delimiter)
    reader = csv.reader([record], delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return None
    return fields if next(reader, None) is None else None
