"""A contract as SQL: text cells in, typed values out, and one reason for every row that fails.

Belongs here: the grammar of numbers, the checks of each field, what was expected where a check
fails. Does not belong here: reading files (`records.py` says what comes in) and de-duplication.
"""

from __future__ import annotations

from datetime import datetime

from ingestion.contracts.model import ByColumn, Case, Field, SourceContract, Take
from ingestion.parsing.characters import fold
from ingestion.parsing.temporal import EARLIEST, FUTURE, date_sql, timestamp_sql, year_sql

SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "year": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
}
_THAI_DIGITS = "'๐๑๒๓๔๕๖๗๘๙', '0123456789'"
_BLANKS = "' ' || chr(9) || chr(160) || chr(8203) || chr(65279)"


def cast_sql(contract: SourceContract, batches: str, now: datetime) -> str:
    """SQL that casts the batches of a reader.

    Parameters
    ----------
    batches: name of the relation with the columns of `records.schema`.
    now: instant of our clock.

    Returns
    -------
    A query with, per row: `_record`, `_place`, `_rescued`, `_code` (null when the row is good),
    `_column`, `_found`, `_expected`, `_raw`, `t_<field>` texts, and the typed fields.
    """
    takes: tuple[Take | None, ...] = contract.unpivot or (None,)
    cells = " union all ".join(_cells(contract, take, batches) for take in takes)
    values, codes = [], []
    for field in contract.fields:
        value, reason, code = field_sql(contract, field, now)
        values.append(f"{value} as {quote(field.name)}")
        if field.missing is not None:
            values.append(f"{reason} as {quote(field.name + '_reason')}")
        codes.append((field.name, code))
    first_code = ", ".join(f"k_{index}" for index, _ in enumerate(codes))
    columns = " ".join(
        f"when k_{index} is not null then {literal(name)}" for index, (name, _) in enumerate(codes)
    )
    found = " ".join(
        f"when k_{index} is not null then {_text(name)}" for index, (name, _) in enumerate(codes)
    )
    judged = ", ".join(f"{code} as k_{index}" for index, (_, code) in enumerate(codes))
    return f"""
        with cells as ({cells}),
        judged as (select *, {judged} from cells)
        select _record, _place, _rescued,
            coalesce(_fault, {first_code}) as _code,
            case when _fault is not null then _fault_column {columns} end as _column,
            case when _fault is not null then _fault_found {found} end as _found,
            _fault_expected as _expected, _raw,
            {", ".join(_text(field.name) for field in contract.fields)}, _factor,
            {", ".join(values)}
        from judged"""


def field_sql(contract: SourceContract, field: Field, now: datetime) -> tuple[str, str, str]:
    """SQL of one field over its text column: (typed value, reason for no value, error code)."""
    text = _trimmed(field)
    reason = _reason(field, text)
    value, code = _typed(contract, field, text, now)
    empty = "'value_missing'" if field.required else "null"
    absent = f"{text} is null" if field.missing is None else f"({reason}) is not null"
    return (
        f"case when not ({absent}) then {value} end",
        reason,
        f"case when {absent} then {empty} else {code} end",
    )


def expected(field: Field, code: str, found: str, case: Case | None) -> str:
    """What would have been right, for the message about one quarantined cell.

    Parameters
    ----------
    case: the rules that another field of the row selects, where the field has such.
    """
    low = case.minimum if case and case.minimum is not None else field.minimum
    high = case.maximum if case and case.maximum is not None else field.maximum
    grouped = f" or 1{field.thousands}234.5" if field.thousands else ""
    words = {
        "value_missing": "a value",
        "value_not_number": "a number such as -12.5" + grouped,
        "value_not_finite": "a finite number",
        "value_sentinel": "a reading; this number is an error code of the device",
        "value_out_of_range": f"{_bound(low)} to {_bound(high)}",
        "value_unknown": "one of " + ", ".join(field.allowed or ("true", "false")),
        "value_pattern": f"the pattern {field.pattern}",
        "value_too_long": f"at most {field.max_length} characters",
        "unit_mismatch": f"unit {case.unit}" if case else "the declared unit",
        "ts_no_offset": "an offset such as +07:00",
        "ts_format": "one of " + ", ".join(field.formats or ("2026-01-08T02:00:00+07:00",)),
        "ts_buddhist_year": "a year of the Common Era" + _common_year(found),
        "year_not_buddhist": "a year of the Buddhist era, such as 2568",
        "ts_future": f"no later than our clock plus {int(FUTURE.total_seconds() // 3600)} h",
        "ts_ancient": f"no earlier than {EARLIEST}",
    }
    return words.get(code, "what the contract declares")


def canonical(field: Field, text: str | None) -> str | None:
    """The value of the lake for a spelling of the source, as the SQL would find it."""
    folded = fold(text or "")
    for value, spellings in (field.allowed or {}).items():
        if folded == value or folded in spellings:
            return value
    return folded or None


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _text(name: str) -> str:
    return quote(f"t_{name}")


def _cells(contract: SourceContract, take: Take | None, batches: str) -> str:
    """The text of every field: from its column, from the unpivoted column, or a constant."""
    places = {name: f"c{index}" for index, name in enumerate(contract.columns)}
    chosen = []
    for field in contract.fields:
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
        chosen.append(f"{cell} as {_text(field.name)}")
    factor = take.multiply if take else 1.0
    # A record that could not be read is one row, however many a good record would become.
    once = (
        ""
        if take in (None, contract.unpivot[:1] and contract.unpivot[0])
        else ("where _code is null")
    )
    return f"""select _record, _place, _rescued, _code as _fault, _column as _fault_column,
        _found as _fault_found, _expected as _fault_expected, _raw, {factor!r}::double as _factor,
        {", ".join(chosen)} from {batches} {once}"""


def _reason(field: Field, text: str) -> str:
    if field.missing is None:
        return "null::varchar"
    empty = literal(field.missing.get("", "missing"))
    words = " ".join(
        f"when {literal(word)} then {literal(code)}" for word, code in field.missing.items() if word
    )
    coded = f"case {text} {words} end" if words else "null::varchar"
    return f"case when {text} is null then {empty} else {coded} end"


def _trimmed(field: Field) -> str:
    text = f"nullif(trim({_text(field.name)}, {_BLANKS}), '')"
    return f"translate({text}, {_THAI_DIGITS})" if field.thai_digits else text


def _typed(contract: SourceContract, field: Field, text: str, now: datetime) -> tuple[str, str]:
    if field.type == "timestamp":
        return timestamp_sql(field, text, now)
    if field.type == "date":
        return date_sql(field, text, now)
    if field.type == "year":
        return year_sql(field, text)
    if field.type in ("number", "integer"):
        return _number(contract, field, text)
    if field.type == "boolean":
        value = f"case lower({text}) when 'true' then true when 'false' then false end"
        return value, f"case when ({value}) is null then 'value_unknown' end"
    return _string(field, text)


def _string(field: Field, text: str) -> tuple[str, str]:
    folded = f"""nfc_normalize(case when contains({text}, chr(3661)) then regexp_replace({text},
        '([่-๋]?)\u0e4d([่-๋]?)\u0e32', '\\1\\2\u0e33', 'g') else {text} end)"""
    if field.allowed is not None:
        spellings = " ".join(
            f"when {literal(s)} then {literal(value)}"
            for value, known in field.allowed.items()
            for s in dict.fromkeys((value, *known))
        )
        value = f"case {folded} {spellings} end"
        return value, f"case when ({value}) is null then 'value_unknown' end"
    checks = [f"when length({text}) > {field.max_length} then 'value_too_long'"]
    if field.pattern:
        whole = field.pattern.removeprefix("^").removesuffix("$")
        checks.append(
            f"when not regexp_full_match({folded}, {literal(whole)}) then 'value_pattern'"
        )
    return folded, f"case {' '.join(checks)} end"


def _number(contract: SourceContract, field: Field, text: str) -> tuple[str, str]:
    whole = field.type == "integer"
    digits = r"\d+(\.0*)?" if whole else r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
    plain = text
    if field.thousands:
        mark = literal(field.thousands)
        grouped = rf"[+-]?\d{{1,3}}([{field.thousands}]\d{{3}})+(\.\d*)?"
        plain = f"""case when regexp_full_match({text}, {literal(grouped)})
            then replace({text}, {mark}, '') else {text} end"""
    number = f"try_cast({plain} as double)"
    checks = [
        f"when {text} in ({', '.join(map(literal, field.sentinels))}) then 'value_sentinel'"
        if field.sentinels
        else "",
        f"when regexp_full_match(lower({text}), '[+-]?(nan|inf|infinity)') then 'value_not_finite'",
        f"when not regexp_full_match({plain}, '[+-]?({digits})') then 'value_not_number'",
        f"when {number} is null or not isfinite({number}) then 'value_not_finite'",
    ]
    if field.sentinels:
        codes = ", ".join(f"{float(code)!r}" for code in field.sentinels)
        checks.append(f"when {number} in ({codes}) then 'value_sentinel'")
    value = f"({number} * _factor)"
    if field.by:
        checks += _case_checks(contract, field.by, value)
    if field.minimum is not None:
        checks.append(f"when {value} < {field.minimum!r} then 'value_out_of_range'")
    if field.maximum is not None:
        checks.append(f"when {value} > {field.maximum!r} then 'value_out_of_range'")
    typed = f"try_cast({plain} as decimal(20, 3))::bigint" if whole else value
    return typed, f"case {' '.join(checks)} end"


def _case_checks(contract: SourceContract, by: ByColumn, value: str) -> list[str]:
    """Checks whose bounds and unit depend on another field of the row, such as the parameter."""
    checks = []
    for name, case in by.cases.items():
        of_case = f"{_spelled(contract, by.column)} = {literal(name)}"
        if by.unit_column:
            unit = _spelled(contract, by.unit_column)
            checks.append(f"when {of_case} and {unit} <> {literal(case.unit)} then 'unit_mismatch'")
        low = case.minimum if case.minimum is not None else float("-inf")
        high = case.maximum if case.maximum is not None else float("inf")
        bounds = f"between {_double(low)} and {_double(high)}"
        checks.append(f"when {of_case} and {value} not {bounds} then 'value_out_of_range'")
    return checks


def _spelled(contract: SourceContract, name: str) -> str:
    """The value that another text field of the row will have, whatever spelling it came in."""
    field = contract.field(name)
    return f"({_string(field, _trimmed(field))[0]})"


def _double(number: float) -> str:
    return f"'{number}'::double"


def _bound(number: float | None) -> str:
    return "any" if number is None else f"{number:g}"


def _common_year(found: str) -> str:
    return f"; year - 543 = {int(found[:4]) - 543}" if found[:4].isdecimal() else ""
