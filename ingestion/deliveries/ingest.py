"""One source, once: fetch what is new, keep the bytes, judge them, keep the good rows.

    fetch ──▶ land raw bytes + receipt ──▶ parse in the sandbox ──▶ lake + quarantine ──▶ ledger

A run that is cut off anywhere leaves at most objects that no ledger record names; the next run
does the same work again and writes the same keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from ingestion.clock import Clock
from ingestion.clock_trust import ClockVerdict
from ingestion.connectors import Fetched, fetch
from ingestion.contracts import SourceContract
from ingestion.deliveries.currency import (
    in_the_future,
    judged_by,
    lake_shape,
    of_a_wrong_clock,
    worth_judging_again,
)
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.lake import write_rows
from ingestion.deliveries.landing import Arrival, Landed, content_hash, land
from ingestion.deliveries.ledger import Book, Ledger, LedgerEntry
from ingestion.deliveries.news import Standing, Taken
from ingestion.deliveries.outstanding import Outstanding, outstanding
from ingestion.errors import CdpError, PrivacyFailure
from ingestion.faults import RowsLost
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.privacy.belonging import require_keys
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import PeriodKey, living_keys
from ingestion.privacy.stripping import NotStripped
from ingestion.privacy.vault import Vault
from ingestion.scratch import scratch_folder
from ingestion.sealed import Damaged
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys


@dataclass(frozen=True)
class IngestReport:
    """What one run did for one source."""

    source: str
    entries: tuple[LedgerEntry, ...] = ()
    known: int = 0
    """Files that were there and needed no work, because they had been taken before."""
    problem: str = ""
    """Why the source could not be fetched to its end; empty when it was."""
    older: int = 0
    """Deliveries that were judged under older words of the contract, and may fare better now."""
    clock: str = ""
    """What is wrong with our clock; empty when it is believable."""
    ahead: datetime | None = None
    """The latest receipt that lies in the future, if one does."""
    misjudged: int = 0
    """Deliveries that a wrong clock judged, and that can be judged again by the present one."""
    judged_again: tuple[LedgerEntry, ...] = ()
    """Deliveries of before that a wrong clock had judged, as they are now."""
    outstanding: Outstanding | None = None
    """What was kept out, of this run and of those before, and is not put right."""

    @property
    def accepted(self) -> int:
        """Rows that entered the lake."""
        return sum(entry.outcome.accepted for entry in self.entries)

    @property
    def quarantined(self) -> int:
        """Rows kept out of the lake, with their reasons, from files that were accepted."""
        return sum(e.outcome.quarantined for e in self.entries if e.outcome.status == "accepted")

    @property
    def missing(self) -> dict[str, int]:
        """Values that accepted rows lack, by the reason that their source gave."""
        counted: Counter[str] = Counter()
        for entry in self.entries:
            if entry.outcome.status == "accepted":
                for why in entry.outcome.missing.values():
                    counted.update(why)
        return dict(sorted(counted.items()))

    @property
    def remarks(self) -> dict[str, list[str]]:
        """What is strange about files, and no reason to refuse anything; and of which files."""
        told: dict[str, list[str]] = {}
        for entry in self.entries:
            for remark in entry.outcome.warnings:
                told.setdefault(remark, []).append(entry.name)
        return told

    @property
    def deduplicated(self) -> int:
        """Rows that repeated another row of their file."""
        return sum(entry.outcome.deduplicated for entry in self.entries)

    @property
    def refused(self) -> tuple[LedgerEntry, ...]:
        """Files that could not be used."""
        return tuple(e for e in self.entries if e.outcome.status == "refused")

    def about(self, day: date) -> IngestReport:
        """What of it is about one event day: the files with rows of it, and those rows alone."""
        entries = []
        for entry in self.entries:
            rows = sum(file.rows for file in entry.outcome.files if file.day == day)
            if rows:
                outcome = entry.outcome.model_copy(update={"accepted": rows})
                entries.append(entry.model_copy(update={"outcome": outcome}))
        return replace(self, entries=tuple(entries))


@dataclass
class Ingestion:
    """What every source's run shares: the lake store, the sandbox, the clock."""

    settings: Settings
    store: ObjectStore
    sandbox: Sandbox
    clock: Clock
    on_file: Callable[[LedgerEntry], None] = field(default=lambda _: None)
    doubt: ClockVerdict | None = None
    """What is wrong with the clock, if that is known."""

    def ingest(self, contract: SourceContract, day: date) -> IngestReport:
        """Take in what a source has for a day. A source that fails is a report, not an exception.

        Raises
        ------
        CdpError: when our own store or sandbox fails; then nothing can go on.
        """
        try:
            return self._ingest(contract, day)
        except Damaged as error:  # its ledger cannot be read: nobody knows what is new
            return IngestReport(contract.id, problem=error.message)

    def _ingest(self, contract: SourceContract, day: date) -> IngestReport:
        ledger = Ledger(self.store, contract.id)
        taken, book = (
            Taken(contract, ledger, self.store, self.clock.now()),
            Book(ledger, self.clock),
        )
        with scratch_folder("fetch", self.settings.scratch_root) as folder:
            fetching = fetch(contract, self.settings, day, folder, taken.by_mark)
            problem = self._take_all(contract, fetching, taken, book)
            book.close(taken.seen)
        taken.marks.keep()
        receipts = ledger.receipts()
        return IngestReport(
            contract.id,
            tuple(book.entries),
            known=taken.count,
            problem=problem,
            older=self._still_there(worth_judging_again(receipts, contract), contract),
            clock=self.doubt.sentence if self.doubt else "",
            ahead=in_the_future(receipts, self.clock.now()),
            misjudged=0 if self.doubt else len(of_a_wrong_clock(ledger, self.clock.now())),
            outstanding=outstanding(ledger, contract, self.store, self.clock.now()),
        )

    def _take_all(
        self, contract: SourceContract, fetching: Iterator[Fetched], taken: Taken, book: Book
    ) -> str:
        """Take in what is news; returns why that was not all, or an empty text."""
        problem, rewritten = "", list[tuple[int, Arrival]]()
        while True:
            try:
                fetched = next(fetching, None)
            except CdpError as error:
                problem = error.message
                break
            if fetched is None:
                break
            try:
                arrival = Arrival.of(contract, fetched)
            except NotStripped as error:  # this file is not kept; the next may be as it should
                problem = f"source {contract.id}: {error.message}"
                continue
            standing = taken.by_content(fetched.name, fetched.mark, arrival.sha256)
            if standing is Standing.REWRITTEN:
                rewritten.append((book.count, arrival.put_aside()))
            if standing in (Standing.KNOWN, Standing.REWRITTEN):
                continue
            try:
                book.note(self._received(arrival, taken))
            # Nothing of this file counts, and someone must look.
            except (RowsLost, PrivacyFailure, Damaged) as error:
                problem = f"source {contract.id}: file {fetched.name}: {error.message}"
                break
        for place, arrival in reversed(rewritten):
            if not taken.stays_known(arrival.fetched.name, arrival.sha256):
                book.note(self._received(arrival, taken), place)
        return problem

    def _received(self, arrival: Arrival, taken: Taken) -> LedgerEntry:
        """The entry of a delivery that is news."""
        before = taken.last(arrival.sha256)
        now = taken.instant_of(arrival.sha256, self.clock.now())
        if before and arrival.contract.delivery == "increment":
            # Its rows are there as they were judged; what would make them anew may be gone.
            fetched = arrival.fetched
            told = {"name": fetched.name, "origin": fetched.origin, "mark": fetched.mark}
            entry = before.model_copy(update={**told, "received_at": now})
            self.on_file(entry)
        else:
            entry = self._take(arrival, now, again=before is not None)
        taken.took(entry)
        return entry

    def _still_there(self, entries: list[LedgerEntry], contract: SourceContract) -> int:
        """How many of these deliveries can be judged again: the vault's bytes have an end."""
        if not contract.personal:
            return len(entries)
        kept = KeptBytes(self.settings, self.store)
        return sum(not kept.why_gone(entry) for entry in entries)

    def _take(self, arrival: Arrival, now: datetime, *, again: bool) -> LedgerEntry:
        vault = self._vault if arrival.contract.personal else None
        landed = land(arrival, self.store, now, again=again, vault=vault)
        entry = self.judge(landed)
        self.on_file(entry)
        return entry

    def judge(
        self, landed: Landed, before_writing: Callable[[ParseOutcome], None] = lambda _: None
    ) -> LedgerEntry:
        """Parse a landed file and write its rows and its quarantine, but no ledger record yet.

        Parameters
        ----------
        before_writing: is shown the outcome first; what it raises ends the matter.
        """
        arrival, contract = landed.arrival, landed.arrival.contract
        fetched, sha256 = arrival.fetched, arrival.sha256
        with scratch_folder("parse", self.settings.scratch_root) as work:
            hidden_with = self._period_keys(contract)
            job = Job(
                *(contract, fetched.path, work, sha256, landed.received_at, hidden_with),
                judged_at=landed.judged_at,
            )
            outcome = self.sandbox.parse(job)
            before_writing(outcome)
            sums = write_rows(contract, outcome, work, sha256, self.store)
            lake, quarantine = tuple(sums), ""
            if outcome.quarantine:
                quarantine = keys.quarantine(contract.id, sha256)
                sums[quarantine], _ = content_hash(work / outcome.quarantine)
                self.store.put(quarantine, work / outcome.quarantine)
        return LedgerEntry(
            source=contract.id,
            name=fetched.name,
            origin=fetched.origin,
            mark=fetched.mark,
            sha256=sha256,
            size=arrival.size,
            raw=landed.key,
            received_at=landed.received_at,
            judged_at=landed.judged_at,
            clock=self.doubt.state if self.doubt else "",
            contract_version=contract.version,
            contract_hash=judged_by(contract, outcome),
            shape=lake_shape(contract),
            outcome=outcome,
            lake=lake,
            quarantine=quarantine,
            sums=sums,
            days=tuple(file.day for file in outcome.files),
        )

    @cached_property
    def _key_store(self) -> KeyStore:
        found = KeyStore.of(self.settings)
        require_keys(self.store, found)
        return found

    @cached_property
    def _vault(self) -> Vault:
        return Vault(self.store, self._key_store, self.settings.vault_days)

    def _period_keys(self, contract: SourceContract) -> tuple[PeriodKey, ...]:
        if not contract.identifiers:
            return ()
        return living_keys(contract, self._key_store.obtain, self.clock.now())
