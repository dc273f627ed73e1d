"""Builds of one curated table by days, made without dbt, as dbt makes it: parts of it replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import duckdb

from orchestration.builds import Build, keep_build, last_build
from orchestration.deployment import Deployment
from orchestration.soundness import sums_of_tables
from orchestration.table_sums import table_sums
from orchestration.tables import mark, open_tables

FIRST = date(2026, 1, 1)
TABLE = "intermediate.int_by_day"
READINGS = 24
"""Rows a day."""


def day(number: int) -> date:
    """The nth day, from 1."""
    return FIRST + timedelta(days=number - 1)


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The table, empty and divided by months; and a mart that every build makes anew."""
    con.execute("create schema lake.intermediate; create schema lake.marts")
    con.execute(f"create table lake.{TABLE} (event_day date, build integer, reading integer)")
    con.execute(f"alter table lake.{TABLE} set partitioned by (year(event_day), month(event_day))")
    con.execute("create table lake.marts.by_day as select 0 as days")


def replace(con: duckdb.DuckDBPyConnection, days: Iterable[date], build: int) -> None:
    """What dbt does to the tables when these days have changed."""
    named = ", ".join(f"date '{each}'" for each in days)
    con.begin()
    con.execute(f"delete from lake.{TABLE} where event_day in ({named})")
    con.execute(
        f"insert into lake.{TABLE} select unnest([{named}]), {build}, reading "
        f"from range({READINGS}) as readings (reading)"
    )
    con.commit()
    con.execute(
        f"create table lake.marts.by_day__dbt_tmp as select count(distinct event_day) as days "
        f"from lake.{TABLE}"
    )
    con.execute("alter table lake.marts.by_day rename to by_day__dbt_backup")
    con.execute("alter table lake.marts.by_day__dbt_tmp rename to by_day")
    con.execute("drop table lake.marts.by_day__dbt_backup")


def recorded(deployment: Deployment) -> Build:
    """The tables as they are, recorded as the next build."""
    last = last_build(deployment.lake)
    number = int(last.id) + 1 if last else 1
    known = {"id": f"{number:08d}", "day": FIRST, "as_of": datetime(2026, 1, 9, tzinfo=UTC)}
    made = Build.model_validate(
        known | {"code": "c", "ledgers": {}, "full": False, "token": f"{number:032x}"}
    )
    files = mark(deployment, made.token, made.id)
    before = table_sums(deployment.lake, last) if last else {}
    sums = sums_of_tables(deployment, tuple(files), before)
    keep_build(deployment.lake, made.model_copy(update={"files": sums}))
    return made


def build(deployment: Deployment, *days: int) -> Build:
    """A build that replaces these days, from 1."""
    first = last_build(deployment.lake) is None
    with open_tables(deployment) as tables:
        if first:
            create(tables.con)
        replace(tables.con, map(day, days), len(tables.snapshots()))
    return recorded(deployment)


def rows(deployment: Deployment, at: int | None = None) -> list[tuple[object, ...]]:
    """All rows of the table, or those of a snapshot."""
    version = f"at (version => {at})" if at is not None else ""
    with open_tables(deployment, read_only=True) as tables:
        return tables.con.execute(f"from lake.{TABLE} {version} order by all").fetchall()
