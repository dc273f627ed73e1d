"""Untrusted bytes are parsed in a child process with bounded memory, time and output.

A file that makes the parser crash, hang or swell is refused, and only that file: the child is
replaced and the next file is parsed. One child serves many files, since starting one costs more
than parsing a small file.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from ingestion.contracts.model import SourceContract
from ingestion.parsing.limits import MIB, Limits
from ingestion.parsing.outcome import ParseOutcome

# What Python, Arrow and DuckDB reserve before they have read a byte; addresses, not memory.
_ADDRESS_SPACE_AT_REST = 3072 * MIB


@dataclass(frozen=True)
class Job:
    """One file to parse; the parameters of `parse.parse`."""

    contract: SourceContract
    path: Path
    work: Path
    delivery: str
    received_at: datetime


class Sandbox:
    """A parser in a child process. Use as a context manager; the child starts when first used."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def parse(self, job: Job) -> ParseOutcome:
        """Parse one file under limits; see `parse.parse`. Crashes and hangs are outcomes."""
        pipe = self._started()
        pipe.send(job)
        if not pipe.poll(self._limits.wall_seconds):
            self._kill()
            return _refused("parser_time", f"no result after {self._limits.wall_seconds} s")
        try:
            answer = pipe.recv()
        except (EOFError, OSError):
            code = self._kill()
            return _refused("parser_crash", f"the parser ended with status {code}")
        if isinstance(answer, MemoryError):
            self._kill()  # what is left of its memory is in no known state
            return _refused("parser_memory", f"more than {self._limits.memory_bytes // MIB} MiB")
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, ParseOutcome)
        return answer

    def close(self) -> None:
        """Let the child end."""
        if self._pipe:
            self._pipe.close()
        if self._child:
            self._child.join(timeout=5)
            self._kill()

    def _started(self) -> Connection:
        if self._child and self._pipe and self._child.is_alive():
            return self._pipe
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_serve, args=(theirs, self._limits), daemon=True)
        self._child.start()
        theirs.close()
        return self._pipe

    def _kill(self) -> int | None:
        child, self._child, self._pipe = self._child, None, None
        if child is None:
            return None
        child.kill()
        child.join()
        return child.exitcode


def _refused(code: str, found: str) -> ParseOutcome:
    return ParseOutcome(
        status="refused",
        code=code,
        message=f"found {found}, expected a file that parses within the limits; "
        "look at the file by hand, or raise the limit if it is honest",
    )


def _serve(pipe: Connection, limits: Limits) -> None:
    """The child's life: parse what comes, until the pipe closes."""
    from ingestion.parsing.parse import parse

    sys.addaudithook(_no_network)
    _bound(resource.RLIMIT_AS, limits.memory_bytes + _ADDRESS_SPACE_AT_REST)
    _bound(resource.RLIMIT_FSIZE, limits.output_bytes)
    _bound(resource.RLIMIT_CORE, 0)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime) + 1
        _bound(resource.RLIMIT_CPU, spent + limits.cpu_seconds)
        try:
            pipe.send(
                parse(
                    job.contract,
                    job.path,
                    job.work,
                    delivery=job.delivery,
                    received_at=job.received_at,
                    limits=limits,
                )
            )
        except MemoryError:
            pipe.send(MemoryError())
        except Exception as error:
            pipe.send(_portable(error))


def _portable(error: Exception) -> Exception:
    if "out of memory" in str(error).lower():
        return MemoryError()
    return RuntimeError(f"{type(error).__name__}: {error}")


def _bound(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    limit = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(kind, (limit, hard))


def _no_network(event: str, _: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"):
        raise PermissionError("the parser has no network")
