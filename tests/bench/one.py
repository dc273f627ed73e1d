"""One measure in a process of its own, so that its memory is its own: prints it as JSON.

Called by `python -m tests.bench`; arguments: what to run, the format or folder, the file.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from ingestion.contracts import SourceContract
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.privacy.periods import PeriodKey, living_keys
from tests.bench.sessions import (
    ENGINE_TYPES,
    RECEIVED,
    sessions_contract,
    write_sessions,
    write_small_files,
)

READERS = {
    "csv": "read_csv('{path}', columns = {types})",
    "json_lines": "read_json('{path}', columns = {types}, format = 'newline_delimited')",
    "parquet": "read_parquet('{path}')",
}


def main(what: str, kind: str, path: str) -> None:
    """Run one measure."""
    runs = {"engine": engine, "ours": ours, "pseudonyms": pseudonyms, "small": small}
    print(json.dumps(runs[what](kind, Path(path))))


def engine(kind: str, path: Path) -> dict[str, float]:
    """The engine's own typed copy, which checks nothing."""
    reader = READERS[kind].format(path=path, types=ENGINE_TYPES)
    with tempfile.TemporaryDirectory() as folder:
        con = duckdb.connect(config={"threads": 2, "temp_directory": folder})
        started = time.monotonic()
        con.execute(f"copy (from {reader}) to '{folder}/copy.parquet' (format parquet)")
        return _told(started, resource.RUSAGE_SELF)


def ours(kind: str, path: Path) -> dict[str, float]:
    """Judged by the contract, in a sandbox that has served before."""
    return _judged(sessions_contract(kind, pseudonyms=False), path)


def pseudonyms(kind: str, path: Path) -> dict[str, float]:
    """The same with the devices hidden."""
    return _judged(sessions_contract(kind, pseudonyms=True), path)


def small(count: str, folder: Path) -> dict[str, float]:
    """Many small files of one source."""
    contract, times = sessions_contract("csv", pseudonyms=False), []
    contract = contract.model_copy(
        update={"format": contract.format.model_copy(update={"compression": "none"})}
    )
    with Sandbox() as sandbox:
        for path in write_small_files(int(count), folder / "small"):
            started = time.monotonic()
            _parse(sandbox, contract, path, ())
            times.append(time.monotonic() - started)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {"seconds": sum(times) / len(times), "median": statistics.median(times), "bytes": peak}


def _judged(contract: SourceContract, path: Path) -> dict[str, float]:
    keys = living_keys(contract, lambda _: b"k" * 32, RECEIVED)
    with Sandbox() as sandbox:
        with tempfile.TemporaryDirectory() as folder:
            kind = contract.format.type
            _parse(sandbox, contract, write_sessions(1000, Path(folder), [kind])[kind], keys)
        started = time.monotonic()
        _parse(sandbox, contract, path, keys)
        seconds = time.monotonic() - started
    return {**_told(started, resource.RUSAGE_CHILDREN), "seconds": seconds}


def _parse(
    sandbox: Sandbox, contract: SourceContract, path: Path, keys: tuple[PeriodKey, ...]
) -> None:
    with tempfile.TemporaryDirectory() as work:
        outcome = sandbox.parse(Job(contract, path, Path(work), "d" * 64, RECEIVED, keys))
    if outcome.status != "accepted":
        raise SystemExit(f"bench: {path.name} was {outcome.status}: {outcome.message}")


def _told(started: float, whose: int) -> dict[str, float]:
    used = resource.getrusage(whose)
    return {
        "seconds": time.monotonic() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "bytes": used.ru_maxrss * 1024,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
