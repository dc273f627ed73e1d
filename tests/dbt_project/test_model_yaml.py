"""What dbt reads of a product is what people wrote of it: whole, committed and current."""

from __future__ import annotations

import shutil
from pathlib import Path

import pathspec
import yaml

from dbt_project.columns import LIBRARY
from dbt_project.model_yaml import rendered, write_models
from dbt_project.products import PROJECT, load_products

RAIN = "models/marts/environment/generated/rain_daily.yml"


def model(text: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(text)["models"][0]
    return found


def columns(text: str) -> dict[str, dict[str, object]]:
    listed = model(text)["columns"]
    assert isinstance(listed, list)
    return {column["name"]: column for column in listed}


def test_the_committed_yaml_of_models_is_current() -> None:
    texts = rendered()

    committed = {
        str(path.relative_to(PROJECT)): path.read_text("utf-8")
        for path in PROJECT.glob("models/marts/**/generated/*.yml")
    }

    assert committed == texts, "run cdp generate"


def test_a_product_that_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "models", tmp_path / "models")
    shutil.copy(PROJECT / LIBRARY, tmp_path)
    for suffix in (".yml", ".sql"):
        (tmp_path / f"models/marts/environment/rain_daily{suffix}").unlink()

    written = write_models(tmp_path)

    assert not (tmp_path / RAIN).exists()
    assert len(written) == len(load_products()) - 1


def test_a_column_taken_from_the_library_is_whole() -> None:
    station = columns(rendered()[RAIN])["station_id"]

    assert station == {
        "name": "station_id",
        "data_type": "varchar",
        "description": "Identifier in the register of stations",
        "config": {
            "meta": {
                "title": {"th": "รหัสสถานี", "en": "Station identifier"},
                "description_th": "รหัสสถานีตามทะเบียนสถานีตรวจวัด",
            }
        },
        "constraints": [{"type": "not_null"}],
        "data_tests": [
            {"relationships": {"arguments": {"to": "ref('dim_station')", "field": "station_id"}}}
        ],
    }


def test_units_and_codes_are_told_in_the_words_of_dbt() -> None:
    found = columns(rendered()[RAIN])

    assert found["rain_mm"]["config"]["meta"]["unit"] == "mm"  # type: ignore[index]
    assert "constraints" not in found["rain_mm"]
    assert found["status"]["data_tests"] == [
        {"accepted_values": {"arguments": {"values": ["final", "provisional"]}}}
    ]


def test_every_product_is_exposed_to_those_who_read_it() -> None:
    exposed = [yaml.safe_load(text)["exposures"] for text in rendered().values()]

    assert [[each["name"] for each in few] for few in exposed] == [[p.id] for p in load_products()]
    assert all(few[0]["depends_on"] == [f"ref('{few[0]['name']}')"] for few in exposed)


def test_dbt_reads_what_is_generated_and_not_what_it_is_generated_from() -> None:
    ignored = pathspec.PathSpec.from_lines(
        "gitwildmatch", (PROJECT / ".dbtignore").read_text("utf-8").splitlines()
    )
    files = [str(path.relative_to(PROJECT)) for path in PROJECT.glob("models/**/*.yml")]

    unread = {name for name in files if ignored.match_file(name)}

    assert unread == {f"models/marts/{p.domain}/{p.id}.yml" for p in load_products()}
    assert set(rendered()) <= set(files) - unread
