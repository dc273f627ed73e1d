"""The files of a release, as those who download them read and check them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import pytest

from dbt_project.products import MethodChange
from ingestion.contracts.model import Bilingual
from ingestion.storage import ObjectStore, keys
from publication.checksums import SUMS
from publication.release import Released, release
from tests.publication.city import (
    RAIN_DAILY,
    City,
    Row,
    product,
    read_csv,
)

VERSION = "2026-01-08.0"
FILES = {
    *("rain_daily.parquet", "rain_daily.csv", "rain_daily_excel.csv", "dictionary.csv"),
    *(
        "rain_daily.csv-metadata.json",
        "datapackage.json",
        "manifest.json",
        "quality.json",
        "README.th.md",
        "README.en.md",
        SUMS,
    ),
}


def published(store: ObjectStore, name: str, version: str = VERSION) -> bytes:
    return store.get(keys.release_file("environment", "rain_daily", version, name))


def folder_of(store: ObjectStore, into: Path, version: str = VERSION) -> Path:
    """The version folder on disk, as someone who downloads it has it."""
    prefix = keys.release_prefix("environment", "rain_daily", version)
    into.mkdir()
    for info in store.list(prefix):
        store.download(info.key, into / info.key.removeprefix(prefix))
    return into


def test_a_version_folder_holds_exactly_these_files(city: City, tmp_path: Path) -> None:
    city.release_rain()

    folder = folder_of(city.open, tmp_path / "download")

    assert {path.name for path in folder.iterdir()} == FILES


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum (coreutils)")
def test_sha256sum_accepts_the_folder_and_every_file_is_listed(city: City, tmp_path: Path) -> None:
    city.release_rain()
    folder = folder_of(city.open, tmp_path / "download")

    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", SUMS], cwd=folder, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {line.split(":")[0] for line in checked.stdout.splitlines()} == FILES - {SUMS}


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


CODES = product(
    "codes", "economy", ("place_code",), {"place_code": "varchar", "inhabitants": "bigint"}
)


@pytest.fixture
def codes(city: City, tmp_path: Path) -> Path:
    """A release whose codes look like numbers, one with a zero in front, downloaded."""
    rows = (("0083", 1), ("8301", 2), (None, 3))
    release(city.publisher, CODES, city.passed(CODES, rows))
    return Path(city.open.url) / "economy" / "codes" / VERSION


def test_a_code_is_a_text_in_everything_that_describes_the_file(codes: Path) -> None:
    package = json.loads((codes / "datapackage.json").read_text("utf-8"))
    web = json.loads((codes / "codes.csv-metadata.json").read_text("utf-8"))
    dictionary = read_csv((codes / "dictionary.csv").read_bytes())

    for resource in package["resources"]:
        assert resource["schema"]["fields"][0]["type"] == "string"
    column = web["tableSchema"]["columns"][0]
    assert (column["name"], column["datatype"]) == ("place_code", "string")
    assert dictionary[1][2] == "string"
    assert pd.read_parquet(codes / "codes.parquet")["place_code"].tolist()[1:] == ["0083", "8301"]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_readmes_own_words_read_codes_of_the_csv_file_as_text(
    codes: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (codes / f"README.{language}.md").read_text("utf-8")
    monkeypatch.chdir(codes)

    for block in re.findall(r"^```python\n(.*?)^```$", readme, re.M | re.S):
        found: dict[str, object] = {}
        exec(block, found)
        table = found["table"]
        assert isinstance(table, pd.DataFrame)
        assert table["place_code"].tolist()[1:] == ["0083", "8301"]


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


def test_readers_get_the_same_numbers_from_every_format(city: City, tmp_path: Path) -> None:
    city.release_rain()
    folder = folder_of(city.open, tmp_path / "download")

    tables = [
        pd.read_csv(folder / "rain_daily.csv"),
        pd.read_csv(folder / "rain_daily_excel.csv"),
        pd.read_parquet(folder / "rain_daily.parquet"),
        duckdb.sql(f"from '{folder}/rain_daily.parquet'").df(),
    ]

    assert [list(table["station"]) for table in tables] == [["RG01", "RG01", "RG02"]] * 4
    assert [table["rain_mm"].sum() for table in tables] == [12.5] * 4


def test_only_the_excel_copy_has_a_byte_order_mark(city: City) -> None:
    city.release_rain()

    plain = published(city.open, "rain_daily.csv")

    assert published(city.open, "rain_daily_excel.csv") == b"\xef\xbb\xbf" + plain
    for name in FILES - {"rain_daily_excel.csv"}:
        assert not published(city.open, name).startswith(b"\xef\xbb\xbf")


def test_the_manifest_says_what_was_published_from_what_by_what(city: City) -> None:
    city.release_rain()

    manifest = json.loads(published(city.open, "manifest.json"))

    assert manifest["published_at"] == "2026-01-08T02:00:00+07:00"
    assert manifest["inputs"] == ["readings/7"]
    assert manifest["code_version"] == "1.2.3"
    assert manifest["schema_version"] == "1.0.0"
    assert manifest["supersedes"] is None
    assert manifest["rows"] == 3
    sizes = {file["name"]: file["bytes"] for file in manifest["files"]}
    assert sizes == {
        name: len(published(city.open, name)) for name in FILES - {"manifest.json", SUMS}
    }
    counted = {file["name"]: file["rows"] for file in manifest["files"] if file["rows"] is not None}
    assert counted == {f"rain_daily{end}": 3 for end in (".csv", "_excel.csv", ".parquet")}


def test_a_change_of_method_is_told_in_the_manifest_and_both_readmes(city: City) -> None:
    text = Bilingual(th="นับฝนที่น่าสงสัยรวมด้วย", en="Suspect rain stays in the sum")
    change = MethodChange(number=1, date=date(2026, 1, 5), text=text)
    product = RAIN_DAILY.model_copy(update={"method_changes": (change,)})

    release(city.publisher, product, city.passed(product))

    manifest = json.loads(published(city.open, "manifest.json"))
    assert manifest["method_changes"] == [change.model_dump(mode="json")]
    thai, english = (published(city.open, f"README.{it}.md").decode() for it in ("th", "en"))
    assert "| 1 | 5 มกราคม 2569 | นับฝนที่น่าสงสัยรวมด้วย |" in thai
    assert "| 1 | 5 January 2026 | Suspect rain stays in the sum |" in english
    (entry,) = json.loads(city.open.get(keys.CATALOG))["products"]
    assert entry["method"] == 1


def test_a_new_method_is_a_new_version_though_no_number_moved(city: City) -> None:
    city.release_rain()
    text = Bilingual(th="เปลี่ยนวิธีปัดเศษ", en="Rounded half up")
    change = MethodChange(number=1, date=date(2026, 1, 5), text=text)
    product = RAIN_DAILY.model_copy(update={"method_changes": (change,)})

    outcome = release(city.publisher, product, city.passed(product))

    assert isinstance(outcome, Released)
    assert "## Changes of method" not in published(city.open, "README.en.md").decode()


def test_the_dictionary_explains_every_column_in_both_languages(city: City) -> None:
    city.release_rain()

    header, *lines = read_csv(published(city.open, "dictionary.csv"))

    assert header[:4] == ["column", "unit", "type", "key"]
    assert [line[0] for line in lines] == [column.name for column in RAIN_DAILY.columns]
    rain = lines[2]
    assert rain[1:4] == ["mm", "number", "no"]
    assert rain[6:] == ["ความหมาย rain_mm", "Meaning of rain_mm"]


def test_the_quality_report_shows_every_rule_and_no_sample_rows(city: City) -> None:
    city.release_rain()

    quality = json.loads(published(city.open, "quality.json"))

    assert quality["verdict"] == "passed"
    assert [rule["outcome"] for rule in quality["results"]] == ["ok", "failed"]
    assert quality["results"][1]["unexpected_count"] == 6
    assert "unexpected_rows" not in quality["results"][1]
    assert "ข้อมูลครบถ้วน: broken in 6 cases" in published(city.open, "README.th.md").decode()
    assert (
        "Readings are complete: broken in 6 cases" in published(city.open, "README.en.md").decode()
    )
