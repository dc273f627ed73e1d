"""Lists in one cell, in JSON or as PostgreSQL writes them, kept as `a; b`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.kind import Cast, Kind, Wrong
from ingestion.fields.text import spelled, twice_spelled
from ingestion.words.sql import literal

_JOINED_BY = "; "
# An item of a PostgreSQL array: quoted with backslashes, or bare.
_ITEM = r'"(?:[^"\\]|\\.)*"|[^",{}\\]+'


class Items(Kind):
    """A list of texts, each of known words where the contract has such."""

    called = "lists"
    one = "a list"
    words = frozenset({"items", "max_length", "allowed", "letter_case"})
    refusals: ClassVar[Mapping[str, str]] = {
        "pattern": "items have no pattern; list them as allowed values"
    }

    def problems(self, field: Field) -> Iterator[str]:
        if field.allowed is not None:
            yield from twice_spelled(field.allowed)

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        whole = rf"\{{\s*(({_ITEM})(\s*,\s*({_ITEM}))*)?\s*\}}"
        unquoted = r"""case when starts_with(trim(i), '"')
        then regexp_replace(substr(trim(i), 2, length(trim(i)) - 2), '\\(.)', '\1', 'g')
        else trim(i) end"""
        found = f"regexp_extract_all(substr({x}, 2, length({x}) - 2), {literal(_ITEM)})"
        items = f"list_transform({found}, lambda i: {unquoted})"
        checks = [(f"not regexp_full_match({x}, {literal(whole)})", "value_list")]
        kept = f"l_{v}"
        parts = {kept: items}
        if field.allowed is not None:
            meant = f"list_transform({kept}, lambda i: case i {spelled(field.allowed)} end)"
            checks.append((f"len({meant}) > list_count({meant})", "value_unknown"))
            kept = meant
        checks.append((f"length({v}) > {field.max_length}", "value_too_long"))
        if field.required:
            checks.append((f"{v} is null", "value_missing"))
        value = f"nullif(array_to_string({kept}, {literal(_JOINED_BY)}), '')"
        return Cast(value, tuple(checks), parts, spelling="true")

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        match code:
            case "value_unknown":
                return "one of " + ", ".join(field.allowed or ())
            case "value_too_long":
                return f"at most {field.max_length} characters"
        return super().expected(field, code, wrong)
