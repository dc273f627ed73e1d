"""Whoever waits knows for whom; a lock and a servant end with their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.locking import holder, locked, wait_until_free
from tests.checkout import ROOT

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
HOLDS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ingestion.locking import locked
sys.argv = ["/somewhere/cdp", "nightly", "--json"]
with locked(Path({path!r}), datetime(2026, 1, 9, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""
SERVES = """
import os, sys, time
from ingestion.locking import end_with
if os.fork() == 0:
    end_with(os.getppid())
    print(os.getpid(), flush=True)
    time.sleep(60)
print("parent", flush=True)
sys.stdin.read()
"""


def python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nightly.lock"


@pytest.mark.parametrize("wait", ["to take it", "until it is free"])
def test_whoever_waits_names_the_process_that_holds_the_lock(path: Path, wait: str) -> None:
    said: list[str] = []
    with python(HOLDS.format(path=str(path))) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"

        def told(words: str) -> None:
            said.append(words)
            other.kill()  # its lock ends with it

        if wait == "to take it":
            with locked(path, NOW, told):
                found = holder(path)
                assert found is not None
                assert (found.pid, found.since) == (os.getpid(), NOW)
        else:
            wait_until_free(path, told)

    (words,) = said
    assert f"process {other.pid} (cdp nightly --json, since 2026-01-09 07:00:00 Bangkok" in words
    assert str(path.parent) in words


def test_nobody_is_named_when_nobody_holds_it(path: Path) -> None:
    def told(words: str) -> None:
        raise AssertionError(words)

    wait_until_free(path, told)  # there is no file yet
    with locked(path, NOW, told):
        pass
    with locked(path, NOW, told):
        pass
    wait_until_free(path, told)

    assert holder(path) is None


def test_a_holder_that_left_no_word_is_another_process(path: Path) -> None:
    said: list[str] = []
    with python(HOLDS.format(path=str(path))) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        os.truncate(path, 0)

        def told(words: str) -> None:
            said.append(words)
            other.kill()

        wait_until_free(path, told)

    assert "waiting for another process" in said[0]


def test_a_servant_ends_when_its_parent_is_killed() -> None:
    with python(SERVES) as parent:
        assert parent.stdout
        lines = {parent.stdout.readline().strip() for _ in range(2)}
        assert "parent" in lines
        parent.send_signal(signal.SIGKILL)

        assert parent.stdout.read() == ""  # the servant holds the other end until its own end
