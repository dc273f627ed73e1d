"""Untrusted bytes are parsed in a child process with bounded memory, time and output.

Files come from anybody, and what reads them was not made for that: a crafted file may crash the
engine or take all its memory, which its makers do not call a fault, since files should come from
somebody trusted; a hundred thousand nested brackets end Python's own JSON reader (tried).

A file that makes the parser crash, hang or swell is refused, and only that file: the child is
replaced and the next file is parsed. One child serves many files, since starting one costs more
than parsing a small file. It sees the file in its hands, a folder for results, Python, and nothing
else where the system can see to that; what it answers is data and is checked (`messages.py`).

Does not belong here: what the child does (`child.py`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from pydantic import ValidationError

from ingestion.errors import PermanentError
from ingestion.faults import CRASH, DEFECT, RowsLost, require
from ingestion.judging.messages import (
    ANSWER_BYTES,
    AnswerRefused,
    Beginning,
    Failure,
    Job,
    Ready,
    check_results,
    fetch_results,
    job_line,
    read_answer,
)
from ingestion.judging.outcome import ParseOutcome
from ingestion.limits import MIB, Limits
from ingestion.scratch import run_folder

__all__ = ["Failure", "Job", "Sandbox", "SandboxUnavailable"]

_PROJECT = Path(__file__).parents[2]
# The child gets no secrets: its environment is what Python and its libraries need to start.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TZDIR")
# What Arrow frees it wants again within milliseconds; memory given back to the system sooner has to
# be cleared before it comes again. And nobody here needs threads for linear algebra.
_LIBRARIES = {"MIMALLOC_PURGE_DELAY": "3000", "OPENBLAS_NUM_THREADS": "1"}
_START_SECONDS, _END_SECONDS = 120, 5


class SandboxUnavailable(PermanentError):
    """The child process cannot be started, so that nothing can be parsed."""


class Sandbox:
    """A parser in a child process. Use as a context manager; the child starts when first used."""

    module: ClassVar[str] = "ingestion.judging.child"
    """What runs in the child."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: _Child | None = None

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
        """Parse one file under limits; see `parse.parse`. Crashes and hangs are outcomes.

        Raises
        ------
        RowsLost: as `parse.parse`. SandboxUnavailable: the child does not start.
        """
        child, limits = self._started(), self._limits
        try:
            inner = child.take(job)
        except OSError as error:
            return _failed(Failure("defect", f"the file cannot be read: {error.strerror}"), limits)
        try:
            answer = read_answer(child.ask(job_line(inner), limits.wall_seconds))
            if isinstance(answer, ParseOutcome):
                fetch_results(answer, inner.work, job.work, limits)
                check_results(answer, job.work, job.contract)
        except TimeoutError:
            self._end()
            return _refused("parser_time", f"no result after {limits.wall_seconds:g} s")
        except AnswerRefused as error:
            self._end()
            return _refused("parser_answer", f"an answer that no parser gives ({error})")
        except (EOFError, OSError):
            return self._crashed()
        if isinstance(answer, Failure):
            self._end()  # what is left of its memory is in no known state
            return _failed(answer, limits)
        try:
            child.forget()
        except OSError:  # no parser of ours touches these
            self._end()
        return answer

    @property
    def kept_from(self) -> tuple[str, ...]:
        """What the system keeps the child from; see `confining.confine`."""
        return self._started().kept_from

    def close(self) -> None:
        """Let the child end."""
        if self._child:
            self._child.hang_up()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.process.wait(timeout=_END_SECONDS)
            self._end()

    def _started(self) -> _Child:
        if self._child and self._child.process.poll() is not None:
            self._end()  # it died between two files, which is the fault of neither
        if self._child is None:
            self._child = _Child(self._limits, self.module)
        return self._child

    def _crashed(self) -> ParseOutcome:
        if self._child:  # it hung up, and ends by itself for a reason of its own
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.process.wait(timeout=_END_SECONDS)
        status = self._end()
        if status == -signal.SIGXCPU:
            return _refused("parser_time", f"more than {self._limits.cpu_seconds} s of computing")
        if status == -signal.SIGXFSZ:
            return _failed(Failure("output", ""), self._limits)
        shown = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return _failed(Failure("crash", f"it ended with {shown}"), self._limits)

    def _end(self) -> int:
        child, self._child = self._child, None
        return child.end() if child else 0


class _Child:
    """The running process, the line to it, and the folder that is all it may touch."""

    def __init__(self, limits: Limits, module: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sandbox-", dir=run_folder()))
        for name in ("in", "work"):
            (self.folder / name).mkdir()
        self._line, theirs = socket.socketpair()
        command = [sys.executable, "-m", module, str(theirs.fileno()), str(os.getpid())]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        places = {name: str(self.folder / "work") for name in ("HOME", "TMPDIR")}
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                cwd=_PROJECT,
                env=_LIBRARIES | environment | places,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            theirs.close()
            first = Beginning(limits=limits, folder=self.folder).model_dump_json().encode()
            ready = Ready.model_validate_json(self.ask(first + b"\n", _START_SECONDS))
            self.kept_from = ready.kept_from
        except (OSError, EOFError, AnswerRefused, ValidationError) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise SandboxUnavailable(
                f"the parser's process does not start ({error or type(error).__name__})",
                fix=f"run {' '.join(command[:3])} by hand to see why; is there memory left?",
            ) from None

    def take(self, job: Job) -> Job:
        """The job as the child is to do it: with the file and the results in its own folder."""
        taken, work = self.folder / "in" / "file", self.folder / "work" / "results"
        path = job.path.resolve()
        try:
            taken.hardlink_to(path)
        except OSError:  # on another disk, or somebody else's
            shutil.copyfile(path, taken)
        work.mkdir()
        return replace(job, path=taken, work=work)

    def forget(self) -> None:
        """Nothing of a job is left in the folder."""
        (self.folder / "in" / "file").unlink()
        shutil.rmtree(self.folder / "work" / "results")

    def ask(self, line: bytes, seconds: float) -> bytes:
        """Say a line and wait for one.

        Raises
        ------
        TimeoutError: none came in time. EOFError: the child ended. AnswerRefused: it is too long,
            or more than one line.
        """
        until = time.monotonic() + seconds
        self._line.settimeout(seconds)
        self._line.sendall(line)
        said = bytearray()
        while b"\n" not in said:
            if len(said) > ANSWER_BYTES:
                raise AnswerRefused(f"more than {ANSWER_BYTES} bytes")
            self._line.settimeout(max(until - time.monotonic(), 0.001))
            piece = self._line.recv(1 << 20)
            if not piece:
                raise EOFError
            said += piece
        if said.index(b"\n") != len(said) - 1:
            raise AnswerRefused("more than was asked")
        return bytes(said)

    def hang_up(self) -> None:
        """Nothing more will be asked, which ends the child."""
        self._line.close()

    def end(self) -> int:
        """Kill the process and clear up after it; its exit status."""
        self._line.close()
        self.process.kill()
        status = self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        return status


def _failed(failure: Failure, limits: Limits) -> ParseOutcome:
    if failure.kind == "rows_lost":
        raise RowsLost(failure.said)
    if failure.kind == "memory":
        return _refused("parser_memory", f"more than {limits.memory_bytes // MIB} MiB of memory")
    if failure.kind == "output":
        return _refused("parser_output", f"more than {limits.output_bytes} bytes of results")
    return ParseOutcome(
        status="refused",
        code=CRASH if failure.kind == "crash" else DEFECT,
        message=f"the platform's own parser failed ({failure.said}): a defect of the platform, not "
        "of the sender; report it with the file; once the platform is corrected, cdp quarantine "
        "replay judges the delivery again",
    )


def _refused(code: str, found: str) -> ParseOutcome:
    known = require(code, "file")
    message = f"found {found}, expected {known.expected.en}; {known.do.en}"
    return ParseOutcome(status="refused", code=code, message=message)
