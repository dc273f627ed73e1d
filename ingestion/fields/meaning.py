"""Texts that mean something else than they say: places, months, lists. As SQL.

Belongs here: casts of fields whose words are in `contracts/meanings.py`. Does not belong here: the
grammar of plain values (`grammar.py`) and times (`temporal.py`).
"""

from __future__ import annotations

from ingestion import places
from ingestion.contracts.field import Field
from ingestion.fields.grammar import Cast, spelled
from ingestion.words.months import month_sql
from ingestion.words.sql import literal

ITEMS_JOINED_BY = "; "
# An item of a PostgreSQL array: quoted with backslashes, or bare.
_ITEM = r'"(?:[^"\\]|\\.)*"|[^",{}\\]+'


def cast_meaning(field: Field, x: str, v: str) -> Cast | None:
    """The cast of a field with such a meaning, over its text `x` and value `v`; else None."""
    if field.place:
        return _place(field.place, x, v)
    if field.items:
        return _items(field, x, v)
    if field.calendar == "month":
        return _month(x, v)
    return None


def place_name(level: str, text: str) -> str:
    """SQL of a name as `places.bare` spells it."""
    name = f"lower({text})"
    for pattern in places.patterns(level):
        name = f"regexp_replace({name}, {literal(pattern)}, '', 'g')"
    return name


def place_code(level: str, name: str) -> str:
    """SQL of the code that such a name means, null where it is not known."""
    arms = " ".join(
        f"when {literal(known)} then {literal(code)}"
        for known, code in places.spellings(level).items()
    )
    return f"case {name} {arms} end"


def _place(level: str, x: str, v: str) -> Cast:
    return Cast(
        value=place_code(level, f"p_{v}"),
        checks=((f"{v} is null", "place_unknown"),),
        parts={f"p_{v}": place_name(level, x)},
        spelling="{text} = {value}",
    )


def _month(x: str, v: str) -> Cast:
    number = f"case when regexp_full_match({x}, '0?[1-9]|1[0-2]') then try_cast({x} as bigint) end"
    return Cast(f"coalesce({number}, {month_sql(x)})", ((f"{v} is null", "value_month"),))


def _items(field: Field, x: str, v: str) -> Cast:
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
    value = f"nullif(array_to_string({kept}, {literal(ITEMS_JOINED_BY)}), '')"
    return Cast(value, tuple(checks), parts, spelling="true")
