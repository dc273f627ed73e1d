"""The raw bytes of deliveries that came before: from the raw zone, or the vault while it lives.

Does not belong here: putting them there (`landing.py`), and what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.deliveries.landing import content_hash
from ingestion.deliveries.ledger import LedgerEntry
from ingestion.errors import PermanentError, PrivacyFailure
from ingestion.settings import Settings
from ingestion.storage import KeyMissing, ObjectStore

if TYPE_CHECKING:
    from ingestion.privacy.vault import Vault


class BytesGone(PermanentError):
    """The raw bytes of a delivery cannot be had any more."""


@dataclass(frozen=True)
class KeptBytes:
    """Where the raw bytes of all deliveries are kept."""

    settings: Settings
    store: ObjectStore

    def why_gone(self, entry: LedgerEntry) -> str:
        """Why the bytes of a delivery cannot be had any more; empty when they can."""
        if not entry.raw:
            return f"nobody received it; {entry.origin} wrote its rows, and can write them again"
        try:
            if entry.raw.startswith("vault/") and not self._vault.readable(entry.raw):
                return "its raw bytes were in the vault, and their day there is over"
        except PrivacyFailure as error:
            return f"its raw bytes in the vault cannot be opened: {error.message}"
        if self.store.head(entry.raw) is None:
            return f"its raw bytes ({entry.raw}) are no longer there"
        return ""

    def copy(self, entry: LedgerEntry, path: Path) -> None:
        """Write the bytes of a delivery to a file, as they came.

        Raises
        ------
        BytesGone: they are not there, or are not those that came.
        """
        try:
            if entry.raw.startswith("vault/"):
                self._unseal(entry, path)
            else:
                self.store.download(entry.raw, path)
        except KeyMissing:
            raise BytesGone(f"its raw bytes ({entry.raw}) are no longer there") from None
        if content_hash(path)[0] != entry.sha256:
            raise BytesGone(f"{entry.raw} no longer holds the bytes that came")

    def _unseal(self, entry: LedgerEntry, path: Path) -> None:
        try:
            self._vault.bring_back(entry.raw, path)
        except PrivacyFailure as error:
            raise BytesGone(error.message) from None

    @cached_property
    def _vault(self) -> Vault:
        from ingestion.privacy.vault import Vault

        return Vault.of(self.settings, self.store)
