"""Months of a year: their numbers, or their names in Thai and English, kept as 1 to 12.

Does not belong here: the names themselves (`ingestion/words/months.py`).
"""

from __future__ import annotations

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.kind import Cast, Kind, Wrong
from ingestion.fields.number import bounds_expected, bounds_sql
from ingestion.words.months import month_sql


class Month(Kind):
    """A whole number of which the contract says that it is a month."""

    called = "months"
    one = "a month"
    words = frozenset({"calendar", "minimum", "maximum", "sentinels"})

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        number = (
            f"case when regexp_full_match({x}, '0?[1-9]|1[0-2]') then try_cast({x} as bigint) end"
        )
        checks = ((f"{v} is null", "value_month"), *bounds_sql(field, v))
        return Cast(f"coalesce({number}, {month_sql(x)})", checks)

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        if code == "value_out_of_range":
            return bounds_expected(field, wrong)
        return super().expected(field, code, wrong)
