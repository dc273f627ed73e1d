"""The page "Write a product": its commands work as they stand, and it knows every word.

Belongs here: running the page in a copy of the checkout over a small lake. Does not belong here:
the words themselves (`dbt_project/test_products.py`) and links (`test_project.py`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dbt_project.columns import Held
from dbt_project.lineage import sources_behind
from dbt_project.products import Column, Product, load_products
from tests.checkout import ROOT, copied_to
from tests.dbt_project.city_lake import CityLake

PAGE = ROOT / "docs" / "write-a-product.md"
TEXT = PAGE.read_text("utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
LOADED = re.compile(r"<(?:script|link|img)[^>]*(?:src|href)=.?https?://")
# The place says these, and some products alone have the others.
UNSAID = {"id", "domain", "sources", "geometry", "provenance_columns", "method_changes"}


def test_the_page_knows_every_word_of_a_product_and_of_a_column() -> None:
    shown = next(block for tag, block in FENCE.findall(TEXT) if tag == "yaml")
    words = {*Column.model_fields, *Held.model_fields, "column"}

    assert (
        set(re.findall(r"^(\w+):", shown, re.M)) == {*Product.model_fields, "data_tests"} - UNSAID
    )
    assert {word for word in words if f"`{word}`" not in TEXT} == set()


@pytest.mark.whole
def test_the_commands_of_the_page_work_in_a_new_checkout(tmp_path: Path) -> None:
    checkout = copied_to(tmp_path / "checkout")
    CityLake(checkout / ".cdp").write_receipts()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CDP_", "DBT_"))}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(checkout)

    for block in (block for tag, block in FENCE.findall(TEXT) if tag == "sh"):
        command = ["bash", "-euo", "pipefail", "-c", block]
        run = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, f"{block}\n{run.stdout}{run.stderr}"

    manifest = json.loads((checkout / "dbt_project/target/manifest.json").read_text("utf-8"))
    behind = {product.id: sources_behind(product.id, manifest) for product in load_products()}
    assert behind == {product.id: product.sources for product in load_products()}

    page = (checkout / "dbt_project/target/static_index.html").read_text("utf-8")
    assert not LOADED.search(page)
    assert "Phuket City Data Platform" in page
    assert (checkout / ".cdp/try/catalog.ducklake").exists()
