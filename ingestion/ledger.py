"""What became of every file that ever came: numbered records that are only ever added.

A record is the commit point of ingestion: what it names counts, what no record names is as if it
had not happened and will be done again. The memory never ends, and it goes by content, not name.
Which of two deliveries is the later one is told by their places here, never by a clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from ingestion.parsing.outcome import ParseOutcome
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import KeyExists, ObjectStore, keys

_RESTORE = "bring it back from a backup of the lake, then run cdp verify"


class LedgerEntry(BaseModel):
    """One delivery and what became of it."""

    model_config = ConfigDict(frozen=True)

    source: str
    name: str
    origin: str
    mark: str
    sha256: str
    size: int
    raw: str
    received_at: datetime
    contract_version: str
    contract_hash: str
    shape: str = ""
    """Which columns its rows have in the lake (`judged.lake_shape`)."""
    outcome: ParseOutcome
    lake: tuple[str, ...] = ()
    quarantine: str = ""
    sums: dict[str, str] = {}
    """SHA-256 of every object that was written for it (`lake`, `quarantine`), by key."""
    days: tuple[date, ...] = ()
    """Event days whose rows this delivery added or replaced: what a build must recompute."""

    @property
    def kept_out(self) -> bool:
        """Was anything of it kept out of the lake?"""
        return bool(self.outcome.quarantined) or self.outcome.status == "refused"

    @property
    def sentence(self) -> str:
        """What became of the file, in one line; for a refused file with what to do."""
        file = f"{self.source} {self.name} sha256:{self.sha256[:12]}"
        outcome = self.outcome
        if outcome.status == "refused":
            told = f"{outcome.code}: {outcome.message}"
            return f"{file}: {told}; file refused; it came from {self.origin}"
        dropped = f", {outcome.dropped} dropped" if outcome.dropped else ""
        return (
            f"{file}: {outcome.rows} rows: {outcome.accepted} accepted, "
            f"{outcome.quarantined} quarantined, {outcome.deduplicated} deduplicated{dropped}"
        )


class LedgerRecord(BaseModel):
    """What one run did, written at once."""

    model_config = ConfigDict(frozen=True)

    number: int
    written_at: datetime
    entries: tuple[LedgerEntry, ...]
    before: str = ""
    """SHA-256 of the record before it, as it lies in the store."""


class Ledger:
    """The ledger of one source."""

    def __init__(self, store: ObjectStore, source: str) -> None:
        self._store, self._source = store, source
        self._records: list[LedgerRecord] = []
        self._last = ""

    def records(self) -> list[LedgerRecord]:
        """All records, oldest first; asks the store only for those not seen yet.

        Raises
        ------
        Damaged: one of them is not what was written, or does not follow the one before.
        """
        while True:
            number = len(self._records) + 1
            key = keys.ledger(self._source, number)
            if self._store.head(key) is None:
                return self._records
            self._keep(self._store.get(key), key)

    def last_number(self) -> int:
        """The number of the newest record; 0 before the first."""
        return len(self.records())

    def entries(self) -> dict[str, LedgerEntry]:
        """The last word on every delivery, by the SHA-256 of its bytes."""
        return {entry.sha256: entry for record in self.records() for entry in record.entries}

    def receipts(self) -> list[LedgerEntry]:
        """The last word on every receipt of every delivery, in the order in which they came.

        That is the order of the records, and within one that of its entries: clocks go wrong, are
        put right, and show one instant twice. A replay adds a later word on an earlier receipt,
        which keeps its place. What the source went back to has come several times.
        """
        entries = (entry for record in self.records() for entry in record.entries)
        return list({(entry.sha256, entry.received_at): entry for entry in entries}.values())

    def present(self) -> dict[str, LedgerEntry]:
        """The latest delivery of every file name, in order: what a snapshot source shows now."""
        latest: dict[str, LedgerEntry] = {}
        for entry in self.receipts():
            latest.pop(entry.name, None)
            latest[entry.name] = entry
        return latest

    def append_once(self, entries: Iterable[LedgerEntry], now: datetime) -> list[LedgerEntry]:
        """Add a record of those deliveries that no other process recorded since we last looked.

        Returns
        -------
        What was recorded. The others count as another process has recorded them.
        """
        seen, left = len(self._records), list(entries)
        while True:
            others = {e.sha256 for record in self.records()[seen:] for e in record.entries}
            left = [entry for entry in left if entry.sha256 not in others]
            if not left or self._add(left, now):
                return left

    def append(self, entries: Iterable[LedgerEntry], now: datetime) -> LedgerRecord:
        """Add a record. Two writers at once get different numbers; none is lost."""
        written = tuple(entries)
        while True:
            self.records()
            if record := self._add(written, now):
                return record

    def _add(self, entries: Iterable[LedgerEntry], now: datetime) -> LedgerRecord | None:
        """Add a record after those that are known; None when another writer was first."""
        number = len(self._records) + 1
        record = LedgerRecord(
            number=number, written_at=now, entries=tuple(entries), before=self._last
        )
        body = seal(record.model_dump_json(exclude_defaults=True).encode())
        key = keys.ledger(self._source, number)
        try:  # the commit point
            self._store.put(key, body, if_absent=True, content_type="application/json")
        except KeyExists:
            return None
        return self._keep(body, key)

    def _keep(self, body: bytes, key: str) -> LedgerRecord:
        record = read_sealed(LedgerRecord, body, key, self._store.url, fix=_RESTORE)
        if record.before not in ("", self._last):
            problem = "it does not follow the record before it, which may be the damaged one"
            raise Damaged(key, self._store.url, problem, fix=_RESTORE)
        self._last = sha256(body)
        self._records.append(record)
        return record
