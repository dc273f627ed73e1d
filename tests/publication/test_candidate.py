"""Candidate files: the same mart gives the same bytes, and every tool reads the same values."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.agreement import files_disagree
from expectations.candidate import CandidateFile as Judged
from expectations.candidate import parquet_table
from ingestion.engine import attach_lake, connect
from ingestion.errors import PermanentError
from ingestion.settings import Settings
from publication.candidate import write_candidate
from publication.tables import csv_cell, open_type
from tests.publication.city import (
    PIER_LANDINGS,
    PIERS,
    RAIN,
    RAIN_DAILY,
    City,
    candidate_bytes,
    fill_mart,
    product,
    read_csv,
)

ANY = product("anything", "economy", ("id",), {"id": "bigint", "value": "varchar"})


def test_csv_holds_the_rows_by_key_as_a_person_would_write_them(city: City) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)

    _, text = candidate_bytes(city, RAIN_DAILY)

    assert (
        text
        == (
            "station,day_start,rain_mm,note,is_final\r\n"
            "RG01,2026-01-06T00:00:00+07:00,12.5,,true\r\n"
            'RG01,2026-01-07T00:00:00+07:00,0.0,"\'=HYPERLINK(""x"")",\r\n'
            'RG02,2026-01-06T00:00:00+07:00,,"เครื่องวัดขัดข้อง, รอซ่อม",false\r\n'
        ).encode()
    )


def test_parquet_holds_utc_microseconds_and_the_text_as_it_is(city: City) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    city.engine.execute("set TimeZone = 'Asia/Bangkok'")

    parquet, _ = candidate_bytes(city, RAIN_DAILY)

    table = pq.read_table(io.BytesIO(parquet), page_checksum_verification=True)
    assert table.schema.field("day_start").type == pa.timestamp("us", tz="UTC")
    assert table.column("note").to_pylist()[1] == '=HYPERLINK("x")'
    assert pq.ParquetFile(io.BytesIO(parquet)).metadata.row_group(0).column(0).compression == "ZSTD"


def test_pandas_and_duckdb_read_the_same_values_from_both_files(city: City, tmp_path: Path) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    parquet, text = candidate_bytes(city, RAIN_DAILY)
    (tmp_path / "rain.csv").write_bytes(text)
    (tmp_path / "rain.parquet").write_bytes(parquet)

    in_pandas = pd.read_csv(tmp_path / "rain.csv", parse_dates=["day_start"])
    in_duckdb = duckdb.sql(
        f"select station, epoch(day_start), rain_mm from '{tmp_path}/rain.csv' "
        f"except all select station, epoch(day_start), rain_mm from '{tmp_path}/rain.parquet'"
    )

    assert in_duckdb.fetchall() == []
    stored = pd.read_parquet(tmp_path / "rain.parquet")
    assert list(in_pandas["day_start"]) == list(stored["day_start"])
    assert in_pandas["rain_mm"].sum() == stored["rain_mm"].sum() == 12.5


def test_the_order_of_the_mart_the_zone_and_the_threads_do_not_change_a_byte(city: City) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    first = candidate_bytes(city, RAIN_DAILY, "b1")

    fill_mart(city.engine, RAIN_DAILY, RAIN[::-1])
    city.engine.execute("set threads = 1; set TimeZone = 'America/Lima'")
    second = candidate_bytes(city, RAIN_DAILY, "b2")

    assert first == second


def test_a_mart_in_the_lake_gives_the_same_bytes_as_one_in_memory(
    city: City, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    in_memory = candidate_bytes(city, RAIN_DAILY)

    with connect(settings) as lake:
        attach_lake(lake, settings)
        lake.execute("create schema lake.marts")
        fill_mart(lake, RAIN_DAILY, RAIN)
        in_lake = candidate_bytes(replace(city, engine=lake), RAIN_DAILY)

    assert in_lake == in_memory


def test_the_gate_reads_the_same_rows_from_both_files(city: City) -> None:
    rows = (*RAIN, ("RG03", "2026-01-07 23:59:59.123456+07", float("nan"), "＝1", True))
    fill_mart(city.engine, RAIN_DAILY, rows)
    parquet, text = candidate_bytes(city, RAIN_DAILY)
    table = parquet_table(Judged("rain_daily.parquet", parquet))

    assert table.num_rows == 4
    assert files_disagree(Judged("rain_daily.csv", text), table).count == 0
    torn = Judged("rain_daily.csv", text.replace(b"12.5", b"12.6"))
    assert files_disagree(torn, table).count == 2


def test_a_broken_key_still_gives_one_order(city: City) -> None:
    rows = ((1, "b"), (1, None), (1, "a"))
    fill_mart(city.engine, ANY, rows)
    first = candidate_bytes(city, ANY, "b1")

    fill_mart(city.engine, ANY, rows[::-1])

    assert candidate_bytes(city, ANY, "b2") == first


def test_row_groups_hold_exactly_100_000_rows(city: City) -> None:
    city.engine.execute(
        "create table lake.marts.anything as "
        "select (range * 7919) % 250001 as id, 'v' || range as value from range(250001)"
    )

    parquet, text = candidate_bytes(city, ANY)

    groups = pq.ParquetFile(io.BytesIO(parquet)).metadata
    sizes = [groups.row_group(i).num_rows for i in range(groups.num_row_groups)]
    assert sizes == [100_000, 100_000, 50_001]
    assert text.count(b"\r\n") == 250_002
    assert [line[0] for line in read_csv(text)[1:]] == [str(n) for n in range(250_001)]


def test_an_empty_mart_gives_a_header_and_a_schema(city: City) -> None:
    fill_mart(city.engine, PIER_LANDINGS, ())

    parquet, text = candidate_bytes(city, PIER_LANDINGS)

    assert text == b"year,pier,landings\r\n"
    assert pq.read_schema(io.BytesIO(parquet)).names == ["year", "pier", "landings"]


def test_columns_outside_the_contract_stay_private(city: City) -> None:
    fill_mart(city.engine, PIER_LANDINGS, PIERS)
    city.engine.execute("alter table lake.marts.pier_landings_yearly add column phone varchar")

    parquet, text = candidate_bytes(city, PIER_LANDINGS)

    assert b"phone" not in text
    assert b"phone" not in parquet


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "written"),
    [(-5, "-5"), (-1.5, "-1.5"), (0.1, "0.1"), (1e-7, "1e-07"), (True, "true")],
)
def test_numbers_stay_numbers(value: float, written: str) -> None:
    assert csv_cell(value) == written


def test_line_breaks_and_quotes_inside_a_cell_survive(city: City) -> None:
    fill_mart(city.engine, ANY, ((1, 'two\r\nlines, "quoted"'),))

    _, text = candidate_bytes(city, ANY)

    assert read_csv(text)[1] == ["1", 'two\r\nlines, "quoted"']


@pytest.mark.parametrize("kind", ["HUGEINT", "TIMESTAMP", "VARCHAR[]", "BLOB"])
def test_types_that_tools_read_differently_are_not_published(kind: str) -> None:
    with pytest.raises(PermanentError, match="cast the column in the mart"):
        open_type(kind)


def test_a_product_without_its_table_says_what_to_do(city: City) -> None:
    with pytest.raises(PermanentError, match=r"no table lake.marts.rain_daily; build the dbt"):
        write_candidate(city.engine, RAIN_DAILY, city.lake, "b1")


def test_a_mart_that_lost_a_column_names_it(city: City) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    city.engine.execute("alter table lake.marts.rain_daily drop column note")

    with pytest.raises(PermanentError, match="lacks note"):
        write_candidate(city.engine, RAIN_DAILY, city.lake, "b1")

    assert list(city.lake.list()) == []
