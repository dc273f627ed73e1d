"""How long a source is waited for, how often it is asked again, and how fast.

Asked again is only where that helps; the waits between tries grow and are random in full, so that
the sources' clients of a whole country do not come back in the same second after an outage.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import stamina

LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """The bounds of one address, its tries included. How long it may be silent: the contract."""

    connect_seconds: float = 10
    total_seconds: float = 1800
    tries: int = 6
    longest_wait: float = LONGEST_WAIT_SECONDS
    file_bytes: int = 2 << 30
    page_bytes: int = 64 << 20
    pages: int = 10_000


class Again(Exception):
    """A failure that another try may mend, after `wait` seconds when the server named them."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(problem)


def tries(limits: Limits) -> Iterator[stamina.Attempt]:
    """Tries of a block that raises `Again`; the last `Again` goes through to the caller.

    A server that asks for more patience than `longest_wait` is not asked again in this run.
    """
    failed = 0

    def decide(error: Exception) -> bool | float:
        nonlocal failed
        failed += 1
        if not isinstance(error, Again) or (error.wait or 0) > limits.longest_wait:
            return False
        return wait_seconds(failed, error.wait, limits.longest_wait)

    yield from stamina.retry_context(on=decide, attempts=limits.tries, timeout=limits.total_seconds)


def wait_seconds(failed: int, asked: float | None, longest: float) -> float:
    """How long to wait after so many failed tries: full jitter, or what the server asked for."""
    if asked is not None:
        return asked + random.uniform(0, 1)  # noqa: S311 - spreads clients, keeps no secret
    return random.uniform(0, min(longest, 2.0**failed))  # noqa: S311


class Deadline:
    """The moment at which patience ends, by a clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; zero when there are none."""
        return max(0.0, self._until - time.monotonic())


class Pace:
    """At most so many requests a second to one host, whichever source of this process asks."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def turn(self, host: str, per_second: float) -> None:
        """Wait until a request to this host is due."""
        if not per_second:
            return
        with self._lock:
            now = self._clock()
            due = max(now, self._free_at.get(host, now))
            self._free_at[host] = due + 1 / per_second
        self._sleep(due - now)


PACE = Pace()
