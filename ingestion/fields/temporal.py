"""Dates, times and years as SQL: strict grammar, declared zones, Buddhist years taken off first.

A Buddhist year is converted before the date is validated: 29/02/2563 is 2020-02-29, a real day,
although 2563 is no leap year; 29/02/2560 would be 2017-02-29, which is none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ingestion.contracts.field import Field
from ingestion.fields.forms import Form
from ingestion.fields.grammar import Cast
from ingestion.words.sql import double, literal

BUDDHIST_FROM = 2400
"""Years from here on can only be Buddhist (the Common Era reaches 2400 long after us)."""
FUTURE = timedelta(hours=1)
"""How far ahead of our clock a reading may be stamped before it is a clock fault."""

CLOCK = "our_clock"
"""The table with one row whose column `latest` is the latest time that a row may name."""

_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
_OFFSET = r" ?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_NAIVE = rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_TIME}"
_FISCAL = r"^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*"


def earliest(field: Field) -> date:
    """The first day that a field may name.

    Device clocks that were never set stand at 1970-01-01, 1980-01-06 or 2000-01-01.
    """
    return field.earliest or (date(2000, 1, 2) if field.type == "timestamp" else date(1900, 1, 1))


def latest(now: datetime) -> str:
    """The latest time that a row may name, at an instant of our clock."""
    return (now + FUTURE).isoformat()


def cast_time(field: Field, x: str, v: str) -> Cast:
    """The cast of a date, timestamp or year, over the columns `x` (its text) and `v` (its value).

    What is later than the table `CLOCK` says is from the future.
    """
    if field.type == "year":
        return _year(field, x, v)
    if field.formats:
        return _in_forms(field, x, v)
    if field.type == "date":
        return _iso_date(field, x, v)
    return _iso_timestamp(field, x, v)


def _iso_timestamp(field: Field, x: str, v: str) -> Cast:
    has_offset = f"regexp_full_match({x}, '{_NAIVE}{_OFFSET}')"
    # What the engine's own parser does not know: no seconds, a blank before the offset, a small z.
    spelled = f"""regexp_replace(regexp_replace(upper({x}),
        '^(.{{10}}[T ]\\d\\d:\\d\\d) ?(Z|[+-].*)$', '\\1:00\\2'), ' (Z|[+-][^ ]*)$', '\\1')"""
    cast = f"coalesce(try_cast({x} as timestamptz), try_cast({spelled} as timestamptz))"
    naive = (
        f"try_cast({x} as timestamp) at time zone {literal(field.zone)}" if field.zone else "null"
    )
    return Cast(
        value=f"case when o_{v} then {cast} when n_{v} then {naive} end",
        parts={
            f"o_{v}": has_offset,
            f"n_{v}": f"case when not {has_offset} then regexp_full_match({x}, '{_NAIVE}') end",
        },
        checks=(
            (f"not (o_{v} or n_{v})", "ts_format"),
            (f"{x} >= '{BUDDHIST_FROM}'", "ts_buddhist_year"),
            *(() if field.zone else ((f"n_{v}", "ts_no_offset"),)),
            (f"{v} is null", "ts_format"),
            *_span(field, v),
        ),
        spelling="length({text}) in (20, 25) and substr({text}, 11, 1) = 'T'",
    )


def _iso_date(field: Field, x: str, v: str) -> Cast:
    return Cast(
        value=f"try_cast({x} as date)",
        checks=(
            (rf"not regexp_full_match({x}, '\d{{4}}-\d{{2}}-\d{{2}}')", "ts_format"),
            (f"{x} >= '{BUDDHIST_FROM}'", "ts_buddhist_year"),
            (f"{v} is null", "ts_format"),
            *_span(field, v),
        ),
    )


def _year(field: Field, x: str, v: str) -> Cast:
    if field.formats:
        forms = [Form(form, f"f{index}_{v}", field) for index, form in enumerate(field.formats)]
        number = f"coalesce({', '.join(form.year for form in forms)})"
        parts = {form.name: form.matched(x) for form in forms}
        odd = f"{number} is null"
    else:
        plain = f"regexp_replace({x}, '{_FISCAL}', '')" if field.calendar == "fiscal" else x
        four = rf"regexp_full_match({plain}, '\d{{4}}')"
        number, parts = f"case when {four} then try_cast({plain} as bigint) end", {}
        odd = f"{number} is null"
    low = field.minimum if field.minimum is not None else 1000
    high = field.maximum if field.maximum is not None else BUDDHIST_FROM - 1
    buddhist = field.era == "buddhist"
    wrong = (
        (f"{number} < {BUDDHIST_FROM}", "year_not_buddhist")
        if buddhist
        else (f"{number} >= {BUDDHIST_FROM}", "ts_buddhist_year")
    )
    return Cast(
        value=f"{number} - 543" if buddhist else number,
        checks=(
            (odd, "value_not_number"),
            wrong,
            (f"{v} not between {double(low)} and {double(high)}", "value_out_of_range"),
        ),
        parts=parts,
    )


def _in_forms(field: Field, x: str, v: str) -> Cast:
    """A date or timestamp in the first declared form that fits; nothing else is tried."""
    forms = [Form(form, f"f{index}_{v}", field) for index, form in enumerate(field.formats)]
    parts = {form.name: form.matched(x) for form in forms}
    zone = field.zone or ("UTC" if field.type == "timestamp" else "Asia/Bangkok")
    clock = f"coalesce({', '.join(form.clock(zone) for form in forms)})"
    year = f"coalesce({', '.join(form.year for form in forms)})"
    wrong = (
        (f"{year} < {BUDDHIST_FROM}", "year_not_buddhist")
        if field.era == "buddhist"
        else (f"{year} >= {BUDDHIST_FROM}", "ts_buddhist_year")
    )
    value = (
        f"({clock})::date" if field.type == "date" else f"({clock}) at time zone {literal(zone)}"
    )
    checks = (
        (f"{v} is null and {year} is null", "ts_format"),
        wrong,
        (f"{v} is null", "ts_format"),
    )
    return Cast(value, (*checks, *_span(field, v)), parts)


def _span(field: Field, v: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{v} > (select latest from {CLOCK})", "ts_future"),
        (f"{v} < timestamptz '{earliest(field)}'", "ts_ancient"),
    )
