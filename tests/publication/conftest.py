"""A city on folders, empty at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.storage.local import LocalStore
from tests.publication.city import City


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
