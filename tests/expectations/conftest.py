"""Small candidates: a product, its rows, and the two files that would go out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import duckdb
import pytest

from dbt_project.products import Column, Product, load_products
from expectations.finality import LastRelease
from expectations.gate import judge
from expectations.report import RuleResult, Verdict
from expectations.suite import Suite
from expectations.vocabulary import load_suite
from ingestion.contracts.words import Bilingual

Value = str | int | float | bool | date | datetime | None
RowOf = Mapping[str, Value]
Files = dict[str, Path]
WriteCandidate = Callable[..., Files]

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
PUBLISHED = datetime(2026, 1, 7, 19, 0, tzinfo=UTC)

LINEAGE = {"pier_register": "open"}
KEPT, STAY = "final_values_are_kept", "final_values_stay"
TEXT = Bilingual(th="เที่ยวเรือเข้าท่า", en="Boat landings")

PIERS_SUITE = """
name: pier_landings_yearly
expectations:
  - rule: landings_are_plausible
    type: expect_column_values_to_be_between
    kwargs: {column: landings, min_value: 0, max_value: 100000}
    severity: critical
    why: {th: จำนวนเที่ยวอยู่ในช่วงที่เป็นไปได้, en: Landings are within reason}
  - rule: share_is_a_percentage
    type: unexpected_rows_expectation
    kwargs:
      unexpected_rows_query: select * from {batch} where share_pct not between 0 and 100
    severity: warning
    why: {th: ร้อยละอยู่ระหว่าง 0 ถึง 100, en: The share is a percentage}
"""
PIERS_ROWS: list[RowOf] = [
    {"year": 2024, "pier": "Chalong", "landings": 410, "share_pct": 61.5, "note": "จริง"},
    {"year": 2024, "pier": "Rassada", "landings": 257, "share_pct": 38.5, "note": None},
    {"year": 2025, "pier": "Chalong", "landings": None, "share_pct": None, "note": "รอประมวลผล"},
]


@pytest.fixture
def piers() -> Product:
    """A small product of our own, so that standard rules are tried apart from any suite."""
    types = {
        "year": "bigint",
        "pier": "varchar",
        "landings": "bigint",
        "share_pct": "double",
        "depth_m": "double",
        "note": "varchar",
    }
    columns = tuple(
        Column(name=name, data_type=type_, unit="", title=TEXT, description=TEXT)
        for name, type_ in types.items()
    )
    return Product(
        id="pier_landings_yearly",
        domain="tourism",
        title=TEXT,
        description=TEXT,
        grain="pier and year",
        cadence="yearly",
        licence="CC-BY-4.0",
        attribution=TEXT,
        keywords=("pier",),
        key=("year", "pier"),
        place_columns=("pier",),
        time_columns=("year",),
        schema_version="1.0.0",
        disclosure="not_personal",
        sources=("pier_register",),
        columns=columns,
    )


@pytest.fixture
def piers_suite_folder(tmp_path: Path) -> Path:
    """A folder of suites that holds only the one of the piers."""
    folder = tmp_path / "suites"
    (folder / "tourism").mkdir(parents=True)
    path = folder / "tourism" / "pier_landings_yearly.yaml"
    path.write_text(PIERS_SUITE, encoding="utf-8")
    return folder


@pytest.fixture
def piers_suite(piers: Product, piers_suite_folder: Path) -> Suite:
    return load_suite(piers, piers_suite_folder)


@pytest.fixture
def piers_rows() -> list[dict[str, Value]]:
    return [dict(row) for row in PIERS_ROWS]


@pytest.fixture
def write_candidate(tmp_path: Path) -> WriteCandidate:
    """Writes the two files of a candidate; what a row does not mention is empty."""

    def write(
        product: Product, rows: Sequence[RowOf], csv_rows: Sequence[RowOf] | None = None
    ) -> Files:
        folder = tmp_path / "candidate"
        folder.mkdir(exist_ok=True)
        files = {
            f"{product.id}{end}": folder / f"{product.id}{end}" for end in (".parquet", ".csv")
        }
        parquet, csv_path = files.values()
        names = [column.name for column in product.columns]
        unknown = {name for row in rows for name in row} - set(names)
        assert not unknown, f"{product.id} has no column {sorted(unknown)}"
        _write_parquet(parquet, product, [[row.get(name) for name in names] for row in rows])
        with csv_path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            for row in rows if csv_rows is None else csv_rows:
                writer.writerow([_as_csv(row.get(name)) for name in names])
        return files

    return write


@lru_cache
def _products() -> dict[str, Product]:
    return {product.id: product for product in load_products()}


@pytest.fixture
def product_named() -> Callable[[str], Product]:
    """The published products, by name."""
    return _products().__getitem__


@pytest.fixture
def released(write_candidate: WriteCandidate, tmp_path: Path) -> Callable[..., LastRelease]:
    """Makes rows of a product its last release, under the method that the product names."""

    def release(product: Product, rows: Sequence[RowOf], **facts: Value) -> LastRelease:
        table = tmp_path / "it's last.parquet"
        write_candidate(product, rows)[f"{product.id}.parquet"].rename(table)
        said = {"method": product.method, "schema_version": product.schema_version}
        return LastRelease(table, **{"published_at": PUBLISHED, **said, **facts})

    return release


@pytest.fixture
def piers_with_status(piers: Product) -> Product:
    """The piers, of which each row says whether it is final, and why a number is missing."""
    named = {"landings_status": "varchar", "status": "varchar"}
    more = tuple(
        Column(name=name, data_type=type_, title=TEXT, description=TEXT)
        for name, type_ in named.items()
    )
    return piers.model_copy(update={"columns": (*piers.columns, *more)})


@pytest.fixture
def rows(piers_rows: list[RowOf]) -> list[RowOf]:
    """Rows of the piers with their status: the last one is provisional."""
    return [
        {**row, "landings_status": "reported", "status": status}
        for row, status in zip(piers_rows, ("final", "final", "provisional"), strict=True)
    ]


@pytest.fixture
def found(
    piers_with_status: Product,
    piers_suite: Suite,
    write_candidate: WriteCandidate,
    released: Callable[..., LastRelease],
) -> Callable[..., tuple[Verdict, RuleResult, RuleResult]]:
    """Judges rows after others, and tells what the two rules found."""

    def judged(
        before: Sequence[RowOf],
        now: Sequence[RowOf],
        *,
        product: Product = piers_with_status,
        of: Product | None = None,
        **facts: Value,
    ) -> tuple[Verdict, RuleResult, RuleResult]:
        last = released(of or product, before, **facts)
        files = write_candidate(product, now)
        said = {"suite": piers_suite, "lineage": LINEAGE, "previous": last}
        report = judge(product, files, build="b1", now=NOW, **said)
        results = {r.rule: r for r in report.results}
        assert set(results) >= {KEPT, STAY}
        others = {r.rule for r in report.results if r.outcome != "ok"} - {KEPT, STAY}
        assert not others
        return report.verdict, results[KEPT], results[STAY]

    return judged


def _write_parquet(path: Path, product: Product, rows: list[list[Value]]) -> None:
    declared = ", ".join(f'"{column.name}" {column.data_type}' for column in product.columns)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create table held ({declared})")
        if rows:
            # One statement: a statement for each row takes longer than the gate does.
            marks = f"({', '.join('?' for _ in product.columns)})"
            values = [value for row in rows for value in row]
            connection.execute(f"insert into held values {', '.join([marks] * len(rows))}", values)
        connection.execute(f"copy held to '{path}' (format parquet)")


def _as_csv(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return repr(value)
