"""The data package, as frictionless reads and checks it."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pytest

from publication.release import release
from tests.publication.city import City, Row, product
from tests.publication.downloads import VERSION, folder_of, published


def test_frictionless_finds_the_data_package_valid(city: City, tmp_path: Path) -> None:
    city.release_rain()
    folder = folder_of(city.open, tmp_path / "download")

    judged = frictionless.validate(str(folder / "datapackage.json"))

    assert judged.valid, judged.flatten(["type", "message"])
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["version"] == VERSION
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert [field["type"] for field in package["resources"][1]["schema"]["fields"]] == [
        *("string", "datetime", "number", "string", "boolean")
    ]


def test_both_tables_of_the_data_package_have_the_same_schema(city: City) -> None:
    city.release_rain()

    package = json.loads(published(city.open, "datapackage.json"))

    parquet, text = package["resources"]
    assert (parquet["format"], text["format"]) == ("parquet", "csv")
    for field in parquet["schema"]["fields"]:
        field.pop("missingValues", None)
    assert parquet["schema"] == text["schema"]


EVERY_TYPE = product(
    "every_type",
    "economy",
    ("id",),
    {
        "id": "bigint",
        "text": "varchar",
        "small": "smallint",
        "whole": "integer",
        "large": "bigint",
        "single": "float",
        "real": "double",
        "exact": "decimal(9,2)",
        "flag": "boolean",
        "day": "date",
        "instant": "timestamp with time zone",
    },
)
VALUES = (1, "nan", 2, 3, 4, 0.5, 1.5, "2.25", True, "2026-01-08", "2026-01-08 02:00:00+07")
NOTHING = (2, *(None,) * 10)


@pytest.mark.parametrize("rows", [(VALUES, NOTHING), (VALUES,), (NOTHING,), ()])
def test_frictionless_takes_a_table_of_every_type_with_and_without_values(
    city: City, rows: tuple[Row, ...]
) -> None:
    release(city.publisher, EVERY_TYPE, city.passed(EVERY_TYPE, rows))
    folder = Path(city.open.url) / "economy" / "every_type" / VERSION

    judged = frictionless.validate(str(folder / "datapackage.json"))

    assert judged.valid, judged.flatten(["type", "message"])
    assert [task.stats.get("rows", 0) for task in judged.tasks] == [len(rows)] * 2


def test_frictionless_reads_the_codes_as_text(codes: Path) -> None:
    package = frictionless.Package(str(codes / "datapackage.json"))

    rows = package.get_resource("codes").read_rows()

    assert [row["place_code"] for row in rows] == [None, "0083", "8301"]


def test_frictionless_notices_a_changed_cell(city: City, tmp_path: Path) -> None:
    city.release_rain()
    folder = folder_of(city.open, tmp_path / "download")
    text = (folder / "rain_daily.csv").read_bytes()
    (folder / "rain_daily.csv").write_bytes(text.replace(b"12.5", b"12.6"))

    assert not frictionless.validate(str(folder / "datapackage.json")).valid
