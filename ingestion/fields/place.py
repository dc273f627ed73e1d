"""Names of places at a level, in Thai and English, with or without ตำบล and the like: their codes.

Does not belong here: the names and codes themselves (`ingestion/places/`).
"""

from __future__ import annotations

from functools import partial

import pyarrow as pa

from ingestion import places
from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import glance
from ingestion.fields.glance import Found
from ingestion.fields.kind import Cast, Kind, Look, Wrong
from ingestion.words.characters import fold
from ingestion.words.sql import literal

_THAI = range(0x0E00, 0x0E80)


class Place(Kind):
    """A name, an abbreviation or a code of a place."""

    called = "places"
    one = "a place"
    words = frozenset({"place", "max_length", "letter_case"})
    seen = words | {"part"}
    refusals = dict.fromkeys(
        ("pattern", "allowed", "items"),
        "a place has no pattern, no allowed values and no items: its level says what is right",
    )

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        level = field.place or ""
        return Cast(
            value=code_sql(level, f"p_{v}"),
            checks=((f"{v} is null", "place_unknown"),),
            parts={f"p_{v}": name_sql(level, x)},
            spelling="{text} = {value}",
        )

    def look(self, field: Field, contract: SourceContract) -> Look | None:
        return Look(partial(codes, level=field.place or ""))

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        if code != "place_unknown":
            return super().expected(field, code, wrong)
        near = places.closest(wrong.text, field.place or "")
        known = f"a known {field.place} of ingestion/places"
        return known + (f"; closest: {near}" if near else "")


def name_sql(level: str, text: str) -> str:
    """SQL of a name as `places.bare` spells it."""
    name = f"lower({text})"
    for pattern in places.patterns(level):
        name = f"regexp_replace({name}, {literal(pattern)}, '', 'g')"
    return name


def code_sql(level: str, name: str) -> str:
    """SQL of the code that such a name means, null where it is not known."""
    arms = " ".join(
        f"when {literal(known)} then {literal(code)}"
        for known, code in places.spellings(level).items()
    )
    return f"case {name} {arms} end"


def codes(cells: pa.StringArray, level: str) -> Found:
    """Names of places at a level, in Thai or English letters: their codes."""
    spellings = places.spellings(level)

    def code(name: str) -> str | None:
        plain = all(char < "\x80" or ord(char) in _THAI for char in name)
        known = plain and name.isprintable() and fold(name) == name
        return spellings.get(places.bare(name, level)) if known else None

    return glance.words(cells, code)
