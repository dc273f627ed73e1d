"""Rules about several words judge each of them: the second of a list, the other of a pair.

Does not belong here: one word that is wrong (`test_mistakes.py`), the last good value
(`test_just_right.py`).
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.judging import contract_of

WORD = {"name": "word", "type": "string"}
KIND = {"name": "kind", "type": "string", "allowed": {"m": [], "s": []}}
UNIT = {"name": "unit", "type": "string", "allowed": {"m": []}}
NUMBER = {"name": "value", "type": "number"}
MOMENT = {"name": "seen_at", "type": "timestamp", "required": True}
PLATE = {
    "name": "plate",
    "type": "string",
    "sensitivity": "identifier",
    "identifier": {"kind": "plate", "purpose": "lpr", "period": "day", "province": "kind"},
}
CASES = {kind: {"unit": "m"} for kind in ("m", "s")}
BY = {"column": "kind", "unit_column": "unit", "cases": CASES}
LIMITS = {"minimum": -90, "maximum": 90}
Words = dict[str, Any]


def refused(said: str, **words: Any) -> None:
    with pytest.raises(ValidationError, match=said):
        contract_of(**words)


SECOND: dict[str, tuple[str, Words]] = {
    "spelling that is another value": (
        "allowed: 'm' means both 'm' and 's'",
        {"fields": [{**KIND, "allowed": {"m": [], "s": ["x", "m"]}}]},
    ),
    "spelling of two values": (
        "allowed: 'x' means both 'm' and 's'",
        {"fields": [{**KIND, "allowed": {"m": ["x"], "s": ["x"]}}]},
    ),
    "error code": (
        "sentinel 'x' is not a number",
        {"fields": [{**NUMBER, "sentinels": ["1", "x"]}]},
    ),
    "form": (
        "format '%q %Y' has '%q'",
        {"fields": [{**MOMENT, "zone": "Asia/Bangkok", "formats": ["%Y-%m-%d", "%q %Y"]}]},
    ),
    "count of a year": (
        "format 'epoch_s' has no %Y",
        {"fields": [{"name": "year", "type": "year", "formats": ["%Y", "epoch_s"]}]},
    ),
    "key": ("key: no field is named 'words'", {"fields": [WORD], "key": ["word", "words"]}),
    "constant": (
        "constants: no field is named 'words'",
        {"fields": [WORD, KIND], "constants": {"word": "a", "words": "b"}},
    ),
    "value that is negative": (
        "sign: 'kind' allows no 'x'",
        {"fields": [KIND, {**NUMBER, "sign": {"column": "kind", "minus": ["m", "x"]}}]},
    ),
    "reason that is kept out": (
        "quarantine: nothing under missing or sentinels means 'trace'",
        {"fields": [{**NUMBER, "missing": {"": "pending"}, "quarantine": ["pending", "trace"]}]},
    ),
    "subtotals": (
        "drop_rows: 'kind' needs values or a pattern",
        {
            "fields": [WORD, KIND],
            "drop_rows": [{"column": "word", "values": ["x"]}, {"column": "kind"}],
        },
    ),
    "column that is filled down": (
        "fill_down names 'words'",
        {"fields": [WORD], "format": {"type": "xlsx", "fill_down": ["word", "words"]}},
    ),
    "column without a name": (
        "columns lacks 'value'",
        {"fields": [WORD, NUMBER], "format": {"type": "csv", "columns": ["word"]}},
    ),
    "line break that quotes": (
        "a line break cannot be delimiter or quote",
        {"fields": [WORD], "format": {"type": "csv", "quote": "\n"}},
    ),
    "line break that divides": (
        "a line break cannot be delimiter or quote",
        {"fields": [WORD], "format": {"type": "csv", "delimiter": "\r"}},
    ),
    "entry that says less": (
        "unpivot: entry 2 says nothing of kind",
        {
            "fields": [KIND, NUMBER],
            "unpivot": [
                {"take": {"value": "a"}, "set": {"kind": "m"}},
                {"take": {"value": "b"}, "set": {}},
            ],
        },
    ),
    "constant that an entry takes": (
        "unpivot: value is a constant already",
        {"fields": [KIND, NUMBER], "constants": {"value": "1"}}
        | {"unpivot": [{"take": {"value": "a"}, "set": {"kind": "m"}}]},
    ),
    "constant that an entry sets": (
        "unpivot: kind is a constant already",
        {"fields": [KIND, NUMBER], "constants": {"kind": "m"}}
        | {"unpivot": [{"take": {"value": "a"}, "set": {"kind": "m"}}]},
    ),
    "whole numbers among others": (
        "multiply makes no whole numbers",
        {
            "fields": [NUMBER, {"name": "count", "type": "integer"}],
            "unpivot": [{"take": {"value": "a", "count": "b"}, "set": {}, "multiply": 0.1}],
        },
    ),
    "case of no unit": (
        "'unit' allows no 'cm'",
        {
            "fields": [KIND, UNIT, {**NUMBER, "by": BY | {"cases": CASES | {"s": {"unit": "cm"}}}}],
        },
    ),
}


@pytest.mark.parametrize("case", SECOND)
def test_the_second_of_several_is_judged_as_the_first(case: str) -> None:
    said, words = SECOND[case]

    refused(said, **words)


@pytest.mark.parametrize("lacking", ["minimum", "maximum"])
def test_both_coordinates_of_a_pair_have_both_bounds(lacking: str) -> None:
    lat = {"name": "lat", "type": "number", "paired_with": "lon", **LIMITS}
    lon = {"name": "lon", "type": "number", **LIMITS}
    contract_of([lat, lon])

    less = {name: bound for name, bound in lon.items() if name != lacking}
    refused("paired_with: 'lon' needs minimum and maximum", fields=[lat, less])
    less = {name: bound for name, bound in lat.items() if name != lacking}
    refused("paired_with needs minimum and maximum", fields=[less, lon])


NEEDED: dict[str, tuple[str, Words]] = {
    "key": ("word", {"fields": [WORD, NUMBER], "key": ["value", "word"]}),
    "day": ("seen_at", {"fields": [MOMENT, NUMBER], "day": "seen_at"}),
    "issued": ("seen_at", {"fields": [MOMENT, NUMBER], "issued": "seen_at"}),
    "constant": ("word", {"fields": [WORD, NUMBER], "constants": {"word": "a"}}),
    "taken": (
        "value",
        {"fields": [WORD, NUMBER], "unpivot": [{"take": {"value": "a"}, "set": {}}]},
    ),
    "set": (
        "kind",
        {"fields": [KIND, NUMBER], "unpivot": [{"take": {"value": "a"}, "set": {"kind": "m"}}]},
    ),
    "subtotals": (
        "word",
        {"fields": [WORD, NUMBER], "drop_rows": [{"column": "word", "values": ["x"]}]},
    ),
    "sign": (
        "kind",
        {"fields": [KIND, {**NUMBER, "sign": {"column": "kind", "minus": ["m"]}}]},
    ),
    "pair": (
        "lon",
        {
            "fields": [
                {"name": "lat", "type": "number", "paired_with": "lon", **LIMITS},
                {"name": "lon", "type": "number", **LIMITS},
            ]
        },
    ),
    "cases": ("kind", {"fields": [KIND, {**NUMBER, "by": {"column": "kind", "cases": CASES}}]}),
    "unit of cases": (
        "unit",
        {
            "fields": [KIND, UNIT, {**NUMBER, "by": BY}],
        },
    ),
    "province of a plate": ("kind", {"fields": [KIND, PLATE, NUMBER]}),
}


@pytest.mark.parametrize("part", NEEDED)
def test_a_field_that_another_part_needs_cannot_be_dropped(part: str) -> None:
    name, words = NEEDED[part]
    personal = words | {"classification": "personal"}
    contract_of(**personal)

    dropped = [
        {**field, "sensitivity": "drop"} if field["name"] == name else field
        for field in words["fields"]
    ]
    refused(
        f"field {name}: another part of the contract needs it", **personal | {"fields": dropped}
    )


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Api-Key", "Cookie", "api_token", "X-SECRET-1", "Ocp-Apim-Key"]
)
def test_a_header_that_lets_somebody_in_comes_from_a_setting(name: str) -> None:
    web = {"connector": "http_file", "url": "https://data.example/a.csv"}
    open_header = {"Accept": "text/csv"}
    contract_of([WORD], fetch=web | {"headers": {**open_header, name: "Bearer ${CDP_CITY_KEY}"}})

    refused(
        f"header {name} must take its value from a setting",
        fields=[WORD],
        fetch=web | {"headers": {**open_header, name: "Bearer abc"}},
    )


def test_a_column_may_be_absent_where_all_fields_that_read_it_may() -> None:
    both = [
        {**WORD, "source": "a", "may_be_absent": True},
        {**NUMBER, "source": "a", "may_be_absent": True},
    ]

    assert contract_of(both).optional_columns == {"a"}
    for place in (0, 1):
        one = [{**field, "may_be_absent": at != place} for at, field in enumerate(both)]
        assert contract_of(one).optional_columns == frozenset()
