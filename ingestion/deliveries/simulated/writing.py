"""A day of a source written into the lake as if it had been taken in, from rows that are typed.

    typed rows ──▶ pseudonyms ──▶ lake Parquet ──▶ ledger: from then on they count

What no file brought has no bytes to keep: such a delivery is known by the hash of its rows, and has
no raw object. All else is as of any delivery: keys, numbers, hashes, event days. The same rows are
the same objects, so that a day that was cut off, or whose objects are damaged, is written again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contracts import SourceContract
from ingestion.deliveries.currency import decided_by, lake_shape
from ingestion.deliveries.damage import wrong_with
from ingestion.deliveries.lake import write_rows
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.deliveries.simulated.written import ORIGIN, note_written
from ingestion.errors import PermanentError, PrivacyFailure
from ingestion.faults import RowsLost
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.parse import open_engine
from ingestion.judging.results.accepted import Delivery, write_accepted
from ingestion.judging.results.footers import wrong_with_result
from ingestion.limits import Limits
from ingestion.privacy.periods import PeriodKey
from ingestion.privacy.pseudonyms import Pseudonyms
from ingestion.records import BATCH_RECORDS
from ingestion.scratch import scratch_folder
from ingestion.storage import ObjectStore

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class WrittenDay:
    """The rows of one day of a source.

    Parameters
    ----------
    rows: the contract's fields as the lake has them, identifiers still open, in the order in which
        they are told. came: when a night would have received them.
    seed, begins: of the city, and its first day.
    """

    contract: SourceContract
    day: date
    rows: pa.Table
    came: datetime
    seed: int
    begins: date

    @property
    def name(self) -> str:
        """What the ledger calls the delivery."""
        return f"{ORIGIN} {self.day.isoformat()}"

    @property
    def sha256(self) -> str:
        """What it is known by: the hash of its rows, as they are before anybody is hidden."""
        import pyarrow as pa

        digest = hashlib.sha256(f"{self.contract.id} {self.name}\n".encode())
        sink = _Hashed(digest.update)
        with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), self.rows.schema) as stream:
            stream.write_table(self.rows, max_chunksize=BATCH_RECORDS)
        return digest.hexdigest()


def write_day(
    told: WrittenDay,
    store: ObjectStore,
    scratch: Path,
    keys_of_periods: tuple[PeriodKey, ...],
    now: datetime,
) -> LedgerEntry | None:
    """Write a day and its ledger record; None where it is there as it should be.

    Raises
    ------
    PermanentError: the day was received, or was written with other rows; nothing was changed.
    PrivacyFailure: a key is gone that hid its people, so that nothing may be kept of it.
    """
    ledger, sha256 = Ledger(store, told.contract.id), told.sha256
    before = _before(told, ledger, sha256)
    if before and _is_whole(before, told.contract, store):
        return None
    with scratch_folder("history", scratch) as work:
        outcome = _parquet(told, sha256, keys_of_periods, work)
        note_written(store, told.contract.id, told.day, seed=told.seed, begins=told.begins)
        sums = write_rows(told.contract, outcome, work, sha256, store)
    entry = LedgerEntry(
        source=told.contract.id,
        name=told.name,
        origin=ORIGIN,
        mark="",
        sha256=sha256,
        size=told.rows.nbytes,
        raw="",
        received_at=told.came,
        contract_version=told.contract.version,
        contract_hash=decided_by(told.contract, outcome),
        shape=lake_shape(told.contract),
        outcome=outcome,
        lake=tuple(sums),
        sums=sums,
        days=tuple(file.day for file in outcome.files),
    )
    if before:
        ledger.append([entry], now)  # a later word on what is there
    else:
        ledger.append_once([entry], now)  # the commit point
    return entry


def _before(told: WrittenDay, ledger: Ledger, sha256: str) -> LedgerEntry | None:
    """What the ledger says of this day, if it was written before."""
    entries = ledger.entries().values()
    for entry in entries:
        if entry.origin != ORIGIN and entry.days and max(entry.days) == told.day:
            raise PermanentError(
                f"source {told.contract.id}: {entry.name}, received {entry.received_at}, tells of "
                f"{told.day}; its rows would be there twice",
                expected="days of which nothing was received",
                fix="end the history before that day, or write it into another home",
            )
        if entry.name == told.name and entry.sha256 != sha256:
            raise PermanentError(
                f"source {told.contract.id}: {told.day} was written before, with other rows",
                expected="the same city under the same version of the platform",
                fix="write it as before, or into another home: CDP_HOME=…",
            )
    return next((entry for entry in entries if entry.sha256 == sha256), None)


def _is_whole(entry: LedgerEntry, contract: SourceContract, store: ObjectStore) -> bool:
    """Is all that the entry names there, in the columns that the contract has now?"""
    as_now = entry.shape == lake_shape(contract)
    return as_now and not any(wrong_with(store, key, sum_) for key, sum_ in entry.sums.items())


def _parquet(
    told: WrittenDay, sha256: str, keys_of_periods: tuple[PeriodKey, ...], work: Path
) -> ParseOutcome:
    """Write the rows as Parquet into `work`; the outcome that a file with them would have had."""
    contract, count = told.contract, told.rows.num_rows
    pseudonyms = Pseudonyms(contract, keys_of_periods, told.came)
    rows = partial(_hidden, told, pseudonyms)
    with open_engine(work / "spill", Limits()) as engine:
        files = write_accepted(engine, contract, rows, work, Delivery(sha256, told.came))
    for file in files:
        if wrong := wrong_with_result(work / file.name, contract, file.rows):
            raise RowsLost(
                f"{contract.id} {told.day}: the city tells {wrong}",
                fix="correct what tells its rows (city/telling)",
            )
    if sum(file.rows for file in files) != count:
        raise RowsLost(f"{contract.id} {told.day}: not all of {count} rows were written")
    return ParseOutcome(
        status="accepted",
        records=count,
        rows=count,
        accepted=count,
        missing=_missing(told),
        files=files,
    )


def _hidden(told: WrittenDay, pseudonyms: Pseudonyms) -> Iterator[pa.RecordBatch]:
    """The rows as they may be kept, with their numbers."""
    import pyarrow as pa

    first = 1
    for batch in told.rows.to_batches(max_chunksize=BATCH_RECORDS):
        numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
        first += batch.num_rows
        for name, keyless in pseudonyms.keyless(batch):
            if keyless.true_count:
                raise PrivacyFailure(
                    f"source {told.contract.id}: {told.day}: the key that hides {name} was "
                    "destroyed, since its life has ended",
                    expected="a history that is written before a night destroys its keys",
                    fix="begin the history after that period, or write it into a new home",
                )
        hidden = pseudonyms.hide(batch)
        nothing = pa.nulls(hidden.num_rows, pa.string())
        columns = dict(zip(hidden.schema.names, hidden.columns, strict=True))
        yield pa.RecordBatch.from_pydict({**columns, "_rescued": nothing, "_record": numbers})


def _missing(told: WrittenDay) -> dict[str, dict[str, int]]:
    """Values that are missing, by field and reason."""
    found: dict[str, dict[str, int]] = {}
    for each in told.contract.fields:
        column = f"{each.name}_reason"
        if column in told.rows.column_names:
            why = Counter(told.rows[column].drop_null().to_pylist())
            found |= {each.name: dict(sorted(why.items()))} if why else {}
    return found


class _Hashed:
    """A file that is only hashed."""

    closed = False

    def __init__(self, update: Callable[[bytes], object]) -> None:
        self._update = update

    def write(self, body: bytes) -> int:
        """Take more bytes."""
        self._update(body)
        return len(body)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""
