"""Which of the bytes that a source shows are news, told by what the ledger remembers.

"Seen before" alone left 99 in the place of 10 for ever when a sender sent 10, 99 and 10 again.

Bytes that never came before are. Bytes that came before are news again when they came again and
a later delivery said something else about the same days: whoever takes a correction back sends
what was first sent. A file that merely lies where it lay says nothing, night after night, and
neither does one that was renamed, or a folder of which everything was sent anew.

Does not belong here: fetching them and taking them in (`ingest.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

from ingestion.connectors.fetched import moment_of
from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry, Seen
from ingestion.deliveries.marks import Marks
from ingestion.storage import ObjectStore


class Standing(Enum):
    """What bytes are to the ledger."""

    NEW = auto()
    AGAIN = auto()
    """They came before, other bytes took their place since, and now they have come again."""
    REWRITTEN = auto()
    """Other bytes took their place, and their own file was written anew: news, unless the others
    were written anew along with it."""
    KNOWN = auto()


class Taken:
    """What came of a source till now, and what its names showed last."""

    def __init__(
        self, contract: SourceContract, ledger: Ledger, store: ObjectStore, now: datetime
    ) -> None:
        self.count = 0
        """Files that needed no work."""
        self.seen: list[Seen] = []
        """What the ledger does not know of names yet, without it being work."""
        # Without event days nothing tells two deliveries apart: each may be about all rows.
        self._whole = contract.delivery == "snapshot" or contract.day is None
        self._receipts = ledger.receipts()
        self._last = {entry.sha256: n for n, entry in enumerate(self._receipts)}
        self._instants = {(entry.sha256, entry.received_at) for entry in self._receipts}
        self._shown, self._now = ledger.shown(), now
        self.marks = Marks(store, contract, self._shown.values(), now)
        self._names = ledger.names()
        # A ledger of before sightings were kept does not know which names are new.
        self._remembers = ledger.remembers()
        self._met: set[str] = set()
        self._replaced: set[str] = set()
        self._rewritten: set[str] = set()

    def by_mark(self, name: str, mark: str) -> bool:
        """Told by its name and version mark, before its bytes are fetched."""
        found = self.marks.believed(name, mark)
        self._met.add(name)
        self.count += found
        return found

    def by_content(self, name: str, mark: str, sha256: str) -> Standing:
        """Told by its bytes, which this name shows from now on."""
        before = self._shown.get(name)
        now = self._shown[name] = Seen(name=name, mark=mark, sha256=sha256, received_at=self._now)
        other = before is None or before.sha256 != sha256
        if before and other:
            self._replaced.add(before.sha256)
        later_mark = before is not None and not other and _is_later(mark, before.mark)
        if later_mark:
            self._rewritten.add(sha256)
        standing = self._standing(now, before, other=other, later_mark=later_mark)
        self._met.add(name)
        self._names.setdefault((sha256, mark), set()).add(name)
        if standing is Standing.KNOWN:
            self.count += 1
            self.marks.read_again(name, mark)
            if other or later_mark:
                self.seen.append(now)
        return standing

    def stays_known(self, name: str, sha256: str) -> bool:
        """At the end of a run, of bytes that were written anew: were all that took their place?"""
        if any(entry.sha256 not in self._rewritten for entry in self._later(sha256)):
            return False
        self.count += 1
        self.seen.append(self._shown[name])
        return True

    def last(self, sha256: str) -> LedgerEntry | None:
        """The last receipt of these bytes."""
        return self._receipts[self._last[sha256]] if sha256 in self._last else None

    def took(self, entry: LedgerEntry) -> None:
        """A delivery was taken in; what comes after it is later."""
        self._last[entry.sha256] = len(self._receipts)
        self._receipts.append(entry)

    def instant_of(self, sha256: str, now: datetime) -> datetime:
        """When these bytes came: never twice at one instant, by which their receipts are told."""
        while (sha256, now) in self._instants:
            now += timedelta(microseconds=1)
        self._instants.add((sha256, now))
        return now

    def _standing(
        self, now: Seen, before: Seen | None, *, other: bool, later_mark: bool
    ) -> Standing:
        if now.sha256 not in self._last:
            return Standing.NEW
        if before and other and self._refused(now.sha256) and not self._was_moved(now):
            return Standing.AGAIN  # nothing changes but that the name shows no good file any more
        if not any(self._later(now.sha256)):
            return Standing.KNOWN
        if other and not self._was_moved(now) and (before or self._remembers):
            return Standing.AGAIN
        return Standing.REWRITTEN if later_mark else Standing.KNOWN

    def _later(self, sha256: str) -> Iterator[LedgerEntry]:
        """The deliveries that came after the last receipt of these bytes and took their place."""
        place = self._last[sha256]
        days = _days(self._receipts[place])
        for entry in self._receipts[place + 1 :]:
            others = _days(entry)
            if (days and others) if self._whole else not days.isdisjoint(others):
                yield entry

    def _refused(self, sha256: str) -> bool:
        return self._receipts[self._last[sha256]].outcome.status == "refused"

    def _was_moved(self, now: Seen) -> bool:
        """Did these bytes come to this name from another one, and not from the sender?

        As when files are numbered on (`a.csv` becomes `a.1.csv`, and a new `a.csv` is there), or
        renamed, which leaves the time at which they were written.
        """
        if now.sha256 in self._replaced:
            return True
        names = self._names.get((now.sha256, now.mark), set())
        renamed = bool(names) and now.name not in names and not names & self._met
        return renamed and moment_of(now.mark) is not None


def _days(entry: LedgerEntry) -> set[object]:
    """The days of which it has rows."""
    return {file.day for file in entry.outcome.files}


def _is_later(mark: str, before: str) -> bool:
    """Was the file written after it was seen before? Other kinds of mark do not tell."""
    one, other = moment_of(before), moment_of(mark)
    return one is not None and other is not None and other > one
