"""One raw file to accepted Parquet and quarantined lines, by its contract, with every row counted.

The public function is `parse`. It runs where it is called; `sandbox.py` calls it in a child
process with limits, which is how untrusted bytes are parsed.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused, RowsLost
from ingestion.formats.raw.ahead import FEW, ahead
from ingestion.judging.discretion import refusal, without_dropped
from ingestion.judging.outcome import LakeFile, ParseOutcome
from ingestion.judging.results.accepted import (
    Delivery,
    lake_columns,
    write_accepted,
    write_in_passing,
)
from ingestion.judging.results.day_files import OutOfOrder
from ingestion.judging.verdict import File, Verdict
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
    judged_at: datetime | None = None,
    period_keys: tuple[PeriodKey, ...] = (),
    limits: Limits | None = None,
    engine: duckdb.DuckDBPyConnection | None = None,
) -> ParseOutcome:
    """Judge one file and write what is good and what is not.

    Parameters
    ----------
    path: the raw bytes. work: an empty folder for the results: `<day>.parquet` per event day
        (columns: `lake_columns`), and `quarantine.jsonl`.
    delivery: SHA-256 of the raw bytes; received_at: when they came.
    judged_at: the clock of the checks; None for when they came.
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
    came = Delivery(delivery, received_at, judged_at)
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
    with Verdict(con, file, pseudonyms, spill) as verdict:
        early = _in_passing(verdict, pseudonyms, spill / _EARLY)
        outcome = verdict.outcome
    if outcome.status == "refused":
        return outcome
    if early is not None and verdict.was_foreseen:
        files = early
        for each in files:
            (spill / _EARLY / each.name).rename(file.work / each.name)
    else:
        rows = partial(_hidden, pseudonyms, verdict)
        files = write_accepted(con, file.contract, rows, file.work, file.delivery)
    if (written := sum(each.rows for each in files)) != outcome.accepted:
        raise RowsLost(
            f"{outcome.accepted} accepted rows, {written} written",
            fix="report this with the file: it is a defect of the platform",
        )
    return outcome.model_copy(update={"files": files})


def _in_passing(
    verdict: Verdict, pseudonyms: Pseudonyms, folder: Path
) -> tuple[LakeFile, ...] | None:
    """Have the file judged; of a large one, write meanwhile what will most likely be accepted.

    None where nothing was written.
    """
    file = verdict.file
    if not file.large:
        deque(verdict.good_rows(), maxlen=0)
        return None
    folder.mkdir()
    with closing(ahead(verdict.good_rows(), FEW)) as rows:
        try:
            hidden = map(pseudonyms.hide, rows)
            return write_in_passing(file.contract, hidden, folder, file.delivery)
        except OutOfOrder:
            deque(rows, maxlen=0)
            return None


def _hidden(pseudonyms: Pseudonyms, verdict: Verdict) -> Iterator[pa.RecordBatch]:
    """The rows that are accepted, as they may be kept."""
    return map(pseudonyms.hide, verdict.accepted())


def _refused(file: File, refused: Refused) -> ParseOutcome:
    return ParseOutcome(
        status="refused",
        code=refused.code,
        records=file.notes.records,
        encoding=file.notes.encoding,
        message=refusal(file.contract, refused),
    )
