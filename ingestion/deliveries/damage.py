"""Objects of the lake held against what was recorded of them when they were written.

Belongs here: what the ledgers say that objects are, and looking at one. Does not belong here: which
objects are looked at and when, and what is done about a damaged one (`orchestration/`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.deliveries.currency import UNDER_WAY
from ingestion.deliveries.ledger import LedgerEntry
from ingestion.storage import KeyMissing, ObjectStore
from ingestion.storage.store import PIECE_BYTES


@dataclass(frozen=True)
class Damage:
    """An object that is not what was written, and what to do."""

    key: str
    found: str
    fix: str

    @property
    def message(self) -> str:
        """The whole in one line."""
        return f"{self.key} {self.found}; {self.fix}"


@dataclass(frozen=True)
class Written:
    """What a ledger says of an object: its SHA-256, and that of the delivery it is made from."""

    sha256: str
    delivery: str


def written_for(entries: Iterable[LedgerEntry]) -> dict[str, Written]:
    """Every object that stands in the lake for deliveries: by key, the last word on each.

    What was written before hashes were recorded, or is being replaced, has an empty one.

    Parameters
    ----------
    entries: all of a ledger, in the order of its records.
    """
    found: dict[str, Written] = {}
    of_delivery: dict[str, set[str]] = {}
    for entry in entries:
        for key in of_delivery.get(entry.sha256, ()):
            found.pop(key, None)
        objects = {*entry.lake, entry.quarantine} - {""}
        of_delivery[entry.sha256] = objects
        sums = {} if entry.contract_hash == UNDER_WAY else entry.sums
        found |= {key: Written(sums.get(key, ""), entry.sha256) for key in objects}
    return found


def wrong_with(store: ObjectStore, key: str, sha256: str) -> str:
    """What is wrong with an object that should have this SHA-256; empty when nothing is."""
    try:
        found = content_of(store, key)
    except KeyMissing:
        return "is missing"
    if found != sha256:
        return f"is damaged: its SHA-256 is {found[:8]}… and was {sha256[:8]}… when written"
    return ""


def content_of(store: ObjectStore, key: str) -> str:
    """The SHA-256 of an object, read in pieces. Raises `KeyMissing`."""
    digest = hashlib.sha256()
    with store.open(key) as stream:
        while piece := stream.read(PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
