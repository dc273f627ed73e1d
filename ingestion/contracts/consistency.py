"""What the words of a contract must be to each other: rules that no single word can break.

Belongs here: sentences about what does not fit, in the words of the contract. Does not belong
here: the words and their own bounds (`model.py`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingestion.contracts.engine_words import pattern_problem, zone_problem
from ingestion.contracts.formats import format_problems
from ingestion.contracts.identifying import identifying_problems, privacy_problems
from ingestion.contracts.meanings import COUNTS, meaning_problems, mentioned, row_problems
from ingestion.contracts.reserved import SQL_WORDS

if TYPE_CHECKING:
    from ingestion.contracts.model import Field, SourceContract

_NUMERIC, _TIMES = ("integer", "number", "year"), ("date", "timestamp")
IS_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMS = ("%Y", "%m", "%d", "%H", "%M", "%S", "%y", "%B")
_SAME_PART = (
    *(("year", ("%Y", "%y")), ("month", ("%m", "%B")), ("day", ("%d",))),
    *(("hour", ("%H",)), ("minute", ("%M",)), ("second", ("%S",))),
)


def field_problems(field: Field) -> Iterator[str]:
    """Why the words of one field do not fit together; nothing when they do."""
    kind = field.type
    if (field.minimum is not None or field.maximum is not None) and kind not in _NUMERIC:
        yield f"minimum and maximum need a numeric type, not {kind}"
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield f"minimum {field.minimum:g} is above maximum {field.maximum:g}"
    if (field.by or field.sentinels or field.thousands) and kind not in ("integer", "number"):
        yield f"by, sentinels and thousands are for numbers, not {kind}"
    if field.pattern is not None and kind != "string":
        yield f"pattern is for strings, not {kind}"
    if field.allowed is not None and kind not in ("string", "boolean"):
        yield f"allowed is for strings and booleans, not {kind}"
    if field.allowed is not None and kind == "boolean" and set(field.allowed) - {"true", "false"}:
        yield "allowed of a boolean has the values true and false"
    if field.era == "buddhist" and kind not in ("year", *_TIMES):
        yield f"era is for years, dates and timestamps, not {kind}"
    if field.era == "buddhist" and kind in _TIMES and not field.formats:
        yield "a date of the Buddhist era needs formats, such as %d/%m/%Y"
    if field.formats and kind not in ("year", *_TIMES):
        yield f"formats are for years, dates and timestamps, not {kind}"
    if field.earliest and kind not in _TIMES:
        yield f"earliest is for dates and timestamps, not {kind}"
    if field.zone and kind != "timestamp":
        yield f"zone is for timestamps, not {kind}"
    if field.required and field.missing:
        yield "a required field cannot list texts that mean no value"
    if field.required and field.may_be_absent:
        yield "a required field cannot be absent"
    yield from _no_value_problems(field)
    yield from _spelling_problems(field)
    yield from identifying_problems(field)
    yield from meaning_problems(field)


def contract_problems(contract: SourceContract) -> Iterator[str]:
    """Why the parts of a contract do not fit together; nothing when they do."""
    names = [field.name for field in contract.fields]
    yield from (
        f"two fields are named {name!r}" for name in dict.fromkeys(names) if names.count(name) > 1
    )
    yield from (
        f"a field cannot be named {name!r}, a word of SQL; name it otherwise and put its name in "
        "the source under source"
        for name in names
        if name in SQL_WORDS
    )
    if all(field.sensitivity == "drop" for field in contract.fields):
        yield "fields: every one is dropped, so that no row would hold anything"
    for place, name in _mentioned(contract):
        if name not in names:
            yield f"{place}: no field is named {name!r}{_closest(name, names)}"
            return
    kind = contract.field(contract.day).type if contract.day else "date"
    if kind not in _TIMES:
        yield f"day: {contract.day!r} is a {kind}, not a date or timestamp"
    kind = contract.field(contract.issued).type if contract.issued else "date"
    if kind not in _TIMES:
        yield f"issued: {contract.issued!r} is a {kind}, not a date or timestamp"
    if contract.issued and not contract.field(contract.issued).required:
        yield f"issued: {contract.issued!r} must be required, or a row could not be ordered"
    yield from (
        f"{place}: {name!r} cannot be absent"
        for place, names in (("key", contract.key), ("day", (contract.day,)))
        for name in names
        if name and contract.field(name).may_be_absent
    )
    yield from (
        f"key: {name!r} stands twice" for name in contract.key if contract.key.count(name) > 1
    )
    for field in contract.fields:
        if f"{field.name}_reason" in names and field.no_value is not None:
            yield f"the field {field.name}_reason would hold the reasons of {field.name}; rename it"
        yield from _case_problems(contract, field)
    yield from _unpivot_problems(contract)
    yield from format_problems(contract.format, contract.columns)
    yield from row_problems(contract)
    yield from privacy_problems(contract)


def _spelling_problems(field: Field) -> Iterator[str]:
    if field.pattern is not None and (problem := pattern_problem(field.pattern)):
        yield problem
    if field.zone:
        try:
            ZoneInfo(field.zone)
        except (KeyError, ValueError, OSError):
            yield f"zone {field.zone!r} is not known; Thailand is Asia/Bangkok"
        else:
            if problem := zone_problem(field.zone):
                yield problem
    for form in field.formats:
        yield from _form_problems(form, field.type)
    if field.allowed is not None:
        yield from _twice_spelled(field.allowed)


def _no_value_problems(field: Field) -> Iterator[str]:
    for word in field.sentinels:
        if not IS_NUMBER.fullmatch(word):
            yield f"sentinel {word!r} is not a number"
            return
    given = field.no_value
    for reason in field.quarantine:
        if given is None or reason not in {"missing", *given.values()}:
            yield f"quarantine: nothing under missing or sentinels means {reason!r}"
    meaning: dict[str | float, str] = {}
    told = [*((word, "sentinel") for word in field.sentinels), *(field.missing or {}).items()]
    for word, reason in told:
        is_number = field.type in ("integer", "number") and IS_NUMBER.fullmatch(word)
        same = float(word) if is_number else word
        if meaning.setdefault(same, reason) != reason:
            yield f"{word!r} means both {meaning[same]!r} and {reason!r}"


def _twice_spelled(allowed: dict[str, tuple[str, ...]]) -> Iterator[str]:
    meaning: dict[str, str] = {}
    for value, spellings in allowed.items():
        for spelling in (value, *spellings):
            if meaning.setdefault(spelling, value) != value:
                yield f"allowed: {spelling!r} means both {meaning[spelling]!r} and {value!r}"


def _mentioned(contract: SourceContract) -> Iterator[tuple[str, str]]:
    """Every field that some other part names, with the place where it does."""
    yield from (("key", name) for name in contract.key)
    yield from (("constants", name) for name in contract.constants)
    if contract.day:
        yield "day", contract.day
    if contract.issued:
        yield "issued", contract.issued
    for take in contract.unpivot:
        yield from (("unpivot", name) for name in (*take.take, *take.set))
    yield from mentioned(contract)
    for field in contract.fields:
        if field.by:
            yield f"field {field.name}: by.column", field.by.column
            if field.by.unit_column:
                yield f"field {field.name}: by.unit_column", field.by.unit_column


def _case_problems(contract: SourceContract, field: Field) -> Iterator[str]:
    if field.by is None:
        return
    chosen = contract.field(field.by.column)
    place = f"field {field.name}: by.cases"
    if chosen.allowed is None:
        yield f"{place}: {chosen.name!r} needs allowed values, so that each has a case"
        return
    for name in field.by.cases:
        if name not in chosen.allowed:
            yield f"{place}: {chosen.name!r} allows no {name!r}{_closest(name, chosen.allowed)}"
    for name in chosen.allowed:
        if name not in field.by.cases:
            yield f"{place}: there is none for {name!r}, which {chosen.name!r} allows"
    units = contract.field(field.by.unit_column).allowed if field.by.unit_column else None
    for case in field.by.cases.values():
        if units is not None and case.unit not in units:
            near = _closest(case.unit, units)
            yield f"{place}: {field.by.unit_column!r} allows no {case.unit!r}{near}"
        if case.minimum is not None and case.maximum is not None and case.minimum > case.maximum:
            yield f"{place}: minimum {case.minimum:g} is above maximum {case.maximum:g}"


def _unpivot_problems(contract: SourceContract) -> Iterator[str]:
    filled = [{*take.take, *take.set} for take in contract.unpivot]
    for number, names in enumerate(filled, 1):
        lacking = set().union(*filled) - names
        if lacking:
            yield f"unpivot: entry {number} says nothing of {', '.join(sorted(lacking))}"
    for take in contract.unpivot:
        both = {*take.take, *take.set} & set(contract.constants)
        if both:
            yield f"unpivot: {', '.join(sorted(both))} is a constant already"
        types = {contract.field(name).type for name in take.take}
        if take.multiply != 1 and "number" not in types:
            yield "unpivot: multiply needs a field of type number"
        if "integer" in types and take.multiply != 1:
            yield "unpivot: multiply makes no whole numbers; use type number"


def _form_problems(form: str, kind: str) -> Iterator[str]:
    if form in COUNTS and kind in _TIMES:
        return
    pieces = re.findall(r"%.?", form)
    unknown = [piece for piece in pieces if piece not in _FORMS]
    if kind == "year":
        unknown = [piece for piece in pieces if piece not in ("%Y", "%y")]
    if unknown or not {"%Y", "%y"} & set(pieces):
        found = f"has {unknown[0]!r}" if unknown else "has no %Y"
        known = ("%Y", "%y") if kind == "year" else (*_FORMS, *COUNTS)
        yield f"format {form!r} {found}; allowed: {' '.join(known)}, and %Y or %y is needed"
    for meant, ways in _SAME_PART:
        given = [piece for piece in pieces if piece in ways]
        if len(given) > 1:
            yield f"format {form!r} says the {meant} twice ({' and '.join(given)})"


def _closest(word: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    if found:
        return f"; did you mean {found[0]!r}?"
    return f"; there are {', '.join(known)}"
