"""What the words of one field must be to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ingestion.contracts.field import IS_NUMBER, Field
from ingestion.fields.forms import COUNTS
from ingestion.words.engine_words import pattern_problem, zone_problem

_NUMERIC, _TIMES = ("integer", "number", "year"), ("date", "timestamp")
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


def identifying_problems(field: Field) -> Iterator[str]:
    """Why what a field says of its privacy does not fit together; nothing when it does."""
    words = field.identifier
    if (field.sensitivity == "identifier") != (words is not None):
        yield "sensitivity: identifier and the key identifier go together"
    if words is None:
        return
    if field.type != "string":
        yield f"an identifier is a string, not a {field.type}"
    if field.pattern is not None or field.allowed is not None:
        yield "an identifier has no pattern and no allowed values: its kind says what is right"
    if words.overlap_hours and words.period != "day":
        yield "overlap_hours is for pseudonyms of a day"
    if words.province is not None and words.kind != "plate":
        yield f"province is for plates, not for kind {words.kind}"


def meaning_problems(field: Field) -> Iterator[str]:
    """Why what a field says of its meaning does not fit together; nothing when it does."""
    kind = field.type
    if (field.multiply != 1 or field.sign or field.paired_with) and kind != "number":
        yield f"multiply, sign and paired_with are for type number, not {kind}"
    if (field.items or field.place or field.letter_case) and kind != "string":
        yield f"items, place and letter_case are for strings, not {kind}"
    if field.place and (field.items or field.pattern or field.allowed is not None):
        yield "a place has no pattern, no allowed values and no items: its level says what is right"
    if field.items and field.pattern:
        yield "items have no pattern; list them as allowed values"
    if field.part and field.part.number == 0:
        yield "part: number starts at 1, or at -1 from the end"
    if field.paired_with and (field.minimum is None or field.maximum is None):
        yield "paired_with needs minimum and maximum"
    if field.calendar == "month" and kind != "integer":
        yield f"calendar: month is for integers (1 to 12), not {kind}"
    if field.calendar == "fiscal" and kind not in ("year", *_TIMES):
        yield f"calendar: fiscal is for years, dates and timestamps, not {kind}"
    if field.calendar == "fiscal" and kind in _TIMES and not field.formats:
        yield "a date of a fiscal year needs formats, such as %d/%m/%Y"
    spelled = [form for form in field.formats if not form.startswith("epoch")]
    if kind == "timestamp" and spelled and not field.zone:
        yield f"a timestamp in the form {spelled[0]!r} says no zone; Thailand is Asia/Bangkok"
