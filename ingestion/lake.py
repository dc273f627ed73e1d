"""Accepted rows as Parquet in the lake, by source and event day.

One object is one atomic write. A delivery always writes the same keys, so that doing it again
replaces its rows and never doubles them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ingestion.contracts import SourceContract
from ingestion.parsing.outcome import ParseOutcome
from ingestion.parsing.parse import lake_columns
from ingestion.storage import KeyExists, ObjectStore, keys

PARQUET = "application/vnd.apache.parquet"


def write_rows(
    contract: SourceContract, outcome: ParseOutcome, work: Path, sha256: str, store: ObjectStore
) -> tuple[str, ...]:
    """Put the Parquet files of one outcome into the lake; returns their keys."""
    written = []
    for file in outcome.files:
        key = keys.lake(contract.id, file.day, sha256[:16])
        store.put(key, work / file.name, content_type=PARQUET)
        written.append(key)
    return tuple(written)


def ensure_schema(contract: SourceContract, store: ObjectStore) -> None:
    """See that the source has its zero-row Parquet, so that no data still has columns."""
    import duckdb

    key = keys.lake_empty(contract.id)
    columns = ", ".join(f'null::{kind} as "{n}"' for n, kind in lake_columns(contract).items())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.parquet"
        duckdb.sql(f"copy (select {columns} limit 0) to '{path}' (format parquet)")
        body = path.read_bytes()
    try:
        store.put(key, body, if_absent=True, content_type=PARQUET)
    except KeyExists:
        if store.get(key) != body:  # the contract's columns have changed since
            store.put(key, body, content_type=PARQUET)
