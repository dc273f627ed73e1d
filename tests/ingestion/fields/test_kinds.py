"""A kind lists the words that it understands; a word that nobody thought of harms nobody.

Belongs here: what holds for every kind of field. Does not belong here: what the words of one kind
do (`test_meaning.py` and its neighbours).
"""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ingestion.contracts import Field, SourceContract
from ingestion.fields import KINDS, kind_of, look_of, refused
from ingestion.fields.kind import COMMON, COMMON_TO_CASTS, Kind
from ingestion.fields.number import Number
from ingestion.fields.rows import PlainRows
from tests.support.judging import NOW, contract_of

TEXT = {"th": "ก", "en": "a"}
OTHERS: list[dict[str, object]] = [
    {"name": "region", "type": "string", "place": "plate_region"},
    {"name": "word", "type": "string", "allowed": {"m": [], "s": []}},
    {"name": "east", "type": "number", "minimum": 97, "maximum": 99},
]


def identified(kind: str, **words: str) -> dict[str, object]:
    how = {"kind": kind, "purpose": "trial", "period": "day", **words}
    return {"type": "string", "sensitivity": "identifier", "identifier": how}


PLAIN: dict[str, dict[str, object]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "truth": {"type": "boolean"},
    "year": {"type": "year"},
    "day": {"type": "date"},
    "moment": {"type": "timestamp"},
    "mac": identified("mac"),
    "plate": identified("plate", province="region"),
    "token": identified("text"),
    "place": {"type": "string", "place": "tambon"},
    "items": {"type": "string", "items": True},
    "month": {"type": "integer", "calendar": "month"},
}
WITH_LOOK = sorted(set(PLAIN) - {"year", "items", "month"})
SET: dict[str, object] = {
    "joined": ["more"],
    "part": {"separator": "-", "number": 1},
    "pattern": "[a-z]+",
    "max_length": 5,
    "minimum": -90,
    "maximum": 90,
    "allowed": {"true": ["yes"]},
    "missing": {"-": "pending"},
    "sentinels": ["-9"],
    "by": {"column": "word", "cases": {"m": {"unit": "m"}, "s": {"unit": "s"}}},
    "thousands": ",",
    "era": "buddhist",
    "thai_digits": True,
    "letter_case": "lower",
    "multiply": 0.1,
    "sign": {"column": "word", "minus": ["m"]},
    "calendar": "fiscal",
    "zone": "Asia/Bangkok",
    "formats": ["%Y"],
    "earliest": "2001-01-01",
}


class WiderSource(SourceContract):
    """A source with a word that nobody has thought of."""

    made_up: str = ""


class Wider(Field):
    """A field with a word that nobody has thought of."""

    made_up: str = ""


def declared(kind: str, **words: object) -> SourceContract:
    cell = {"name": "cell", **PLAIN[kind], **words}
    return contract_of([cell, *OTHERS], classification="personal")


def wider(field: Field, **words: str) -> Field:
    return Wider.model_construct(**(dict(field) | words))


def test_every_kind_is_tried_here():
    tried = {kind_of(declared(kind).field("cell")) for kind in PLAIN}

    assert tried == set(KINDS)


def test_every_word_of_a_field_is_known_to_a_kind_or_to_the_layer_of_all():
    assert COMMON_TO_CASTS.union(*(kind.words for kind in KINDS)) == set(Field.model_fields)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_at_a_glance_no_kind_knows_a_word_that_its_casts_do_not(kind: Kind):
    assert kind.seen <= COMMON_TO_CASTS | kind.words
    assert not COMMON & kind.seen


@pytest.mark.parametrize("kind", WITH_LOOK)
def test_a_field_that_sets_a_word_nobody_thought_of_has_no_fast_look(kind: str):
    contract = declared(kind)
    field = contract.field("cell")

    assert look_of(field, contract)
    assert look_of(wider(field), contract)
    assert look_of(wider(field, made_up="something"), contract) is None


def test_rows_of_a_source_that_sets_a_word_nobody_thought_of_go_to_the_casts():
    contract = dict(declared("text"))
    usual = WiderSource.model_construct(**contract)
    other = WiderSource.model_construct(**contract, made_up="something")

    assert PlainRows.of(usual, NOW)
    assert PlainRows.of(other, NOW) is None


@pytest.mark.parametrize("kind", PLAIN)
def test_a_word_nobody_thought_of_is_refused(kind: str):
    field = wider(declared(kind).field("cell"), made_up="something")

    (said,) = refused(field)
    assert said.startswith("made_up is for no field, not ")


def test_a_new_word_of_numbers_is_refused_elsewhere_with_what_it_is_for(monkeypatch):
    monkeypatch.setattr(Number, "words", Number.words | {"made_up"})
    text = wider(declared("text").field("cell"), made_up="something")
    number = wider(declared("number").field("cell"), made_up="something")

    assert list(refused(text)) == ["made_up is for numbers, not string"]
    assert list(refused(number)) == []
    assert look_of(number, declared("number")) is None


@pytest.mark.parametrize("word", SET)
@pytest.mark.parametrize("kind", PLAIN)
def test_a_word_is_understood_or_refused_and_seen_or_left_to_the_casts(kind: str, word: str):
    known = kind_of(declared(kind).field("cell"))
    words = {word: SET[word]}
    if kind in ("day", "moment") and word in ("era", "calendar", "formats"):
        words |= {"formats": ["%d/%m/%Y"]} | ({"zone": "UTC"} if kind == "moment" else {})

    if word not in COMMON_TO_CASTS | known.words:
        with pytest.raises(ValidationError):
            declared(kind, **words)
        return
    contract = declared(kind, **words | PLAIN[kind])
    look = look_of(contract.field("cell"), contract)
    assert look is None or word in COMMON | known.seen


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("whole", {"max_length": 5}, "max_length is for strings, identifiers, places and lists"),
        ("month", {"thousands": ","}, "thousands is for numbers, not a month"),
        ("mac", {"place": "tambon"}, "place is for places, not an identifier"),
        ("token", {"items": True}, "items is for lists, not an identifier"),
        ("day", {"calendar": "month"}, r"calendar: month is for integers \(1 to 12\), not date"),
        ("text", {"by": SET["by"]}, "by, sentinels and thousands are for numbers, not string"),
    ],
)
def test_a_refusal_says_what_the_word_is_for(kind: str, words: dict[str, object], said: str):
    with pytest.raises(ValidationError, match=said):
        declared(kind, **words)
