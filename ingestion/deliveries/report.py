"""What one run did for one source: the words in which ingestion reports to everything else.

Does not belong here: how it is shown (`orchestration/facts.py`, `orchestration/cli/show.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from ingestion.deliveries.ledger import LedgerEntry
from ingestion.deliveries.outstanding import Outstanding


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
    """Deliveries that were taken in under older words of the contract, and may fare better now."""
    clock: str = ""
    """What is wrong with our clock; empty when it is believable."""
    ahead: datetime | None = None
    """The latest receipt that lies in the future, if one does."""
    by_wrong_clock: int = 0
    """Deliveries that a wrong clock kept out, and that can be replayed by the present one."""
    replayed: tuple[LedgerEntry, ...] = ()
    """Deliveries of before that a wrong clock had kept out, as they are now."""
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
