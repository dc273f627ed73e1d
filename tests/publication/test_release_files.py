"""The files of a release, as those who download them read and check them."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dbt_project.products import MethodChange
from ingestion.contracts.words import Bilingual
from ingestion.storage import keys
from publication.checksums import SUMS
from publication.release import Released, release
from tests.publication.city import RAIN_DAILY, City
from tests.publication.downloads import FILES, folder_of, published


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
