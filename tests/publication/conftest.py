"""A city on folders, empty at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.storage.local import LocalStore
from publication.release import release
from tests.publication.city import City
from tests.publication.downloads import CODES, VERSION


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as lake")
        connection.execute("create schema lake.marts")
        yield connection


@pytest.fixture
def city(tmp_path: Path, engine: duckdb.DuckDBPyConnection) -> City:
    for name in ("lake", "open"):
        (tmp_path / name).mkdir()
    return City(LocalStore(tmp_path / "lake"), LocalStore(tmp_path / "open"), engine)


@pytest.fixture
def codes(city: City, tmp_path: Path) -> Path:
    """A release whose codes look like numbers, one with a zero in front, downloaded."""
    rows = (("0083", 1), ("8301", 2), (None, 3))
    release(city.publisher, CODES, city.passed(CODES, rows))
    return Path(city.open.url) / "economy" / "codes" / VERSION
