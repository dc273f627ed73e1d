"""A contract as SQL: text cells in, typed values out, and one reason for every row that fails.

Belongs here: the stages of the query, from cells to judged rows. Does not belong here: the grammar
of one type (`grammar.py`, `temporal.py`), what a message says (`explaining.py`), reading files
(`records.py` says what comes in) and de-duplication (`repeats.py`).

Every stage names its columns and the next one uses the names: an expression that is spelled out
again wherever it is needed costs the engine more to plan than a small file costs to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ingestion.contracts.model import SourceContract, Take
from ingestion.parsing.grammar import Cast, cast_value, cleaned, literal, quote
from ingestion.parsing.temporal import cast_time

SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "year": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
}
_TIMES = ("date", "timestamp", "year")


def cast_sql(contract: SourceContract, batches: str, now: datetime) -> str:
    """SQL that casts the batches of a reader.

    Parameters
    ----------
    batches: name of the relation with the columns of `records.schema`.
    now: instant of our clock.

    Returns
    -------
    A query with, per row: `_record`, `_place`, `_rescued`, `_code` (null when the row is good),
    `_column`, `_found`, `_expected` (null unless the record itself could not be read), `_raw`,
    the texts `t_<field>`, and the typed fields.
    """
    texts, parts, typed, judged, values, reasons = [], [], [], [], [], []
    for index, field in enumerate(contract.fields):
        text, x, v, r = f"t{index}", f"x{index}", f"v{index}", f"r{index}"
        cast = _cast(contract, index, now)
        texts.append(f"{cleaned(field, text)} as {x}")
        parts += [f"{sql} as {name}" for name, sql in cast.parts.items()]
        typed.append(f"{cast.value} as {v}")
        absent = f"{x} is null"
        if field.missing is not None:
            typed.append(f"{_reason(field.missing, x)} as {r}")
            reasons.append(f"{r} as {quote(field.name + '_reason')}")
            absent = f"{r} is not null"
        needed = field.required or field.name in contract.key
        judged.append(f"{_code(cast, absent, required=needed)} as k{index}")
        values.append(f"case when not ({absent}) then {v} end as {quote(field.name)}")
    takes: tuple[Take | None, ...] = contract.unpivot or (None,)
    cells = " union all ".join(_cells(contract, take, batches) for take in takes)
    first, column, found = _first_fault(contract)
    shown = ", ".join(f"t{i} as {quote('t_' + f.name)}" for i, f in enumerate(contract.fields))
    return f"""
        with cells as ({cells}),
        texts as (select *, {", ".join(texts)} from cells),
        parts as (select *{"".join(f", {part}" for part in parts)} from texts),
        typed as (select *, {", ".join(typed)} from parts),
        judged as (select *, {", ".join(judged)} from typed)
        select _record, _place, _rescued, {first} as _code, {column} as _column,
            {found} as _found, _fault_expected as _expected, _raw,
            {shown}, {", ".join(values + reasons)}
        from judged"""


def respelled_sql(contract: SourceContract, now: datetime) -> str:
    """SQL list of counts, one per field: cells that were no plain spelling of their value."""
    counts = []
    for index, field in enumerate(contract.fields):
        text, value = quote("t_" + field.name), quote(field.name)
        plain = _cast(contract, index, now).spelling.format(text=text, value=value)
        counts.append(f"count_if({value} is not null and not ({plain}))")
    return ", ".join(counts)


def _cast(contract: SourceContract, index: int, now: datetime) -> Cast:
    field, x, v = contract.fields[index], f"x{index}", f"v{index}"
    if field.type in _TIMES:
        return cast_time(field, x, v, now)
    return cast_value(contract, field, x, v)


def _cells(contract: SourceContract, take: Take | None, batches: str) -> str:
    """The text of every field: from its column, from the unpivoted column, or a constant."""
    places = {name: f"c{index}" for index, name in enumerate(contract.columns)}
    chosen = []
    for index, field in enumerate(contract.fields):
        if take and field.name in take.take:
            cell = places[take.take[field.name]]
        elif take and field.name in take.set:
            cell = literal(take.set[field.name])
        elif field.name in contract.constants:
            cell = literal(contract.constants[field.name])
        elif field.column in places:
            cell = places[field.column]
        else:
            cell = "null::varchar"
        chosen.append(f"{cell} as t{index}")
    factor = take.multiply if take else 1.0
    # A record that could not be read is one row, however many a good record would become.
    first = not contract.unpivot or take is contract.unpivot[0]
    return f"""select _record, _place, _rescued, _code as _fault, _column as _fault_column,
        _found as _fault_found, _expected as _fault_expected, _raw, {factor!r}::double as _factor,
        {", ".join(chosen)} from {batches} {"" if first else "where _code is null"}"""


def _reason(missing: Mapping[str, str], x: str) -> str:
    """Why there is no value: null when there is one."""
    words = {word: code for word, code in missing.items() if word}
    empty = literal(missing.get("", "missing"))
    coded = " ".join(f"when {literal(w)} then {literal(code)}" for w, code in words.items())
    return f"case when {x} is null then {empty} {f'else case {x} {coded} end' if coded else ''} end"


def _code(cast: Cast, absent: str, *, required: bool) -> str:
    empty = "'value_missing'" if required else "null"
    checks = " ".join(f"when {condition} then '{code}'" for condition, code in cast.checks)
    return f"case when {absent} then {empty} {checks} end"


def _first_fault(contract: SourceContract) -> tuple[str, str, str]:
    """SQL of the code, the column and the text of a row's first fault."""
    places = range(len(contract.fields))
    first = ", ".join(["_fault", *(f"k{i}" for i in places)])
    names = " ".join(
        f"when k{i} is not null then {literal(contract.fields[i].name)}" for i in places
    )
    texts = " ".join(f"when k{i} is not null then t{i}" for i in places)
    return (
        f"coalesce({first})",
        f"case when _fault is not null then _fault_column {names} end",
        f"case when _fault is not null then _fault_found {texts} end",
    )
