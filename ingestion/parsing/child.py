"""The life of the sandbox's child process: bound itself, then parse what comes until the pipe ends.

Does not belong here: starting and replacing the child (`sandbox.py`), and parsing (`parse.py`).
"""

from __future__ import annotations

import errno
import gc
import os
import resource
import signal
import sys
from multiprocessing.connection import Connection

import duckdb

from ingestion.parsing.limits import MIB, Limits
from ingestion.parsing.outcome import ParseOutcome, RowsLost
from ingestion.parsing.parse import open_engine, parse
from ingestion.parsing.sandbox import Failure, Job

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
_OUT_OF_MEMORY = ("out of memory", "bad_alloc", "bad allocation", "malloc of size")
_OUT_OF_ROOM = ("file too large", "max_temp_directory_size", "no space left")


def serve(pipe: Connection) -> None:
    """Parse jobs from the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the parent closes the pipe
    limits, folder = pipe.recv()
    sys.addaudithook(_confine)
    _bound(resource.RLIMIT_AS, limits.memory_bytes + _ADDRESS_SPACE_AT_REST)
    _bound(resource.RLIMIT_FSIZE, limits.output_bytes)
    _bound(resource.RLIMIT_CORE, 0)
    engine = open_engine(folder, limits)
    gc.freeze()  # of what is loaded by now nothing is ever garbage
    pipe.send("ready")
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _bound(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds)
        pipe.send(_outcome(job, limits, engine))


def _outcome(job: Job, limits: Limits, engine: duckdb.DuckDBPyConnection) -> ParseOutcome | Failure:
    try:
        return parse(
            job.contract,
            job.path,
            job.work,
            delivery=job.delivery,
            received_at=job.received_at,
            judged_at=job.judged_at,
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
    said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    if any(word in said.lower() for word in _OUT_OF_MEMORY):
        return Failure("memory", said)
    no_room = isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC)
    if no_room or any(word in said.lower() for word in _OUT_OF_ROOM):
        return Failure("output", said)
    return Failure("defect", said)


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
    serve(Connection(int(sys.argv[1])))
    # Nothing is left to write, and taking the libraries down in order takes longer than a file.
    os._exit(0)
