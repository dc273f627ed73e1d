"""Declared forms of dates and times as SQL: spelled forms such as %d/%m/%Y, and counts of time.

Does not belong here: which form fits, eras' checks and spans, which are in the kinds of fields that
have forms (`ingestion/fields/day.py`, `moment.py`, `year.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.words.months import month_sql
from ingestion.words.sql import literal

SPELLED = ("%Y", "%m", "%d", "%H", "%M", "%S", "%y", "%B")
"""What a form of dates and times is spelled with."""
SPELLED_YEAR = ("%Y", "%y")
"""What a form of years is spelled with."""
_SAME_PART = (
    *(("year", ("%Y", "%y")), ("month", ("%m", "%B")), ("day", ("%d",))),
    *(("hour", ("%H",)), ("minute", ("%M",)), ("second", ("%S",))),
)
_PARTS = {
    "%Y": ("y", r"\d{4}"),
    "%y": ("yy", r"\d{2}"),
    "%m": ("m", r"\d{1,2}"),
    "%B": ("mn", r"[ก-๙A-Za-z. ]+?"),
    "%d": ("d", r"\d{1,2}"),
    "%H": ("hh", r"[01]?\d|2[0-3]"),
    "%M": ("mi", r"[0-5]\d"),
    "%S": ("s", r"[0-5]\d"),
}
_WITHOUT_GAP = {"m": r"\d{2}", "d": r"\d{2}", "hh": r"[01]\d|2[0-3]"}
"""Digits that touch other digits have their full number, or 2024115 would be two days."""
_CENTURY = {"buddhist": 2500, "common": 2000}
COUNTS = ("epoch_s", "epoch_ms", "epoch_us", "excel_serial")
"""Formats that count from a beginning instead of spelling a date."""
_FIRST_FISCAL_MONTH = 10
# Pattern of the text, and microseconds since 1970 from it.
_COUNTED = {
    "epoch_us": (r"\d{1,18}", "try_cast({0} as bigint)"),
    "epoch_ms": (r"\d{1,15}", "try_cast({0} as bigint) * 1000"),
    "epoch_s": (
        r"\d{1,12}(\.\d{1,6})?",
        "try_cast(try_cast({0} as decimal(24, 6)) * 1000000 as bigint)",
    ),
    # Days since 1899-12-30, of which a millisecond is the least that is meant.
    "excel_serial": (
        r"\d{1,7}(\.\d+)?",
        "round((try_cast({0} as double) - 25569) * 86400000)::bigint * 1000",
    ),
}


def form_problems(form: str, spelled: tuple[str, ...] = SPELLED) -> Iterator[str]:
    """Why a form says no date or time, or no year; nothing when it does."""
    counts = COUNTS if spelled is SPELLED else ()
    if form in counts:
        return
    pieces = re.findall(r"%.?", form)
    unknown = [piece for piece in pieces if piece not in spelled]
    if unknown or not {"%Y", "%y"} & set(pieces):
        found = f"has {unknown[0]!r}" if unknown else "has no %Y"
        known = " ".join((*spelled, *counts))
        yield f"format {form!r} {found}; allowed: {known}, and %Y or %y is needed"
    for meant, ways in _SAME_PART:
        given = [piece for piece in pieces if piece in ways]
        if len(given) > 1:
            yield f"format {form!r} says the {meant} twice ({' and '.join(given)})"


class Form:
    """One declared form, matched once into a column of its own."""

    def __init__(self, form: str, name: str, era: str, calendar: str) -> None:
        self.name, self._form, self._era, self._calendar = name, form, era, calendar
        self._parts: list[str] = []
        self._pattern = ""
        pieces = re.findall(r"%.|[^%]+", form)
        for index, piece in enumerate(pieces):
            if piece not in _PARTS:
                self._pattern += re.escape(piece)
                continue
            part, digits = _PARTS[piece]
            if _is_digits(pieces[index - 1 : index]) or _is_digits(pieces[index + 1 : index + 2]):
                digits = _WITHOUT_GAP.get(part, digits)
            self._parts.append(part)
            self._pattern += f"({digits})"

    def matched(self, x: str) -> str:
        """SQL of the column: parts, each empty where the form does not fit, or the count."""
        if self._form in COUNTS:
            pattern = _COUNTED[self._form][0]
            return f"case when regexp_full_match({x}, '{pattern}') then {x} end"
        return f"regexp_extract({x}, {literal(f'^{self._pattern}$')}, {self._parts})"

    @property
    def year(self) -> str:
        """SQL of the year as written, its century added; null where the form does not fit."""
        if self._form in COUNTS:
            return "null::bigint"
        if "yy" in self._parts:
            century = _CENTURY[self._era]
            return f"{century} + try_cast({self.name}.yy as bigint)"
        return f"try_cast({self.name}.y as bigint)"

    def clock(self, zone: str) -> str:
        """SQL of what clocks in a zone show; null where the form does not fit or no such day is."""
        if self._form in COUNTS:
            micros = _COUNTED[self._form][1].format(self.name)
            moment = f"try(make_timestamp({micros}))"
            if self._form == "excel_serial":
                return moment
            return f"({moment} at time zone 'UTC' at time zone {literal(zone)})"
        month = month_sql(f"{self.name}.mn") if "mn" in self._parts else self._part("m", 1)
        year = self.year + (" - 543" if self._era == "buddhist" else "")
        if self._calendar == "fiscal":
            year = f"{year} - case when {month} >= {_FIRST_FISCAL_MONTH} then 1 else 0 end"
        return (
            f"try(make_timestamp({year}, {month}, {self._part('d', 1)}, "
            f"{self._part('hh', 0)}, {self._part('mi', 0)}, {self._part('s', 0)}::double))"
        )

    def _part(self, part: str, default: int) -> str:
        return f"try_cast({self.name}.{part} as bigint)" if part in self._parts else str(default)


def _is_digits(piece: list[str]) -> bool:
    return bool(piece) and piece[0] in _PARTS and piece[0] != "%B"
