"""The numbered records of the lake, room by room: which keys are theirs, and what lies beside them.

Belongs here: ledgers, builds, what people said of deliveries and of the clock, warnings. Does not
belong here: what each record says, and looking at them in turn (`verifying.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from ingestion.deliveries.outstanding import Waves
from ingestion.storage import ObjectStore, keys
from ingestion.storage.numbering import is_numbered
from orchestration.alerts.records import Records
from orchestration.builds import build_key

_ROOMS = ("ledger/", keys.BUILDS, "waved/", "alerts/", keys.clock_confirmations_prefix())
_POINTER = re.compile(rf"{keys.NEWEST_BUILD}|alerts/[a-z0-9_]+/newest\.json")
"""What says which of numbered records is the newest."""


def is_record(key: str) -> bool:
    """Is this the key of one of them?"""
    room, of, *_ = key.split("/")
    keys_of: dict[str, Callable[[int], str]] = {
        "ledger": partial(keys.ledger, of),
        "waved": partial(keys.waved, of),
        "alerts": partial(keys.alerts, of),
        "builds": build_key,
    }
    return is_numbered(key, keys_of.get(room, keys.clock_confirmation))


def strays(store: ObjectStore) -> Iterator[str]:
    """What lies among records and is none, which nobody else looks at."""
    for room in _ROOMS:
        for info in store.list(room):
            if not is_record(info.key) and not _POINTER.fullmatch(info.key):
                yield info.key


def spoken(store: ObjectStore) -> Iterator[tuple[str, Callable[[], object]]]:
    """What people said of deliveries, and what people were told: where it lies, and a look at all
    of it, which raises `Damaged`."""
    for source in _with_records(store, "waved/"):
        yield keys.waved_prefix(source), Waves(store, source).all
    for kind in _with_records(store, "alerts/"):
        yield keys.alerts_prefix(kind), Records(store, kind).history


def _with_records(store: ObjectStore, room: str) -> list[str]:
    listed = (info.key for info in store.list(room))
    return sorted({key.split("/")[1] for key in listed if is_record(key)})
