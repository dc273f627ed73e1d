"""Which of the bytes that a source shows are news, told by what the ledger remembers.

Does not belong here: fetching them and taking them in (`ingest.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ingestion.contracts import SourceContract
from ingestion.ledger import Ledger
from ingestion.marks import Marks
from ingestion.storage import ObjectStore


class Taken:
    """Which bytes need no work, because a ledger record names them.

    Of a snapshot only the present delivery counts: when the source goes back to what it showed
    before, that is news.
    """

    def __init__(
        self, contract: SourceContract, ledger: Ledger, store: ObjectStore, now: datetime
    ) -> None:
        receipts = ledger.receipts()
        self.ever = {entry.sha256 for entry in receipts}
        self._instants = {(entry.sha256, entry.received_at) for entry in receipts}
        self.count = 0
        self._snapshot = contract.delivery == "snapshot"
        shown = ledger.present()
        self._shown = {name: entry.sha256 for name, entry in shown.items()}
        self._newest = next(reversed(self._shown.values()), "")
        entries = shown.values() if self._snapshot else ledger.entries().values()
        self.marks = Marks(store, contract, entries, now)

    def by_mark(self, name: str, mark: str) -> bool:
        """Told by its name and version mark, before its bytes are fetched."""
        found = self.marks.believed(name, mark)
        self.count += found
        return found

    def by_content(self, name: str, sha256: str, mark: str = "") -> bool:
        """Told by its bytes; from now on these are taken."""
        found = sha256 in self.ever
        if self._snapshot:
            found = sha256 in (self._newest, self._shown.get(name))
        if found:
            self.marks.read_again(name, mark)
        else:
            self._newest = self._shown[name] = sha256
            self.ever.add(sha256)
        self.count += found
        return found

    def instant_of(self, sha256: str, now: datetime) -> datetime:
        """When these bytes came: never twice at one instant, by which their receipts are told."""
        while (sha256, now) in self._instants:
            now += timedelta(microseconds=1)
        self._instants.add((sha256, now))
        return now
