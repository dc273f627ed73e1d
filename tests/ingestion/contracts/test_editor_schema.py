"""The JSON Schema for editors says what the models say, and every shipped contract fits it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ingestion.contracts.editor_schema import render_schema
from ingestion.sources.loading import CONTRACTS
from ingestion.words.strict_yaml import read_yaml
from tests.checkout import ROOT

SHIPPED = sorted(CONTRACTS.rglob("*.yaml"))
SCHEMA = json.loads(render_schema())
EDITOR = jsonschema.Draft202012Validator(SCHEMA)  # looks at the schema itself once, not every time


def written(path: Path) -> dict[str, object]:
    found = read_yaml(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_schema_in_the_documents_is_the_one_of_the_models() -> None:
    kept = (ROOT / "docs/source-contract.schema.json").read_text("utf-8")

    assert kept == render_schema(), "to do: python -m ingestion.contracts.editor_schema"


def test_the_schema_is_a_schema() -> None:
    assert jsonschema.validators.validator_for(SCHEMA) is jsonschema.Draft202012Validator
    EDITOR.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_contract_fits_the_schema_and_names_it(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    named = path.parent / first.removeprefix("# yaml-language-server: $schema=")

    EDITOR.validate(written(path))

    assert named.resolve() == ROOT / "docs/source-contract.schema.json"


@pytest.mark.parametrize(
    ("key", "value"),
    [("domain", "sports"), ("fetchh", {}), ("version", 1), ("fields", []), ("key", "station_id")],
)
def test_an_editor_underlines_what_the_loader_refuses(key: str, value: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        EDITOR.validate(written(SHIPPED[0]) | {key: value})


def test_an_editor_shows_what_a_key_is_for() -> None:
    fields = SCHEMA["$defs"]["Field"]["properties"]

    assert fields["missing"]["description"].startswith("text in the source that means no value")
    assert "title" not in fields["missing"]
    assert SCHEMA["properties"]["title"] == {"$ref": "#/$defs/Bilingual"}
