"""One raw file to accepted Parquet and quarantined lines, by its contract, with every row counted.

The public function is `parse`. It runs where it is called; `sandbox.py` calls it in a child
process with limits, which is how untrusted bytes are parsed.
"""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingestion.contracts.model import SourceContract
from ingestion.errors import PermanentError
from ingestion.parsing.accepted import Delivery, lake_columns, write_accepted, write_in_passing
from ingestion.parsing.ahead import FEW, ahead
from ingestion.parsing.day_files import OutOfOrder
from ingestion.parsing.judging import Judge
from ingestion.parsing.limits import MIB, Limits
from ingestion.parsing.outcome import LakeFile, ParseOutcome, Refused
from ingestion.parsing.quarantined import write_quarantine
from ingestion.parsing.reading import read
from ingestion.parsing.records import Batches, FileNotes
from ingestion.parsing.repeats import Repeats, conflicting_rows, find_repeats
from ingestion.privacy.discretion import new_columns, refusal, unkept_warning, without_dropped
from ingestion.privacy.periods import PeriodKey
from ingestion.privacy.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["QUARANTINE_FILE", "RowsLost", "lake_columns", "open_engine", "parse"]

QUARANTINE_FILE = "quarantine.jsonl"
_EARLY = "early"


class RowsLost(PermanentError):
    """The count of what became of the rows is not the count of the rows. A defect of ours."""


def parse(
    contract: SourceContract,
    path: Path,
    work: Path,
    *,
    delivery: str,
    received_at: datetime,
    period_keys: tuple[PeriodKey, ...] = (),
    limits: Limits | None = None,
    engine: duckdb.DuckDBPyConnection | None = None,
) -> ParseOutcome:
    """Judge one file and write what is good and what is not.

    Parameters
    ----------
    path: the raw bytes. work: an empty folder for the results: `<day>.parquet` per event day
        (columns: `lake_columns`), and `quarantine.jsonl`.
    delivery: SHA-256 of the raw bytes; received_at: when they came (also the clock of the checks).
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
    came = Delivery(delivery, received_at)
    file = _File(kept, contract, path, work, came, period_keys, limits or Limits(), FileNotes())
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


@dataclass(frozen=True)
class _File:
    contract: SourceContract
    declared: SourceContract
    """The contract with the fields that are dropped."""
    path: Path
    work: Path
    delivery: Delivery
    period_keys: tuple[PeriodKey, ...]
    limits: Limits
    notes: FileNotes

    def records(self, notes: FileNotes) -> Batches:
        """The records of the file; those of a large one are read while others are judged."""
        batches = read(self.contract, self.path, self.limits, notes)
        return ahead(batches) if self.large else batches

    @cached_property
    def large(self) -> bool:
        """Is it worth threads that read, judge and write side by side?"""
        return self.path.is_file() and self.path.stat().st_size > MIB


def _parse(con: duckdb.DuckDBPyConnection, file: _File, spill: Path) -> ParseOutcome:
    contract, now = file.contract, file.delivery.received_at
    pseudonyms = Pseudonyms(contract, file.period_keys, now)
    judge = Judge(con, contract, now, pseudonyms, spill)
    early = _judged(file, judge, pseudonyms, spill / _EARLY)
    repeats = find_repeats(con, contract, judge.good, judge.hashes.twice)
    outcome = _counted(file, judge, repeats)
    if outcome.quarantined:
        conflicts = conflicting_rows(con, contract, repeats, file.records(FileNotes()))
        bad = itertools.chain(judge.bad, conflicts)
        write_quarantine(con, contract, bad, file.work / QUARANTINE_FILE, now)
    if 100 * outcome.quarantined > outcome.rows * contract.tolerance.quarantined_pct:
        return _too_many(contract, outcome)
    if early is not None and np.array_equal(repeats.rows, judge.again):
        files = early
        for each in files:
            (spill / _EARLY / each.name).rename(file.work / each.name)
    else:
        rows = partial(_hidden, pseudonyms, repeats, judge)
        files = write_accepted(con, contract, rows, file.work, file.delivery)
    if (written := sum(each.rows for each in files)) != outcome.accepted:
        raise RowsLost(
            f"{outcome.accepted} accepted rows, {written} written",
            fix="report this with the file: it is a defect of the platform",
        )
    return outcome.model_copy(update={"files": files})


def _judged(
    file: _File, judge: Judge, pseudonyms: Pseudonyms, folder: Path
) -> tuple[LakeFile, ...] | None:
    """Judge the records; of a large file, write meanwhile what will most likely be accepted.

    That are the good rows without those whose key came before. None where nothing was written.
    """
    fresh = judge.judge(file.records(file.notes), large=file.large)
    if not file.large:
        deque(fresh, maxlen=0)
        return None
    folder.mkdir()
    with closing(ahead(fresh, FEW)) as rows:
        try:
            hidden = map(pseudonyms.hide, rows)
            return write_in_passing(file.contract, hidden, folder, file.delivery)
        except OutOfOrder:
            deque(rows, maxlen=0)
            return None


def _hidden(pseudonyms: Pseudonyms, repeats: Repeats, judge: Judge) -> Iterator[pa.RecordBatch]:
    """The rows that are accepted, as they may be kept."""
    return map(pseudonyms.hide, repeats.accepted(judge.good))


def _refused(file: _File, refused: Refused) -> ParseOutcome:
    return ParseOutcome(
        status="refused",
        code=refused.code,
        records=file.notes.records,
        encoding=file.notes.encoding,
        message=refusal(file.contract, refused),
    )


def _counted(file: _File, judge: Judge, repeats: Repeats) -> ParseOutcome:
    """What became of the rows: each kind counted by itself, and the sum checked."""
    notes = file.notes
    reasons = judge.reasons + Counter({"dup_conflict": repeats.conflicting})
    outcome = ParseOutcome(
        status="accepted",
        records=notes.records,
        rows=judge.rows,
        accepted=judge.good.rows - len(repeats.rows),
        quarantined=judge.bad.rows + repeats.conflicting,
        deduplicated=len(repeats.rows) - repeats.conflicting,
        dropped=judge.dropped,
        reasons=dict(sorted(reasons.items())),
        coerced={f.name: n for f in file.contract.fields if (n := judge.respelled[f.name])},
        encoding=notes.encoding,
        new_columns=tuple(new_columns(file.contract, notes.new_columns)),
        warnings=_warnings(file, judge, repeats),
        quarantine=QUARANTINE_FILE if reasons else "",
    )
    _add_up(file, outcome, judge.unread)
    return outcome


def _add_up(file: _File, outcome: ParseOutcome, unread: int) -> None:
    ended = outcome.accepted + outcome.quarantined + outcome.deduplicated + outcome.dropped
    if ended != outcome.rows or outcome.quarantined != sum(outcome.reasons.values()):
        raise RowsLost(
            f"{outcome.rows} rows became {outcome.accepted} accepted, {outcome.quarantined} "
            f"quarantined, {outcome.deduplicated} deduplicated, {outcome.dropped} dropped",
            fix="report this with the file: it is a defect of the platform",
        )
    per_record = len(file.contract.unpivot) or 1
    if (outcome.records - unread) * per_record + unread != outcome.rows:
        raise RowsLost(
            f"{outcome.records} records, {unread} of them unreadable, became {outcome.rows} rows",
            expected=f"{per_record} rows of every readable record",
            fix="report this with the file: it is a defect of the platform",
        )


def _warnings(file: _File, judge: Judge, repeats: Repeats) -> tuple[str, ...]:
    notes, found = file.notes, []
    if not notes.records:
        found.append("no rows: the file holds a header and nothing else")
    found += [
        f"new column {name!r}, first seen in {place}; kept in _rescued"
        for name, place in list(new_columns(file.contract, notes.new_columns).items())[:10]
    ]
    if unkept := unkept_warning(file.contract, file.declared, notes.new_columns):
        found.append(unkept)
    found += [] if file.contract.personal else notes.doubts[:10]
    if notes.open_end and judge.last in (judge.last_bad, repeats.last_conflict):
        size = file.path.stat().st_size
        found.append(
            f"the file may be cut: its last record is bad and has no line end ({size} bytes got)"
        )
    return tuple(found)


def _too_many(contract: SourceContract, outcome: ParseOutcome) -> ParseOutcome:
    commonest = sorted(outcome.reasons.items(), key=lambda item: -item[1])[:3]
    top = ", ".join(f"{code} {count}" for code, count in commonest)
    message = (
        f"found {outcome.quarantined} of {outcome.rows} rows bad ({top}), expected at most "
        f"{contract.tolerance.quarantined_pct:g} %; ask the sender, or correct the contract"
    )
    refused = {"status": "refused", "code": "too_many_bad_rows", "message": message}
    return outcome.model_copy(update=refused | {"accepted": 0, "deduplicated": 0, "dropped": 0})
