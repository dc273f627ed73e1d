"""The grammar of texts, numbers and truth values as SQL: what a cell may say, and what it means.

Belongs here: how one type is spelled and checked. Does not belong here: dates and times
(`temporal.py`), and the query that the pieces go into (`query.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.words.characters import INVISIBLE, fold
from ingestion.words.engine_words import whole_text
from ingestion.words.sql import double, literal

_TRUTH: Mapping[str, tuple[str, ...]] = {"true": ("true",), "false": ("false",)}
_SARA_AM = "([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32"
_THAI_DIGITS = "'๐๑๒๓๔๕๖๗๘๙', '0123456789'"
_BLANKS = " \t\n\r"
_EXPONENT = r"([eE][+-]?\d{1,3})?"
_MOST_EXACT = 2.0**53
"""Whole numbers below it have a floating-point number each."""
_PLAIN_NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?"


@dataclass(frozen=True)
class Cast:
    """How the text of one field becomes its value.

    Attributes
    ----------
    value: SQL of the value, null where the text says none.
    checks: SQL conditions over text and value, with the code of the first that holds.
    parts: columns that `value` needs, name to SQL over the text.
    number: SQL of the number as it was written, null where the text is none.
    spelling: SQL over `{text}` and `{value}`: is the text as we would spell that value?
    """

    value: str
    checks: tuple[tuple[str, str], ...] = ()
    parts: dict[str, str] = field(default_factory=dict)
    spelling: str = "{text} = trim({text})"
    number: str = "null::double"


def cleaned(field: Field, text: str) -> str:
    """SQL of the text that is judged: folded as `characters.fold` folds, Thai digits if declared.

    Empty becomes null. A plain ASCII text costs no more than a look at it.
    """
    # Cheap looks decide whether anything is to be done: trimming costs ten times as much.
    ends = " or ".join(f"ends_with({text}, {literal(blank)})" for blank in _BLANKS)
    odd = f"{text} < '!' or strlen({text}) <> length({text}) or {ends}"
    # Taken out or made a blank: U+00A0 first, which becomes the blank.
    visible = f"translate({text}, {literal(INVISIBLE)}, ' ')"
    joined = f"regexp_replace({visible}, '{_SARA_AM}', '\\1\\2\u0e33', 'g')"
    thai = f"case when contains({text}, '\u0e4d') then {joined} else {visible} end"
    folded = f"case when strlen({text}) = length({text}) then {text} else nfc_normalize({thai}) end"
    trimmed = f"nullif(trim({folded}, {literal(_BLANKS)}), '')"
    read = f"translate({trimmed}, {_THAI_DIGITS})" if field.thai_digits else trimmed
    return _narrowed(field, f"case when {odd} then {read} else {text} end")


def _narrowed(field: Field, text: str) -> str:
    """SQL of the part of a text that the contract declares, in the letters that it declares."""
    if field.part:
        part = f"split_part({text}, {literal(field.part.separator)}, {field.part.number})"
        text = f"nullif(trim({part}, {literal(_BLANKS)}), '')"
    return f"{field.letter_case}({text})" if field.letter_case else text


def cast_value(contract: SourceContract, field: Field, x: str, v: str) -> Cast:
    """The cast of a field that is no time, over the columns `x` (its text) and `v` (its value)."""
    if field.type in ("number", "integer"):
        return _number(contract, field, x, v)
    if field.type == "boolean":
        words = spelled(field.allowed or _TRUTH)
        value = f"(case lower({x}) {words} end)::boolean"
        unknown = ((f"{v} is null", "value_unknown"),)
        return Cast(value, unknown, spelling="{text} in ('true', 'false')")
    if field.allowed is not None:
        value = f"case {x} {spelled(field.allowed)} end"
        return Cast(value, ((f"{v} is null", "value_unknown"),), spelling="{text} = {value}")
    checks = [(f"length({x}) > {field.max_length}", "value_too_long")]
    if field.pattern:
        whole = whole_text(field.pattern)
        checks.append((f"not regexp_full_match({x}, {literal(whole)})", "value_pattern"))
    return Cast(x, tuple(checks), spelling="{text} = {value}")


def spelled(allowed: Mapping[str, tuple[str, ...]]) -> str:
    """The arms of a CASE from every spelling to its value; a value spells itself."""
    meanings = {
        fold(spelling): value
        for value, spellings in allowed.items()
        for spelling in (value, *spellings)
    }
    return " ".join(f"when {literal(s)} then {literal(value)}" for s, value in meanings.items())


def _number(contract: SourceContract, field: Field, x: str, v: str) -> Cast:
    whole = field.type == "integer"
    digits = r"\d+(\.0*)?" if whole else rf"(\d+(\.\d*)?|\.\d+){_EXPONENT}"
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
    if whole:
        before_point = f"split_part({plain}, '.', 1)"
        value = f"""try_cast(
            case when contains({plain}, '.') then {before_point} else {plain} end as bigint)"""
        checks.append((f"{v} is null", "value_out_of_range"))
    else:
        value = _scaled(f"{number} * _factor" if contract.unpivot else number, field.multiply)
        checks.append((f"{v} is null or not isfinite({v})", "value_not_finite"))
    if field.sign:
        value, check = _signed(contract, field, x, value)
        checks.append(check)
    checks += _swap_checks(contract, field, v)
    checks += _case_checks(contract, field, v)
    if field.minimum is not None:
        checks.append((f"{v} < {double(field.minimum)}", "value_out_of_range"))
    if field.maximum is not None:
        checks.append((f"{v} > {double(field.maximum)}", "value_out_of_range"))
    spelling = f"regexp_full_match({{text}}, '{_PLAIN_NUMBER}')"
    written = f"case when {well} then {number} end"
    return Cast(value, tuple(checks), parts, spelling, written)


def divisor_of(factor: float) -> int | None:
    """What to divide by, instead of multiplying by a factor: 57 * 0.01 is not 0.57."""
    if not 1 < 1 / factor < _MOST_EXACT:
        return None
    divisor = round(1 / factor)
    return divisor if divisor > 1 and abs(divisor * factor - 1) < 1e-12 else None


def _scaled(number: str, factor: float) -> str:
    if factor == 1:
        return number
    divisor = divisor_of(factor)
    return f"{number} / {divisor}" if divisor else f"{number} * {factor!r}::double"


def _signed(
    contract: SourceContract, field: Field, x: str, value: str
) -> tuple[str, tuple[str, str]]:
    """A number whose sign stands as a word in another column, and the check of both."""
    assert field.sign is not None
    places = {field.name: f"x{index}" for index, field in enumerate(contract.fields)}
    allowed = contract.field(field.sign.column).allowed or {}
    word = f"(case {places[field.sign.column]} {spelled(allowed)} end)"
    minus = ", ".join(map(literal, field.sign.minus))
    signed = f"case when {word} in ({minus}) then -({value}) else {value} end"
    wrong = f"{word} is null or starts_with({x}, '-') or starts_with({x}, '+')"
    return signed, (wrong, "value_sign")


def _swap_checks(contract: SourceContract, field: Field, v: str) -> list[tuple[str, str]]:
    """Do the two coordinates of a place fit only when they are exchanged?"""
    if field.paired_with is None:
        return []
    places = {field.name: f"v{index}" for index, field in enumerate(contract.fields)}
    other = contract.field(field.paired_with)
    own, theirs = _range(field), _range(other)
    w = places[other.name]
    return [
        (
            f"not ({v} {own} and {w} {theirs}) and {v} {theirs} and {w} {own}",
            "coords_swapped",
        )
    ]


def _range(field: Field) -> str:
    assert field.minimum is not None
    assert field.maximum is not None
    return f"between {double(field.minimum)} and {double(field.maximum)}"


def _case_checks(contract: SourceContract, field: Field, v: str) -> list[tuple[str, str]]:
    """Checks whose bounds and unit depend on another field of the row, such as the parameter."""
    if field.by is None:
        return []
    places = {field.name: f"v{index}" for index, field in enumerate(contract.fields)}
    chosen, checks = places[field.by.column], []
    for name, case in field.by.cases.items():
        of_case = f"{chosen} = {literal(name)}"
        if field.by.unit_column:
            unit = f"{places[field.by.unit_column]} is distinct from {literal(case.unit)}"
            checks.append((f"{of_case} and {unit}", "unit_mismatch"))
        if case.minimum is not None:
            checks.append((f"{of_case} and {v} < {double(case.minimum)}", "value_out_of_range"))
        if case.maximum is not None:
            checks.append((f"{of_case} and {v} > {double(case.maximum)}", "value_out_of_range"))
    return checks
