"""Untrusted bytes are parsed in a child process with bounded memory, time and output.

A file that makes the parser crash, hang or swell is refused, and only that file: the child is
replaced and the next file is parsed. One child serves many files, since starting one costs more
than parsing a small file.

Does not belong here: what the child does (`child.py`).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Pipe
from pathlib import Path
from types import TracebackType

from ingestion.contracts.model import SourceContract
from ingestion.errors import PermanentError
from ingestion.parsing.limits import MIB, Limits
from ingestion.parsing.outcome import CRASH, DEFECT, ParseOutcome, RowsLost
from ingestion.privacy.periods import PeriodKey

_PROJECT = Path(__file__).parents[2]
# The child gets no secrets: its environment is what Python and its libraries need to start.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR", "TZDIR")
# What Arrow frees it wants again within milliseconds; memory given back to the system sooner has to
# be cleared before it comes again. And nobody here needs threads for linear algebra.
_LIBRARIES = {"MIMALLOC_PURGE_DELAY": "3000", "OPENBLAS_NUM_THREADS": "1"}
_START_SECONDS = 120


@dataclass(frozen=True)
class Job:
    """One file to parse; the parameters of `parse.parse`."""

    contract: SourceContract
    path: Path
    work: Path
    delivery: str
    received_at: datetime
    period_keys: tuple[PeriodKey, ...] = ()
    judged_at: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """Why the child has no outcome for a file: `memory`, `output`, `rows_lost`, `crash` or
    `defect`."""

    kind: str
    said: str


class SandboxUnavailable(PermanentError):
    """The child process cannot be started, so that nothing can be parsed."""


class Sandbox:
    """A parser in a child process. Use as a context manager; the child starts when first used."""

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
        child = self._started()
        limits = self._limits
        try:
            # The child works in another folder, where a relative path is another file.
            child.pipe.send(replace(job, path=job.path.absolute(), work=job.work.absolute()))
            if not child.pipe.poll(limits.wall_seconds):
                self._end()
                return _refused("parser_time", f"no result after {limits.wall_seconds:g} s")
            answer = child.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return self._crashed()
        if isinstance(answer, Failure):
            self._end()  # what is left of its memory is in no known state
            return _failed(answer, limits)
        assert isinstance(answer, ParseOutcome)
        return answer

    def close(self) -> None:
        """Let the child end."""
        if self._child:
            self._child.pipe.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.process.wait(timeout=5)
            self._end()

    def _started(self) -> _Child:
        if self._child and self._child.process.poll() is not None:
            self._end()  # it died between two files, which is the fault of neither
        if self._child is None:
            self._child = _Child(self._limits)
        return self._child

    def _crashed(self) -> ParseOutcome:
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
    """The running process, its pipe and its folder for spilled data."""

    def __init__(self, limits: Limits) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cdp-sandbox-")
        self.pipe, theirs = Pipe()
        command = [sys.executable, "-m", "ingestion.parsing.child", str(theirs.fileno())]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                cwd=_PROJECT,
                env=_LIBRARIES | {n: os.environ[n] for n in _ENVIRONMENT if n in os.environ},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            theirs.close()
            self.pipe.send((limits, Path(self._folder.name)))
            if not self.pipe.poll(_START_SECONDS):
                raise TimeoutError(f"not ready after {_START_SECONDS} s")
            self.pipe.recv()
        except (OSError, EOFError) as error:
            raise SandboxUnavailable(
                f"the parser's process does not start ({error or type(error).__name__})",
                fix=f"run {' '.join(command[:3])} by hand to see why; is there memory left?",
            ) from None

    def end(self) -> int:
        """Kill the process and clear up after it; its exit status."""
        self.pipe.close()
        self.process.kill()
        status = self.process.wait()
        self._folder.cleanup()
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
    return ParseOutcome(
        status="refused",
        code=code,
        message=f"found {found}, expected a file that parses within the limits; "
        "look at the file by hand, or raise the limit if it is honest",
    )
