"""Rows of a source made up by its contract: any code, any value in its limits, some without one.

For truth tests that `cdp new product` drafts. The same rows on every run. Patterns of texts are not
followed, since the lake of a test is written without the parser. Does not belong here: what a
product makes of them.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from ingestion.clock import BANGKOK
from ingestion.contracts import SourceContract
from ingestion.contracts.field import Field
from tests.dbt_project.city_lake import CityLake, Row

Sent = list[tuple[date, list[Row]]]
"""Deliveries in the order in which they came: the day that each is about, and its rows."""

TAMBONS = ("830101", "830202", "830305")
EMPTY = 0.15
"""How many values are missing, of those that may be."""

_CODES = 4
_TIMES = (time(0, 0), time(6, 50), time(13, 10), time(23, 55))
_DEFAULT_SPAN = 1000


def built_from(sent: Sent, source: SourceContract, product: str, folder: Path) -> CityLake:
    """A lake to which these were delivered, and a product that dbt has built from it."""
    city = CityLake(folder)
    for number, (day, rows) in enumerate(sent):
        city.deliver(source.id, f"d{number:03}", day, rows)
    shown = ["--select", f"+{product}", "--indirect-selection", "cautious"]
    city.dbt("build", *shown, "--exclude-resource-type", "unit_test")
    return city


def days_of_rows(contract: SourceContract, first: date, last: date) -> Sent:
    """Deliveries of an increment, one a day; then every third day again with other values."""
    chance = random.Random(contract.id)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    sent = [(day, list(_of_a_day(contract, day, chance))) for day in days]
    again = [(day, list(_of_a_day(contract, day, chance))[::2]) for day in days[::3]]
    return [*sent, *again]


def years_of_rows(contract: SourceContract, days: Sequence[date], years: Sequence[int]) -> Sent:
    """Deliveries of a snapshot, each with all years."""
    chance = random.Random(contract.id)
    keys = [_choices(contract, name, years) for name in contract.key]
    return [
        (
            day,
            [
                _row(contract, dict(zip(contract.key, key, strict=True)), day, chance)
                for key in itertools.product(*keys)
            ],
        )
        for day in days
    ]


def _of_a_day(contract: SourceContract, day: date, chance: random.Random) -> Iterator[Row]:
    assert contract.day is not None
    when = contract.field(contract.day)
    others = [name for name in contract.key if name != contract.day]
    for key in itertools.product(*(_choices(contract, name, ()) for name in others)):
        for at in _TIMES if when.type == "timestamp" else _TIMES[:1]:
            if chance.random() < EMPTY:
                continue  # nothing was sent
            named: Row = dict(zip(others, key, strict=True))
            yield _row(contract, named | {contract.day: _moment(when, day, at)}, day, chance)


def _choices(contract: SourceContract, name: str, years: Sequence[int]) -> Sequence[object]:
    field = contract.field(name)
    if field.type == "year":
        return years
    if field.allowed:
        return tuple(field.allowed)[:_CODES]
    if name == "tambon_code":
        return TAMBONS
    return (1, 2, 3) if field.type == "integer" else tuple(f"{name}-{n}" for n in (1, 2, 3))


def _row(contract: SourceContract, key: Row, day: date, chance: random.Random) -> Row:
    row = dict(key)
    for field in contract.fields:
        if field.sensitivity == "drop":
            continue
        empty = field.name not in key and not field.required and chance.random() < EMPTY
        if field.name not in key:
            row[field.name] = None if empty else _value(field, day, chance)
        if field.no_value is not None:
            reasons = sorted(set(field.no_value.values()) - set(field.quarantine))
            row[f"{field.name}_reason"] = chance.choice(reasons) if empty and reasons else None
    return row


def _value(field: Field, day: date, chance: random.Random) -> object:
    least = 0 if field.minimum is None else field.minimum
    most = least + _DEFAULT_SPAN if field.maximum is None else field.maximum
    match field.type:
        case "integer":
            return chance.randint(int(least), int(most))
        case "number":
            return min(most, max(least, round(chance.uniform(least, most), 2)))
        case "boolean":
            return chance.choice([True, False])
        case "year":
            return day.year
        case "date" | "timestamp":
            return _moment(field, day, _TIMES[0])
        case "string":
            known = tuple(field.allowed or ()) or (TAMBONS if field.name == "tambon_code" else ())
            return chance.choice(known or (f"{field.name}-1", f"{field.name}-2"))


def _moment(field: Field, day: date, at: time) -> str:
    if field.type == "date":
        return day.isoformat()
    return datetime.combine(day, at, tzinfo=BANGKOK).astimezone(UTC).isoformat(sep=" ")
