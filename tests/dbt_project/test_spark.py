"""The same models on Spark: the same numbers, or what differs is told; without Java it says so.

The whole comparison needs Java and Spark's own environment, which `make spark` makes; the rest runs
anywhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dbt_project.spark import __main__ as command
from dbt_project.spark.comparing import Compared, compare, written_by_spark
from dbt_project.spark.rebuilding import ENVIRONMENT, rebuild
from dbt_project.spark.session import place_in
from ingestion.errors import PermanentError
from ingestion.settings import Settings
from tests.dbt_project.city_lake import AS_OF, CityLake, reading
from tests.dbt_project.test_build import (
    READINGS,
    deliver_registers,
    noisy_day,
    on,
    slow_day,
    station,
    times,
)

OURS = "create table ours as select * from (values (1, 'a', 5e-1), (2, 'b', null)) as t (n, w, x)"
THEIRS = {
    "the same": ("(2, 'b', null), (1, 'a', 0.5)", 0),
    "the last bit of a float": ("(1, 'a', 0.5 + 1e-12), (2, 'b', null)", 0),
    "a row more": ("(1, 'a', 0.5), (2, 'b', null), (2, 'b', null)", 1),
    "another number": ("(1, 'a', 0.5), (3, 'b', null)", 2),
    "another text": ("(1, 'a', 0.5), (2, 'c', null)", 2),
    "a value where there is none": ("(1, 'a', 0.5), (2, 'b', 0.0)", 2),
    "values in other rows, and the same sums": ("(1, 'b', 0.5), (2, 'a', null)", 4),
}


def compared(theirs: str) -> Compared:
    with duckdb.connect() as con:
        con.execute(OURS)
        con.execute(f"create table theirs as select * from (values {theirs}) as t (n, w, x)")
        return compare(con, "t", "ours", "theirs")


@pytest.mark.parametrize("name", THEIRS)
def test_tables_agree_only_row_by_row(name: str) -> None:
    rows, alone = THEIRS[name]

    found = compared(rows)

    assert found.alone == alone
    assert found.agree is (alone == 0)


def test_what_differs_is_told_with_both_figures() -> None:
    found = compared("(1, 'a', 0.5), (3, 'b', null)")

    assert found.rows == (2, 2)
    assert found.differing == ("n (sum): 3 and 4",)


def test_a_column_that_stands_on_one_side_only_is_named() -> None:
    with duckdb.connect() as con:
        con.execute(OURS)
        con.execute("create table theirs as select n, w from ours")

        found = compare(con, "t", "ours", "theirs")

    assert not found.agree
    assert found.differing == ("x stands on one side only",)


def test_tables_of_spark_are_found_in_its_warehouse(tmp_path: Path) -> None:
    folder = tmp_path / "marts.db" / "rain_daily"
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(f"copy (select 7 as n) to '{folder}/part-0.snappy.parquet'")

        found = con.execute(f"from {written_by_spark(tmp_path, 'marts', 'rain_daily')}").fetchall()

    assert found == [(7,)]


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("", "no Java"),
        ('openjdk version "11.0.2" 2019-01-15', "Java 17 or newer"),
        ('java version "1.8.0_292"', "Java 17 or newer"),
        ("nonsense", "Java 17 or newer"),
        ('openjdk version "17.0.15" 2025-04-15', ""),
        ('openjdk version "21" 2023-09-19', ""),
    ],
)
def test_a_java_that_spark_cannot_run_with_is_told(said: str, missing: str) -> None:
    found = command.without_java(said)

    assert missing in found
    assert bool(found) is bool(missing)


def test_without_java_it_skips_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("sys.argv", ["make spark"])

    assert command.main() == 0
    said = capsys.readouterr().out
    assert "skipped" in said
    assert "apt-get install openjdk-17" in said


def test_a_lake_that_spark_cannot_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="cdp build"):
        command.lake_of(Settings(home=tmp_path))
    with pytest.raises(PermanentError, match="scale-out"):
        command.lake_of(Settings(home=tmp_path, lake_url="s3://lake"))


def test_the_report_names_every_table_and_what_differs() -> None:
    agreeing = Compared("marts.rain_daily", (24, 24), (), 0)
    other = Compared("marts.sensor_quality_daily", (3, 3), ("good (sum): 5 and 6",), 2)

    said = list(command.report([agreeing, other]))

    assert "marts.rain_daily" in said[0]
    assert said[0].endswith("agree")
    assert "2 rows stand on one side only" in said[1]
    assert said[2].strip() == "good (sum): 5 and 6"
    assert said[-1].startswith("1 of 2 tables agree")


def test_a_source_is_the_folder_of_its_days_or_the_file_that_it_is(tmp_path: Path) -> None:
    (tmp_path / "lake" / "rain" / "day=2026-01-01").mkdir(parents=True)
    (tmp_path / "lake" / "_receipts.parquet").touch()
    days = "read_parquet('{lake}/lake/rain/day=*/*.parquet', hive_partitioning = true)"

    assert place_in(tmp_path, days) == tmp_path / "lake" / "rain"
    assert place_in(tmp_path, days.replace("rain", "snow")) is None
    receipts = "read_parquet('{lake}/lake/_receipts.parquet')"
    assert place_in(tmp_path, receipts) == tmp_path / "lake" / "_receipts.parquet"


@pytest.mark.parametrize("steps", ["null", "0", "1", "2", "3", "7", "36", "863", "864", "9999"])
def test_the_frame_that_spark_is_given_is_the_one_that_duckdb_has(steps: str) -> None:
    """A row is that many steps away from another whatever parts of one as floating point are."""
    with duckdb.connect() as con:
        con.execute("create table t as select range + 1 as _step from range(30_000)")
        found = con.execute(
            f"""
            select count(*) from (
                select
                    count(*) over (
                        order by _step rows between coalesce({steps}, 0) preceding and current row
                    ) as by_rows,
                    count(*) over (
                        order by _step * coalesce(1::double / nullif({steps}, 0), 2::double)
                        range between 1.00004::double preceding and current row
                    ) as by_parts
                from t
            )
            where by_rows <> by_parts
            """
        ).fetchall()

    assert found == [(0,)]


@pytest.mark.whole
def test_every_table_is_the_same_on_spark(tmp_path: Path) -> None:
    if missing := command.without_java(command.java_version()):
        pytest.skip(f"{missing}: apt-get install openjdk-17-jre-headless")
    if not (ENVIRONMENT / ".installed").exists():
        pytest.skip("Spark's own environment is not there: make spark")
    city = CityLake(tmp_path / "city")
    registered = [station("WQ-001"), station("WQ-002"), station("WQ-003", 1.0, 3.0)]
    city.deliver("environment_stations", "r1", on(1), registered)
    deliver_registers(city)
    for day in range(1, 16):
        stations = ("WQ-001", "WQ-003") if day == 9 else ("WQ-001",)
        city.deliver(READINGS, f"d{day}", on(day), noisy_day(day, stations))
    for day in range(11, 18):
        city.deliver(READINGS, f"slow{day}", on(day), slow_day(day, None if day == 12 else 30.0))
    moments = [times(3)[5] + timedelta(milliseconds=part) for part in (250, 700, 1_900)]
    twice = [reading("WQ-001", "salinity", at, float(n)) for n, at in enumerate(moments)]
    city.deliver(READINGS, "twice", on(3), twice)  # in one second: a rate that nothing divides
    city.write_receipts()

    found = rebuild(city.home / "lake", tmp_path / "both", datetime.fromisoformat(AS_OF))

    assert {each.table for each in found} >= {
        *("marts.rain_daily", "marts.sensor_quality_daily", "marts.water_quality_monthly"),
        *("marts.airport_passengers_yearly", "marts.tap_water_yearly"),
    }
    assert sum(each.rows[0] for each in found) > 9_000
    assert [each for each in found if not each.agree] == []
