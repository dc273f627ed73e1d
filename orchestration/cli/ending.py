"""A command that is told to end does so within ten seconds, and leaves nothing readable behind.

Belongs here: SIGTERM, and SIGHUP of a terminal that is closed. Ctrl-C is Python's own. Does not
belong here: what a later run makes of work that was cut off; it finds all that counts.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ingestion.scratch import clear

GRACE_SECONDS = 7
"""How long what is under way may take to end in order; a parser or a slow source may not."""
_TOLD = (signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants the command to end."""

    def __init__(self, number: int) -> None:
        self.code = 128 + number
        super().__init__(signal.Signals(number).name)


@contextmanager
def ends_when_told() -> Iterator[None]:
    """Within the block a signal to end is `Stopped`, and soon the end whatever the process does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    done = threading.Event()
    before = {each: signal.getsignal(each) for each in _TOLD}
    for each, handler in before.items():
        if handler is signal.SIG_DFL:  # nohup stays nohup
            signal.signal(each, _stop)
    # The system writes at once; Python asks its main thread, which may be in a long query.
    woken = signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(readable, done), daemon=True).start()
    try:
        yield
        done.set()
    except Stopped:  # the end of the process waits for its threads, and they may take long
        raise
    except BaseException:
        done.set()
        raise
    finally:
        signal.set_wakeup_fd(woken)
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(writable)


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


def _watch(readable: int, done: threading.Event) -> None:
    """End the process when it was told to and does not end by itself."""
    with os.fdopen(readable, "rb", buffering=0) as signals:
        while numbers := signals.read(1):
            if numbers[0] not in _TOLD or signal.getsignal(numbers[0]) is signal.SIG_IGN:
                continue
            if not done.wait(GRACE_SECONDS):
                clear()
                os._exit(128 + numbers[0])
