"""What a Parquet file says of itself."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tests.publication.city import RAIN, RAIN_DAILY, City, candidate_bytes, fill_mart


def test_a_parquet_file_tells_by_itself_what_it_is(city: City) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)

    parquet, _ = candidate_bytes(city, RAIN_DAILY)

    said = pq.read_schema(io.BytesIO(parquet)).metadata
    told = {key.decode(): value.decode() for key, value in said.items()}
    assert (told["title_th"], told["title_en"]) == ("ข้อมูล rain_daily", "Data on rain_daily")
    assert (told["licence"], told["schema_version"]) == ("CC-BY-4.0", "1.0.0")
    assert told["licence_url"].startswith("https://creativecommons.org/")
    assert told["attribution_en"] == "Phuket Province"
    assert json.loads(told["columns"])["rain_mm"]["unit"] == "mm"
    rain = pq.read_schema(io.BytesIO(parquet)).field("rain_mm").metadata
    assert rain[b"unit"] == b"mm"
    assert rain[b"title_th"].decode() == "หัวข้อ rain_mm"
    assert b"unit" not in pq.read_schema(io.BytesIO(parquet)).field("note").metadata


def test_readers_other_than_arrow_find_the_same_words(city: City, tmp_path: Path) -> None:
    fill_mart(city.engine, RAIN_DAILY, RAIN)
    parquet, _ = candidate_bytes(city, RAIN_DAILY)
    (tmp_path / "rain.parquet").write_bytes(parquet)

    found = duckdb.sql(
        f"select decode(key), decode(value) from parquet_kv_metadata('{tmp_path}/rain.parquet')"
    ).fetchall()

    told = dict(found)
    assert told["title_th"] == "ข้อมูล rain_daily"
    assert json.loads(told["columns"])["rain_mm"]["unit"] == "mm"
