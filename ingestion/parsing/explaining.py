"""What would have been right: the words beside every quarantined row.

Does not belong here: the checks themselves (`grammar.py`, `temporal.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingestion.contracts.model import Case, Field, SourceContract
from ingestion.parsing.characters import fold
from ingestion.parsing.temporal import FUTURE, earliest
from ingestion.places import closest

Row = dict[str, str | None]
"""The texts of a row, by field."""


@dataclass(frozen=True)
class Explanation:
    """Which column is at fault, what it holds, and what it should hold."""

    column: str
    found: str
    expected: str


def explain(
    contract: SourceContract, column: str, code: str, row: Row, now: datetime
) -> Explanation:
    """Say what is wrong with a row whose `column` broke the rule `code`."""
    field = contract.field(column)
    case = _case(contract, field, row)
    found = row[column] or ""
    if code == "unit_mismatch" and case and field.by and field.by.unit_column:
        unit = field.by.unit_column
        return Explanation(
            unit, row[unit] or "", f"{case.unit}, the unit of this {field.by.column}"
        )
    return Explanation(column, found, _expected(field, code, fold(found), case, now))


def _case(contract: SourceContract, field: Field, row: Row) -> Case | None:
    """The rules that another field of the row selects, where the field has such."""
    if field.by is None:
        return None
    chosen = _canonical(contract.field(field.by.column), row[field.by.column])
    return field.by.cases.get(chosen)


def _canonical(field: Field, text: str | None) -> str:
    """The value of the lake for a spelling of the source, as the SQL finds it."""
    folded = fold(text or "")
    for value, spellings in (field.allowed or {}).items():
        if folded in {fold(spelling) for spelling in (value, *spellings)}:
            return value
    return folded


def _expected(field: Field, code: str, found: str, case: Case | None, now: datetime) -> str:
    low = case.minimum if case and case.minimum is not None else field.minimum
    high = case.maximum if case and case.maximum is not None else field.maximum
    number = "a whole number such as 12" if field.type == "integer" else "a number such as -12.5"
    grouped = f" or 1{field.thousands}234" if field.thousands else ""
    clock = now.isoformat(timespec="seconds")
    words = {
        "value_missing": "a value",
        "value_month": "a month: its name in Thai or English, or 1 to 12",
        "value_list": "a list such as {a,b}",
        "value_sign": "a number without a sign, and one of the words in "
        + (field.sign.column if field.sign else ""),
        "coords_swapped": f"{_bound(low, 'lowest')} to {_bound(high, 'highest')}; this value and "
        f"{field.paired_with} fit when exchanged, so they stand in each other's place",
        "value_not_number": "four digits" if field.type == "year" else number + grouped,
        "value_not_finite": "a finite number",
        "value_sentinel": "a reading; this number is an error code of the device",
        "value_out_of_range": f"{_bound(low, 'lowest')} to {_bound(high, 'highest')}",
        "value_unknown": "one of " + ", ".join(field.allowed or ("true", "false")),
        "value_pattern": f"the pattern {field.pattern}",
        "value_too_long": f"at most {field.max_length} characters",
        "ts_no_offset": "an offset; in Thailand add +07:00",
        "ts_format": "a real moment as "
        + (" or ".join(field.formats) or _ISO[field.type == "timestamp"]),
        "ts_buddhist_year": "a year of the Common Era" + _common_year(field, found),
        "year_not_buddhist": "a year of the Buddhist era, such as 2568",
        "ts_future": f"at most {int(FUTURE.total_seconds() // 3600)} h after our clock ({clock})",
        "ts_ancient": f"no earlier than {earliest(field)} (our clock: {clock})",
    }
    if code == "place_unknown":
        near = closest(found, field.place or "")
        return f"a known {field.place} of ingestion/places" + (f"; closest: {near}" if near else "")
    return words.get(code, "what the contract declares")


_ISO = ("2026-01-08", "2026-01-08T02:00:00+07:00")


def _bound(number: float | None, without: str) -> str:
    return f"the {without} number" if number is None else f"{number:.15g}"


def _common_year(field: Field, found: str) -> str:
    if field.formats or not found[:4].isdecimal():
        return ""
    return f"; {found[:4]} - 543 = {int(found[:4]) - 543}"
