"""The dbt sources say what the source contracts say, and nothing else."""

from __future__ import annotations

import yaml

from dbt_project.products import load_products
from dbt_project.sources import PROJECT, rendered
from ingestion.judging.results.accepted import lake_columns
from ingestion.sources import load_contracts

AGAIN = "run cdp generate"


def test_the_committed_files_agree_with_the_contracts() -> None:
    texts = rendered(load_contracts())

    committed = {name: (PROJECT / name).read_text("utf-8") for name in texts}

    assert committed == texts, AGAIN


def test_a_source_stands_in_the_folder_of_its_domain_and_nowhere_else() -> None:
    read = PROJECT.glob("models/**/sources.yml")
    found = {
        (path.parent.name, table["name"])
        for path in read
        for table in yaml.safe_load(path.read_text("utf-8"))["sources"][0]["tables"]
    }

    assert found == {(contract.domain, contract.id) for contract in load_contracts()}, AGAIN


def test_every_column_of_the_lake_is_described() -> None:
    for contract in load_contracts():
        text = rendered([contract])[f"models/staging/{contract.domain}/sources.yml"]
        table = yaml.safe_load(text)["sources"][0]["tables"][0]

        assert [column["name"] for column in table["columns"]] == [*lake_columns(contract), "day"]
        assert all(column["description"] for column in table["columns"])


def test_a_staging_model_lies_in_the_folder_of_its_source() -> None:
    staged = {(path.parent.name, path.stem) for path in PROJECT.glob("models/staging/**/*.sql")}

    assert staged <= {(contract.domain, f"stg_{contract.id}") for contract in load_contracts()}


def test_every_source_of_a_product_has_a_staging_model_and_each_of_them_is_read() -> None:
    staged = {path.stem for path in PROJECT.glob("models/staging/**/*.sql")}

    read = {f"stg_{source}" for product in load_products() for source in product.sources}
    assert read <= staged
    code = "".join(path.read_text("utf-8") for path in (PROJECT / "models").rglob("*.sql"))
    assert [name for name in sorted(staged) if f"ref('{name}')" not in code] == []


def test_every_staging_model_and_every_dimension_is_held_to_a_key() -> None:
    rooms = [PROJECT / "models" / room for room in ("staging", "dimensions")]
    paths = [path for room in rooms for path in room.rglob("*.yml")]
    written = [yaml.safe_load(path.read_text("utf-8")) for path in paths]
    described = [model for document in written for model in document.get("models", ())]
    held = {
        model["name"]
        for model in described
        if any("unique_together" in test for test in model.get("data_tests", ()))
        or any("unique" in column.get("data_tests", ()) for column in model.get("columns", ()))
    }

    assert held == {path.stem for room in rooms for path in room.rglob("*.sql")}
