"""Timestamps: with an offset, or on the clocks of a declared zone, or in declared forms and counts.

Does not belong here: what they share with dates (`day.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.day import (
    BUDDHIST_FROM,
    cast_in_forms,
    matching,
    outside_span,
    regex_of,
    shaped,
    span_sql,
    time_expected,
    time_problems,
)
from ingestion.fields.glance import Found, Glance, true
from ingestion.fields.kind import Cast, Kind, Look, Wrong
from ingestion.words.column_bytes import lengths
from ingestion.words.engine_words import zone_problem
from ingestion.words.sql import literal

_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
_OFFSET = r" ?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)"
_NAIVE = rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_TIME}"

_ZONES = {"UTC": timedelta(), "Asia/Bangkok": timedelta(hours=7)}
"""Zones whose clocks nobody has moved since 1920, and how far they are ahead of UTC."""
_COUNTS = {"epoch_us": (1, 18), "epoch_ms": (1000, 15)}
"""Counts of time since 1970 in whole numbers: the microseconds of one, and the most digits."""
_DATE = "dddd-dd-dd"
_IN_UTC = f"{_DATE}Tdd:dd:ddZ"
_IN_FULL = f"{_DATE}Tdd:dd:dd+0h:00"
_HOURS = f"{_DATE}tdd:dd:dd+0h"
_CLOCKS = f"{_DATE}tdd:dd:dd"
_OF_LENGTH = {len(shape): shape for shape in (_IN_FULL, _HOURS)}
_HAS_OFFSET = re.compile(r"Z$|[+-]\d\d(:\d\d)?$")
_FRACTION = r"(\.\d{1,6})?"
_MICROSECONDS = pa.timestamp("us", tz="UTC")


class Moment(Kind):
    """A moment, kept in UTC."""

    called = "timestamps"
    words = frozenset({"zone", "formats", "era", "earliest", "calendar"})
    seen = frozenset({"zone", "formats", "earliest", "thai_digits"})

    def problems(self, field: Field) -> Iterator[str]:
        if field.zone:
            try:
                ZoneInfo(field.zone)
            except (KeyError, ValueError, OSError):
                yield f"zone {field.zone!r} is not known; Thailand is Asia/Bangkok"
            else:
                if problem := zone_problem(field.zone):
                    yield problem
        yield from time_problems(field)
        spelled = [form for form in field.formats if not form.startswith("epoch")]
        if spelled and not field.zone:
            yield f"a timestamp in the form {spelled[0]!r} says no zone; Thailand is Asia/Bangkok"

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        if field.formats:
            return cast_in_forms(field, x, v)
        has_offset = f"regexp_full_match({x}, '{_NAIVE}{_OFFSET}')"
        # What the engine's own parser does not know: no seconds, a blank before the offset, a
        # small z.
        spelled = f"""regexp_replace(regexp_replace(upper({x}),
        '^(.{{10}}[T ]\\d\\d:\\d\\d) ?(Z|[+-].*)$', '\\1:00\\2'), ' (Z|[+-][^ ]*)$', '\\1')"""
        cast = f"coalesce(try_cast({x} as timestamptz), try_cast({spelled} as timestamptz))"
        zone = literal(field.zone)
        naive = f"try_cast({x} as timestamp) at time zone {zone}" if field.zone else "null"
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
                *span_sql(field, v),
            ),
            spelling="length({text}) in (20, 25) and substr({text}, 11, 1) = 'T'",
        )

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        texts = _look_at(field)
        broken = partial(outside_span, field=field)
        stored = _uncounted if field.formats else _stored
        return Look(texts, stored=stored, broken=broken) if texts else None

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        return time_expected(field, code, wrong) or super().expected(field, code, wrong)


def _look_at(field: Field) -> Glance | None:
    if field.formats:
        (count, *more) = field.formats
        return None if more or count not in _COUNTS else partial(_counted, count=count)
    if not field.zone:
        return glance.each_distinct(_moment)
    if field.zone not in _ZONES:
        return None
    return glance.each_distinct(partial(_moment_in, zone=field.zone))


def _moment(cells: pa.StringArray) -> Found:
    """2026-01-08T02:00:00+07:00, or at +00:00, or at Z, or 2026-01-08 02:00:00+07.

    All cells are as long as the longest, or nobody is sure of them.
    """
    shape = _OF_LENGTH.get(int(lengths(cells).max(initial=0)), _IN_UTC)
    found = shaped(cells, shape, _MICROSECONDS)
    if shape is not _HOURS:
        return found
    return Found(found.sure, found.values, found.values.is_valid().to_numpy(zero_copy_only=False))


def _moment_in(cells: pa.StringArray, zone: str) -> Found:
    """A moment as above; or, where the first cell has no offset, what clocks in a zone show."""
    first = next((cell for cell in cells.to_pylist() if cell), "")
    return _moment(cells) if _HAS_OFFSET.search(first) else _local(cells, zone)


def _local(cells: pa.StringArray, zone: str) -> Found:
    """2026-01-08T02:00:00 or 2026-01-08 02:00:00.366, as clocks in one of `_ZONES` show it."""
    if lengths(cells).max(initial=0) > len(_CLOCKS):
        found = matching(cells, regex_of(_CLOCKS) + _FRACTION, pa.timestamp("us"))
    else:
        found = shaped(cells, _CLOCKS, pa.timestamp("us"))
    behind = pc.subtract(found.values, pa.scalar(_ZONES[zone], pa.duration("us")))
    values = pc.assume_timezone(behind, "UTC")
    return Found(found.sure, values, values.is_valid().to_numpy(zero_copy_only=False))


def _counted(cells: pa.StringArray, count: str) -> Found:
    """A whole number of one of `_COUNTS`."""
    each, digits = _COUNTS[count]
    found = glance.whole_numbers(cells)
    sure = found.sure & (lengths(cells) <= digits) & ~true(pc.less(found.values, 0))
    values = pc.if_else(pa.array(sure), found.values, pa.scalar(None, pa.int64()))
    return Found(sure, pc.multiply(values, each).cast(_MICROSECONDS))


def _uncounted(cells: pa.Array) -> Found:
    """A moment that is stored as one is no count of time: the casts say so."""
    return Found(np.zeros(len(cells), bool), pa.nulls(len(cells), _MICROSECONDS))


def _stored(cells: pa.Array) -> Found:
    """A moment within a second is counted as a text with a fraction is."""
    values = cells.cast(_MICROSECONDS, safe=False)
    within = values.cast(pa.int64()).fill_null(0).to_numpy() % 1_000_000 != 0
    return Found(np.ones(len(values), bool), values, within if within.any() else None)
