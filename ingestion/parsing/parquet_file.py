"""Parquet files of others: pages checked by checksum, values passed on as text."""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.parsing.bytestream import open_bytes
from ingestion.parsing.header import match_header
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import BATCH_RECORDS, Batches, FileNotes, schema


def read_parquet(path: Path, columns: tuple[str, ...], limits: Limits, notes: FileNotes) -> Batches:
    """Yield the records of a Parquet file; see `records.py` for the shape of the batches.

    Raises
    ------
    Refused: not Parquet, corrupt pages or footer, lost columns, nested values.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    _refuse_other_formats(path, limits)
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        names = file.schema_arrow.names
        header = match_header(list(names), columns, max_columns=limits.columns)
        notes.new_columns = [name for _, name in header.extra]
        _refuse_nested(file.schema_arrow, columns)
        for batch in file.iter_batches(BATCH_RECORDS, use_threads=False):
            texts = [batch.column(at).cast(pa.string()) for at in header.positions]
            first = notes.records + 1
            notes.records += batch.num_rows
            yield _beside(texts, columns, first, batch)
    except (pa.ArrowInvalid, OSError) as error:
        raise Refused(
            "parquet_corrupt",
            str(error).splitlines()[0][:120],
            "a whole Parquet file",
            "ask the sender for the file again",
        ) from None


def _refuse_other_formats(path: Path, limits: Limits) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start != b"PAR1":
        open_bytes(path, "none", limits).close()  # names what it is, if that is known
        raise Refused(
            "format_mismatch",
            f"bytes that begin with {start.hex(' ')}",
            "Parquet",
            "correct the file or the contract's format",
        )


def _refuse_nested(found: object, columns: tuple[str, ...]) -> None:
    import pyarrow as pa

    assert isinstance(found, pa.Schema)
    for name in columns:
        kind = found.field(name).type
        if pa.types.is_nested(kind):
            raise Refused(
                "schema_mismatch",
                f"column {name!r}: {kind}",
                "a plain value",
                "flatten the column, or leave it out of the contract",
            )


def _beside(texts: list[object], columns: tuple[str, ...], first: int, batch: object) -> object:
    import pyarrow as pa

    assert isinstance(batch, pa.RecordBatch)
    count = batch.num_rows
    numbers = pa.array(range(first, first + count), pa.int64())
    places = pa.array([f"row {n}" for n in range(first, first + count)], pa.string())
    extra = [name for name in batch.schema.names if name not in columns]
    rows = batch.select(extra).to_pylist() if extra else []
    kept: list[str | None] = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
    rescued = pa.array(kept or [None] * count, pa.string())
    nulls = pa.nulls(count, pa.string())
    return pa.RecordBatch.from_arrays(
        [*texts, numbers, places, nulls, nulls, nulls, nulls, nulls, rescued],
        schema=schema(columns),
    )
