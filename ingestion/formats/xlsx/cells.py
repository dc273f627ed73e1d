"""What a cell of a workbook says: the value that a person sees in it, not the form it is stored in.

Codes that were typed as numbers joined to nothing, Thai words in number formats made dates of
counts, and merged cells became empty without a word.

Belongs here: numbers, truth values, dates and durations as texts. Does not belong here: the parts
of the file (`parts.py`), rows (`workbook.py`), what the texts mean (`fields/query.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal

from ingestion.contracts.source import SourceContract
from ingestion.formats.header import Header
from ingestion.formats.xlsx.formats import DATE, DURATION, NUMBER, TIME
from ingestion.formats.xlsx.parts import Cell, Workbook
from ingestion.records import Fault, FileNotes

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(E[+-]?[0-9]{1,3})?", re.IGNORECASE)
_WHOLE = re.compile(r"-?[0-9]+")
_SHOWN = Context(prec=15)
"""Excel stores 1.1 as 1.1000000000000001, keeps 15 digits of what is typed, and shows as many."""
_LARGEST_EXPONENT = 308
_LAST_DAY = 2_958_465
"""The serial number of 9999-12-31, after which Excel knows no dates."""
_BEFORE_1904 = 1462
_MILLISECONDS = 86_400_000


@dataclass(frozen=True)
class Wanted:
    """What the fields of one column want of it.

    Attributes
    ----------
    name: of the column.
    truths, texts, serials, moments: is a truth value, a text, a serial number, a timestamp wanted?
    numbers: is a number wanted, or an integer?
    shown: is a number wanted as it is shown, with 15 digits, since it counts or names something?
    percents: is a number in percent wanted? 85 % is stored as 0.85.
    codes: numbers that mean that there is none; a device writes them as they are.
    """

    name: str = ""
    truths: bool = True
    texts: bool = False
    serials: bool = False
    moments: bool = False
    numbers: bool = False
    shown: bool = True
    percents: bool = False
    codes: frozenset[float] = frozenset()


UNKNOWN = Wanted()


def wanted_of(contract: SourceContract, header: Header) -> dict[int, Wanted]:
    """What a contract wants of each column that it knows, by the place of the column."""
    names = zip(header.positions, contract.columns, strict=True)
    return {place: _wanted(contract, name) for place, name in names if place is not None}


class CellReader:
    """Reads the cells of one sheet for the fields of a contract."""

    def __init__(
        self, workbook: Workbook, wanted: Mapping[int, Wanted], notes: FileNotes | None = None
    ) -> None:
        self._workbook, self._wanted = workbook, wanted
        self._notes = notes or FileNotes()
        self._told: set[tuple[int, str]] = set()

    def heading(self, cell: Cell) -> str:
        """What a cell says as the name of a column."""
        said = self.text(cell)
        return cell.text if isinstance(said, Fault) else said

    def text(self, cell: Cell) -> str | Fault:
        """What a cell says, or what is wrong with it."""
        known = cell.column in self._wanted
        wanted = self._wanted.get(cell.column, UNKNOWN)
        at = f"in cell {cell.address}"
        if cell.kind == "e" and known:
            return Fault("xlsx_error", f"{cell.text} {at}", "a value", "")
        if cell.formula and not cell.text and cell.kind != "str" and known:
            expected = "its result; calculate and save the workbook"
            return Fault("xlsx_formula", f"a formula without a stored result {at}", expected, "")
        if cell.kind == "b":
            shown = "true" if cell.text in ("1", "true") else "false"
            if wanted.truths:
                return shown
            if wanted.texts:
                return shown.upper()
            return Fault("xlsx_type", f"boolean {shown} {at}", "text or a number", "")
        if cell.kind == "d":
            return _moment(cell.text, wanted)
        if cell.kind == "n" and _NUMBER.fullmatch(cell.text):
            return self._number(cell, wanted)
        return cell.text

    def _number(self, cell: Cell, wanted: Wanted) -> str | Fault:
        value = Decimal(cell.text)
        if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
            return cell.text
        kind = NUMBER if wanted.serials else self._workbook.format(cell.style).kind(value)
        if kind == DURATION:
            return _duration(value)
        if kind in (DATE, TIME):
            return self._date(cell, value, kind, wanted)
        if wanted.texts and _WHOLE.fullmatch(cell.text) and len(cell.text.lstrip("-")) > 15:
            self._tell(cell, "numbers of more than 15 digits, of which Excel keeps 15")
        if wanted.texts and value >= 0 and value == value.to_integral_value():
            code = self._workbook.format(cell.style).code(value.to_integral_value())
            if code:
                return code
        in_percent = wanted.percents and float(value) not in wanted.codes
        if in_percent and self._workbook.format(cell.style).is_percent(value):
            self._tell(cell, "cells in percent, 85% stored as 0.85, entered as 85")
            return _shown(f"{value * 100:f}")
        return _shown(cell.text) if wanted.shown else _plain(cell.text)

    def _date(self, cell: Cell, days: Decimal, kind: str, wanted: Wanted) -> str | Fault:
        """A serial number of days as ISO text, without a zone since Excel knows none."""
        if self._workbook.from_1904 and not (kind == TIME and 0 <= days < 1):
            days += _BEFORE_1904
        whole, rest = divmod(round(days * _MILLISECONDS), _MILLISECONDS)
        if not 0 <= whole <= _LAST_DAY or whole == 60:
            never = "1900-02-29, which never was" if whole == 60 else "beyond all of its dates"
            found = f"the number {cell.text[:20]} shown as a date ({never}) in cell {cell.address}"
            return Fault("xlsx_type", found, "a date that there is", "")
        clock = datetime.fromtimestamp(rest / 1000, UTC).time().isoformat()
        if not whole:
            return clock
        if wanted.texts:
            self._tell(cell, "dates in place of text; Excel makes a date of 1-2")
        day = date(1899, 12, 30) + timedelta(days=whole + (whole < 60))
        return f"{day}T{clock}" if rest or wanted.moments else day.isoformat()

    def _tell(self, cell: Cell, what: str) -> None:
        """Note what is strange about a column, once."""
        if (cell.column, what) not in self._told:
            self._told.add((cell.column, what))
            name = self._wanted[cell.column].name
            self._notes.doubts.append(f"column {name!r}: {what} (first in cell {cell.address})")


def _wanted(contract: SourceContract, column: str) -> Wanted:
    fields = contract.fields_from(column)
    kinds = {field.type for field in fields}
    return Wanted(
        name=column,
        truths="boolean" in kinds,
        texts=kinds == {"string"},
        serials=any("excel_serial" in field.formats for field in fields),
        moments=any(field.type == "timestamp" and not field.joined for field in fields),
        numbers=bool(kinds & {"number", "integer"}),
        shown="number" not in kinds,
        percents=all(f.type == "number" and f.unit == "%" and f.multiply == 1 for f in fields)
        # The contract itself may make percent of what is stored.
        and all(take.multiply == 1 for take in contract.unpivot if column in take.take.values()),
        codes=frozenset(code for field in fields for code in field.error_codes),
    )


def _shown(number: str) -> str:
    """A number with as many digits as Excel shows of it; a whole one as it is stored."""
    if _WHOLE.fullmatch(number):
        return number
    text = f"{_SHOWN.create_decimal(number).normalize():f}"
    return "0" if text == "-0" else text


def _plain(number: str) -> str:
    """A number without an exponent; Excel writes 1E-3 for what it shows as 0.001."""
    return f"{Decimal(number):f}" if "E" in number.upper() else number


def _duration(days: Decimal) -> str:
    """A length of time in hours, minutes and seconds: 1.5 days are 36:00:00."""
    total = round(abs(days) * _MILLISECONDS)
    seconds, rest = divmod(total, 1000)
    shown = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{'-' if days < 0 and total else ''}{shown}" + (f".{rest:03}" if rest else "")


def _moment(text: str, wanted: Wanted) -> str:
    """A cell that holds ISO 8601 itself, spelled as a date is that the workbook counts in days.

    An offset stays: what it is worth, the contract says.
    """
    spelled = text.strip()
    try:
        found = datetime.fromisoformat(spelled)
    except ValueError:
        return _clock(spelled)
    if len(spelled) <= 10 or (found.time() == time(0) and found.tzinfo is None):
        return f"{found.date()}T00:00:00" if wanted.moments else found.date().isoformat()
    return found.isoformat()


def _clock(text: str) -> str:
    try:
        return time.fromisoformat(text).isoformat()
    except ValueError:
        return text
