"""The operators' view: its processes end together and soon, and looking changes nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from ingestion.errors import PermanentError
from ingestion.settings import Settings
from orchestration import operators_ui
from orchestration.operators_ui import show_ui
from tests.support.commands import CDP, environment

STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_process_that_does_not_listen_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operators_ui, "PATIENCE_SECONDS", 0.1)
    child = f"{STUBBORN}; time.sleep(600)"
    parent = (
        "import signal, subprocess, sys; signal.signal(15, signal.SIG_IGN)\n"
        f"inner = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "print(flush=True); inner.wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    process.stdout.readline()

    operators_ui._end([process])

    assert process.returncode == -signal.SIGKILL
    process.stdout.read()  # to its end, which comes when nobody holds the other side any more


def test_a_view_of_which_a_part_ends_by_itself_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [sys.executable, "-c", "import time; time.sleep(600)"]
    commands = {"code server": waiting, "web server": [sys.executable, "-c", "raise SystemExit(1)"]}
    monkeypatch.setattr(operators_ui, "_commands", lambda *_: commands)

    with pytest.raises(PermanentError, match="web server ended by itself"):
        show_ui(tmp_path, os.environ, 3000, read_only=False, names=())


def test_who_only_looks_has_no_daemon(tmp_path: Path) -> None:
    looking = operators_ui._commands(tmp_path, 3000, True, ["ops.example"])

    assert set(looking) == {"code server", "web server"}
    assert looking["web server"][-3:] == ["--read-only", "--name", "ops.example"]
    assert "daemon" in operators_ui._commands(tmp_path, 3000, False, [])


@pytest.mark.whole
def test_a_view_for_looking_refuses_to_change_anything_and_ends_within_ten_seconds(
    tmp_path: Path,
) -> None:
    port = free_port()
    home = Settings(home=tmp_path / "home").home
    ui = subprocess.Popen(
        [str(CDP), "ui", "--read-only", "--port", str(port)],
        env=environment(home) | {"TMPDIR": str(tmp_path)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        answer = _mutation(port)
        stranger = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "evil.example"})
    finally:
        os.kill(ui.pid, signal.SIGTERM)
        began = time.monotonic()
        code = ui.wait(20)

    assert "UnauthorizedError" in json.dumps(answer)
    assert stranger.status_code == 403
    assert (code, time.monotonic() - began < 10) == (128 + signal.SIGTERM, True)
    assert list(tmp_path.glob("cdp-ui-*")) == []


def _mutation(port: int) -> object:
    """What the server answers somebody who wants to start a run."""
    selector = '{repositoryLocationName: "x", repositoryName: "x", pipelineName: "nightly"}'
    query = f"mutation {{ launchRun(executionParams: {{selector: {selector}}}) {{ __typename }} }}"
    for _ in range(300):
        try:
            asked = httpx.post(
                f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=60
            )
        except httpx.ConnectError:
            time.sleep(0.2)
        else:
            return asked.json()
    raise AssertionError("the web server did not start")
