"""Dates: strict grammar, declared forms, and the span in which a day can be. What dates and moments
share stands here.

A Buddhist year is converted before the date is validated: 29/02/2563 is 2020-02-29, a real day,
although 2563 is no leap year; 29/02/2560 would be 2017-02-29, which is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found
from ingestion.fields.kind import Cast, Kind, Look, Wrong
from ingestion.words.column_bytes import Mask, bytes_of, lengths
from ingestion.words.forms import Form, form_problems
from ingestion.words.sql import literal

BUDDHIST_FROM = 2400
"""Years from here on can only be Buddhist (the Common Era reaches 2400 long after us)."""
CLOCK = "our_clock"
"""The table with one row whose column `latest` is the latest time that a row may name."""
_FUTURE = timedelta(hours=1)
"""How far ahead of our clock a reading may be stamped before it is a clock fault."""
_SHAPE = "dddd-dd-dd"
_CHARS = {"h": "07", "t": "T "}
"""What these letters of a shape stand for, beside `d` for a digit; others stand for themselves."""


class Day(Kind):
    """A day, in ISO 8601 or in declared forms."""

    called = "dates"
    words = frozenset({"formats", "era", "earliest", "calendar"})
    seen = frozenset({"earliest", "thai_digits"})

    def problems(self, field: Field) -> Iterator[str]:
        yield from time_problems(field)

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        if field.formats:
            return cast_in_forms(field, x, v)
        return Cast(
            value=f"try_cast({x} as date)",
            checks=(
                (rf"not regexp_full_match({x}, '\d{{4}}-\d{{2}}-\d{{2}}')", "ts_format"),
                (f"{x} >= '{BUDDHIST_FROM}'", "ts_buddhist_year"),
                (f"{v} is null", "ts_format"),
                *span_sql(field, v),
            ),
        )

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        return Look(
            texts=glance.each_distinct(partial(shaped, shape=_SHAPE, kind=pa.date32())),
            stored=_stored,
            broken=partial(_outside_span, field=field),
        )

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        return time_expected(field, code, wrong) or super().expected(field, code, wrong)


def latest(now: datetime) -> str:
    """The latest time that a row may name, at an instant of our clock."""
    return (now + _FUTURE).isoformat()


def time_problems(field: Field) -> Iterator[str]:
    """Why the words of a date or timestamp do not fit together."""
    if field.era == "buddhist" and not field.formats:
        yield "a date of the Buddhist era needs formats, such as %d/%m/%Y"
    for form in field.formats:
        yield from form_problems(form)
    if field.calendar == "fiscal" and not field.formats:
        yield "a date of a fiscal year needs formats, such as %d/%m/%Y"


def cast_in_forms(field: Field, x: str, v: str) -> Cast:
    """A date or timestamp in the first declared form that fits; nothing else is tried."""
    forms = [
        Form(form, f"f{index}_{v}", field.era, field.calendar)
        for index, form in enumerate(field.formats)
    ]
    parts = {form.name: form.matched(x) for form in forms}
    zone = field.zone or ("UTC" if field.type == "timestamp" else "Asia/Bangkok")
    clock = f"coalesce({', '.join(form.clock(zone) for form in forms)})"
    year = f"coalesce({', '.join(form.year for form in forms)})"
    value = (
        f"({clock})::date" if field.type == "date" else f"({clock}) at time zone {literal(zone)}"
    )
    checks = (
        (f"{v} is null and {year} is null", "ts_format"),
        era_sql(field, year),
        (f"{v} is null", "ts_format"),
    )
    return Cast(value, (*checks, *span_sql(field, v)), parts)


def era_sql(field: Field, year: str) -> tuple[str, str]:
    """The check that a year, as it is written, is of the era that the contract declares."""
    if field.era == "buddhist":
        return f"{year} < {BUDDHIST_FROM}", "year_not_buddhist"
    return f"{year} >= {BUDDHIST_FROM}", "ts_buddhist_year"


def span_sql(field: Field, v: str) -> tuple[tuple[str, str], ...]:
    """The checks that a time is neither later than the table `CLOCK` says nor too early."""
    return (
        (f"{v} > (select latest from {CLOCK})", "ts_future"),
        (f"{v} < timestamptz '{_earliest(field)}'", "ts_ancient"),
    )


def outside_span(moments: pa.Array, now: datetime, field: Field) -> Mask:
    """Moments, in microseconds, that are too late or too early."""
    first = datetime.combine(_earliest(field), datetime.min.time(), UTC)
    bounds = (_microseconds(each) for each in (first, now + _FUTURE))
    return glance.beyond(moments.view(pa.int64()), *bounds)


def time_expected(field: Field, code: str, wrong: Wrong) -> str:
    """What would have been right of a date, a timestamp or its year; empty for other codes."""
    clock = wrong.now.isoformat(timespec="seconds")
    match code:
        case "ts_format":
            forms = " or ".join(field.formats) or _ISO[field.type == "timestamp"]
            return f"a real moment as {forms}"
        case "ts_buddhist_year":
            return "a year of the Common Era" + _common_year(field, wrong.text)
        case "ts_future":
            return f"at most {_FUTURE // timedelta(hours=1)} h after our clock ({clock})"
        case "ts_ancient":
            return f"no earlier than {_earliest(field)} (our clock: {clock})"
    return ""


def shaped(cells: pa.StringArray, shape: str, kind: pa.DataType) -> Found:
    """Cells of a shape; those that are no real day or time are not sure.

    The conversion reads no digit where there is none, so that only what stands between the digits
    need be looked at; if it fails, at all of it.
    """
    sure: Mask = lengths(cells) == len(shape)
    rows = bytes_of(cells, sure).reshape(-1, len(shape))
    well = np.ones(len(rows), bool)
    for at, mark in enumerate(shape):
        if mark != "d":
            well &= np.logical_or.reduce(
                [rows[:, at] == ord(char) for char in _CHARS.get(mark, mark)]
            )
    if not well.all():
        sure[sure] = well
    try:
        return glance.converted(cells, sure, kind)
    except pa.ArrowInvalid:
        return matching(cells, regex_of(shape), kind)


def matching(cells: pa.StringArray, pattern: str, kind: pa.DataType) -> Found:
    """Cells of a pattern, as values; those that are no real day or time are not sure."""
    sure = glance.like(cells, pattern)
    try:
        return glance.converted(cells, sure, kind)
    except pa.ArrowInvalid:
        return glance.converted(cells, _each_is_real(cells, sure, kind), kind)


def regex_of(shape: str) -> str:
    """The pattern of a shape."""
    return "".join(r"\d" if mark == "d" else f"[{_CHARS.get(mark, mark)}]" for mark in shape)


def _each_is_real(cells: pa.StringArray, sure: Mask, kind: pa.DataType) -> Mask:
    """Which of the sure cells can be converted; looked at one by one, because few cannot."""
    real = sure.copy()
    for at in np.flatnonzero(sure):
        try:
            pc.cast(cells.slice(at, 1), kind)
        except pa.ArrowInvalid:
            real[at] = False
    return real


def _stored(cells: pa.Array) -> Found:
    return Found(np.ones(len(cells), bool), cells.cast(pa.date32(), safe=False))


def _outside_span(values: pa.Array, now: datetime, field: Field) -> Mask:
    return outside_span(values.cast(pa.timestamp("us")), now, field)


def _earliest(field: Field) -> date:
    """The first day that a field may name.

    Device clocks that were never set stand at 1970-01-01, 1980-01-06 or 2000-01-01.
    """
    return field.earliest or (date(2000, 1, 2) if field.type == "timestamp" else date(1900, 1, 1))


_ISO = ("2026-01-08", "2026-01-08T02:00:00+07:00")


def _common_year(field: Field, found: str) -> str:
    if field.formats or not found[:4].isdecimal():
        return ""
    return f"; {found[:4]} - 543 = {int(found[:4]) - 543}"


def _microseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
