"""Accepted rows as Parquet in the lake, by source and event day.

One object is one atomic write. A delivery always writes the same keys, so that doing it again
replaces its rows and never doubles them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from ingestion.contracts import SourceContract
from ingestion.deliveries.landing import content_hash
from ingestion.deliveries.ledger import Ledger
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.parse import lake_columns
from ingestion.scratch import scratch_folder
from ingestion.storage import KeyExists, ObjectStore, keys

PARQUET = "application/vnd.apache.parquet"
RECEIPTS = ("source", "delivery", "received_at", "number")
"""The columns of `keys.lake_receipts()`."""


def write_rows(
    contract: SourceContract, outcome: ParseOutcome, work: Path, sha256: str, store: ObjectStore
) -> dict[str, str]:
    """Put the Parquet files of one outcome into the lake; returns the SHA-256 of each, by key."""
    written: dict[str, str] = {}
    for file in outcome.files:
        key = keys.lake(contract.id, file.day, sha256[:16])
        written[key], _ = content_hash(work / file.name)
        store.put(key, work / file.name, content_type=PARQUET)
    return written


def ensure_schema(contract: SourceContract, store: ObjectStore) -> None:
    """See that the source has its zero-row Parquet, so that no data still has columns."""
    import duckdb

    key = keys.lake_empty(contract.id)
    columns = ", ".join(f'null::{kind} as "{n}"' for n, kind in lake_columns(contract).items())
    with scratch_folder("schema") as folder:
        path = folder / "empty.parquet"
        duckdb.sql(f"copy (select {columns} limit 0) to '{path}' (format parquet)")
        body = path.read_bytes()
    try:
        store.put(key, body, if_absent=True, content_type=PARQUET)
    except KeyExists:
        if store.get(key) != body:  # the contract's columns have changed since
            store.put(key, body, content_type=PARQUET)


def write_receipts(ledgers: Iterable[Ledger], store: ObjectStore) -> None:
    """Put what dbt must know of the ledgers into the lake: every receipt with its number.

    Rows are written before the record that makes them count, so they cannot hold its number.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {
            "source": entry.source,
            "delivery": entry.sha256,
            "received_at": entry.received_at,
            "number": number,
        }
        for ledger in ledgers
        for number, entry in enumerate(ledger.receipts(), start=1)
    ]
    kinds = [pa.string(), pa.string(), pa.timestamp("us", tz="UTC"), pa.int64()]
    schema = pa.schema(list(zip(RECEIPTS, kinds, strict=True)))
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), body, compression="zstd")
    store.put(keys.lake_receipts(), body.getvalue(), content_type=PARQUET)
