"""The platform's own Dagster instance: runs, events and schedules under `CDP_HOME/dagster`.

Made by one process before any other uses it: several processes that start on an empty home at
once can break its database for good.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from ingestion.contracts import SourceContract
from ingestion.contracts.fetching import DropFolder
from ingestion.contracts.references import REFERENCE
from ingestion.errors import PermanentError
from ingestion.settings import Settings, absolute

_PATHS = ("home", "lake_url", "open_url", "catalog", "contracts_overlay", "key_store")
_FILES = ("CDP_SFTP_PRIVATE_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_STORAGE = "CDP_DAGSTER_STORAGE"
_POSTGRES = f"""storage:
  postgres:
    postgres_url:
      env: {_STORAGE}
"""
log = logging.getLogger(__name__)
_TEMPLATE = Path(__file__).parent / "dagster.yaml"


def prepare_instance(settings: Settings) -> Path:
    """Create or update the instance's home and return it (the value of `DAGSTER_HOME`)."""
    from dagster import DagsterInstance

    home = settings.home / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _configure(home / "dagster.yaml", settings)
        os.environ["DAGSTER_HOME"] = str(home)
        try:
            with DagsterInstance.get() as instance:
                instance.get_runs(limit=1)  # touches the database, so that its tables are there
        except Exception as error:
            if not _storage(settings):
                raise
            # What the driver says holds the address, and with it the password.
            raise PermanentError(
                f"Dagster's own database cannot be used ({type(error).__name__})",
                expected="a PostgreSQL database that answers and lets this user in",
                fix=f"see whether the server runs, and check {_STORAGE}",
            ) from None
    return home


def _configure(path: Path, settings: Settings) -> None:
    """Write the instance's configuration, unless somebody has made it their own."""
    wanted = _TEMPLATE.read_text() + (_POSTGRES if _storage(settings) else "")
    if path.exists():
        mark, _, body = path.read_text().partition("\n")
        ours = mark == _mark(body) or yaml.safe_load(f"{mark}\n{body}") == yaml.safe_load(
            _TEMPLATE.read_text()
        )
        if not ours:
            if _storage(settings) and _STORAGE not in body:
                log.warning("%s was edited and does not use %s; it stays as it is", path, _STORAGE)
            return
    path.write_text(f"{_mark(wanted)}\n{wanted}")


def _mark(body: str) -> str:
    """The first line of a file that is as we wrote it."""
    told = "written from the settings until somebody edits it"
    return f"# {told} ({hashlib.sha256(body.encode()).hexdigest()[:16]})"


def _storage(settings: Settings) -> str:
    return settings.dagster_storage.get_secret_value()


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
