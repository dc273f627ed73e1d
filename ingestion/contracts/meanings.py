"""The words of a contract about what a cell means beyond its type, and their rules.

Belongs here: parts of cells, signs in other columns, subtotal rows, places, calendars. Does not
belong here: doing what they say (`ingestion/fields/meaning.py`, `grammar.py`, `temporal.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from ingestion.contracts.engine_words import pattern_problem
from ingestion.contracts.words import Words

if TYPE_CHECKING:
    from ingestion.contracts.model import Field, SourceContract

Level = Literal["province", "amphoe", "tambon", "lao", "plate_region"]
COUNTS = ("epoch_s", "epoch_ms", "epoch_us", "excel_serial")
"""Formats that count from a beginning instead of spelling a date."""
_TIMES = ("date", "timestamp")


class Part(Words):
    """The part of a cell that holds the value."""

    separator: Annotated[str, StringConstraints(min_length=1)]
    number: int = Key(
        ge=-9, le=9, description="1 is the first part, -1 the last (and a cell without separator)"
    )


class Sign(Words):
    """A number without a sign, and the field whose value says that it is negative."""

    column: str = Key(description="a field with allowed values")
    minus: tuple[str, ...] = Key(min_length=1, description="values that make the number negative")


class DropRows(Words):
    """Rows that repeat what other rows say, such as subtotals. Dropped, and counted."""

    column: str = Key(description="the field that tells them")
    values: tuple[str, ...] = Key(default=(), description="its texts in the source")
    pattern: str | None = Key(default=None, description="or a pattern of the whole text")


def meaning_problems(field: Field) -> Iterator[str]:
    """Why what a field says of its meaning does not fit together; nothing when it does."""
    kind = field.type
    if (field.multiply != 1 or field.sign or field.paired_with) and kind != "number":
        yield f"multiply, sign and paired_with are for type number, not {kind}"
    if (field.items or field.place or field.letter_case) and kind != "string":
        yield f"items, place and letter_case are for strings, not {kind}"
    if field.place and (field.items or field.pattern or field.allowed is not None):
        yield "a place has no pattern, no allowed values and no items: its level says what is right"
    if field.items and field.pattern:
        yield "items have no pattern; list them as allowed values"
    if field.part and field.part.number == 0:
        yield "part: number starts at 1, or at -1 from the end"
    if field.paired_with and (field.minimum is None or field.maximum is None):
        yield "paired_with needs minimum and maximum"
    if field.calendar == "month" and kind != "integer":
        yield f"calendar: month is for integers (1 to 12), not {kind}"
    if field.calendar == "fiscal" and kind not in ("year", *_TIMES):
        yield f"calendar: fiscal is for years, dates and timestamps, not {kind}"
    if field.calendar == "fiscal" and kind in _TIMES and not field.formats:
        yield "a date of a fiscal year needs formats, such as %d/%m/%Y"
    spelled = [form for form in field.formats if not form.startswith("epoch")]
    if kind == "timestamp" and spelled and not field.zone:
        yield f"a timestamp in the form {spelled[0]!r} says no zone; Thailand is Asia/Bangkok"


def row_problems(contract: SourceContract) -> Iterator[str]:
    """Why what fields say of each other does not fit; the names are known to be fields."""
    for field in contract.fields:
        place = f"field {field.name}"
        if field.sign:
            allowed = contract.field(field.sign.column).allowed
            for word in field.sign.minus:
                if word not in (allowed or ()):
                    yield f"{place}: sign: {field.sign.column!r} allows no {word!r}"
        if field.paired_with:
            other = contract.field(field.paired_with)
            if other.minimum is None or other.maximum is None:
                yield f"{place}: paired_with: {other.name!r} needs minimum and maximum"
    for rule in contract.drop_rows:
        if not rule.values and rule.pattern is None:
            yield f"drop_rows: {rule.column!r} needs values or a pattern"
        if rule.pattern is not None and (problem := pattern_problem(rule.pattern)):
            yield f"drop_rows: {problem}"


def mentioned(contract: SourceContract) -> Iterator[tuple[str, str]]:
    """Every field that these words name, with the place where they do."""
    for field in contract.fields:
        if field.sign:
            yield f"field {field.name}: sign.column", field.sign.column
        if field.paired_with:
            yield f"field {field.name}: paired_with", field.paired_with
    yield from (("drop_rows", rule.column) for rule in contract.drop_rows)
