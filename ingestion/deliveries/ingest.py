"""One source, once: fetch what is new, keep the bytes, read and cast them, keep the good rows.

    fetch ──▶ is it news? ──▶ land raw bytes + receipt ──▶ parse in the sandbox
                                      ──▶ lake + quarantine ──▶ ledger: from then on it counts

A run that is cut off anywhere leaves at most objects that no ledger record names; the next run
does the same work again and writes the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from ingestion.clock import Clock
from ingestion.clock_trust import ClockVerdict
from ingestion.connectors import Fetched, fetch
from ingestion.contracts import SourceContract
from ingestion.deliveries.currency import (
    decided_by,
    in_the_future,
    lake_shape,
    of_a_wrong_clock,
    worth_replaying,
)
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.lake import write_rows
from ingestion.deliveries.landing import Arrival, Landed, content_hash, land
from ingestion.deliveries.ledger import Book, Ledger, LedgerEntry
from ingestion.deliveries.news import Standing, Taken
from ingestion.deliveries.outstanding import outstanding
from ingestion.deliveries.report import IngestReport
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
            visit = _Visit(self, contract)
            with scratch_folder("fetch", self.settings.scratch_root) as folder:
                visit.take_in_news(day, folder)
                visit.take_in_what_was_put_aside()
                visit.enter()  # the commit point
            return self._report(visit)
        except Damaged as error:  # its ledger cannot be read: nobody knows what is new
            return IngestReport(contract.id, problem=error.message)

    def land(self, arrival: Arrival, taken: Taken) -> Landed:
        """Keep the bytes of a delivery that is news, and say when they came."""
        now = taken.instant_of(arrival.sha256, self.clock.now())
        again = taken.last(arrival.sha256) is not None
        vault = self._vault if arrival.contract.personal else None
        return land(arrival, self.store, now, again=again, vault=vault)

    def read_and_write(
        self, landed: Landed, before_writing: Callable[[ParseOutcome], None] = lambda _: None
    ) -> LedgerEntry:
        """Parse a landed file and write its rows and its quarantine, but no ledger record yet.

        Parameters
        ----------
        before_writing: is shown the outcome first; what it raises ends the matter.
        """
        with scratch_folder("parse", self.settings.scratch_root) as work:
            outcome = self._parsed(landed, work)
            before_writing(outcome)
            return self._written(landed, outcome, work)

    def _parsed(self, landed: Landed, work: Path) -> ParseOutcome:
        arrival, contract = landed.arrival, landed.arrival.contract
        job = Job(
            contract,
            arrival.fetched.path,
            work,
            arrival.sha256,
            landed.received_at,
            self._period_keys(contract),
            as_of=landed.as_of,
        )
        return self.sandbox.parse(job)

    def _written(self, landed: Landed, outcome: ParseOutcome, work: Path) -> LedgerEntry:
        """Put what was parsed into the lake; the entry that says so."""
        arrival, contract = landed.arrival, landed.arrival.contract
        sums = write_rows(contract, outcome, work, arrival.sha256, self.store)
        lake, quarantine = tuple(sums), ""
        if outcome.quarantine:
            quarantine = keys.quarantine(contract.id, arrival.sha256)
            sums[quarantine], _ = content_hash(work / outcome.quarantine)
            self.store.put(quarantine, work / outcome.quarantine)
        return LedgerEntry(
            source=contract.id,
            name=arrival.fetched.name,
            origin=arrival.fetched.origin,
            mark=arrival.fetched.mark,
            sha256=arrival.sha256,
            size=arrival.size,
            raw=landed.key,
            received_at=landed.received_at,
            as_of=landed.as_of,
            clock=self.doubt.state if self.doubt else "",
            contract_version=contract.version,
            contract_hash=decided_by(contract, outcome),
            shape=lake_shape(contract),
            outcome=outcome,
            lake=lake,
            quarantine=quarantine,
            sums=sums,
            days=tuple(file.day for file in outcome.files),
        )

    def _report(self, visit: _Visit) -> IngestReport:
        ledger, contract, now = visit.ledger, visit.contract, self.clock.now()
        receipts = ledger.receipts()
        return IngestReport(
            contract.id,
            tuple(visit.book.entries),
            known=visit.taken.count,
            problem=visit.problem,
            older=self._still_there(worth_replaying(receipts, contract), contract),
            clock=self.doubt.sentence if self.doubt else "",
            ahead=in_the_future(receipts, now),
            by_wrong_clock=0 if self.doubt else len(of_a_wrong_clock(ledger, now)),
            outstanding=outstanding(ledger, contract, self.store, now),
        )

    def _still_there(self, entries: list[LedgerEntry], contract: SourceContract) -> int:
        """How many of these deliveries can be replayed: the vault's bytes have an end."""
        if not contract.personal:
            return sum(bool(entry.raw) for entry in entries)
        kept = KeptBytes(self.settings, self.store)
        return sum(not kept.why_gone(entry) for entry in entries)

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


class _Visit:
    """One visit to a source: its steps in the order in which they happen."""

    def __init__(self, ingestion: Ingestion, contract: SourceContract) -> None:
        self.contract, self.ledger = contract, Ledger(ingestion.store, contract.id)
        self.taken = Taken(contract, self.ledger, ingestion.store, ingestion.clock.now())
        self.book = Book(self.ledger, ingestion.clock)
        self.problem = ""
        """Why not all was taken in."""
        self._ingestion = ingestion
        self._put_aside: list[tuple[int, Arrival]] = []
        """Files that were written anew, and their places among those that are taken in."""

    def take_in_news(self, day: date, folder: Path) -> None:
        """Take in what is news, file by file, as the source shows it."""
        for fetched in self._fetched(day, folder):
            arrival = self._arrived(fetched)
            if arrival is None:
                continue
            standing = self.taken.by_content(fetched.name, fetched.mark, arrival.sha256)
            if standing is Standing.REWRITTEN:
                self._put_aside.append((self.book.count, arrival.put_aside()))
            elif standing is not Standing.KNOWN and not self._taken_in(arrival):
                return

    def take_in_what_was_put_aside(self) -> None:
        """Of the files that were written anew those that are news, now that all were seen."""
        for place, arrival in reversed(self._put_aside):
            news = not self.taken.stays_known(arrival.fetched.name, arrival.sha256)
            if news and not self._taken_in(arrival, place):
                return

    def enter(self) -> None:
        """Write into the ledger what is not there yet; from then on it counts."""
        self.book.close(self.taken.seen)
        self.taken.marks.keep()

    def _fetched(self, day: date, folder: Path) -> Iterator[Fetched]:
        settings = self._ingestion.settings
        fetching = fetch(self.contract, settings, day, folder, self.taken.by_mark)
        while True:
            try:
                fetched = next(fetching, None)
            except CdpError as error:
                self.problem = error.message
                return
            if fetched is None:
                return
            yield fetched

    def _arrived(self, fetched: Fetched) -> Arrival | None:
        """The file without its sender's secrets; None where those cannot be taken out."""
        try:
            return Arrival.of(self.contract, fetched)
        except NotStripped as error:  # this file is not kept; the next may be as it should
            self.problem = f"source {self.contract.id}: {error.message}"
            return None

    def _taken_in(self, arrival: Arrival, place: int | None = None) -> bool:
        """Take in a delivery that is news; False where someone must look before more is done."""
        try:
            self.book.note(self._entry(arrival), place)
        except (RowsLost, PrivacyFailure, Damaged) as error:  # nothing of this file counts
            file = f"source {self.contract.id}: file {arrival.fetched.name}"
            self.problem = f"{file}: {error.message}"
            return False
        return True

    def _entry(self, arrival: Arrival) -> LedgerEntry:
        """The entry of a delivery that is news; what it says is done by then."""
        before = self.taken.last(arrival.sha256)
        if before and self.contract.delivery == "increment":
            entry = self._once_more(arrival, before)
        else:
            landed = self._ingestion.land(arrival, self.taken)
            entry = self._ingestion.read_and_write(landed)
        self._ingestion.on_file(entry)
        self.taken.took(entry)
        return entry

    def _once_more(self, arrival: Arrival, before: LedgerEntry) -> LedgerEntry:
        """An increment that came before: its rows are there; what made them may be gone by now."""
        fetched = arrival.fetched
        now = self.taken.instant_of(arrival.sha256, self._ingestion.clock.now())
        told = {"name": fetched.name, "origin": fetched.origin, "mark": fetched.mark}
        return before.model_copy(update={**told, "received_at": now})
