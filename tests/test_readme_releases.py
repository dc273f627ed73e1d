"""Every example of a document that reads releases reads the newest version, and that one alone.

Belongs here: the examples over a store in which each product has two versions with other numbers.
Does not belong here: that examples run after a demo (`test_readme.py`).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dbt_project.products import Product, load_products
from ingestion.storage.local import LocalStore
from publication.release import release
from tests.checkout import files, shown
from tests.publication.city import NEXT_EVENING, City

OLD, NEW = 11111, 22222
OUTLINE = '{"type":"Polygon","coordinates":[[[98.3,7.9],[98.4,7.9],[98.4,8.0],[98.3,7.9]]]}'
FENCE = re.compile(r"^```(python|sql)\n(.*?)^```$", re.M | re.S)
EXAMPLES = [
    (f"{shown(path)} {number}", tag, text)
    for path in files(".md")
    for number, (tag, text) in enumerate(FENCE.findall(path.read_text("utf-8")))
    if ".cdp/open" in text
]


def row(product: Product, number: int) -> tuple[object, ...]:
    """A row in which every measured number is this one."""
    return tuple(cell(column.name, column.data_type, number) for column in product.columns)


def cell(name: str, kind: str, number: int) -> object:
    if kind == "varchar":
        return OUTLINE if name == "outline" else f"some {name}"
    if kind == "date":
        return "2026-01-06"
    if kind.startswith("timestamp"):
        return "2026-01-06 07:00:00+07"
    if kind == "boolean":
        return True
    return {"year": 2025, "longitude": 98.4, "latitude": 7.9}.get(name, number)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `.cdp/open`, in which every product was published twice."""
    folder = tmp_path_factory.mktemp("reader")
    for name in ("lake", ".cdp/open"):
        (folder / name).mkdir(parents=True)
    with duckdb.connect() as engine:
        engine.execute("attach ':memory:' as lake; create schema lake.marts")
        city = City(LocalStore(folder / "lake"), LocalStore(folder / ".cdp/open"), engine)
        for number in (OLD, NEW):
            for product in load_products():
                release(city.publisher, product, city.passed(product, (row(product, number),)))
            city.now = NEXT_EVENING
    return folder


def test_there_are_examples_by_the_pointer_and_by_the_address_that_stays() -> None:
    texts = "".join(text for _, _, text in EXAMPLES)

    assert len(EXAMPLES) >= 2
    assert "latest.json" in texts
    assert "/latest/" in texts


@pytest.mark.parametrize(("name", "tag", "text"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_an_example_reads_the_newest_version_once(
    home: Path, name: str, tag: str, text: str
) -> None:
    code = text if tag == "python" else f"import duckdb; print(duckdb.sql({text!r}))"

    ran = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    assert str(NEW) in ran.stdout, ran.stdout
    assert str(OLD) not in ran.stdout, ran.stdout


def test_an_example_that_reads_every_version_would_be_found(home: Path) -> None:
    every = home / ".cdp/open/environment/rain_daily/2*/rain_daily.parquet"

    assert len(duckdb.sql(f"select rain_mm from '{every}'").fetchall()) == 2
