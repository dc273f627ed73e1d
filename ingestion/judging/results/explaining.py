"""What would have been right: the words beside every quarantined row.

Does not belong here: the sentences about one value, which its kind of field says
(`ingestion/fields/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingestion.contracts.field import Case, Field
from ingestion.contracts.source import SourceContract
from ingestion.fields import kind_of
from ingestion.fields.kind import Wrong
from ingestion.fields.text import meanings
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
    wrong = Wrong(fold(found), now, case)
    return Explanation(column, found, kind_of(field).expected(field, code, wrong))


def _case(contract: SourceContract, field: Field, row: Row) -> Case | None:
    """The rules that another field of the row selects, where the field has such."""
    if field.by is None:
        return None
    folded = fold(row[field.by.column] or "")
    known = meanings(contract.field(field.by.column).allowed or {})
    return field.by.cases.get(known.get(folded, folded))
