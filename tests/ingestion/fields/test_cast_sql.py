"""The SQL of a dozen typical fields is what somebody has read, and does what stands beside it.

A change of it that nobody meant is seen here in full. One that was meant: run
`python -m tests.ingestion.fields.cast_sql`, read the difference, commit it with the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from ingestion.fields.day import CLOCK, latest
from ingestion.fields.query import cast_sql
from ingestion.records import schema
from tests.ingestion.fields.cast_sql import AGAIN, FIELD, FOLDER, cells, contract, written
from tests.ingestion.fields.typical import TYPICAL, Became, Out, Typical, Without

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"create table {CLOCK} as select timestamptz '{latest(NOW)}' as latest")
        yield con


def batch_of(con: duckdb.DuckDBPyConnection, typical: Typical) -> None:
    """A table `batch` of the rows of a typical field, as a reader yields them."""
    names = contract(typical).columns
    rows = [
        dict(zip(schema(names).names, texts, strict=False)) | {"_record": number}
        for number, texts in enumerate(typical.texts)
    ]
    con.register("rows", pa.Table.from_pylist(rows, schema(names)))
    con.execute("create table batch as from rows")


def became(con: duckdb.DuckDBPyConnection, sql: str, code: str) -> list[Became]:
    """What the query says of each row."""
    found = con.execute(sql).to_arrow_table().to_pylist()
    return [
        Out(row[code])
        if row[code]
        else Without(row[f"{FIELD}_reason"])
        if row.get(f"{FIELD}_reason")
        else row[FIELD]
        for row in found
    ]


@pytest.mark.parametrize("name", TYPICAL)
def test_the_sql_of_a_typical_field_is_the_one_that_was_read(name):
    committed = (FOLDER / f"{name}.sql").read_text("utf-8")

    assert committed == written(name), f"if it is meant to change: {AGAIN}"


@pytest.mark.parametrize("name", TYPICAL)
def test_the_sql_that_was_read_does_what_stands_beside_it(engine, name):
    typical = TYPICAL[name]
    batch_of(engine, typical)
    engine.execute(f"create table cells as {cells(contract(typical))}")

    found = became(engine, (FOLDER / f"{name}.sql").read_text("utf-8"), code="code")

    assert found == list(typical.rows.values())


@pytest.mark.parametrize("name", TYPICAL)
def test_the_whole_query_of_a_contract_says_the_same(engine, name):
    typical = TYPICAL[name]
    batch_of(engine, typical)

    found = became(engine, cast_sql(contract(typical), "batch"), code="_code")

    assert found == list(typical.rows.values())


def test_no_file_is_left_of_a_field_that_went():
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(TYPICAL)
