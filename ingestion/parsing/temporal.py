"""Dates and times as SQL: strict grammar, declared zones, Buddhist years taken off first.

A Buddhist year is converted before the date is validated: 29/02/2563 is 2020-02-29, a real day,
although 2563 is no leap year; 29/02/2560 would be 2017-02-29, which is none.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ingestion.contracts.model import Field

BUDDHIST_FROM = 2400
"""Years from here on can only be Buddhist (the Common Era reaches 2400 long after us)."""
FUTURE = timedelta(hours=1)
"""How far ahead of our clock a reading may be stamped before it is a clock fault."""
EARLIEST = "1900-01-01"

_ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|z|[+-]\d{2}(:?\d{2})?))?$"
_OFFSET = r"(Z|z|[+-]\d{2}(:?\d{2})?)$"
_PARTS = {
    "%Y": ("y", r"\d{4}"),
    "%m": ("m", r"\d{1,2}"),
    "%d": ("d", r"\d{1,2}"),
    "%H": ("hh", r"\d{1,2}"),
    "%M": ("mi", r"\d{2}"),
    "%S": ("s", r"\d{2}"),
}


def timestamp_sql(field: Field, text: str, now: datetime) -> tuple[str, str]:
    """SQL of a timestamp field: (value as timestamptz, error code or null).

    Parameters
    ----------
    text: SQL of the trimmed, non-empty text of the cell.
    now: instant of our clock, for the check against the future.
    """
    if field.formats:
        naive = _from_formats(field, text)
        value = f"({naive}) at time zone '{field.zone or 'UTC'}'"
        codes = f"when {value} is null then 'ts_format'"
        return value, f"case {codes} {_span(value, now)} end"
    naive_zone = f"try_cast({text} as timestamp) at time zone '{field.zone}'"
    spelled = f"""coalesce(try_cast({text} as timestamptz), try_cast(regexp_replace(
        regexp_replace(upper({text}), '^(\\d{{4}}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d) ?(Z|[+-].*)$',
            '\\1T\\2:00\\3'), ' ?(Z|[+-]\\d\\d(:?\\d\\d)?)$', '\\1') as timestamptz))"""
    has_offset = f"regexp_matches({text}, '{_OFFSET}') and length({text}) > 11"
    value = f"case when {has_offset} then {spelled} else {naive_zone if field.zone else 'null'} end"
    no_offset = "" if field.zone else f"when not ({has_offset}) then 'ts_no_offset'"
    code = f"""case
        when not regexp_full_match({text}, '{_ISO}') then 'ts_format'
        when substr({text}, 1, 4)::integer >= {BUDDHIST_FROM} then 'ts_buddhist_year'
        {no_offset}
        when ({value}) is null then 'ts_format'
        {_span(f"({value})", now)} end"""
    return value, code


def date_sql(field: Field, text: str, now: datetime) -> tuple[str, str]:
    """SQL of a date field: (value as date, error code or null)."""
    if field.formats:
        value = f"({_from_formats(field, text)})::date"
        return value, f"case when {value} is null then 'ts_format' {_span(value, now)} end"
    value = f"try_cast({text} as date)"
    code = f"""case
        when not regexp_full_match({text}, '^\\d{{4}}-\\d{{2}}-\\d{{2}}$') then 'ts_format'
        when substr({text}, 1, 4)::integer >= {BUDDHIST_FROM} then 'ts_buddhist_year'
        when {value} is null then 'ts_format' {_span(value, now)} end"""
    return value, code


def year_sql(field: Field, text: str) -> tuple[str, str]:
    """SQL of a year field: (Common Era year as bigint, error code or null)."""
    number = f"try_cast({text} as bigint)"
    low = field.minimum if field.minimum is not None else 1000
    high = field.maximum if field.maximum is not None else 2399
    if field.era == "buddhist":
        value = f"({number} - 543)"
        other = f"when {number} < {BUDDHIST_FROM} then 'year_not_buddhist'"
    else:
        value = number
        other = f"when {number} >= {BUDDHIST_FROM} then 'ts_buddhist_year'"
    code = f"""case
        when not regexp_full_match({text}, '\\d{{4}}') then 'value_not_number'
        {other}
        when {value} not between {low:g} and {high:g} then 'value_out_of_range' end"""
    return value, code


def _span(value: str, now: datetime) -> str:
    limit = (now + FUTURE).isoformat()
    return f"""when {value} > timestamptz '{limit}' then 'ts_future'
        when {value} < timestamptz '{EARLIEST}' then 'ts_ancient'"""


def _from_formats(field: Field, text: str) -> str:
    """A naive timestamp from the first declared form that fits, or null."""
    tries = [_from_format(form, field, text) for form in field.formats]
    return f"coalesce({', '.join(tries)})"


def _from_format(form: str, field: Field, text: str) -> str:
    pattern, names = "", []
    for piece in re.findall(r"%.|[^%]+", form):
        if piece in _PARTS:
            name, digits = _PARTS[piece]
            names.append(name)
            pattern += f"({digits})"
        else:
            pattern += re.escape(piece)
    quoted = pattern.replace("'", "''")
    parts = f"regexp_extract({text}, '^{quoted}$', {names})"

    def part(name: str, default: int) -> str:
        return f"try_cast({parts}.{name} as bigint)" if name in names else str(default)

    year = part("y", 1970) + (" - 543" if field.era == "buddhist" else "")
    return (
        f"try(make_timestamp({year}, {part('m', 1)}, {part('d', 1)}, {part('hh', 0)}, "
        f"{part('mi', 0)}, {part('s', 0)}::double))"
    )
