"""Contracts that a rule nearly refuses: the last good value of every rule between words.

Does not belong here: what is refused (`test_mistakes.py`).
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.judging import contract_of

TEXT = {"name": "word", "type": "string"}
NUMBER = {"name": "value", "type": "number"}
MOMENT = {"name": "seen_at", "type": "timestamp"}
KIND = {"name": "kind", "type": "string", "allowed": {"m": [], "s": []}}
MAC = {"kind": "mac", "purpose": "wifi", "period": "day"}
DEVICE = {"name": "mac", "type": "string", "sensitivity": "identifier", "identifier": MAC}


def by(*kinds: str, low: float = 0) -> dict[str, Any]:
    cases = {kind: {"unit": "m", "minimum": low, "maximum": 0} for kind in kinds}
    return {"name": "value", "type": "number", "by": {"column": "kind", "cases": cases}}


def issued(**words: object) -> dict[str, object]:
    return {"fields": [TEXT, {**MOMENT, **words}], "issued": "seen_at"}


GOOD: dict[str, dict[str, object]] = {
    "one value alone": {"fields": [{**NUMBER, "minimum": 5, "maximum": 5}]},
    "one value alone in a case": {"fields": [KIND, by("m", "s")]},
    "reason beside a field without reasons": {
        "fields": [TEXT, {"name": "word_reason", "type": "string"}]
    },
    "reasons beside others": {
        "fields": [{**TEXT, "missing": {"": "pending"}}, {"name": "words_reason", "type": "string"}]
    },
    "required revision": issued(required=True),
    "day of a revision": {
        "fields": [{"name": "told", "type": "date", "required": True}],
        "issued": "told",
    },
    "key of all fields": {"fields": [TEXT, NUMBER], "key": ["word", "value"]},
    "one field that is kept": {
        "fields": [TEXT, {"name": "name", "type": "string", "sensitivity": "drop"}],
        "classification": "personal",
    },
    "no value of a year": {"fields": [{"name": "year", "type": "year", "missing": {"0": "trace"}}]},
    "one code twice with one reason": {
        "fields": [{**NUMBER, "sentinels": ["-1"], "missing": {"-1.0": "sentinel"}}]
    },
    "every reason kept out": {
        "fields": [
            {**NUMBER, "missing": {"x": "trace"}, "sentinels": ["1"]}
            | {"quarantine": ["missing", "trace", "sentinel"]}
        ]
    },
    "required error code": {"fields": [{**NUMBER, "sentinels": ["-1"], "required": True}]},
    "absent beside required": {
        "fields": [{**TEXT, "required": True}, {**NUMBER, "may_be_absent": True}],
        "key": ["word"],
    },
    "parts at both ends": {
        "fields": [
            {**TEXT, "part": {"separator": "-", "number": 9}},
            {"name": "last", "type": "string", "part": {"separator": "-", "number": -9}},
        ]
    },
    "form of one day": {"fields": [{**MOMENT, "zone": "Asia/Bangkok", "formats": ["%d %B %y"]}]},
    "form of all parts": {
        "fields": [{**MOMENT, "zone": "Asia/Bangkok", "formats": ["%Y-%m-%d %H:%M:%S"]}]
    },
    "count without a zone": {"fields": [{**MOMENT, "formats": ["epoch_ms"]}]},
    "fiscal year without forms": {
        "fields": [{"name": "year", "type": "year", "calendar": "fiscal"}]
    },
    "a price in dollars": {"fields": [{**TEXT, "pattern": r"^[0-9]+ US\$$"}]},
    "as often as the engine repeats": {"fields": [{**TEXT, "pattern": "[0-9]{1000}"}]},
    "no share of bad rows": {
        "fields": [TEXT],
        "tolerance": {"quarantined_pct": 0, "absent_in_records": 1},
    },
    "the whole share of bad rows": {"fields": [TEXT], "tolerance": {"quarantined_pct": 100}},
    "names exchanged": {
        "fields": [{**NUMBER, "source": "word"}, {**TEXT, "source": "value"}],
    },
    "long overlap": {
        "fields": [{**DEVICE, "identifier": {**MAC, "overlap_hours": 6}}, MOMENT],
        "classification": "personal",
        "day": "seen_at",
    },
    "every column named": {
        "fields": [TEXT],
        "format": {"type": "csv", "columns": ["word"], "title_rows": 50},
    },
    "wide in two entries": {
        "fields": [KIND, NUMBER],
        "unpivot": [
            {"take": {"value": "a"}, "set": {"kind": "m"}, "multiply": 0.1},
            {"take": {"value": "b"}, "set": {"kind": "s"}},
        ],
    },
    "subtotals by values": {
        "fields": [TEXT],
        "drop_rows": [{"column": "word", "values": ["x"]}],
    },
}
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "bounds that cross": (
        {"fields": [{**NUMBER, "minimum": 5.1, "maximum": 5}]},
        "minimum 5.1 is above maximum 5",
    ),
    "bounds of a case that cross": ({"fields": [KIND, by("m", "s", low=0.1)]}, "is above maximum"),
    "reason beside its field": (
        {"fields": [{**TEXT, "missing": {}}, {"name": "word_reason", "type": "string"}]},
        "would hold the reasons of word",
    ),
    "reason beside error codes": (
        {
            "fields": [
                {**NUMBER, "sentinels": ["-1"]},
                {"name": "value_reason", "type": "string"},
            ]
        },
        "would hold the reasons of value",
    ),
    "revision that may be empty": (issued(), "issued: 'seen_at' must be required"),
    "revision that is no time": (
        {"fields": [{**TEXT, "required": True}], "issued": "word"},
        "issued: 'word' is a string, not a date or timestamp",
    ),
    "revision of no field": ({"fields": [TEXT], "issued": "told"}, "issued: no field is named"),
    "absent and required": (
        {"fields": [{**TEXT, "required": True, "may_be_absent": True}]},
        "a required field cannot be absent",
    ),
    "absent and key": (
        {"fields": [{**TEXT, "may_be_absent": True}], "key": ["word"]},
        "key: 'word' cannot be absent",
    ),
    "absent and day": (
        {"fields": [{**MOMENT, "may_be_absent": True}], "day": "seen_at"},
        "day: 'seen_at' cannot be absent",
    ),
    "key twice": ({"fields": [TEXT], "key": ["word", "word"]}, "key: 'word' stands twice"),
    "case too few": ({"fields": [KIND, by("m")]}, "there is none for 's'"),
    "case too many": ({"fields": [KIND, by("m", "s", "x")]}, "'kind' allows no 'x'"),
    "no part": ({"fields": [{**TEXT, "part": {"separator": "-", "number": 0}}]}, "part: number"),
    "no factor": ({"fields": [{**NUMBER, "multiply": 0}]}, "multiply"),
    "factor that is no number": ({"fields": [{**NUMBER, "multiply": float("nan")}]}, "multiply"),
    "bound without end": ({"fields": [{**NUMBER, "maximum": float("inf")}]}, "maximum"),
    "no records": ({"fields": [TEXT], "tolerance": {"absent_in_records": 0}}, "absent_in_records"),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_a_rule_nearly_refuses_is_allowed(case: str) -> None:
    contract_of(**GOOD[case])  # type: ignore[arg-type]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_a_step_further_is_refused(case: str) -> None:
    words, said = WRONG[case]

    with pytest.raises(ValidationError, match=said.replace("(", r"\(")):
        contract_of(**words)  # type: ignore[arg-type]
