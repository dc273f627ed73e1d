"""Texts: any, of a pattern, or known words in a source's spellings; and identifiers of any text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found, true
from ingestion.fields.kind import Cast, Kind, Look, Told, Wrong
from ingestion.words.characters import fold
from ingestion.words.column_bytes import lengths
from ingestion.words.engine_words import pattern_problem, whole_text
from ingestion.words.sql import literal

Allowed = Mapping[str, tuple[str, ...]]


class Text(Kind):
    """A text as it came, of a pattern or of known words."""

    called = "strings"
    words = frozenset({"pattern", "max_length", "allowed", "letter_case"})
    seen = words | {"part"}

    def problems(self, field: Field) -> Iterator[str]:
        if field.pattern is not None and (problem := pattern_problem(field.pattern)):
            yield problem
        if field.allowed is not None:
            yield from twice_spelled(field.allowed)

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        if field.allowed is not None:
            value = f"case {x} {spelled(field.allowed)} end"
            return Cast(value, ((f"{v} is null", "value_unknown"),), spelling="{text} = {value}")
        checks = [(f"length({x}) > {field.max_length}", "value_too_long")]
        if field.pattern:
            whole = whole_text(field.pattern)
            checks.append((f"not regexp_full_match({x}, {literal(whole)})", "value_pattern"))
        return Cast(x, tuple(checks), spelling="{text} = {value}")

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        if field.allowed is not None:
            return Look(partial(glance.words, meaning=meanings(field.allowed).get))
        pattern = whole_text(field.pattern) if field.pattern else None
        most = field.max_length
        return Look(glance.each_distinct(partial(texts, most=most, pattern=pattern)))

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        match code:
            case "value_unknown":
                return "one of " + ", ".join(field.allowed or ())
            case "value_pattern":
                return f"the pattern {field.pattern}"
            case "value_too_long":
                return f"at most {field.max_length} characters"
        return super().expected(field, code, wrong)


class Token(Kind):
    """Any text that names a person or a thing: all that is true of every identifier."""

    called = "identifiers"
    one = "an identifier"
    words = frozenset({"max_length", "letter_case"})
    seen = words | {"part"}
    refusals = dict.fromkeys(
        ("pattern", "allowed"),
        "an identifier has no pattern and no allowed values: its kind says what is right",
    )

    def clashes(self, field: Field, contract: SourceContract) -> Iterator[str]:
        kinds = {each.name: each.type for each in contract.fields}
        overlap = field.identifier.overlap_hours if field.identifier else 0
        if overlap and kinds.get(contract.day or "") != "timestamp":
            yield "overlap_hours needs a day that is a timestamp"

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        too_long = (f"length({x}) > {field.max_length}", "identifier_format")
        return Cast(x, (too_long,), spelling="{text} = {value}")

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        return Look(partial(texts, most=field.max_length))

    def told(self, field: Field) -> Iterator[Told]:
        overlap = field.identifier.overlap_hours if field.identifier else 0
        if overlap:
            about = f"Yesterday's pseudonym, in the first {overlap} hours of a day"
            yield Told(f"{field.name}_previous", "varchar", about)


def meanings(allowed: Allowed) -> dict[str, str]:
    """What every spelling means, folded; a value spells itself."""
    return {
        fold(spelling): value
        for value, spellings in allowed.items()
        for spelling in (value, *spellings)
    }


def spelled(allowed: Allowed) -> str:
    """The arms of a CASE from every spelling to its value."""
    arms = meanings(allowed).items()
    return " ".join(f"when {literal(said)} then {literal(value)}" for said, value in arms)


def twice_spelled(allowed: Allowed) -> Iterator[str]:
    """Spellings that mean two values."""
    meaning: dict[str, str] = {}
    for value, spellings in allowed.items():
        for spelling in (value, *spellings):
            if meaning.setdefault(spelling, value) != value:
                yield f"allowed: {spelling!r} means both {meaning[spelling]!r} and {value!r}"


def texts(cells: pa.StringArray, most: int, pattern: str | None = None) -> Found:
    """Texts that folding would not change, of at most so many characters, of that pattern."""
    sure = glance.unchanged(cells)
    if pattern is not None:
        sure &= glance.like(cells, pattern)
    if len(cells) and lengths(cells).max() > most:
        sure &= true(pc.less_equal(pc.utf8_length(cells), most))
    return glance.with_empty(cells, sure, cells)
