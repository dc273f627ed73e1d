"""The life of the sandbox's child process: bound itself, then parse what comes until nobody asks.

Settings that the parser does not need brought in asyncio and TLS, a tenth of a second for every one
that was started, and taking its libraries down in order took a third: so it imports little and ends
at once.

Does not belong here: starting and replacing the child (`sandbox.py`), and parsing (`parse.py`).
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingestion.faults import RowsLost
from ingestion.formats.isolating import kind_of, told_of
from ingestion.judging.confining import confine
from ingestion.judging.messages import Beginning, Failure, Job, Ready, answer_line, read_job
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.parse import open_engine, parse
from ingestion.limits import MIB, Limits
from ingestion.locking import end_with
from ingestion.settings import PROJECT

# What Python, Arrow and DuckDB reserve before they have read a byte; addresses, not memory.
_ADDRESS_SPACE_AT_REST = 3072 * MIB
_NETWORK = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
)


_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/localtime"),
    *("/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo"),
    *("/sys/devices/system/cpu", "/sys/fs/cgroup", "/proc/sys/vm/overcommit_memory"),
)
"""What Python and its libraries read although nobody tells them to."""


def serve(asked: BinaryIO, said: BinaryIO, parent: int) -> None:
    """Parse jobs until nobody asks any more."""
    for told in (signal.SIGINT, signal.SIGTERM):  # whoever ends the parent hangs up
        signal.signal(told, signal.SIG_IGN)
    begins = Beginning.model_validate_json(asked.readline())
    limits, work = begins.limits, begins.folder / "work"
    sys.addaudithook(_confine)
    _bound(resource.RLIMIT_AS, limits.memory_bytes + _ADDRESS_SPACE_AT_REST)
    _bound(resource.RLIMIT_FSIZE, limits.output_bytes)
    _bound(resource.RLIMIT_CORE, 0)
    kept_from = confine([*_readable(), begins.folder / "in"], [work])
    end_with(parent)
    engine = open_engine(work / "spill", limits)
    gc.freeze()  # of what is loaded by now nothing is ever garbage
    _say(said, Ready(kept_from=kept_from).model_dump_json().encode() + b"\n")
    while line := asked.readline():
        used = resource.getrusage(resource.RUSAGE_SELF)
        _bound(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds)
        _say(said, answer_line(_outcome(read_job(line), limits, engine)))


def _say(said: BinaryIO, line: bytes) -> None:
    said.write(line)
    said.flush()


def _readable() -> list[Path]:
    """Python, what is installed, and our own code; not the rest of the checkout, where a home and
    its keys may be."""
    installed = [Path(place) for place in (*sys.path, sys.prefix, sys.base_prefix)]
    found = [path for path in installed if path.is_dir() and not PROJECT.is_relative_to(path)]
    system = [Path(place) for place in (*_SYSTEM, os.environ.get("TZDIR", "/usr/share/zoneinfo"))]
    return [*found, PROJECT / "ingestion", *system, Path(f"/proc/{os.getpid()}")]


def _outcome(job: Job, limits: Limits, engine: duckdb.DuckDBPyConnection) -> ParseOutcome | Failure:
    try:
        return parse(
            job.contract,
            job.path,
            job.work,
            delivery=job.delivery,
            received_at=job.received_at,
            as_of=job.as_of,
            period_keys=job.period_keys,
            limits=limits,
            engine=engine,
        )
    except MemoryError:
        return Failure("memory", "")
    except RowsLost as error:
        return Failure("rows_lost", error.message)
    except Exception as error:
        failure = _failure(error)
        # What a library says of a value holds the value.
        said = type(error).__name__ if job.contract.personal else failure.said
        return Failure(failure.kind, said)


def _failure(error: Exception) -> Failure:
    return Failure(kind_of(error), told_of(error))


def _bound(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    limit = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(kind, (limit, hard))


def _confine(event: str, about: tuple[object, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError("the parser has no network")
    # Arrow loads it with its first array, half a second long, and does without where it cannot.
    if event == "import" and about[0] == "pandas":
        raise ImportError("the parser needs no pandas")


if __name__ == "__main__":
    with open(int(sys.argv[1]), "rb") as asked, open(os.dup(asked.fileno()), "wb") as said:  # noqa: PTH123
        serve(asked, said, int(sys.argv[2]))
    # Nothing is left to write, and taking the libraries down in order takes longer than a file.
    os._exit(0)
