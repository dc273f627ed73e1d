"""Raw bytes into the lake store, named by their content, with a receipt beside them.

Raw objects are never changed: the same bytes are the same key, so landing them again is no work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.connectors import Fetched
from ingestion.contracts import SourceContract
from ingestion.storage import KeyExists, ObjectStore, keys


@dataclass(frozen=True)
class Landed:
    """A file that is safe in the raw zone."""

    fetched: Fetched
    sha256: str
    size: int
    key: str


def land(
    contract: SourceContract, fetched: Fetched, store: ObjectStore, received_at: datetime
) -> Landed:
    """Keep the bytes as they came, then the receipt that says where they came from."""
    sha256, size = content_hash(fetched.path)
    key = keys.raw(contract.id, received_at.date(), sha256, extension(fetched.name))
    with contextlib.suppress(KeyExists):  # landed by a run that ended before its ledger record
        store.put(key, fetched.path, if_absent=True)
    receipt = {
        "source": contract.id,
        "name": fetched.name,
        "origin": fetched.origin,
        "sha256": sha256,
        "bytes": size,
        "received_at": received_at.isoformat(),
        "mark": fetched.mark,
        "details": fetched.details,
        "contract_version": contract.version,
    }
    beside = keys.receipt(contract.id, received_at.date(), sha256)
    body = json.dumps(receipt, ensure_ascii=False, indent=1, sort_keys=True).encode()
    with contextlib.suppress(KeyExists):  # the first receipt of these bytes stands
        store.put(beside, body, if_absent=True, content_type="application/json")
    return Landed(fetched=fetched, sha256=sha256, size=size, key=key)


def content_hash(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file, read once and in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def extension(name: str) -> str:
    """The ending of a file name that goes into its raw key: `csv.gz`, `xlsx`, or `bin`."""
    parts = name.lower().rsplit("/", 1)[-1].split(".")[1:][-2:]
    plain = [part for part in parts if part.isascii() and part.isalnum() and len(part) <= 8]
    return ".".join(plain) or "bin"
