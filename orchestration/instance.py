"""The platform's own Dagster instance: runs, events and schedules under `CDP_HOME/dagster`.

Made by one process before any other uses it: several processes that start on an empty home at
once can break its database for good.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ingestion.settings import Settings

_TEMPLATE = Path(__file__).parent / "dagster.yaml"


def prepare_instance(settings: Settings) -> Path:
    """Create or update the instance's home and return it (the value of `DAGSTER_HOME`)."""
    from dagster import DagsterInstance

    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (home / "dagster.yaml").write_text(_TEMPLATE.read_text())
        os.environ["DAGSTER_HOME"] = str(home)
        with DagsterInstance.get() as instance:
            instance.get_runs(limit=1)  # touches the database, so that its tables are there
    return home
