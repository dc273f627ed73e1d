"""One raw file to accepted Parquet and quarantined lines, by its contract, with every row counted.

    read ──▶ look, cast ──▶ good and bad rows ──▶ settle the whole ──▶ write what is accepted
              (sifting.py)         │               (settling.py)         (results/)
                                   └──▶ of a large file, write meanwhile what will most likely be

Which rows are accepted is certain only at the end: a key may come again with other values, and then
none of its rows may stay. To wait for that left one core idle while the other wrote.

The public function is `parse`. It runs where it is called; `sandbox.py` calls it in a child
process with limits, which is how untrusted bytes are parsed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused, RowsLost
from ingestion.formats.raw.ahead import FEW, Handed
from ingestion.judging.discretion import refusal, without_dropped
from ingestion.judging.file import File
from ingestion.judging.outcome import LakeFile, ParseOutcome
from ingestion.judging.results.accepted import (
    Delivery,
    lake_columns,
    write_accepted,
    write_in_passing,
)
from ingestion.judging.results.day_files import OutOfOrder
from ingestion.judging.settling import Settled, settle
from ingestion.judging.sifting import Sifter
from ingestion.limits import Limits
from ingestion.privacy.periods import PeriodKey
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.records import FileNotes

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["lake_columns", "open_engine", "parse"]

_EARLY = "early"


def parse(
    contract: SourceContract,
    path: Path,
    work: Path,
    *,
    delivery: str,
    received_at: datetime,
    as_of: datetime | None = None,
    period_keys: tuple[PeriodKey, ...] = (),
    limits: Limits | None = None,
    engine: duckdb.DuckDBPyConnection | None = None,
) -> ParseOutcome:
    """Read one file, cast it, and write what is good and what is not.

    Parameters
    ----------
    path: the raw bytes. work: an empty folder for the results: `<day>.parquet` per event day
        (columns: `lake_columns`), and `quarantine.jsonl`.
    delivery: SHA-256 of the raw bytes; received_at: when they came.
    as_of: the instant after which everything is the future; None for when they came.
    period_keys: the keys for the pseudonyms of a source with identifiers.
    engine: an `open_engine` to use again for many files; it is left as it was.

    Returns
    -------
    The outcome; a file that cannot be used is an outcome too, not an exception.

    Raises
    ------
    RowsLost: the rows do not add up; nothing of this file may be used.
    """
    kept = without_dropped(contract)
    came = Delivery(delivery, received_at, as_of)
    file = File(kept, contract, path, work, came, period_keys, limits or Limits(), FileNotes())
    with tempfile.TemporaryDirectory(prefix="spill-", dir=work) as spill:
        con = engine or open_engine(Path(spill), file.limits)
        try:
            return _parse(con, file, Path(spill))
        except Refused as refused:
            return _refused(file, refused)
        finally:
            if engine is None:
                con.close()


def open_engine(spill: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that spills to a folder and loads nothing from elsewhere."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "memory_limit": f"{limits.memory_bytes // 2}B",
        "max_temp_directory_size": f"{limits.output_bytes}B",
        "threads": 2,
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    }
    con = duckdb.connect(config=config)
    con.execute("set TimeZone = 'UTC'")
    return con


def _parse(con: duckdb.DuckDBPyConnection, file: File, spill: Path) -> ParseOutcome:
    pseudonyms = Pseudonyms(file.contract, file.period_keys, file.delivery.received_at)
    sifter = Sifter(con, file, pseudonyms, spill)
    early = Handed(partial(_write_early, file, pseudonyms, spill), FEW) if file.large else None
    with early or nullcontext():
        for rows in sifter.good_rows():
            if early:
                early.give(rows)
        settled = settle(con, file, sifter)  # while the last of them are written
        if settled.outcome.status == "refused":
            return settled.outcome
        written = early.result() if early and settled.as_foreseen else None
    if written is None:
        accepted = partial(_hidden, pseudonyms, settled)
        written = write_accepted(con, file.contract, accepted, file.work, file.delivery)
    else:
        _move_early(written, spill, file.work)
    if (rows_written := sum(each.rows for each in written)) != settled.outcome.accepted:
        raise RowsLost(
            f"{settled.outcome.accepted} accepted rows, {rows_written} written",
            fix="report this with the file: it is a defect of the platform",
        )
    return settled.outcome.model_copy(update={"files": written})


def _write_early(
    file: File, pseudonyms: Pseudonyms, spill: Path, good: Iterator[pa.RecordBatch]
) -> tuple[LakeFile, ...] | None:
    """Write good rows as if all of them were accepted; None where their days are in no order."""
    folder = spill / _EARLY
    folder.mkdir()
    try:
        return write_in_passing(file.contract, map(pseudonyms.hide, good), folder, file.delivery)
    except OutOfOrder:
        return None


def _hidden(pseudonyms: Pseudonyms, settled: Settled) -> Iterator[pa.RecordBatch]:
    """The rows that are accepted, as they may be kept."""
    return map(pseudonyms.hide, settled.accepted())


def _move_early(written: tuple[LakeFile, ...], spill: Path, work: Path) -> None:
    for each in written:
        (spill / _EARLY / each.name).rename(work / each.name)


def _refused(file: File, refused: Refused) -> ParseOutcome:
    return ParseOutcome(
        status="refused",
        code=refused.code,
        records=file.notes.records,
        encoding=file.notes.encoding,
        message=refusal(file.contract, refused),
    )
