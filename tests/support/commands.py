"""The `cdp` command, called in this process: the same arguments, settings, streams and exit codes.

Starting Python and loading the platform takes seconds, and a parser's process another, which a test
of what a command says and does need not spend. Does not belong here: the installed command as a
process (`installed_cdp` below is all there is of it), and what commands do.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks

from ingestion.judging.sandbox import Sandbox, _Child
from ingestion.limits import Limits
from orchestration.cli import main
from tests.checkout import ROOT

CDP = Path(sys.executable).parent / "cdp"
_idle: list[_Child] = []
_start, _close = Sandbox._started, Sandbox.close


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def cdp(*words: str, home: Path, cwd: Path = ROOT, **settings: str) -> Ran:
    """Call the command here. What it does to the environment and to retries is undone.

    An error that the command does not answer is raised: it would be a stack trace for its user.
    """
    out, err, code = io.StringIO(), io.StringIO(), "0"
    hooks = get_on_retry_hooks()
    with (
        patch.dict(os.environ, environment(home, **settings), clear=True),
        patch.object(sys, "argv", [str(CDP), *words]),
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(Sandbox, "_started", _started_or_idle),
        patch.object(Sandbox, "close", _laid_by),
    ):
        try:
            main()
        except SystemExit as ended:
            code = str(ended.code or 0)
        finally:
            set_on_retry_hooks(hooks)
    return Ran(int(code), out.getvalue(), err.getvalue())


def _started_or_idle(sandbox: Sandbox) -> _Child:
    """The process of a parser that an earlier command is done with, when there is one."""
    if sandbox._child is None and _idle and sandbox._limits == Limits():
        sandbox._child = _idle.pop()
    return _start(sandbox)


def _laid_by(sandbox: Sandbox) -> None:
    if sandbox._child and sandbox._limits == Limits():
        _idle.append(sandbox._child)
        sandbox._child = None
    _close(sandbox)


def installed_cdp(*words: str, home: Path, cwd: Path = ROOT, **settings: str) -> Ran:
    """Run the installed command in a process of its own, as a person or a scheduler does."""
    ran = subprocess.run(
        [str(CDP), *words],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def environment(home: Path, **settings: str) -> dict[str, str]:
    """All that a command is told by its environment: nothing of the person who runs the tests."""
    path = os.environ.get("PYTHONPATH", "")
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, "CDP_HOME": str(home), **settings}
