"""Object storage: one small interface, a folder and an S3 bucket behind it.

Belongs here: the promise (`store.py`), its two keepers (`local.py`, `s3.py`), the keys
(`keys.py`). Does not belong here: what is inside the objects.
"""

from ingestion.storage.failures import (
    InvalidKey,
    KeyExists,
    KeyMissing,
    StoreRefused,
    StoreUnavailable,
)
from ingestion.storage.opening import open_store
from ingestion.storage.store import ObjectInfo, ObjectStore

__all__ = [
    "InvalidKey",
    "KeyExists",
    "KeyMissing",
    "ObjectInfo",
    "ObjectStore",
    "StoreRefused",
    "StoreUnavailable",
    "open_store",
]
