"""Numbers, whole ones and others: separators of thousands, factors, signs in other columns, error
codes of devices, bounds, and bounds that depend on another field of the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import ByColumn, Case, Field, Sign
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found, Glance, true
from ingestion.fields.kind import Cast, Kind, Look, Wrong
from ingestion.fields.text import spelled
from ingestion.words.closest import did_you_mean
from ingestion.words.column_bytes import Mask
from ingestion.words.sql import double, literal

_EXPONENT = r"([eE][+-]?\d{1,3})?"
_MOST_EXACT = 2.0**53
"""Whole numbers below it have a floating-point number each."""
_PLAIN_SQL = r"-?(0|[1-9]\d*)(\.\d+)?"
_PLAIN = r"\A-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,15})?\z"
_UNSIGNED_FROM, _UNSIGNED_TO = 1e-4, 1e15
"""Numbers between them are printed without an exponent."""
_OF_ALL = frozenset({"minimum", "maximum", "sentinels", "by", "thousands"})
_OF_FRACTIONS = frozenset({"multiply", "paired_with"})


class Number(Kind):
    """A number."""

    called = "numbers"
    words = _OF_ALL | _OF_FRACTIONS | {"sign"}
    seen = _OF_ALL | _OF_FRACTIONS | {"thai_digits"}
    whole = False

    def problems(self, field: Field) -> Iterator[str]:
        if field.paired_with and (field.minimum is None or field.maximum is None):
            yield "paired_with needs minimum and maximum"

    def mentions(self, field: Field) -> Iterator[tuple[str, str]]:
        if field.sign:
            yield "sign.column", field.sign.column
        if field.paired_with:
            yield "paired_with", field.paired_with
        if field.by:
            yield "by.column", field.by.column
            if field.by.unit_column:
                yield "by.unit_column", field.by.unit_column

    def clashes(self, field: Field, contract: SourceContract) -> Iterator[str]:
        if field.by:
            yield from (f"by.cases: {each}" for each in _cases_clash(field.by, contract))
        if field.sign:
            allowed = contract.field(field.sign.column).allowed
            for word in field.sign.minus:
                if word not in (allowed or ()):
                    yield f"sign: {field.sign.column!r} allows no {word!r}"
        if field.paired_with:
            other = contract.field(field.paired_with)
            if other.minimum is None or other.maximum is None:
                yield f"paired_with: {other.name!r} needs minimum and maximum"

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        digits = r"\d+(\.0*)?" if self.whole else rf"(\d+(\.\d*)?|\.\d+){_EXPONENT}"
        plain, parts = x, {}
        if field.thousands:
            plain = f"p_{v}"
            grouped = rf"[+-]?\d{{1,3}}([{field.thousands}]\d{{3}})+(\.\d*)?"
            parts[plain] = f"""case when regexp_full_match({x}, {literal(grouped)})
            then replace({x}, {literal(field.thousands)}, '') else {x} end"""
        number = f"try_cast({plain} as double)"
        well = f"g_{v}"
        parts[well] = f"regexp_full_match({parts.get(plain, x)}, '[+-]?({digits})')"
        # Only what is no number is looked at again.
        not_finite = f"regexp_full_match(lower({x}), '[+-]?(nan|inf|infinity)')"
        checks = [
            (f"case when {well} then false else {not_finite} end", "value_not_finite"),
            (f"not {well}", "value_not_number"),
        ]
        if self.whole:
            before_point = f"split_part({plain}, '.', 1)"
            value = f"""try_cast(
            case when contains({plain}, '.') then {before_point} else {plain} end as bigint)"""
            checks.append((f"{v} is null", "value_out_of_range"))
        else:
            value = _scaled_sql(
                f"{number} * _factor" if contract.unpivot else number, field.multiply
            )
            checks.append((f"{v} is null or not isfinite({v})", "value_not_finite"))
        if field.sign:
            value, check = _signed_sql(field.sign, contract, x, value)
            checks.append(check)
        if field.paired_with:
            checks.append(_swapped_sql(field, contract, v))
        if field.by:
            checks += _cases_sql(field.by, contract, v)
        checks += bounds_sql(field, v)
        spelling = f"regexp_full_match({{text}}, '{_PLAIN_SQL}')"
        written = f"case when {well} then {number} end"
        return Cast(value, tuple(checks), parts, spelling, written)

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        plainly: Glance = glance.whole_numbers if self.whole else _number
        return Look(
            texts=glance.each_distinct(plainly),
            stored=_stored_whole if self.whole else _stored,
            meant=partial(_scaled, factor=field.multiply),
            broken=partial(_outside, low=field.minimum, high=field.maximum),
            crossed=partial(_outside_case, by=field.by) if field.by else None,
        )

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        match code:
            case "value_not_number":
                one = "a whole number such as 12" if self.whole else "a number such as -12.5"
                return one + (f" or 1{field.thousands}234" if field.thousands else "")
            case "value_out_of_range":
                return bounds_expected(field, wrong)
            case "value_sign":
                words = field.sign.column if field.sign else ""
                return f"a number without a sign, and one of the words in {words}"
            case "coords_swapped":
                return (
                    f"{bounds_expected(field, wrong)}; this value and {field.paired_with} fit when "
                    "exchanged, so they stand in each other's place"
                )
        return super().expected(field, code, wrong)


class Whole(Number):
    """A number without a fraction."""

    words = _OF_ALL
    seen = _OF_ALL | {"thai_digits"}
    whole = True


def bounds_sql(field: Field, v: str) -> Iterator[tuple[str, str]]:
    """The checks of a value against the bounds of its field."""
    if field.minimum is not None:
        yield f"{v} < {double(field.minimum)}", "value_out_of_range"
    if field.maximum is not None:
        yield f"{v} > {double(field.maximum)}", "value_out_of_range"


def bounds_expected(field: Field, wrong: Wrong) -> str:
    """The bounds in words; those of a case before those of the field."""
    case = wrong.case
    low = case.minimum if case and case.minimum is not None else field.minimum
    high = case.maximum if case and case.maximum is not None else field.maximum
    return f"{_bound(low, 'lowest')} to {_bound(high, 'highest')}"


def _bound(number: float | None, without: str) -> str:
    return f"the {without} number" if number is None else f"{number:.15g}"


def _cases_clash(by: ByColumn, contract: SourceContract) -> Iterator[str]:
    chosen = contract.field(by.column)
    if chosen.allowed is None:
        yield f"{chosen.name!r} needs allowed values, so that each has a case"
        return
    for name in by.cases:
        if name not in chosen.allowed:
            yield f"{chosen.name!r} allows no {name!r}{did_you_mean(name, chosen.allowed)}"
    for name in chosen.allowed:
        if name not in by.cases:
            yield f"there is none for {name!r}, which {chosen.name!r} allows"
    units = contract.field(by.unit_column).allowed if by.unit_column else None
    for case in by.cases.values():
        if units is not None and case.unit not in units:
            near = did_you_mean(case.unit, units)
            yield f"{by.unit_column!r} allows no {case.unit!r}{near}"
        if case.minimum is not None and case.maximum is not None and case.minimum > case.maximum:
            yield f"minimum {case.minimum:g} is above maximum {case.maximum:g}"


def _divisor_of(factor: float) -> int | None:
    """What to divide by, instead of multiplying by a factor: 57 * 0.01 is not 0.57."""
    if not 1 < 1 / factor < _MOST_EXACT:
        return None
    divisor = round(1 / factor)
    return divisor if divisor > 1 and abs(divisor * factor - 1) < 1e-12 else None


def _scaled_sql(number: str, factor: float) -> str:
    if factor == 1:
        return number
    divisor = _divisor_of(factor)
    return f"{number} / {divisor}" if divisor else f"{number} * {factor!r}::double"


def _signed_sql(
    sign: Sign, contract: SourceContract, x: str, value: str
) -> tuple[str, tuple[str, str]]:
    """A number whose sign stands as a word in another column, and the check of both."""
    places = {field.name: f"x{index}" for index, field in enumerate(contract.fields)}
    allowed = contract.field(sign.column).allowed or {}
    word = f"(case {places[sign.column]} {spelled(allowed)} end)"
    minus = ", ".join(map(literal, sign.minus))
    signed = f"case when {word} in ({minus}) then -({value}) else {value} end"
    wrong = f"{word} is null or starts_with({x}, '-') or starts_with({x}, '+')"
    return signed, (wrong, "value_sign")


def _swapped_sql(field: Field, contract: SourceContract, v: str) -> tuple[str, str]:
    """Do the two coordinates of a place fit only when they are exchanged?"""
    places = {each.name: index for index, each in enumerate(contract.fields)}
    place = places[field.paired_with or ""]
    own, theirs = _range_sql(field), _range_sql(contract.fields[place])
    w = f"v{place}"
    wrong = f"not ({v} {own} and {w} {theirs}) and {v} {theirs} and {w} {own}"
    return wrong, "coords_swapped"


def _range_sql(field: Field) -> str:
    assert field.minimum is not None
    assert field.maximum is not None
    return f"between {double(field.minimum)} and {double(field.maximum)}"


def _cases_sql(by: ByColumn, contract: SourceContract, v: str) -> Iterator[tuple[str, str]]:
    """Checks whose bounds and unit depend on another field of the row, such as the parameter."""
    places = {field.name: f"v{index}" for index, field in enumerate(contract.fields)}
    for name, case in by.cases.items():
        of_case = f"{places[by.column]} = {literal(name)}"
        if by.unit_column:
            unit = f"{places[by.unit_column]} is distinct from {literal(case.unit)}"
            yield f"{of_case} and {unit}", "unit_mismatch"
        if case.minimum is not None:
            yield f"{of_case} and {v} < {double(case.minimum)}", "value_out_of_range"
        if case.maximum is not None:
            yield f"{of_case} and {v} > {double(case.maximum)}", "value_out_of_range"


def _number(cells: pa.StringArray) -> Found:
    """Digits with a point among them if need be, and without an exponent."""
    return glance.converted(cells, glance.matched(cells, _PLAIN), pa.float64())


def _stored(cells: pa.Array) -> Found:
    """Of a number whose text would have an exponent nobody is sure."""
    values = cells.cast(pa.float64(), safe=False)
    sizes = np.abs(values.fill_null(0).to_numpy())
    return Found((sizes == 0) | ((sizes >= _UNSIGNED_FROM) & (sizes < _UNSIGNED_TO)), values)


def _stored_whole(cells: pa.Array) -> Found:
    return Found(np.ones(len(cells), bool), cells.cast(pa.int64(), safe=False))


def _scaled(found: Found, factor: float) -> Found:
    if factor == 1:
        return found
    divisor = _divisor_of(factor)
    values = pc.divide(found.values, divisor) if divisor else pc.multiply(found.values, factor)
    return replace(found, values=values)


def _outside_case(own: pa.Array, values: Mapping[str, pa.Array], by: ByColumn) -> Mask:
    """Numbers that break the rule of their case, or stand beside another unit than its own."""
    wrong = np.zeros(len(own), bool)
    unit = values[by.unit_column] if by.unit_column else None
    for name, case in by.cases.items():
        of_case = true(pc.equal(values[by.column], name))
        wrong |= of_case & _breaks(case, own, unit)
    wrong &= own.is_valid().to_numpy(zero_copy_only=False)
    return wrong


def _breaks(case: Case, own: pa.Array, unit: pa.Array | None) -> Mask:
    wrong = _outside(own, low=case.minimum, high=case.maximum)
    if unit is not None:
        wrong |= ~true(pc.equal(unit, case.unit))
    return wrong


def _outside(
    values: pa.Array, now: datetime | None = None, *, low: float | None, high: float | None
) -> Mask:
    """Numbers beyond either bound, compared as the casts compare them."""
    if (low is None and high is None) or glance.all_within(values, low, high):
        return np.zeros(len(values), bool)
    bounds = (None if bound is None else float(bound) for bound in (low, high))
    return glance.beyond(values.cast(pa.float64(), safe=False), *bounds)
