"""Candidates: what a build offers to the gate, as the very bytes that would be published.

Belongs here: reading a mart and writing its candidate files into the lake. Does not belong here:
judging them (`expectations`) and publishing them (`release.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.products import Product
from ingestion.errors import PermanentError
from ingestion.scratch import scratch_folder
from ingestion.storage import ObjectStore, keys
from ingestion.words.sql import quote
from publication.checksums import digest_file
from publication.profiles import parquet as metadata
from publication.simulated import simulated_column
from publication.tables import ROW_GROUP, open_type, write_tables

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class CandidateFile:
    """One table of a candidate."""

    name: str
    key: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Candidate:
    """The tables of one product as one build made them."""

    product: str
    build: str
    rows: int
    files: tuple[CandidateFile, ...]


def write_candidate(
    connection: duckdb.DuckDBPyConnection, product: Product, store: ObjectStore, build: str
) -> Candidate:
    """Write `<product>.parquet` and `<product>.csv` of a build; the same mart gives the same bytes.

    Raises
    ------
    PermanentError: the mart is missing, lacks a column of its contract, or has one of a type that
        is not published.
    """
    schema = _schema(connection, product)
    with scratch_folder("candidate") as folder:
        parquet, text = (folder / f"{product.id}{end}" for end in (".parquet", ".csv"))
        batches = connection.sql(_query(product)).to_arrow_reader(ROW_GROUP)
        rows = write_tables(batches, schema, parquet, text)
        files = tuple(_store(store, build, product.id, path) for path in (parquet, text))
    return Candidate(product.id, build, rows, files)


def _schema(connection: duckdb.DuckDBPyConnection, product: Product) -> pa.Schema:
    """The published columns: those of the contract, in its order."""
    import duckdb

    try:
        described = connection.sql(f"describe lake.marts.{quote(product.id)}").fetchall()
    except duckdb.CatalogException:
        raise PermanentError(
            f"product {product.id} has no table lake.marts.{product.id}",
            fix="build the dbt models, then publish",
        ) from None
    kinds = {str(row[0]): str(row[1]) for row in described}
    if said := simulated_column(product):
        kinds[said.name] = "VARCHAR"
    missing = [column.name for column in product.columns if column.name not in kinds]
    if missing:
        raise PermanentError(
            f"product {product.id}: table lake.marts.{product.id} lacks {', '.join(missing)}",
            expected="every column of the product's contract",
            fix="build the dbt models again",
        )
    return metadata.render(product, [open_type(kinds[column.name]) for column in product.columns])


def _query(product: Product) -> str:
    """Rows by key; then by every other column, so that even a broken key gives one order."""
    names = [column.name for column in product.columns]
    order = [*product.key, *(name for name in names if name not in product.key)]
    if said := simulated_column(product):
        order.remove(said.name)
    by = ", ".join(f"{quote(name)} asc nulls first" for name in order)
    columns = ", ".join(_said(product, name) for name in names)
    return f"select {columns} from lake.marts.{quote(product.id)} order by {by}"


def _said(product: Product, name: str) -> str:
    said = simulated_column(product)
    if said and name == said.name:
        return f"'{said.value}' as {quote(name)}"
    return quote(name)


def _store(store: ObjectStore, build: str, product: str, path: Path) -> CandidateFile:
    key = keys.candidate(build, product, path.name)
    sha = digest_file(path)
    kind = "text/csv; charset=utf-8" if path.suffix == ".csv" else "application/vnd.apache.parquet"
    info = store.put(key, path, content_type=kind)
    return CandidateFile(path.name, key, info.size, sha)
