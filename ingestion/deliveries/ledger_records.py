"""The records of a ledger as they lie in the store: each by its number, and most in one object.

A source that is asked every quarter of an hour has 2,880 records after a month, and every look at
it took 5,761 requests. So whoever adds records puts all of them, every few, into a checkpoint as
well. That is a cache and never the truth: its last record is held against the one that it copies,
and where it is of no use all records are read one by one, which is told. Does not belong here: what
records say, and whether one follows the other (`ledger.py`).
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Sequence
from contextlib import suppress

from pydantic import BaseModel, ConfigDict, ValidationError

from ingestion.errors import CdpError
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys

log = logging.getLogger(__name__)

RESTORE = "bring it back from a backup of the lake, then run cdp verify"
ANEW = "delete it: it is made anew from the records"
CHECKPOINTS = "checkpoints/"
LOOSE = 4
"""Records after which there is another checkpoint; fewer are read one by one."""
_PACKET_BYTES = 1 << 20
"""So many bytes of records are compressed together; what is full is not touched again."""
_BETWEEN = b"\0"  # no JSON has one


class RecordLost(Damaged):
    """A record that was there is missing."""


class Checkpoint(BaseModel):
    """The first records of a ledger, byte for byte."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    packets: tuple[bytes, ...] = ()

    def bodies(self) -> list[bytes]:
        """The records, oldest first."""
        return [body for packet in self.packets for body in _unpacked(packet)]

    def with_more(self, bodies: Sequence[bytes]) -> Checkpoint:
        """The same and the records that follow."""
        full, last = self.packets, list[bytes]()
        if full and sum(map(len, unpacked := _unpacked(full[-1]))) < _PACKET_BYTES:
            full, last = full[:-1], unpacked
        return Checkpoint(packets=(*full, zlib.compress(_BETWEEN.join([*last, *bodies]))))


class StoredRecords:
    """The bodies of the records of one source."""

    def __init__(self, store: ObjectStore, source: str) -> None:
        self._store, self._source = store, source
        self._checkpoint = Checkpoint()

    def packed(self) -> list[bytes]:
        """Those that the checkpoint holds; none where it is of no use.

        Raises
        ------
        RecordLost: its last record is missing in the ledger.
        """
        try:
            self._checkpoint = read_checkpoint(self._store, self._source)
        except RecordLost:
            raise
        except Damaged as error:
            log.warning("%s; the records are read one by one", error.message)
        return self._checkpoint.bodies()

    def at(self, number: int, *, look_behind: bool) -> bytes | None:
        """The record with a number, as it lies there; None before it is written.

        Parameters
        ----------
        look_behind: if it is missing, look whether the one after it is there.

        Raises
        ------
        RecordLost: it is missing, and the one after it is there.
        """
        key = keys.ledger(self._source, number)
        with suppress(KeyMissing):
            return self._store.get(key)
        if not look_behind or self._store.head(keys.ledger(self._source, number + 1)) is None:
            return None
        try:
            return self._store.get(key)  # both were written since the first look
        except KeyMissing:
            problem = "it is missing, and the record after it is there"
            raise RecordLost(key, self._store.url, problem, fix=RESTORE) from None

    def add(self, number: int, body: bytes) -> bool:
        """Add a record; False when another writer was first."""
        key = keys.ledger(self._source, number)
        try:  # the commit point
            self._store.put(key, body, if_absent=True, content_type="application/json")
        except KeyExists:
            return False
        return True

    def pack(self, bodies: Sequence[bytes]) -> bool:
        """Put records that follow those of the checkpoint into it; whether that was done.

        Of two processes that do so at once the slower one may leave an older checkpoint, which is
        as true, and shorter. One that dies here, or whom the store refuses, has lost nothing.
        """
        more = self._checkpoint.with_more(bodies)
        body = seal(more.model_dump_json().encode())
        try:
            self._store.put(checkpoint_key(self._source), body, content_type="application/json")
        except CdpError as error:
            log.warning("%s: no checkpoint was written: %s", self._source, error.message)
            return False
        self._checkpoint = more
        return True


def checkpoint_key(source: str) -> str:
    """The records of a source's ledger so far, in one object."""
    return keys.validate(f"{CHECKPOINTS}{source}.json")


def read_checkpoint(store: ObjectStore, source: str) -> Checkpoint:
    """The checkpoint of a source; an empty one before there is any.

    Raises
    ------
    Damaged: it is not what was written, or its last record is not that of the ledger.
    RecordLost: its last record is missing in the ledger.
    """
    key = checkpoint_key(source)
    try:
        found = read_sealed(Checkpoint, store.get(key), key, store.url, fix=ANEW)
        bodies = found.bodies()
    except KeyMissing:
        return Checkpoint()
    except zlib.error as error:
        raise Damaged(key, store.url, str(error), fix=ANEW) from None
    if not bodies or not _follow_one_another(bodies):
        raise Damaged(key, store.url, "its records do not follow one another", fix=ANEW)
    last = keys.ledger(source, len(bodies))
    try:
        same = store.get(last) == bodies[-1]
    except KeyMissing:
        way_out = f"or, where nobody has it, delete {key}: what it told comes in again"
        problem = f"it is missing, and {key} tells of it"
        raise RecordLost(last, store.url, problem, fix=f"{RESTORE}; {way_out}") from None
    if not same:
        raise Damaged(key, store.url, f"its last record is not {last}", fix=ANEW)
    return found


class _Link(BaseModel):
    """What ties a record to the one before it."""

    number: int
    before: str = ""


def _follow_one_another(bodies: Sequence[bytes]) -> bool:
    last = ""
    for number, body in enumerate(bodies, start=1):
        try:
            link = _Link.model_validate_json(body)
        except ValidationError:
            return False
        if link.number != number or link.before not in ("", last):
            return False
        last = sha256(body)
    return True


def _unpacked(packet: bytes) -> list[bytes]:
    return zlib.decompress(packet).split(_BETWEEN)
