"""A real PostgreSQL server in a folder of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL = "no PostgreSQL server: apt-get install postgresql"
_DISTRIBUTIONS = Path("/usr/lib/postgresql")


def server_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, or None when no server is installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(_DISTRIBUTIONS.glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def running_postgres(binaries: Path, port: int | None = None) -> Iterator[str]:
    """Start a server on loopback, at a free port if none is named; gives its connection string."""
    with tempfile.TemporaryDirectory(prefix="cdp-pg-") as name:
        folder, port = Path(name), port or _free_port()
        _give_away(folder)
        _run(binaries / "initdb", "-D", f"{name}/data", "-U", "cdp", "-A", "trust")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={name}"
        _run(
            binaries / "pg_ctl",
            "-D",
            f"{name}/data",
            "-w",
            "-l",
            f"{name}/log",
            "-o",
            options,
            "start",
        )
        try:
            yield f"dbname=postgres host=127.0.0.1 port={port} user=cdp"
        finally:
            _run(binaries / "pg_ctl", "-D", f"{name}/data", "-m", "immediate", "stop")


def _run(*words: object) -> None:
    """PostgreSQL refuses to run as root: there it runs as the user that its package made."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*as_user, *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
