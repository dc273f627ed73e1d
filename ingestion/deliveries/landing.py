"""Raw bytes into the lake store, named by their content, with a receipt beside them.

Raw objects are never changed: the same bytes are the same key, so landing them again is no work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from ingestion.connectors import Fetched
from ingestion.contracts import SourceContract
from ingestion.privacy.key_store import KeyGone
from ingestion.privacy.stripping import strip_secrets
from ingestion.privacy.vault import Vault
from ingestion.sealed import read_sealed, seal
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys


@dataclass(frozen=True)
class Arrival:
    """A file that has come, named by its content."""

    contract: SourceContract
    fetched: Fetched
    sha256: str
    size: int
    stripped: int = 0
    """How many secrets of the sender were taken out of it."""

    @classmethod
    def of(cls, contract: SourceContract, fetched: Fetched) -> Arrival:
        """The arrival of a fetched file, free of what the contract strips.

        Raises
        ------
        NotStripped: a secret may be in it that cannot be taken out; it must not be kept.
        """
        stripped = strip_secrets(fetched.path, contract.strip) if contract.strip else 0
        return cls(contract, fetched, *content_hash(fetched.path), stripped)

    def put_aside(self) -> Arrival:
        """The same, with its bytes where they outlive the asking for the next file."""
        path = self.fetched.path.rename(self.fetched.path.with_name(f".{self.sha256}"))
        return replace(self, fetched=replace(self.fetched, path=path))


@dataclass(frozen=True)
class Landed:
    """A file that is safe in the raw zone, and when it first came there."""

    arrival: Arrival
    key: str
    received_at: datetime
    as_of: datetime | None = None
    """The instant after which all is the future to it, where that is not when it came."""


class _Receipt(BaseModel):
    """What is read of a receipt again."""

    received_at: datetime


def land(
    arrival: Arrival,
    store: ObjectStore,
    now: datetime,
    *,
    again: bool = False,
    vault: Vault | None = None,
) -> Landed:
    """Keep the bytes as they came, then the receipt that says where they came from.

    The bytes of a personal source go to the vault and nowhere else.

    Bytes that an interrupted run has landed since yesterday keep the time of their receipt, so
    that doing its work again gives the same rows, byte for byte.

    Parameters
    ----------
    again: a snapshot that has come before and is the present one once more: it counts from now.
    vault: where the bytes of a personal source are sealed.
    """
    source, sha256 = arrival.contract.id, arrival.sha256
    earlier = None if again else _receipt_time(store, source, now - timedelta(days=1), sha256)
    received_at = earlier or now
    day = received_at.date()
    try:
        key = _keep(arrival, store, day, vault)
    except KeyGone:  # yesterday was erased since; what comes today is today's
        received_at, day = now, now.date()
        key = _keep(arrival, store, day, vault)
    body = json.dumps(_receipt(arrival, now), ensure_ascii=False, indent=1, sort_keys=True)
    try:
        store.put(
            keys.receipt(source, day, sha256),
            seal(body.encode()),
            if_absent=True,
            content_type="application/json",
        )
    except KeyExists:  # the first receipt of these bytes stands
        if not again:
            received_at = _receipt_time(store, source, received_at, sha256) or received_at
    return Landed(arrival, key, received_at)


def content_hash(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file, read once and in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _keep(arrival: Arrival, store: ObjectStore, day: date, vault: Vault | None) -> str:
    source, sha256, path = arrival.contract.id, arrival.sha256, arrival.fetched.path
    if arrival.contract.personal:
        if vault is None:
            raise ValueError(f"source {source} is personal, and there is no vault")
        return vault.keep(source, day, sha256, path)
    key = keys.raw(source, day, sha256, extension(arrival.fetched.name))
    with contextlib.suppress(KeyExists):  # landed by a run that ended before its ledger record
        store.put(key, path, if_absent=True)
    return key


def _receipt(arrival: Arrival, received_at: datetime) -> dict[str, object]:
    stripped = {"secrets_stripped": arrival.stripped} if arrival.contract.strip else {}
    return stripped | {
        "source": arrival.contract.id,
        "name": arrival.fetched.name,
        "origin": arrival.fetched.origin,
        "sha256": arrival.sha256,
        "bytes": arrival.size,
        "received_at": received_at.isoformat(),
        "mark": arrival.fetched.mark,
        "details": arrival.fetched.details,
        "contract_version": arrival.contract.version,
    }


def _receipt_time(store: ObjectStore, source: str, day: datetime, sha256: str) -> datetime | None:
    key = keys.receipt(source, day.date(), sha256)
    try:
        body = store.get(key)
    except KeyMissing:
        return None
    remedy = "bring it back from a backup, or delete it: it is written anew"
    receipt = read_sealed(_Receipt, body, key, store.url, fix=remedy)
    return receipt.received_at


def extension(name: str) -> str:
    """The ending of a file name that goes into its raw key: `csv.gz`, `xlsx`, or `bin`."""
    parts = name.lower().rsplit("/", 1)[-1].split(".")[1:][-2:]
    plain = [part for part in parts if part.isascii() and part.isalnum() and len(part) <= 8]
    return ".".join(plain) or "bin"
