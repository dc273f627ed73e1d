"""The lake's Parquet: one schema for a source from its first day, one object a day and delivery."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ingestion.contracts import SourceContract
from ingestion.deliveries.lake import ensure_schema, write_rows
from ingestion.judging.parse import lake_columns, parse
from ingestion.sealed import sha256
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from ingestion.storage import ObjectStore, keys, open_store
from tests.support.ingesting import CrashingStore
from tests.support.judging import DELIVERY, NOW, contract_of, csv_of, readings

SHIPPED = load_contracts()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "lake"), Settings())


@pytest.fixture
def written(store: ObjectStore, tmp_path: Path) -> dict[str, str]:
    rows = [f"PKT-01,water_level,2026-01-0{day}T02:00:00+07:00,1.5,m" for day in (7, 8)]
    (tmp_path / "file").write_text(csv_of(*rows))
    work = tmp_path / "work"
    work.mkdir()
    outcome = parse(readings(), tmp_path / "file", work, delivery=DELIVERY, received_at=NOW)
    return write_rows(readings(), outcome, work, DELIVERY, store)


def described(store: ObjectStore, source: str) -> dict[str, str]:
    with duckdb.connect() as con:
        files = store.uri(keys.lake_glob(source))
        found = con.execute(f"describe from read_parquet('{files}', hive_partitioning = false)")
        return {name: kind.lower() for name, kind, *_ in found.fetchall()}


def declared(contract: SourceContract) -> dict[str, str]:
    return {
        name: kind.replace("timestamptz", "timestamp with time zone")
        for name, kind in lake_columns(contract).items()
    }


@pytest.mark.parametrize("contract", SHIPPED, ids=lambda contract: contract.id)
def test_a_source_without_data_has_its_columns(
    contract: SourceContract, store: ObjectStore
) -> None:
    ensure_schema(contract, store)

    assert described(store, contract.id) == declared(contract)
    assert keys.lake_day(keys.lake_empty(contract.id)).isoformat() == "1970-01-01"


def test_rows_have_the_columns_of_the_empty_file(
    store: ObjectStore, written: dict[str, str]
) -> None:
    ensure_schema(readings(), store)

    kinds = [pq.ParquetFile(store.uri(key)).schema_arrow for key in written]
    empty = pq.ParquetFile(store.uri(keys.lake_empty("readings"))).schema_arrow

    assert all(kind.equals(empty) for kind in kinds)


def test_every_day_of_a_delivery_is_one_object(store: ObjectStore, written: dict[str, str]) -> None:
    assert written == {key: sha256(store.get(key)) for key in written}
    assert tuple(written) == (
        f"lake/readings/day=2026-01-07/{DELIVERY[:16]}.parquet",
        f"lake/readings/day=2026-01-08/{DELIVERY[:16]}.parquet",
    )


def test_a_schema_that_is_there_is_not_written_again(store: ObjectStore) -> None:
    ensure_schema(readings(), store)
    before = store.head(keys.lake_empty("readings"))

    ensure_schema(readings(), CrashingStore(store))

    assert store.head(keys.lake_empty("readings")) == before


def test_a_changed_contract_changes_the_schema(store: ObjectStore) -> None:
    ensure_schema(contract_of([{"name": "level", "type": "number"}]), store)
    changed = contract_of([{"name": "level", "type": "number", "missing": {"-": "pending"}}])

    ensure_schema(changed, store)

    assert "level_reason" in described(store, "readings")
