"""The newest of numbered objects, found by asking for numbers and not by listing all of them.

Objects are created one after the other, each if absent, so that the highest number is where the
next one is missing. Ten thousand builds were ten pages of a listing, at every look. Where somebody
wrote down which was the newest, two questions are enough; what was written down is looked at and
never believed. Does not belong here: what the objects say.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingestion.errors import CdpError
from ingestion.storage.failures import InvalidKey, KeyMissing
from ingestion.storage.keys import MAX_NUMBER, numbered
from ingestion.storage.store import ObjectStore

log = logging.getLogger(__name__)


class Newest(BaseModel):
    """What was the newest number when it was written down."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1, le=MAX_NUMBER)


def newest(store: ObjectStore, key: Callable[[int], str], told: int = 0) -> int:
    """The highest number; 0 before the first.

    Parameters
    ----------
    key: of the object with a number. told: where to look first; any number will do.
    """

    def there(number: int) -> bool:
        return 1 <= number <= MAX_NUMBER and store.head(key(number)) is not None

    last = told if there(told) else 0
    step = 1
    while there(last + step):
        last += step
        step *= 2
    missing = last + step
    while missing - last > 1:
        middle = (last + missing) // 2
        last, missing = (middle, missing) if there(middle) else (last, middle)
    return last


def listed(store: ObjectStore, prefix: str, key: Callable[[int], str]) -> Iterator[str]:
    """The keys of numbered objects, oldest first. Others beside them are not ours, and stop nobody:
    `cdp verify` names them."""
    return (info.key for info in store.list(prefix) if is_numbered(info.key, key))


def is_numbered(name: str, key: Callable[[int], str]) -> bool:
    """Is this the key of a numbered object, as `key` writes it?"""
    try:
        number = numbered(name)
        return number > 0 and key(number) == name
    except InvalidKey:
        return False


def told(store: ObjectStore, key: str) -> int:
    """The number that was written down; 0 where there is none, or none that can be read."""
    try:
        return Newest.model_validate_json(store.get(key)).number
    except (KeyMissing, ValidationError):
        return 0


def tell(store: ObjectStore, key: str, number: int) -> None:
    """Write a number down. Without it nothing is lost: the next look takes longer."""
    body = Newest(number=number).model_dump_json().encode()
    try:
        store.put(key, body, content_type="application/json")
    except CdpError as error:
        log.warning("%s was not written: %s", key, error.message)
