"""A lease on a lake: one process of all machines builds and publishes at a time.

Two machines on one lake built over each other.

Every holder has a number, created if absent, one higher than that of the holder before. It counts
its own heartbeats in an object; whoever waits looks whether that count moves, by seconds of its
own, so that no clock of one machine is compared with that of another. Whoever finds a higher number
than its own has lost the lease, for good: it asks before every commit, and writes the number into
it. Does not belong here: locks between processes of one machine (`ingestion/locking.py`).
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingestion.errors import CdpError, PermanentError
from ingestion.storage import keys
from ingestion.storage.failures import KeyExists, KeyMissing
from ingestion.storage.store import ObjectStore

log = logging.getLogger(__name__)
_BEATS = 6
"""Heartbeats in the time after which a silent holder counts as gone."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_held: list[Lease] = []


class LeaseLost(PermanentError):
    """Another process has taken the lake over, since this one was silent for too long."""


class LeaseHolder(BaseModel):
    """Who holds a lease."""

    model_config = ConfigDict(frozen=True)

    host: str
    pid: int
    home: str
    place: str
    """What tells this home on this machine from all others."""

    @classmethod
    def this_process(cls, home: Path) -> LeaseHolder:
        """The process that runs this."""
        found = home.stat()
        boot = _BOOT.read_text().strip() if _BOOT.exists() else ""
        place = f"{boot} {found.st_dev:x} {found.st_ino:x}"
        return cls(host=socket.gethostname(), pid=os.getpid(), home=str(home), place=place)

    @property
    def sentence(self) -> str:
        """Who it is, for whoever waits for it."""
        return f"process {self.pid} on {self.host} (home {self.home})"


class Lease:
    """The lease that this process holds."""

    def __init__(self, store: ObjectStore, number: int) -> None:
        self.number = number
        self._store = store

    def check(self) -> int:
        """The number to write into a commit.

        Raises
        ------
        LeaseLost: another process holds the lake now; nothing may be committed any more.
        """
        newest = _newest(self._store)
        if newest != self.number:
            raise LeaseLost(
                f"the lease {self.number} on {self._store.url} was lost: another process took the "
                f"lake over ({newest}) while this one did not answer",
                fix="nothing was committed since; run again",
            )
        return self.number

    def beat(self, count: int) -> None:
        """Say that the holder lives."""
        _write(self._store, lease_key(self.number, "beat"), {"count": count})


def fence() -> int:
    """The number of the lease that this process holds, to be written into a commit; 0 without one.

    Raises
    ------
    LeaseLost: it was lost, and nothing may be committed.
    """
    return _held[-1].check() if _held else 0


@contextmanager
def lease(
    store: ObjectStore, home: Path, seconds: float, told: Callable[[str], None] = log.warning
) -> Iterator[Lease]:
    """Hold the lake for as long as the block lasts; waits for whoever holds it.

    Parameters
    ----------
    home: of this process, which must hold the lock of that home.
    seconds: how long a holder may be silent before it counts as gone.
    told: is told for whom this process waits, and whose lease it took over.
    """
    held = Lease(store, _acquired(store, LeaseHolder.this_process(home), seconds, told))
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(held, ended, seconds / _BEATS), daemon=True)
    heart.start()
    _held.append(held)
    try:
        yield held
    finally:
        _held.remove(held)
        ended.set()
        heart.join()
        with suppress(CdpError):  # who waits will find out by itself
            _write(store, lease_key(held.number, "end"), {})


def holder(store: ObjectStore) -> LeaseHolder | None:
    """Who holds the lake now, as far as the lake knows; None when nobody does."""
    newest = _newest(store)
    if not newest or store.head(lease_key(newest, "end")) is not None:
        return None
    return _holder(store, newest)


def lease_key(number: int, about: str = "") -> str:
    """Who holds the lake, by the number of its lease; or a word about it: its `beat`, its `end`."""
    return keys.validate(f"{keys.LEASE}{number:08d}{f'.{about}' if about else ''}.json")


def lease_number(key: str) -> int:
    """The number in a key made by `lease_key`; 0 for an object that is none of ours."""
    number = key.removeprefix(keys.LEASE).split(".")[0]
    return int(number) if number.isdecimal() else 0


def _acquired(
    store: ObjectStore, me: LeaseHolder, seconds: float, told: Callable[[str], None]
) -> int:
    seen, since, waiting_for = (0, 0), time.monotonic(), 0
    while True:
        newest = _newest(store)
        free = not newest or store.head(lease_key(newest, "end")) is not None
        other = None if free else _holder(store, newest)
        # We hold the lock of our home, so that whoever held the lake from here is no more.
        gone = other is not None and (other.host, other.place) == (me.host, me.place)
        if (now := (newest, _count(store, newest))) != seen:
            seen, since = now, time.monotonic()
        silent = time.monotonic() - since >= seconds
        if free or gone or silent:
            if silent and not free and not gone:
                told(f"{_named(other)} was silent for {seconds:.0f} seconds; taking the lake over")
            if _created(store, newest + 1, me):
                return newest + 1
            continue
        if waiting_for != newest:
            waiting_for = newest
            told(f"waiting for {_named(other)}, which holds the lake {store.url}")
        time.sleep(min(seconds / _BEATS / 2, 2))


def _created(store: ObjectStore, number: int, me: LeaseHolder) -> bool:
    body = me.model_dump_json().encode()
    try:  # of all who try, one wins
        store.put(lease_key(number), body, if_absent=True, content_type="application/json")
    except KeyExists:
        return False
    if _newest(store) != number:  # slow: this number had been given and cleared away since
        store.delete(lease_key(number))
        return False
    for info in list(store.list(keys.LEASE)):  # the highest number alone counts
        if lease_number(info.key) < number:
            store.delete(info.key)
    return True


def _beat(held: Lease, ended: threading.Event, every: float) -> None:
    count = 1
    while not ended.wait(every):
        with suppress(CdpError):  # a store out of reach: the next commit finds out
            held.beat(count)
            count += 1


def _newest(store: ObjectStore) -> int:
    return max((lease_number(info.key) for info in store.list(keys.LEASE)), default=0)


def _holder(store: ObjectStore, number: int) -> LeaseHolder | None:
    try:
        return LeaseHolder.model_validate_json(store.get(lease_key(number)))
    except (KeyMissing, ValidationError):
        return None


def _named(who: LeaseHolder | None) -> str:
    return who.sentence if who else "another process"


def _count(store: ObjectStore, number: int) -> int:
    if not number:
        return 0
    try:
        return int(json.loads(store.get(lease_key(number, "beat")))["count"])
    except (KeyMissing, ValueError, KeyError, TypeError):
        return 0


def _write(store: ObjectStore, key: str, facts: dict[str, int]) -> None:
    store.put(key, json.dumps(facts).encode(), content_type="application/json")
