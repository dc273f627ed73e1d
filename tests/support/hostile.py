"""Paths that misbehave when a parser opens them, to be sent into the sandbox's child process.

They are classes of a module, because the child loads them by name. Does not belong here: hostile
bytes, which stand in their tests.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import PosixPath
from typing import NoReturn


class AbortingPath(PosixPath):
    """Ends the process as a crash in native code does."""

    def open(self, *_: object, **__: object) -> NoReturn:
        os.abort()


class HangingPath(PosixPath):
    """Never answers, without computing."""

    def open(self, *_: object, **__: object) -> NoReturn:
        time.sleep(600)
        raise TimeoutError


class SpinningPath(PosixPath):
    """Never answers, computing all the time."""

    def open(self, *_: object, **__: object) -> NoReturn:
        while True:
            pass


class SwellingPath(PosixPath):
    """Takes more memory than there may be."""

    def open(self, *_: object, **__: object) -> NoReturn:
        kept = [bytes(1 << 28) for _ in range(64)]
        raise AssertionError(len(kept))


class CallingPath(PosixPath):
    """Talks to the address that its name ends in."""

    def open(self, *_: object, **__: object) -> NoReturn:
        socket.create_connection(("127.0.0.1", int(self.name)), timeout=5).close()
        raise AssertionError("connected")


class FaultyPath(PosixPath):
    """Meets a defect of the parser, and tells what the process can see."""

    def open(self, *_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError(" ".join(sorted(os.environ)))


class NoPath:
    """Nothing that could be opened."""

    def absolute(self) -> NoPath:
        return self
