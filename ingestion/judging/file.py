"""One delivered file on its way: what it is, by which words it is read, where its results go.

Does not belong here: what becomes of it (`parse.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ingestion.contracts.source import SourceContract
from ingestion.formats.raw.ahead import ahead
from ingestion.formats.reading import read
from ingestion.judging.results.accepted import Delivery
from ingestion.limits import MIB, Limits
from ingestion.privacy.periods import PeriodKey
from ingestion.records import Batches, FileNotes


@dataclass(frozen=True)
class File:
    """One delivered file, and what it is read by.

    `delivery` says when it came; `work` takes what is written; `notes` what its reader finds.
    """

    contract: SourceContract
    declared: SourceContract
    """The contract with the fields that are dropped."""
    path: Path
    work: Path
    delivery: Delivery
    period_keys: tuple[PeriodKey, ...]
    limits: Limits
    notes: FileNotes

    def records(self, notes: FileNotes) -> Batches:
        """The records of the file; those of a large one are read while others are sifted."""
        batches = read(self.contract, self.path, self.limits, notes)
        return ahead(batches) if self.large else batches

    @cached_property
    def large(self) -> bool:
        """Is it worth threads that read, sift and write side by side?"""
        return self.path.is_file() and self.path.stat().st_size > MIB

    @property
    def now(self) -> datetime:
        """The instant after which everything is the future."""
        return self.delivery.as_of or self.delivery.received_at
