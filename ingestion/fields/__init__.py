"""What fields mean: from the text of a cell to a typed value, as SQL and at a glance.

Belongs here: one file for every kind of field, with all that is true of it: the rules of its words,
its cast, its fast look, and the sentences about what would have been right. `kind.py` says what
every kind answers, `query.py` puts the casts together, `rows.py` the looks. Does not belong here:
where texts come from (`ingestion/formats/`), and what becomes of rows (`ingestion/judging/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.day import Day
from ingestion.fields.items import Items
from ingestion.fields.kind import COMMON, COMMON_TO_CASTS, Kind, Look, said
from ingestion.fields.mac import Mac
from ingestion.fields.moment import Moment
from ingestion.fields.month import Month
from ingestion.fields.number import Number, Whole
from ingestion.fields.place import Place
from ingestion.fields.plate import Plate
from ingestion.fields.text import Text, Token
from ingestion.fields.truth import Truth
from ingestion.fields.year import Year

_OF_TYPE: Mapping[str, Kind] = {
    "string": Text(),
    "integer": Whole(),
    "number": Number(),
    "boolean": Truth(),
    "year": Year(),
    "date": Day(),
    "timestamp": Moment(),
}
_OF_IDENTIFIER: Mapping[str, Kind] = {"mac": Mac(), "plate": Plate(), "text": Token()}
_PLACE, _ITEMS, _MONTH = Place(), Items(), Month()
_SPECIAL: Mapping[str, tuple[Kind, ...]] = {
    "string": (*_OF_IDENTIFIER.values(), _PLACE, _ITEMS),
    "integer": (_MONTH,),
}
"""Kinds that a type has besides its own."""
KINDS = (*_OF_TYPE.values(), *(kind for kinds in _SPECIAL.values() for kind in kinds))


def kind_of(field: Field) -> Kind:
    """The kind of a field, which knows all about it."""
    if field.type == "string" and field.identifier:
        return _OF_IDENTIFIER[field.identifier.kind]
    if field.type == "string" and field.place:
        return _PLACE
    if field.type == "string" and field.items:
        return _ITEMS
    if field.type == "integer" and field.calendar == "month":
        return _MONTH
    return _OF_TYPE[field.type]


def look_of(field: Field, contract: SourceContract) -> Look | None:
    """The fast look at the cells of a field; None where a word is set that it does not know."""
    kind = kind_of(field)
    return kind.look(field, contract) if said(field) <= COMMON | kind.seen else None


def refused(field: Field) -> Iterator[str]:
    """Why words that a field sets say nothing of its kind."""
    kind = kind_of(field)
    foreign = said(field) - COMMON_TO_CASTS - kind.words
    if field.calendar == "month" and kind is not _MONTH:
        foreign |= {"calendar"}
    yield from (_refusal(word, field, kind) for word in type(field).model_fields if word in foreign)


_USED = (
    ("minimum and maximum need a numeric type", {"minimum", "maximum"}),
    ("by, sentinels and thousands are for numbers", {"by", "sentinels", "thousands"}),
    ("allowed is for strings and booleans", {"allowed"}),
    ("formats are for years, dates and timestamps", {"formats"}),
    ("era is for years, dates and timestamps", {"era"}),
    ("earliest is for dates and timestamps", {"earliest"}),
    ("multiply, sign and paired_with are for type number", {"multiply", "sign", "paired_with"}),
    ("items, place and letter_case are for strings", {"items", "place", "letter_case"}),
)
"""What words are for, where a list of all kinds that know them would say it worse."""
_CALENDARS = {
    "fiscal": "calendar: fiscal is for years, dates and timestamps",
    "month": "calendar: month is for integers (1 to 12)",
}


def _refusal(word: str, field: Field, kind: Kind) -> str:
    if word in kind.refusals:
        return kind.refusals[word]
    if word == "calendar":
        return f"{_CALENDARS[field.calendar]}, not {field.type}"
    alike = (_OF_TYPE[field.type], *_SPECIAL.get(field.type, ()))
    if any(word in each.words for each in alike):
        return f"{word} is for {_users(word)}, not {kind.one or field.type}"
    use = next((told for told, words in _USED if word in words), f"{word} is for {_users(word)}")
    return f"{use}, not {field.type}"


def _users(word: str) -> str:
    """What the fields are called that know a word."""
    called = list(dict.fromkeys(kind.called for kind in KINDS if word in kind.words))
    return " and ".join(filter(None, (", ".join(called[:-1]), *called[-1:]))) or "no field"
