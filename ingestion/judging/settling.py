"""What became of one file as a whole, once all of its rows are sifted.

    names that are absent? ──▶ repeated keys ──▶ the sum ──▶ too many bad? ──▶ the quarantined lines

Belongs here: the outcome of a file. Does not belong here: its rows one by one (`sifting.py`), what
a repeated key means (`keys/repeats.py`), and what is written of accepted rows (`parse.py`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingestion.contracts.source import SourceContract
from ingestion.faults import RowsLost
from ingestion.formats.header import absent_remark, refuse_absent
from ingestion.judging.discretion import new_columns, unkept_warning, unknown_names
from ingestion.judging.file import File
from ingestion.judging.keys.repeats import Repeats, conflicting_rows, find_repeats
from ingestion.judging.outcome import QUARANTINE_FILE, ParseOutcome
from ingestion.judging.results.quarantined import MOST_OF_REFUSED
from ingestion.judging.sifting import Sifter
from ingestion.records import FileNotes

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class Settled:
    """What became of a file, and which of its good rows are accepted.

    The outcome names no file but that of the quarantined rows, which is written by then.
    """

    outcome: ParseOutcome
    repeats: Repeats
    sifted: Sifter

    @property
    def as_foreseen(self) -> bool:
        """Are the rows that `Sifter.good_rows` yielded those that are accepted?"""
        return np.array_equal(self.repeats.rows, self.sifted.again)

    def accepted(self) -> Iterator[pa.RecordBatch]:
        """The rows that are accepted, as often as they are asked for."""
        return self.repeats.accepted(self.sifted.good)


def settle(con: duckdb.DuckDBPyConnection, file: File, sifted: Sifter) -> Settled:
    """Settle what becomes of a file whose rows are all sifted.

    Raises
    ------
    Refused: names that its contract declares are in none of its records.
    RowsLost: its rows do not add up; nothing of it may be used.
    """
    if sifted.stopped:
        _write_quarantine(con, file, sifted, Repeats(), refused=True)
        outcome = _too_many(file.contract, _counted(file, sifted, Repeats()))
        return Settled(_stopped(file, outcome), Repeats(), sifted)
    refuse_absent(file.contract, file.notes, unknown_names(file.declared, file.notes.new_columns))
    repeats = find_repeats(con, file.contract, sifted.suspects.rows(sifted.good))
    outcome = _counted(file, sifted, repeats)
    refused = _has_too_many(file.contract, outcome)
    if outcome.quarantined:
        _write_quarantine(con, file, sifted, repeats, refused=refused)
    return Settled(_too_many(file.contract, outcome) if refused else outcome, repeats, sifted)


def _counted(file: File, sifted: Sifter, repeats: Repeats) -> ParseOutcome:
    """What became of the rows: each kind counted by itself, and the sum checked."""
    notes, tally, per_record = file.notes, sifted.tally, len(file.contract.unpivot) or 1
    sifted_records = (tally.rows - tally.unread) // per_record + tally.unread
    reasons = tally.reasons + Counter({"dup_conflict": repeats.conflicting})
    outcome = ParseOutcome(
        status="accepted",
        records=sifted_records if sifted.stopped else notes.records,
        rows=tally.rows,
        accepted=sifted.good.rows - len(repeats.rows),
        quarantined=sifted.bad.rows + repeats.conflicting,
        deduplicated=len(repeats.rows) - repeats.conflicting,
        dropped=tally.dropped,
        reasons=dict(sorted(reasons.items())),
        coerced={f.name: n for f in file.contract.fields if (n := tally.respelled[f.name])},
        missing={name: dict(sorted(why.items())) for name, why in tally.missing.items() if why},
        encoding=notes.encoding,
        new_columns=tuple(new_columns(file.contract, notes.new_columns)),
        warnings=_warnings(file, sifted, repeats),
        quarantine=QUARANTINE_FILE if reasons else "",
    )
    _add_up(file, outcome, tally.unread)
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


def _write_quarantine(
    con: duckdb.DuckDBPyConnection,
    file: File,
    sifted: Sifter,
    repeats: Repeats,
    *,
    refused: bool,
) -> None:
    """The lines of the quarantined rows in a file, where it is looked for."""
    told = sifted.told
    if repeats.conflicting or not told.is_enough(refused=refused):
        again = file.records(FileNotes())
        conflicts = conflicting_rows(con, file.contract, repeats, again)
        told.write_all(con, itertools.chain(sifted.bad, conflicts), refused=refused)
    told.path.rename(file.work / QUARANTINE_FILE)


def _warnings(file: File, sifted: Sifter, repeats: Repeats) -> tuple[str, ...]:
    notes, tally, found = file.notes, sifted.tally, []
    if not notes.records:
        found.append("no rows: the file holds a header and nothing else")
    found += [
        f"new column {name!r}, first seen in {place}; kept in _rescued"
        for name, place in list(new_columns(file.contract, notes.new_columns).items())[:10]
    ]
    if tally.defects:
        names = ", ".join(sorted(tally.defects))
        found.append(f"a defect of the platform ({names}) cost time and no row; report it")
    if absent := absent_remark(file.contract, notes):
        found.append(absent)
    if unkept := unkept_warning(file.contract, file.declared, notes.new_columns):
        found.append(unkept)
    found += [] if file.contract.personal else notes.doubts[:10]
    if notes.open_end and tally.last in (tally.last_bad, repeats.last_conflict):
        size = file.path.stat().st_size
        found.append(
            f"the file may be cut: its last record is bad and has no line end ({size} bytes got)"
        )
    return tuple(found)


def _has_too_many(contract: SourceContract, outcome: ParseOutcome) -> bool:
    return 100 * outcome.quarantined > outcome.rows * contract.tolerance.quarantined_pct


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
