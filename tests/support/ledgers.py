"""Ledgers of made-up deliveries, and all that follows from one.

Belongs here: filling a ledger without taking files in. Does not belong here: what is expected.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.deliveries.ledger_records import checkpoint_key
from ingestion.judging.outcome import ParseOutcome
from ingestion.sealed import sha256
from ingestion.storage import ObjectStore
from tests.support.judging import NOW

Store = TypeVar("Store", bound=ObjectStore)
QUARTER = timedelta(minutes=15)
CHECKPOINT = checkpoint_key("readings")


def entry(number: int, *, refused: bool = False) -> LedgerEntry:
    hashed = sha256(str(number).encode())
    return LedgerEntry(
        source="readings",
        name=f"{number}.csv",
        origin=f"file:///drops/{number}.csv",
        mark="",
        sha256=hashed,
        size=1,
        raw=f"raw/readings/{hashed}.csv",
        received_at=NOW + number * QUARTER,
        contract_version="1.0.0",
        contract_hash="h",
        outcome=ParseOutcome(status="refused" if refused else "accepted", rows=1, accepted=1),
    )


def filled(store: Store, records: int) -> Store:
    """A ledger to which one process after the other added a record."""
    for number in range(1, records + 1):
        Ledger(store, "readings").append_once([entry(number)], NOW + number * QUARTER)
    return store


def state(ledger: Ledger) -> tuple[object, ...]:
    return (
        list(ledger.records()),
        ledger.receipts(),
        ledger.entries(),
        ledger.shown(),
        ledger.names(),
        ledger.last_number(),
        ledger.remembers(),
    )


def replayed(store: ObjectStore) -> tuple[object, ...]:
    """The state by the records alone."""
    return state(Ledger(store, "readings", one_by_one=True))
