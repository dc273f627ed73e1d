"""Which lake this is, and which key store hides what is in it.

A lake, its catalogue and its key store are three places that settings put together, and nothing
but their content tells whether they belong together. Does not belong here: the catalogue's side of
it (`orchestration/tables.py`).
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from ingestion.errors import PrivacyFailure
from ingestion.sealed import read_sealed, seal
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys

if TYPE_CHECKING:
    from ingestion.privacy.key_store import KeyStore

Said = TypeVar("Said", bound=BaseModel)


class OtherKeys(PrivacyFailure):
    """The key store of this home is not the one that hides what is in the lake."""


class Identity(BaseModel):
    """What a lake says of itself."""

    model_config = ConfigDict(frozen=True)

    lake: str
    """A random name, given once; a copy of the lake keeps it."""


class Keys(BaseModel):
    """What a lake says of its key store."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str


def identity(store: ObjectStore) -> Identity:
    """What this lake says of itself; a new or older lake is given its name now.

    Raises
    ------
    Damaged: the object that says so is not what was written.
    """
    return _said(store, keys.LAKE, Identity(lake=uuid4().hex))


def require_keys(store: ObjectStore, key_store: KeyStore) -> None:
    """See that a key store is the one of this lake; the first one that comes becomes it.

    Two key stores would give one person two pseudonyms, and seal raw bytes so that each opens
    half of them.

    Raises
    ------
    OtherKeys: the lake has another. Damaged: the lake does not say which.
    """
    own = Keys(fingerprint=key_store.fingerprint())
    said = _said(store, keys.KEY_STORE, own)
    if said != own:
        raise OtherKeys(
            f"the key store of this home ({own.fingerprint}) is not that of the lake {store.url} "
            f"({said.fingerprint}), so nothing personal is taken in here",
            fix="take personal sources in where that key store is, or let CDP_KEY_STORE name it; "
            "if it is lost for good: cdp vault adopt",
        )


def adopt_keys(store: ObjectStore, key_store: KeyStore) -> str:
    """Make a key store the one of this lake, whatever was before; its fingerprint."""
    own = Keys(fingerprint=key_store.fingerprint())
    store.put(keys.KEY_STORE, _sealed(own), content_type="application/json")
    return own.fingerprint


def _said(store: ObjectStore, key: str, first: Said) -> Said:
    """What stands under a key; `first`, where nothing did."""
    try:
        body = store.get(key)
    except KeyMissing:
        with contextlib.suppress(KeyExists):  # another process was first: what it said counts
            store.put(key, _sealed(first), if_absent=True, content_type="application/json")
        body = store.get(key)
    return read_sealed(type(first), body, key, store.url, fix="bring it back from a backup")


def _sealed(said: BaseModel) -> bytes:
    return seal(said.model_dump_json().encode())
