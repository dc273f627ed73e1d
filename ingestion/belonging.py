"""Which lake this is: a name that a catalogue and a key store know it by.

A lake, its catalogue and its key store are three places that settings put together, and nothing
but their content tells whether they belong together. Does not belong here: what is done when they
do not (`orchestration/tables.py`).
"""

from __future__ import annotations

import contextlib
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError

from ingestion.errors import PermanentError
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys


class Identity(BaseModel):
    """What a lake says of itself."""

    model_config = ConfigDict(frozen=True)

    lake: str
    """A random name, given once; a copy of the lake keeps it."""


def identity(store: ObjectStore) -> Identity:
    """What this lake says of itself; an empty or older lake is given its name now.

    Raises
    ------
    PermanentError: the object that says so is damaged.
    """
    try:
        return _read(store)
    except KeyMissing:
        body = Identity(lake=uuid4().hex).model_dump_json().encode()
        with contextlib.suppress(KeyExists):  # another process was first: its name counts
            store.put(keys.LAKE, body, if_absent=True, content_type="application/json")
        return _read(store)


def _read(store: ObjectStore) -> Identity:
    try:
        return Identity.model_validate_json(store.get(keys.LAKE))
    except ValidationError:
        raise PermanentError(
            f"{keys.LAKE} in {store.url} is damaged: it does not say which lake this is",
            expected="what the platform wrote there when the lake was new",
            fix="bring it back from a backup",
        ) from None
