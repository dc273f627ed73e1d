"""What becomes of every row of one file, as a whole: counted, added up, and told.

Belongs here: the outcome of a file. Does not belong here: judging rows one by one (`rows.py`),
what a repeated key means (`keys/repeats.py`), and what is written of accepted rows (`parse.py`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from ingestion.contracts.source import SourceContract
from ingestion.faults import RowsLost
from ingestion.formats.header import absent_remark, refuse_absent
from ingestion.formats.raw.ahead import ahead, begun
from ingestion.formats.reading import read
from ingestion.judging.discretion import new_columns, unkept_warning, unknown_names
from ingestion.judging.hopeless import is_hopeless
from ingestion.judging.keys.repeats import Repeats, conflicting_rows, find_repeats
from ingestion.judging.outcome import QUARANTINE_FILE, ParseOutcome
from ingestion.judging.results.accepted import Delivery
from ingestion.judging.results.quarantined import MOST_OF_REFUSED, QuarantineFile
from ingestion.judging.rows import Judge
from ingestion.limits import MIB, Limits
from ingestion.privacy.periods import PeriodKey
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.records import Batches, FileNotes

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class File:
    """One delivered file, and what it is judged by.

    `delivery` says when it came; `work` takes what is written; `notes` what its reader finds.
    """

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


class Verdict:
    """What becomes of one file.

    A context: it is not left before nothing of it is under way any more.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, file: File, pseudonyms: Pseudonyms, spill: Path
    ) -> None:
        self.file = file
        came = file.delivery
        self._con, self._now = con, came.judged_at or came.received_at
        self._judge = Judge(con, file.contract, self._now, pseudonyms, spill)
        self._told = QuarantineFile(file.contract, spill / QUARANTINE_FILE, self._now)
        self._repeats = Repeats()
        self._settled: Future[ParseOutcome] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._settled:
            wait([self._settled])

    def good_rows(self) -> Iterator[pa.RecordBatch]:
        """Judge the file; yields the good rows without those whose key came before."""
        file = self.file
        records = file.records(file.notes)
        for rows in self._judge.judge(records, large=file.large, is_hopeless=self._is_hopeless):
            yield rows
            self._told.add(self._judge.new_bad())
        self._told.add(self._judge.new_bad())
        if self._judge.stopped:
            return
        refuse_absent(
            file.contract, file.notes, unknown_names(file.declared, file.notes.new_columns)
        )
        if file.large:  # while the last of them are written
            self._settled = begun(self._settle)

    @cached_property
    def outcome(self) -> ParseOutcome:
        """What became of the rows, once all good rows are told.

        It names no file but that of the quarantined rows, which is written by then.
        """
        return self._settled.result() if self._settled else self._settle()

    @property
    def was_foreseen(self) -> bool:
        """Are the rows of `good_rows` those that are accepted? Known when the outcome is."""
        return np.array_equal(self._repeats.rows, self._judge.again)

    def accepted(self) -> Iterator[pa.RecordBatch]:
        """The rows that are accepted; known when the outcome is."""
        return self._repeats.accepted(self._judge.good)

    def _is_hopeless(self, bad: int) -> bool:
        file = self.file
        return is_hopeless(bad, file.path, file.contract, file.limits, file.notes)

    def _settle(self) -> ParseOutcome:
        file, judge = self.file, self._judge
        if judge.stopped:
            self._tell(refused=True)
            return _stopped(file, _too_many(file.contract, _counted(file, judge, Repeats())))
        self._repeats = find_repeats(self._con, file.contract, judge.suspects.rows(judge.good))
        outcome = _counted(file, judge, self._repeats)
        most = outcome.rows * file.contract.tolerance.quarantined_pct
        refused = 100 * outcome.quarantined > most
        if outcome.quarantined:
            self._tell(refused=refused)
        return _too_many(file.contract, outcome) if refused else outcome

    def _tell(self, *, refused: bool) -> None:
        """The quarantined rows in a file, where it is looked for."""
        file, told = self.file, self._told
        enough = told.in_order and (told.whole or refused)
        if self._repeats.conflicting or not enough:
            again = file.records(FileNotes())
            conflicts = conflicting_rows(self._con, file.contract, self._repeats, again)
            rows = itertools.chain(self._judge.bad, conflicts)
            told.write_all(self._con, rows, refused=refused)
        told.path.rename(file.work / QUARANTINE_FILE)


def _counted(file: File, judge: Judge, repeats: Repeats) -> ParseOutcome:
    """What became of the rows: each kind counted by itself, and the sum checked."""
    notes, per_record = file.notes, len(file.contract.unpivot) or 1
    judged = (judge.rows - judge.unread) // per_record + judge.unread
    reasons = judge.reasons + Counter({"dup_conflict": repeats.conflicting})
    outcome = ParseOutcome(
        status="accepted",
        records=judged if judge.stopped else notes.records,
        rows=judge.rows,
        accepted=judge.good.rows - len(repeats.rows),
        quarantined=judge.bad.rows + repeats.conflicting,
        deduplicated=len(repeats.rows) - repeats.conflicting,
        dropped=judge.dropped,
        reasons=dict(sorted(reasons.items())),
        coerced={f.name: n for f in file.contract.fields if (n := judge.respelled[f.name])},
        missing={name: dict(sorted(why.items())) for name, why in judge.missing.items() if why},
        encoding=notes.encoding,
        new_columns=tuple(new_columns(file.contract, notes.new_columns)),
        warnings=_warnings(file, judge, repeats),
        quarantine=QUARANTINE_FILE if reasons else "",
    )
    _add_up(file, outcome, judge.unread)
    return outcome


def _add_up(file: File, outcome: ParseOutcome, unread: int) -> None:
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


def _warnings(file: File, judge: Judge, repeats: Repeats) -> tuple[str, ...]:
    notes, found = file.notes, []
    if not notes.records:
        found.append("no rows: the file holds a header and nothing else")
    found += [
        f"new column {name!r}, first seen in {place}; kept in _rescued"
        for name, place in list(new_columns(file.contract, notes.new_columns).items())[:10]
    ]
    if judge.defects:
        names = ", ".join(sorted(judge.defects))
        found.append(f"a defect of the platform ({names}) cost time and no row; report it")
    if absent := absent_remark(file.contract, notes):
        found.append(absent)
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
    if outcome.quarantined > MOST_OF_REFUSED:
        message += f"; the first {MOST_OF_REFUSED:,} are listed"
    refused = {"status": "refused", "code": "too_many_bad_rows", "message": message}
    return outcome.model_copy(update=refused | {"accepted": 0, "deduplicated": 0, "dropped": 0})


def _stopped(file: File, outcome: ParseOutcome) -> ParseOutcome:
    """The outcome of a file that was not read to its end, and says so."""
    size = file.path.stat().st_size
    told = (
        f"; stopped after record {outcome.records:,}: whatever stands in the rest of the {size:,} "
        "bytes, the share of bad rows can no longer come down to that"
    )
    return outcome.model_copy(update={"message": outcome.message + told})
