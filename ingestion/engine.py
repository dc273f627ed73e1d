"""The DuckDB engine: connections with their extensions, and the DuckLake catalogue of the lake.

Belongs here: how DuckDB reaches the two stores and the catalogue, for Python (`connect`,
`attach_lake`) and for a dbt run (`dbt_environment`). Does not belong here: any query about data.

Extensions come from the installed `duckdb-extension-*` packages, never from the network.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import stamina

from ingestion.errors import PermanentError, TransientError
from ingestion.scratch import run_folder
from ingestion.secret_texts import deployment_secrets, hide_secrets
from ingestion.settings import PROJECT, Settings
from ingestion.words.sql import literal

EXTENSIONS = ("httpfs", "ducklake", "postgres_scanner")
LAKE = "lake"
DBT_LOCK = "dbt.lock"
"""In a home: held by the dbt that works on its curated tables."""
_AWS = "s3.amazonaws.com"
_IN_USE = "Could not set lock on file"
CONNECT_SECONDS = "10"
"""How long one try to reach PostgreSQL may take; its own default is as long as the network's."""
_NO_CONNECTION = re.compile(r"(?i)unable to connect to postgres|connection to server|no connection")
_TURNED_AWAY = re.compile(
    r"(?i)authentication failed|does not exist|pg_hba\.conf|no password supplied|permission denied"
    r"|invalid (?:connection option|integer value|port)|SSL is not enabled"
)
"""What PostgreSQL says to somebody whom it will not let in however often they ask."""


class EngineError(PermanentError):
    """DuckDB cannot be set up as this deployment asks."""


class CatalogueUnreachable(TransientError):
    """Nobody answers where the catalogue of the lake should be."""


def connect(settings: Settings, database: str | Path = ":memory:") -> duckdb.DuckDBPyConnection:
    """A connection in UTC that reads and writes both stores; the catalogue is not attached yet.

    It has the extensions that these settings need: those of a bucket for a lake in a bucket.

    Raises
    ------
    EngineError: the extension packages are missing, or the database file is in use.
    """
    extensions = extension_directory(settings.home)
    try:
        spill = run_folder(settings.scratch_root) / "duckdb"
        config = _config(settings.home, extensions) | {"temp_directory": str(spill)}
        con = duckdb.connect(str(database), config=config)
    except duckdb.IOException as error:
        raise EngineError(
            f"the database {database} cannot be opened: {_first_line(error)}",
            fix="wait for the process that holds it, or give each run a file of its own",
        ) from None
    con.execute("SET TimeZone = 'UTC'")
    if any(place.startswith("s3://") for place in (settings.lake, settings.open)):
        con.load_extension("httpfs")
        con.execute(_s3_secret(settings))
    return con


def extension_directory(home: Path) -> Path:
    """The folder from which DuckDB loads its extensions, filled on first use.

    Processes may race: each fills a folder of its own, and the rename at the end is the commit
    point. Whoever comes second throws its copy away.

    Raises
    ------
    EngineError: a `duckdb-extension-*` package of this DuckDB version is not installed.
    """
    directory = home.absolute() / "extensions" / f"duckdb-{duckdb.__version__}"
    if directory.is_dir():
        return directory
    files = [_packaged(name) for name in EXTENSIONS]
    directory.parent.mkdir(parents=True, exist_ok=True)
    filling = Path(tempfile.mkdtemp(prefix=".filling-", dir=directory.parent))
    try:
        with duckdb.connect(config=_config(home, filling)) as con:
            for file in files:
                con.execute(f"INSTALL {literal(str(file))}")
        try:
            filling.rename(directory)
        except OSError:
            if not directory.is_dir():
                raise
    finally:
        shutil.rmtree(filling, ignore_errors=True)
    return directory


def attach_lake(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool = False
) -> None:
    """Attach the DuckLake catalogue as `lake`; its tables are Parquet files under `curated/`.

    The catalogue stores every path below the address of its lake, so a lake that was copied or
    moved is read where `settings` say that it is now, whatever address the catalogue remembers.

    Raises
    ------
    EngineError: the catalogue lets nobody in, is held by another process, or is damaged.
    CatalogueUnreachable: nobody answered for as long as that is waited for.
    """
    if not settings.catalog.startswith("postgres:"):
        Path(_catalog(settings)).parent.mkdir(parents=True, exist_ok=True)
    # Loading one checks all of its bytes: a tenth of a second for each ten megabytes.
    if settings.catalog.startswith("postgres:"):
        os.environ.setdefault("PGCONNECT_TIMEOUT", CONNECT_SECONDS)
        con.load_extension("postgres_scanner")
    con.load_extension("ducklake")
    options = f"DATA_PATH {literal(_data_path(settings))}, OVERRIDE_DATA_PATH true"
    options += ", DATA_INLINING_ROW_LIMIT 0"
    options += ", READ_ONLY" if read_only else ""
    address = literal(f"ducklake:{_catalog(settings)}")
    attach = f"ATTACH IF NOT EXISTS {address} AS {LAKE} ({options})"
    for attempt in stamina.retry_context(
        on=CatalogueUnreachable,
        attempts=None if settings.reach_seconds else 1,
        timeout=settings.reach_seconds or None,
        wait_initial=0.5,
        wait_max=10,
    ):
        with attempt:
            try:
                con.execute(attach)
            except duckdb.Error as error:
                raise catalogue_failure(settings, error) from None


def catalogue_failure(
    settings: Settings, error: duckdb.Error
) -> EngineError | CatalogueUnreachable:
    """What an error of DuckDB about the catalogue means to a person, and what to do."""
    # The connection string may hold a password, and DuckDB repeats it in its messages.
    whole = str(error).replace(_catalog(settings).removeprefix("postgres:"), "…")
    said = hide_secrets(settings, whole).splitlines()[0]
    if settings.catalog.startswith("postgres:"):
        if _NO_CONNECTION.search(whole) and not _TURNED_AWAY.search(whole):
            return CatalogueUnreachable(
                "PostgreSQL, which holds the catalogue of the lake, does not answer",
                expected="the server that CDP_CATALOG names",
                fix="start it and run again, or correct host and port in CDP_CATALOG",
            )
        return EngineError(
            f"the catalogue of the lake in PostgreSQL cannot be used: {said}",
            expected="a PostgreSQL database that lets this user in",
            fix="check user, password and database in CDP_CATALOG and the PG… variables",
        )
    place = _catalog(settings)
    if _IN_USE in said:
        return EngineError(
            f"the catalogue of the lake {place} is open in another process: {said}",
            expected="one process at a time; a catalogue in PostgreSQL serves many",
            fix="wait for that process, or end it",
        )
    return EngineError(
        f"the catalogue of the lake {place} cannot be read: {said}",
        expected="the DuckLake catalogue that the last build left there",
        fix=f"bring it back from a backup together with {_data_path(settings)}, or remove {place} "
        f"and {place}.wal: the next build makes every table anew from the lake",
    )


def dbt_environment(settings: Settings, run_folder: Path) -> dict[str, str]:
    """The environment variables of one dbt run, as `dbt_project/profiles.yml` reads them.

    Parameters
    ----------
    run_folder: where this run keeps its scratch database, logs and artefacts; it must exist.
    """
    endpoint, tls = _s3_endpoint(settings)
    run_folder = run_folder.absolute()
    return {
        "CDP_DBT_LAKE": _root(settings),
        "CDP_DBT_DATA_PATH": _data_path(settings),
        "CDP_DBT_HOME": str(settings.home.absolute()),
        "CDP_DBT_PARENT": str(os.getpid()),
        "CDP_DBT_PYTHON_ROOT": str(PROJECT),
        "CDP_DBT_SCRATCH": str(run_folder / "scratch.duckdb"),
        "CDP_DBT_TEMPORARY": str(settings.scratch_root.absolute()),
        "CDP_DBT_S3_ENDPOINT": endpoint,
        "CDP_DBT_S3_KEY_ID": settings.s3_access_key_id,
        "CDP_DBT_S3_REGION": settings.s3_region,
        "CDP_DBT_S3_URL_STYLE": "vhost" if endpoint == _AWS else "path",
        "CDP_DBT_S3_USE_SSL": str(tls).lower(),
        # dbt blanks the values of variables with this prefix in everything that it prints.
        "DBT_ENV_SECRET_CDP_CATALOG": _catalog(settings),
        **{
            f"DBT_ENV_SECRET_CDP_PASSWORD_{number}": secret
            for number, secret in enumerate(deployment_secrets(settings))
        },
        "PGCONNECT_TIMEOUT": os.environ.get("PGCONNECT_TIMEOUT", CONNECT_SECONDS),
        "DBT_ENV_SECRET_CDP_S3": settings.s3_secret_access_key.get_secret_value(),
        "DBT_LOG_PATH": str(run_folder / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT / "dbt_project"),
        "DBT_PROJECT_DIR": str(PROJECT / "dbt_project"),
        "DBT_TARGET_PATH": str(run_folder / "target"),
        "DO_NOT_TRACK": "1",
    }


def _config(home: Path, extensions: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Everything of DuckDB's stays in this home: a service may have no home of its own."""
    return {"extension_directory": str(extensions), "home_directory": str(home.absolute())}


def _packaged(name: str) -> Path:
    """The extension file inside its Python package."""
    package = f"duckdb_extension_{name}"
    spec = importlib.util.find_spec(package)
    folder = f"extensions/v{duckdb.__version__}"
    found: list[Path] = []
    if spec is not None and spec.origin:
        found = sorted((Path(spec.origin).parent / folder).glob("*.duckdb_extension"))
    if not found:
        raise EngineError(
            f"the package {package.replace('_', '-')} has no extension for DuckDB "
            f"{duckdb.__version__}",
            expected=f"{package.replace('_', '-')}=={duckdb.__version__}",
            fix="install requirements.lock again",
        )
    return found[0]


def _s3_secret(settings: Settings) -> str:
    endpoint, tls = _s3_endpoint(settings)
    style = "vhost" if endpoint == _AWS else "path"
    return (
        "CREATE OR REPLACE TEMPORARY SECRET stores (TYPE s3, "
        f"KEY_ID {literal(settings.s3_access_key_id)}, "
        f"SECRET {literal(settings.s3_secret_access_key.get_secret_value())}, "
        f"REGION {literal(settings.s3_region)}, ENDPOINT {literal(endpoint)}, "
        f"URL_STYLE {literal(style)}, USE_SSL {str(tls).lower()})"
    )


def _s3_endpoint(settings: Settings) -> tuple[str, bool]:
    """Host and port as DuckDB wants them, and whether to speak TLS."""
    if not settings.s3_endpoint_url:
        return _AWS, True
    url = urlsplit(settings.s3_endpoint_url)
    return url.netloc or url.path, url.scheme != "http"


def _catalog(settings: Settings) -> str:
    """What follows `ducklake:` in ATTACH."""
    if settings.catalog.startswith("postgres:"):
        return settings.catalog
    return settings.catalog or str(settings.home / "catalog.ducklake")


def _root(settings: Settings) -> str:
    """The lake store's address without a slash at its end."""
    if settings.lake.startswith("s3://"):
        return settings.lake.rstrip("/")
    return settings.lake


def _data_path(settings: Settings) -> str:
    return f"{_root(settings)}/curated/"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
