"""What holds for all metadata formats: each is walked, none disturbs another or a table."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import publication.profiles
from ingestion.storage import keys
from publication import folder
from publication.checksums import SUMS
from publication.commits import head
from publication.facts import Facts
from publication.folder import read_manifest
from publication.profiles import PROFILES
from publication.verify import verify
from tests.publication.city import RAIN_DAILY, City, read_csv
from tests.publication.downloads import FILES, published

TABLES = {"rain_daily.parquet", "rain_daily.csv", "rain_daily_excel.csv"}


@pytest.fixture
def facts(city: City) -> Facts:
    """Those of a release that is out."""
    report = city.passed(RAIN_DAILY)
    city.release_rain()
    commit = head(city.open)
    assert commit
    release = commit.products["rain_daily"].release
    assert release
    manifest = read_manifest(city.open, "environment", "rain_daily", release)
    by_name = {file.name: file for file in manifest.files}
    tables = (by_name["rain_daily.parquet"], by_name["rain_daily.csv"])
    begun = manifest.model_copy(update={"files": ()})
    return Facts(RAIN_DAILY, report, begun, tables)


def test_every_format_of_the_folder_is_walked_but_the_one_inside_the_table() -> None:
    (place,) = publication.profiles.__path__
    names = {path.stem for path in Path(place).glob("*.py")} - {"__init__", "parquet"}

    modules = [import_module(f"publication.profiles.{name}") for name in sorted(names)]

    assert {module.render for module in modules} == set(PROFILES)
    assert len(PROFILES) == len(modules)


def test_no_two_formats_write_the_same_file_and_none_writes_over_a_table(facts: Facts) -> None:
    names = [name for render in PROFILES for name in render(facts)]

    assert sorted(names) == sorted(FILES - TABLES - {"manifest.json", SUMS})


def test_what_is_published_can_be_rendered_again_from_its_facts(city: City, facts: Facts) -> None:
    for render in PROFILES:
        for name, body in render(facts).items():
            assert body == published(city.open, name), name


def test_a_further_format_is_in_the_folder_the_manifest_the_sums_and_at_the_stable_address(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def citation(facts: Facts) -> dict[str, bytes]:
        return {"CITATION.cff": f"version: {facts.manifest.version}\n".encode()}

    monkeypatch.setattr(folder, "PROFILES", (*PROFILES, citation))

    city.release_rain()

    assert published(city.open, "CITATION.cff") == b"version: 2026-01-08.0\n"
    listed = json.loads(published(city.open, "manifest.json"))["files"]
    assert "CITATION.cff" in {file["name"] for file in listed}
    assert "  CITATION.cff\n" in published(city.open, SUMS).decode()
    stable = keys.release_file("environment", "rain_daily", "latest", "CITATION.cff")
    assert city.open.get(stable) == b"version: 2026-01-08.0\n"
    assert verify(city.open).ok


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
