"""What became of every file that ever came: numbered records that are only ever added.

A record is the commit point of ingestion: what it names counts, what no record names is as if it
had not happened and will be done again. The memory never ends, and it goes by content, not name.
Which of two deliveries is the later one is told by their places here, never by a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from ingestion.clock import Clock
from ingestion.deliveries.ledger_records import LOOSE, RESTORE, StoredRecords
from ingestion.judging.outcome import ParseOutcome
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import ObjectStore, keys

_ENTRIES_PER_RECORD = 100


class LedgerEntry(BaseModel):
    """One delivery and what became of it."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    source: str
    name: str
    origin: str
    mark: str
    sha256: str
    size: int
    raw: str
    received_at: datetime
    as_of: datetime | None = Field(default=None, alias="judged_at")
    """The instant after which all was the future to it, where that is not when it came. Ledgers
    know it by the name that it had first."""
    clock: str = ""
    """Why that clock was in doubt: `behind` or `ahead` of what the lake knew; else empty."""
    contract_version: str
    contract_hash: str
    shape: str = ""
    """Which columns its rows have in the lake (`currency.lake_shape`)."""
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


class Seen(BaseModel):
    """A name and what it shows: tells bytes that come again from those that still lie there."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    name: str
    mark: str
    sha256: str
    received_at: datetime
    """When its bytes were read."""


class LedgerRecord(BaseModel):
    """What one run did, written at once."""

    model_config = ConfigDict(frozen=True)

    number: int
    written_at: datetime
    entries: tuple[LedgerEntry, ...]
    seen: tuple[Seen, ...] | None = None
    """Names that came to show known bytes, which was no work. None: nobody looked at the source."""
    before: str = ""
    """SHA-256 of the record before it, as it lies in the store."""


class Ledger:
    """The ledger of one source.

    Parameters
    ----------
    one_by_one: believe no checkpoint, and look at every record itself: to verify them.
    """

    def __init__(self, store: ObjectStore, source: str, *, one_by_one: bool = False) -> None:
        self._source, self._url, self._one_by_one = source, store.url, one_by_one
        self._stored = StoredRecords(store, source)
        self._records: list[LedgerRecord] = []
        self._loose: list[bytes] = []
        self._last = ""
        self._first_seen: int | None = None
        self._own: set[int] = set()

    def records(self) -> list[LedgerRecord]:
        """All records, oldest first; asks the store only for those not seen yet.

        Raises
        ------
        Damaged: one of them is missing, is not what was written, or does not follow the one before.
        """
        first = self._first_seen is None
        if first and not self._records and not self._one_by_one:
            for body in self._stored.packed():
                self._keep(body)
            self._loose.clear()
        while (found := self._stored.at(len(self._records) + 1, look_behind=first)) is not None:
            self._keep(found)
        if first:
            self._first_seen = len(self._records)
        return self._records

    @property
    def known(self) -> int:
        """How many records were read so far, without asking the store."""
        return len(self._records)

    def last_number(self) -> int:
        """The number of the newest record that names a delivery; 0 before the first."""
        return max((record.number for record in self.records() if record.entries), default=0)

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

    def shown(self) -> dict[str, Seen]:
        """What every name of the source showed when it was last looked at."""
        shown, met = dict[str, Seen](), set[tuple[str, datetime]]()
        for record in self.records():
            for entry in record.entries:
                receipt = (entry.sha256, entry.received_at)
                if receipt not in met:  # and not a replay
                    met.add(receipt)
                    shown[entry.name] = Seen.model_validate(entry)
            shown |= {seen.name: seen for seen in record.seen or ()}
        return shown

    def names(self) -> dict[tuple[str, str], set[str]]:
        """The names that ever showed certain bytes with a certain mark."""
        names: dict[tuple[str, str], set[str]] = {}
        for record in self.records():
            entries = (Seen.model_validate(entry) for entry in record.entries)
            for seen in (*entries, *(record.seen or ())):
                names.setdefault((seen.sha256, seen.mark), set()).add(seen.name)
        return names

    def remembers(self) -> bool:
        """Is it known what names showed without it being work? Older ledgers did not keep it."""
        records = self.records()
        return not records or any(record.seen is not None for record in records)

    def append_once(
        self, entries: Iterable[LedgerEntry], now: datetime, seen: Sequence[Seen] = ()
    ) -> list[LedgerEntry]:
        """Add a record of those deliveries that no other process recorded since our first look.

        What is news was decided by records that were there then, or came in while it was decided.

        Returns
        -------
        What was recorded. The others count as another process has recorded them.
        """
        left = list(entries)
        while True:
            later = self.records()[self._first_seen or 0 :]
            of_others = (record for record in later if record.number not in self._own)
            others = {entry.sha256 for record in of_others for entry in record.entries}
            left = [entry for entry in left if entry.sha256 not in others]
            if not (left or seen) or self._add(left, now, seen):
                self._pack()
                return left

    def append(
        self, entries: Iterable[LedgerEntry], now: datetime, seen: Sequence[Seen] | None = None
    ) -> LedgerRecord:
        """Add a record. Two writers at once get different numbers; none is lost."""
        written = tuple(entries)
        while True:
            self.records()
            if record := self._add(written, now, seen):
                self._pack()
                return record

    def _add(
        self, entries: Iterable[LedgerEntry], now: datetime, seen: Sequence[Seen] | None
    ) -> LedgerRecord | None:
        """Add a record after those that are known; None when another writer was first."""
        number = len(self._records) + 1
        record = LedgerRecord(
            number=number,
            written_at=now,
            entries=tuple(entries),
            seen=None if seen is None else tuple(seen),
            before=self._last,
        )
        body = seal(record.model_dump_json(exclude_defaults=True, by_alias=True).encode())
        if not self._stored.add(number, body):
            return None
        self._own.add(number)
        return self._keep(body)

    def _pack(self) -> None:
        if len(self._loose) >= LOOSE and self._stored.pack(self._loose):
            self._loose.clear()

    def _keep(self, body: bytes) -> LedgerRecord:
        key = keys.ledger(self._source, len(self._records) + 1)
        record = read_sealed(LedgerRecord, body, key, self._url, fix=RESTORE)
        if record.before not in ("", self._last):
            problem = "it does not follow the record before it, which may be the damaged one"
            raise Damaged(key, self._url, problem, fix=RESTORE)
        self._last = sha256(body)
        self._records.append(record)
        self._loose.append(body)
        return record


class Book:
    """The entries of one run, written into the ledger a number of them at a time."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.entries: list[LedgerEntry] = []
        """What was recorded."""
        self.count = 0
        """How many were noted."""
        self._ledger, self._clock = ledger, clock
        self._fresh: list[LedgerEntry] = []

    def note(self, entry: LedgerEntry, place: int | None = None) -> None:
        """Note what became of a delivery; `place` is its number where that is not the next one."""
        recorded = self.count - len(self._fresh)
        self._fresh.insert(len(self._fresh) if place is None else max(place - recorded, 0), entry)
        self.count += 1
        if len(self._fresh) >= _ENTRIES_PER_RECORD:
            self.close(())

    def close(self, seen: Sequence[Seen]) -> None:
        """Write what is not written yet."""
        self.entries += self._ledger.append_once(self._fresh, self._clock.now(), seen)
        self._fresh = []
