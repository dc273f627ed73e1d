"""Object storage: one small interface, a folder and an S3 bucket behind it.

Belongs here: the promise (`store.py`), its two keepers (`local.py`, `s3.py`), the keys
(`keys.py`). Does not belong here: what is inside the objects.
"""

from ingestion.storage.opening import open_store
from ingestion.storage.store import (
    KeyExists,
    KeyMissing,
    ObjectInfo,
    ObjectStore,
    StoreUnavailable,
)

__all__ = [
    "KeyExists",
    "KeyMissing",
    "ObjectInfo",
    "ObjectStore",
    "StoreUnavailable",
    "open_store",
]
