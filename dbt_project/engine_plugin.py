"""A dbt-duckdb plugin: gives DuckDB under dbt the same extensions and paths as in Python.

Belongs here: what the static profile cannot say. Does not belong here: how it is done
(`ingestion/engine.py`). dbt-duckdb asks for a class named `Plugin`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from ingestion.clock import SystemClock
from ingestion.engine import DBT_LOCK, extension_directory
from ingestion.locking import end_with, take
from ingestion.scratch import run_folder


class Plugin(BasePlugin):
    """Fills the extension folder and names this deployment's files before DuckDB starts."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, str]) -> None:
        """Called by dbt-duckdb before it connects, and after dbt compared the profile."""
        home = os.environ.get("CDP_DBT_HOME", "../.cdp")
        _hold(Path(home))
        temporary = os.environ.get("CDP_DBT_TEMPORARY", f"{home}/scratch")
        tempfile.tempdir = str(run_folder(Path(temporary)))
        config["temp_directory"] = f"{tempfile.tempdir}/duckdb"
        config["extension_directory"] = str(extension_directory(Path(home)))
        creds.path = os.environ.get("CDP_DBT_SCRATCH", creds.path)
        Path(creds.path).parent.mkdir(parents=True, exist_ok=True)
        for attachment in creds.attach or []:
            scheme, _, catalog = attachment.path.partition(":")
            catalog = os.environ.get("DBT_ENV_SECRET_CDP_CATALOG", catalog)
            attachment.path = f"{scheme}:{_absolute(catalog)}"
            options = attachment.options or {}
            data_path = os.environ.get("CDP_DBT_DATA_PATH", options["data_path"])
            # The catalogue remembers where its lake was: it may have been moved since.
            moved = {"data_path": _absolute(data_path), "override_data_path": True}
            attachment.options = options | moved


def _hold(home: Path) -> None:
    """Let nobody else build in this home while this process lives, and end with who started it.

    The lock of whoever started it ends with that process, and this one may live a moment longer.
    """
    if home in _held:
        return
    parent = int(os.environ.get("CDP_DBT_PARENT", os.getppid()))
    if parent != os.getpid():  # dbt may be called within a process, too
        end_with(parent)
    home.mkdir(parents=True, exist_ok=True)
    _held[home] = take(home / DBT_LOCK, SystemClock().now())


_held: dict[Path, int] = {}
"""The descriptors of the locks that this process holds to its end."""


def _absolute(place: str) -> str:
    """DuckLake remembers paths as they were written, so a relative one must not reach it."""
    if place.startswith(("s3://", "postgres:")):
        return place
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    if Path(place).is_absolute():
        return place
    return str(Path(place).resolve()) + ("/" if place.endswith("/") else "")
