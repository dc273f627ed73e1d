"""A command that is told to end does so soon, tells how to go on, and leaves nothing in scratch."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.locking import locked
from tests.checkout import ROOT
from tests.support.commands import CDP, environment

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
AT_WORK = """
import sys, time
from pathlib import Path
import orchestration.cli.ending as ending
from ingestion.scratch import scratch_folder
ending.GRACE_SECONDS = {grace}
try:
    with ending.ends_when_told(), scratch_folder("parse", Path({root!r})) as folder:
        (folder / "plain").write_text("AA:BB:CC:DD:EE:01")
        {work}
except ending.Stopped as stopped:
    print("in order", flush=True)
    sys.exit(stopped.code)
"""
LANES = """from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor() as lanes:
            lane = lanes.submit(time.sleep, 60)
            print("at work", flush=True)
            lane.result()"""
WAITING = "print('at work', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def signals_are_heard() -> Iterator[None]:
    """What a process ignores its children ignore: whoever runs the tests may use nohup."""
    before = {each: signal.signal(each, signal.SIG_DFL) for each in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def at_work(root: Path, work: str, grace: float = 60) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", AT_WORK.format(root=str(root), work=work, grace=grace)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout
    assert process.stdout.readline() == "at work\n"
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_command_that_waits_ends_in_order(tmp_path: Path, number: int, code: int) -> None:
    with at_work(tmp_path / "s", WAITING) as process:
        process.send_signal(number)
        assert process.stdout
        said = process.stdout.read()

    assert (process.returncode, said) == (code, "in order\n")
    assert list((tmp_path / "s").iterdir()) == []


def test_a_command_whose_lanes_are_busy_is_ended_and_leaves_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path / "s", LANES, grace=0.2) as process:
        process.send_signal(signal.SIGTERM)
        assert process.stdout
        said = process.stdout.read()

    assert (process.returncode, said) == (143, "")
    assert list((tmp_path / "s").iterdir()) == []


def test_the_installed_command_says_that_it_was_stopped(tmp_path: Path) -> None:
    with locked(tmp_path / "vault.lock", NOW):
        process = subprocess.Popen(
            [str(CDP), "vault", "expire"],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stderr
        waits = process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        said, more = process.communicate(timeout=60)

    assert "waiting for process" in waits
    assert (process.returncode, said) == (143, "")
    assert "cdp: stopped; what was finished is kept, run again to go on" in more
