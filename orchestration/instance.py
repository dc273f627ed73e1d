"""The platform's own Dagster instance: runs, events and schedules under `CDP_HOME/dagster`.

Made by one process before any other uses it: several processes that start on an empty home at
once can break its database for good.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingestion.contracts import SourceContract
from ingestion.contracts.fetching import DropFolder
from ingestion.contracts.loader import REFERENCE
from ingestion.settings import Settings, absolute

_PATHS = ("home", "lake_url", "open_url", "catalog", "contracts_overlay", "key_store")
_FILES = ("CDP_SFTP_PRIVATE_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR")
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


def environment_elsewhere(
    settings: Settings, contracts: Iterable[SourceContract], environment: Mapping[str, str]
) -> dict[str, str]:
    """The environment for a process that works in another folder: every path in it absolute."""
    said = {f"CDP_{name.upper()}": str(getattr(settings, name)) for name in _PATHS}
    found = {name: said[name] for name in said if environment.get(name)}
    for name in (*_FILES, *_drop_folders(contracts)):
        value = environment.get(name, "")
        if value and "://" not in value and not Path(value).is_absolute():
            found[name] = str(absolute(Path(value)))
    return {**environment, **found}


def _drop_folders(contracts: Iterable[SourceContract]) -> Iterator[str]:
    """Settings that folders of senders begin with."""
    for contract in contracts:
        if isinstance(contract.fetch, DropFolder) and (
            named := REFERENCE.match(contract.fetch.url)
        ):
            yield named[1]
