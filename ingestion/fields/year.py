"""Years: of the Common Era or the Buddhist one (พ.ศ.), of the calendar or fiscal (ปีงบประมาณ)."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.fields.day import BUDDHIST_FROM, era_sql, time_expected
from ingestion.fields.kind import Cast, Kind, Wrong
from ingestion.fields.number import bounds_expected
from ingestion.words.forms import SPELLED_YEAR, Form, form_problems
from ingestion.words.sql import double

_FISCAL = r"^(ปีงบประมาณ|ปีงบฯ?|FY)\s*(พ\.ศ\.|B\.?E\.?)?\s*"
_FIRST = 1000


class Year(Kind):
    """A year, kept as one of the Common Era."""

    called = "years"
    words = frozenset({"minimum", "maximum", "formats", "era", "calendar"})

    def problems(self, field: Field) -> Iterator[str]:
        for form in field.formats:
            yield from form_problems(form, SPELLED_YEAR)

    def cast(self, field: Field, contract: SourceContract, x: str, v: str) -> Cast:
        if field.formats:
            forms = [
                Form(form, f"f{index}_{v}", field.era, field.calendar)
                for index, form in enumerate(field.formats)
            ]
            number = f"coalesce({', '.join(form.year for form in forms)})"
            parts = {form.name: form.matched(x) for form in forms}
        else:
            plain = f"regexp_replace({x}, '{_FISCAL}', '')" if field.calendar == "fiscal" else x
            four = rf"regexp_full_match({plain}, '\d{{4}}')"
            number, parts = f"case when {four} then try_cast({plain} as bigint) end", {}
        low = field.minimum if field.minimum is not None else _FIRST
        high = field.maximum if field.maximum is not None else BUDDHIST_FROM - 1
        return Cast(
            value=f"{number} - 543" if field.era == "buddhist" else number,
            checks=(
                (f"{number} is null", "value_not_number"),
                era_sql(field, number),
                (f"{v} not between {double(low)} and {double(high)}", "value_out_of_range"),
            ),
            parts=parts,
        )

    def expected(self, field: Field, code: str, wrong: Wrong) -> str:
        if code == "value_not_number":
            return "four digits"
        if code == "value_out_of_range":
            return bounds_expected(field, wrong)
        return time_expected(field, code, wrong) or super().expected(field, code, wrong)
