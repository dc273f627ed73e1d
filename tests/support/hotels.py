"""Builds that offer hotels by year, made without dbt: their candidates lie in the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import duckdb

from orchestration.builds import Build, keep_build
from orchestration.deployment import Deployment
from publication.candidate import write_candidate
from tests.publication.city import Row, fill_mart

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)
HOTELS = {2023: 900, 2024: 950, 2025: 980}
Offer = Callable[[int, dict[int, int | None]], Build]


@contextmanager
def offering(deployment: Deployment) -> Iterator[Offer]:
    """Makes builds of `hotels_yearly` with these hotels by year, and keeps their records."""
    product = deployment.product("hotels_yearly")
    with duckdb.connect() as engine:
        engine.execute("attach ':memory:' as lake; create schema lake.marts")

        def build(number: int, hotels: dict[int, int | None]) -> Build:
            fill_mart(engine, product, tuple(_row(*each) for each in hotels.items()))
            write_candidate(engine, product, deployment.lake, f"{number:08}")
            facts = {"day": date(2026, 1, 9), "as_of": NOW, "code": "c", "full": True}
            lineage = {product.id: list(product.sources)}
            known = {"id": f"{number:08}", "ledgers": {}, "lineage": lineage}
            made = Build.model_validate(known | facts)
            keep_build(deployment.lake, made)
            return made

        yield build


def _row(year: int, hotels: int | None) -> Row:
    begins, ends = (datetime(each - 1, 12, 31, 17, tzinfo=UTC) for each in (year, year + 1))
    said = "missing" if hotels is None else "reported"
    place = ("83", "ภูเก็ต", "Phuket", year, begins, ends)
    return (*place, hotels, said, 70.0 + year % 7, "reported", "final")
