"""What would have been right: the words beside every quarantined row.

Does not belong here: the checks themselves (`grammar.py`, `temporal.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.contracts.field import Case, Field
from ingestion.contracts.source import SourceContract
from ingestion.faults import require
from ingestion.fields.temporal import FUTURE, earliest
from ingestion.places import closest
from ingestion.words.characters import fold

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
    match code:
        case "value_missing":
            return "a value"
        case "value_month":
            return "a month: its name in Thai or English, or 1 to 12"
        case "value_list":
            return "a list such as {a,b}"
        case "value_sign":
            words = field.sign.column if field.sign else ""
            return f"a number without a sign, and one of the words in {words}"
        case "coords_swapped":
            return (
                f"{_bound(low, 'lowest')} to {_bound(high, 'highest')}; this value and "
                f"{field.paired_with} fit when exchanged, so they stand in each other's place"
            )
        case "value_not_number":
            return _number(field)
        case "value_not_finite":
            return "a finite number"
        case "value_sentinel":
            return "a reading; this number is an error code of the device"
        case "value_out_of_range":
            return f"{_bound(low, 'lowest')} to {_bound(high, 'highest')}"
        case "value_unknown":
            return "one of " + ", ".join(field.allowed or ("true", "false"))
        case "value_pattern":
            return f"the pattern {field.pattern}"
        case "value_too_long":
            return f"at most {field.max_length} characters"
        case "place_unknown":
            near = closest(found, field.place or "")
            known = f"a known {field.place} of ingestion/places"
            return known + (f"; closest: {near}" if near else "")
    return _expected_time(field, code, found, now)


def _expected_time(field: Field, code: str, found: str, now: datetime) -> str:
    clock = now.isoformat(timespec="seconds")
    match code:
        case "ts_no_offset":
            return "an offset; in Thailand add +07:00"
        case "ts_format":
            forms = " or ".join(field.formats) or _ISO[field.type == "timestamp"]
            return f"a real moment as {forms}"
        case "ts_buddhist_year":
            return "a year of the Common Era" + _common_year(field, found)
        case "year_not_buddhist":
            return "a year of the Buddhist era, such as 2568"
        case "ts_future":
            return f"at most {FUTURE // timedelta(hours=1)} h after our clock ({clock})"
        case "ts_ancient":
            return f"no earlier than {earliest(field)} (our clock: {clock})"
    return require(code, "row").expected.en


def _number(field: Field) -> str:
    if field.type == "year":
        return "four digits"
    number = "a whole number such as 12" if field.type == "integer" else "a number such as -12.5"
    return number + (f" or 1{field.thousands}234" if field.thousands else "")


_ISO = ("2026-01-08", "2026-01-08T02:00:00+07:00")


def _bound(number: float | None, without: str) -> str:
    return f"the {without} number" if number is None else f"{number:.15g}"


def _common_year(field: Field, found: str) -> str:
    if field.formats or not found[:4].isdecimal():
        return ""
    return f"; {found[:4]} - 543 = {int(found[:4]) - 543}"
