"""The dbt sources say what the source contracts say, and nothing else."""

from __future__ import annotations

import yaml

from dbt_project.products import load_products
from dbt_project.sources import PROJECT, render_sources, render_words
from ingestion.judging.results.accepted import lake_columns
from ingestion.sources import load_contracts

AGAIN = "run python -m dbt_project.sources"


def test_the_committed_sources_agree_with_the_contracts() -> None:
    committed = (PROJECT / "models" / "staging" / "sources.yml").read_text("utf-8")

    assert committed == render_sources(load_contracts()), AGAIN


def test_the_committed_words_of_the_contracts_agree_with_them() -> None:
    committed = (PROJECT / "macros" / "source_contracts.sql").read_text("utf-8")

    assert committed == render_words(load_contracts()), AGAIN


def test_every_column_of_the_lake_is_described() -> None:
    for contract in load_contracts():
        table = yaml.safe_load(render_sources([contract]))["sources"][0]["tables"][0]

        assert [column["name"] for column in table["columns"]] == [*lake_columns(contract), "day"]
        assert all(column["description"] for column in table["columns"])


def test_every_staging_model_is_of_one_source_and_every_source_of_a_product_has_one() -> None:
    staged = {path.stem for path in (PROJECT / "models" / "staging").glob("*.sql")}

    assert staged <= {f"stg_{contract.id}" for contract in load_contracts()}
    assert staged == {f"stg_{source}" for product in load_products() for source in product.sources}
