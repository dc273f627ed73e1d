"""The operators' view: Dagster's code server, daemon and web server as processes beside each other.

Belongs here: which processes make up the view, and that they end together and soon. Does not belong
here: who may look (`webserver.py`), and the city of a demo (`cli/serving.py`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.errors import PermanentError
from ingestion.settings import PROJECT

PATIENCE_SECONDS = 5
"""How long a process that was told to end may take until it is ended."""

_LOOK_SECONDS = 0.2


def show_ui(
    dagster_home: Path,
    settings: Mapping[str, str],
    port: int,
    *,
    read_only: bool,
    names: Sequence[str],
) -> None:
    """Run the view until it is stopped, by Ctrl-C or as any command (`cli/ending.py`).

    A view that is only looked at has no daemon: schedules are the business of the operators' own.

    Parameters
    ----------
    settings: the environment of the processes, good for any working folder.

    Raises
    ------
    PermanentError: one of the processes ended by itself.
    """
    bin_folder = Path(sys.executable).parent
    environment = dict(settings) | {
        "DAGSTER_HOME": str(dagster_home),
        "PATH": f"{bin_folder}{os.pathsep}{settings.get('PATH', '')}",
        "PYTHONWARNINGS": "ignore",
    }
    try:
        with TemporaryDirectory(prefix="cdp-ui-") as folder:
            commands = _commands(Path(folder), port, read_only, names)
            with _running(commands, environment) as processes:
                while all(process.poll() is None for process in processes.values()):
                    time.sleep(_LOOK_SECONDS)
                ended = [name for name, process in processes.items() if process.poll() is not None]
    except KeyboardInterrupt:
        return
    raise PermanentError(
        f"the {ended[0]} ended by itself",
        fix="its last lines are above; is the port taken? choose another with --port",
    )


def _commands(
    folder: Path, port: int, read_only: bool, names: Sequence[str]
) -> dict[str, list[str]]:
    """The command of each process. The code is loaded once, and asked through a socket of ours."""
    socket, workspace = folder / "code.sock", folder / "workspace.yaml"
    location = {"socket": str(socket), "location_name": "phuket_city_data_platform"}
    workspace.write_text(json.dumps({"load_from": [{"grpc_server": location}]}))
    dagster = [sys.executable, "-m", "dagster"]
    code = [
        *(*dagster, "code-server", "start", "--socket", str(socket), "--log-level", "warning"),
        *("--location-name", location["location_name"], "--use-python-environment-entry-point"),
        *("--module-name", "orchestration.definitions", "--working-directory", str(PROJECT)),
    ]
    web = [sys.executable, "-m", "orchestration.webserver", str(workspace), str(port)]
    web += ["--read-only"] if read_only else []
    web += [word for name in names for word in ("--name", name)]
    daemon = [
        *(sys.executable, "-m", "dagster._daemon", "run", "--log-level", "warning"),
        *("--workspace", str(workspace)),
    ]
    view = {"code server": code, "web server": web}
    return view if read_only else view | {"daemon": daemon}


@contextmanager
def _running(
    commands: dict[str, list[str]], environment: dict[str, str]
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The processes, which are all gone afterwards."""
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            processes[name] = subprocess.Popen(  # noqa: S603
                command, env=environment, cwd=PROJECT, start_new_session=True
            )
        yield processes
    finally:
        # A second signal must not leave anything behind.
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            _end(list(processes.values()))
        finally:
            signal.signal(signal.SIGTERM, before)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):  # what it started itself, such as a run, ends with it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
