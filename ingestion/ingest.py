"""One source, once: fetch what is new, keep the bytes, judge them, keep the good rows.

    fetch ──▶ land raw bytes + receipt ──▶ parse in the sandbox ──▶ lake + quarantine ──▶ ledger

A run that is cut off anywhere leaves at most objects that no ledger record names; the next run
does the same work again and writes the same keys.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingestion.clock import Clock
from ingestion.connectors import fetch
from ingestion.contracts import SourceContract
from ingestion.errors import CdpError
from ingestion.lake import write_rows
from ingestion.landing import Landed, content_hash, land
from ingestion.ledger import Ledger, LedgerEntry
from ingestion.parsing.outcome import ParseOutcome
from ingestion.parsing.parse import QUARANTINE_FILE
from ingestion.parsing.sandbox import Job, Sandbox
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys

_ENTRIES_PER_RECORD = 100


@dataclass(frozen=True)
class IngestReport:
    """What one run did for one source."""

    source: str
    entries: tuple[LedgerEntry, ...] = ()
    known: int = 0
    problem: str = ""
    """Why the source could not be fetched to its end; empty when it was."""

    @property
    def accepted(self) -> int:
        """Rows that entered the lake."""
        return sum(entry.outcome.accepted for entry in self.entries)

    @property
    def quarantined(self) -> int:
        """Rows kept out of the lake, with their reasons, from files that were accepted."""
        return sum(e.outcome.quarantined for e in self.entries if e.outcome.status == "accepted")

    @property
    def deduplicated(self) -> int:
        """Rows that repeated another row of their file."""
        return sum(entry.outcome.deduplicated for entry in self.entries)

    @property
    def refused(self) -> tuple[LedgerEntry, ...]:
        """Files that could not be used."""
        return tuple(e for e in self.entries if e.outcome.status == "refused")


@dataclass
class Ingestion:
    """What every source's run shares: the lake store, the sandbox, the clock."""

    settings: Settings
    store: ObjectStore
    sandbox: Sandbox
    clock: Clock
    on_file: Callable[[LedgerEntry], None] = field(default=lambda _: None)

    def ingest(self, contract: SourceContract, day: date) -> IngestReport:
        """Take in what a source has for a day. A source that fails is a report, not an exception.

        Raises
        ------
        CdpError: when our own store fails; then nothing can go on.
        """
        ledger = Ledger(self.store, contract.id)
        past = ledger.entries()
        marks = {(e.name, e.mark) for e in past.values() if e.mark}
        done: list[LedgerEntry] = []
        pending: list[LedgerEntry] = []
        seen, known, problem = set(past), len(marks), ""
        with tempfile.TemporaryDirectory(prefix="cdp-") as folder:
            arrivals = fetch(
                contract, self.settings, day, Path(folder), lambda n, m: (n, m) in marks
            )
            while True:
                try:
                    fetched = next(arrivals, None)
                except CdpError as error:
                    problem = error.message
                    break
                if fetched is None:
                    break
                sha256, _ = content_hash(fetched.path)
                if sha256 in seen:
                    continue
                seen.add(sha256)
                landed = land(contract, fetched, self.store, self.clock.now())
                pending.append(self._judge(contract, landed))
                self.on_file(pending[-1])
                if len(pending) >= _ENTRIES_PER_RECORD:
                    ledger.append(pending, self.clock.now())
                    done, pending = done + pending, []
        if pending:
            ledger.append(pending, self.clock.now())
        return IngestReport(contract.id, tuple(done + pending), known, problem)

    def _judge(self, contract: SourceContract, landed: Landed) -> LedgerEntry:
        """Parse a landed file and write its rows and its quarantine."""
        received_at = self.clock.now()
        with tempfile.TemporaryDirectory(prefix="cdp-parse-") as folder:
            work = Path(folder)
            outcome = self.sandbox.parse(
                Job(contract, landed.fetched.path, work, landed.sha256, received_at)
            )
            lake = write_rows(contract, outcome, work, landed.sha256, self.store)
            quarantine = ""
            if outcome.quarantine:
                quarantine = keys.quarantine(contract.id, landed.sha256)
                self.store.put(quarantine, work / QUARANTINE_FILE)
        return LedgerEntry(
            source=contract.id,
            name=landed.fetched.name,
            origin=landed.fetched.origin,
            mark=landed.fetched.mark,
            sha256=landed.sha256,
            size=landed.size,
            raw=landed.key,
            received_at=received_at,
            contract_version=contract.version,
            contract_hash=contract_hash(contract),
            outcome=outcome,
            lake=lake,
            quarantine=quarantine,
            days=tuple(file.day for file in outcome.files),
        )


def contract_hash(contract: SourceContract) -> str:
    """Hash of all that a contract says: tells under which words a delivery was judged."""
    return hashlib.sha256(contract.model_dump_json().encode()).hexdigest()[:16]


def judge_files(
    contract: SourceContract, paths: list[Path], out: Path, clock: Clock
) -> list[tuple[Path, ParseOutcome]]:
    """Judge files as `ingest` would, storing nothing but what goes to `out` (for `cdp try`)."""
    judged = []
    with Sandbox() as sandbox:
        for path in paths:
            work = out / path.name
            work.mkdir(parents=True, exist_ok=True)
            sha256, _ = content_hash(path)
            judged.append((path, sandbox.parse(Job(contract, path, work, sha256, clock.now()))))
    return judged
