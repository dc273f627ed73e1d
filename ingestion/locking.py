"""Locks between the processes of one machine, which the system takes back when a process ends.

When the parent of a night was killed alone, its dbt lived on outside of every lock, and the next
night failed beside it.

Whoever holds a lock writes into its file who it is, so that whoever waits can say for whom; and a
process that only serves another one ends with it. Does not belong here: locks between machines.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ingestion.clock import BANGKOK

log = logging.getLogger(__name__)
Told = Callable[[str], None]
_MOST_SHOWN = 80
_LOOK_SECONDS = 0.5


class Holder(BaseModel):
    """The process that holds a lock."""

    model_config = ConfigDict(frozen=True)

    pid: int
    command: str
    since: AwareDatetime

    @classmethod
    def this_process(cls, since: datetime) -> Holder:
        """The process that runs this."""
        first, *words = sys.argv or [sys.executable]
        command = " ".join([Path(first).name, *words])
        return cls(pid=os.getpid(), command=command[:_MOST_SHOWN], since=since)

    @property
    def sentence(self) -> str:
        """Who it is, for whoever waits for it."""
        since = self.since.astimezone(BANGKOK)
        return f"process {self.pid} ({self.command}, since {since:%Y-%m-%d %H:%M:%S} Bangkok time)"


@contextmanager
def locked(path: Path, since: datetime, told: Told = log.warning) -> Iterator[None]:
    """Hold a lock for as long as the block lasts; waits for whoever holds it.

    Parameters
    ----------
    since: what the clock says.
    told: is told for whom this process waits, if it has to.
    """
    descriptor = take(path, since, told)
    try:
        yield
    finally:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


def take(path: Path, since: datetime, told: Told = log.warning) -> int:
    """Take a lock until its descriptor is closed, or this process ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, fcntl.LOCK_EX, path, told)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, Holder.this_process(since).model_dump_json().encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def wait_until_free(path: Path, told: Told = log.warning) -> None:
    """Wait until nobody holds a lock, and do not take it."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        _wait(descriptor, fcntl.LOCK_SH, path, told)
    finally:
        os.close(descriptor)


def holder(path: Path) -> Holder | None:
    """Who wrote last that it holds the lock; None when that cannot be told."""
    try:
        return Holder.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def end_with(parent: int) -> None:
    """See that this process ends at once when its parent, the process of that id, has ended.

    No system call does this everywhere: one that tells of a parent's end tells of its thread's.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    if os.getppid() != parent:
        watch()
    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()


def _wait(descriptor: int, kind: int, path: Path, told: Told) -> None:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        found = holder(path)
        who = found.sentence if found else "another process"
        told(f"waiting for {who}, which works in {path.parent}")
        fcntl.flock(descriptor, kind)
