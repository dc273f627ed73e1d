"""What a whole run has published, read by strangers: with their validators, told it is not real."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orchestration.builds import last_build
from orchestration.deployment import Deployment
from orchestration.gating import read_report
from tests.support.demo_home import DemoRun


@pytest.fixture(params=["small_run", pytest.param("demo_run", marks=pytest.mark.whole)])
def published(request: pytest.FixtureRequest) -> DemoRun:
    run = request.getfixturevalue(request.param)
    assert isinstance(run, DemoRun)
    return run


REGISTERS = {"places", "stations", "wifi_access_points"}


def folders(run: DemoRun) -> list[Path]:
    """The folder of the latest files of every product that is out."""
    found = sorted(Path(run.settings.open).glob("*/*/latest"))
    assert len(found) >= 4
    return found


def test_frictionless_takes_every_release_with_all_its_rows(published: DemoRun) -> None:
    for folder in folders(published):
        judged = frictionless.validate(str(folder / "datapackage.json"))

        assert judged.valid, (folder, judged.flatten(["type", "message"])[:5])
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        # CSV and Parquet, GeoParquet of what has a position; GeoJSON is no table.
        rows = [task.stats["rows"] for task in judged.tasks if "rows" in task.stats]
        assert rows == [manifest["rows"]] * (3 if folder.parent.name in REGISTERS else 2)


def test_codes_stay_text_for_who_reads_the_csv_file_by_its_description(published: DemoRun) -> None:
    for folder in folders(published):
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        (csv,) = [file for file in package["resources"] if file["format"] == "csv"]
        fields = csv["schema"]["fields"]
        text = {field["name"]: str for field in fields if field["type"] == "string"}

        table = pd.read_csv(folder / csv["path"], dtype=text)

        exact = pd.read_parquet(folder / csv["path"].replace(".csv", ".parquet"))
        assert "place_code" in text
        assert table["place_code"].dropna().tolist() == exact["place_code"].dropna().tolist()


def test_every_parquet_file_carries_its_titles_units_and_licence(published: DemoRun) -> None:
    products = {product.id: product for product in Deployment(published.settings).products}
    for folder in folders(published):
        product = products[folder.parent.name]
        schema = pq.read_schema(folder / f"{product.id}.parquet")

        assert schema.metadata[b"title_th"].decode() == product.title.th
        assert schema.metadata[b"licence"].decode() == product.licence
        assert schema.metadata[b"schema_version"].decode() == product.schema_version
        for column in product.columns:
            told = schema.field(column.name).metadata
            assert told.get(b"unit", b"").decode() == column.unit
            assert told[b"title_en"].decode() == column.title.en


def test_everything_says_that_the_home_is_simulated(published: DemoRun) -> None:
    simulation = Deployment(published.settings).simulation
    assert simulation
    assert simulation.scale
    scale = f"{simulation.scale.scale:g}"
    root = Path(published.settings.open)
    for path in (path for path in root.rglob("*") if path.is_file()):
        if path.name == "SHA256SUMS" or path.parent.name == "commits":
            continue
        if path.suffix == ".parquet":
            (text,) = set(pq.read_table(path)["simulated"].to_pylist())
            assert pq.read_schema(path).metadata[b"scale"].decode() == scale, path
        else:
            text = path.read_text("utf-8")
        assert "จำลอง" in text, path
        assert "simulated" in text.lower(), path
        assert "มาตราส่วน" in text, path
        assert scale in text, path


def test_what_was_judged_is_not_judged_again(published: DemoRun) -> None:
    deployment = Deployment(published.settings)
    build = last_build(deployment.lake)
    assert build

    for product in deployment.products:
        assert read_report(deployment, build, product), product.id


def test_every_release_says_from_when_until_when_it_tells(published: DemoRun) -> None:
    catalog = json.loads((Path(published.settings.open) / "catalog.json").read_text("utf-8"))
    for entry in catalog["products"]:
        if entry["id"] in REGISTERS:  # each row says since when and until when it holds
            assert (entry["data_from"], entry["data_until"]) == (None, None)
        elif entry["latest"] is not None:
            assert entry["data_from"] <= entry["data_until"] <= entry["updated"][:10], entry["id"]
            assert entry["next_update_by"] > entry["updated"], entry["id"]
