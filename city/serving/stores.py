"""Where drop files lie for the platform: the folder that they were written to, a bucket, SFTP.

Belongs here: which stores the drop sources need, and the settings that lead there. The servers are
`s3_drop` and `sftp_drop`, started only for sources that use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from city.channels import Drop
from city.serving.services import key_for
from ingestion.errors import SettingsError

BUCKET = "city-drop"
MEMORY_MIB = 256
S3_ENDPOINT = "CDP_DROP_S3_ENDPOINT_URL"
S3_KEY = "CDP_DROP_S3_ACCESS_KEY_ID"
S3_SECRET = "CDP_DROP_S3_SECRET_ACCESS_KEY"  # noqa: S105 - the name of a variable
SFTP_HOST_KEY = "CDP_SFTP_HOST_KEY"
SFTP_PASSWORD = "CDP_SFTP_PASSWORD"  # noqa: S105 - the name of a variable


@contextmanager
def drop_stores(drops: Sequence[Drop], root: Path) -> Iterator[dict[str, str]]:
    """Serve the files below `root` (`dropping.write_drops`); the settings that lead to them.

    Raises
    ------
    SettingsError: a store that is needed is not installed, or one setting would have two values.
    """
    with ExitStack() as stack:
        settings: dict[str, str] = {}
        for drop in drops:
            if drop.store == "folder":
                _set(settings, drop.setting, str(root / drop.folder))
        if in_bucket := [drop for drop in drops if drop.store == "s3"]:
            for name, value in stack.enter_context(_bucket(in_bucket, root)).items():
                _set(settings, name, value)
        if over_sftp := [drop for drop in drops if drop.store == "sftp"]:
            for name, value in stack.enter_context(_sftp(over_sftp, root)).items():
                _set(settings, name, value)
        yield settings


@contextmanager
def _bucket(drops: Sequence[Drop], root: Path) -> Iterator[dict[str, str]]:
    from city.serving.s3_drop import running_s3_server

    with running_s3_server(MEMORY_MIB) as server:
        server.fill(BUCKET, root, sorted({drop.folder for drop in drops}))
        yield {
            **{drop.setting: f"s3://{BUCKET}/{drop.folder}" for drop in drops},
            S3_ENDPOINT: server.endpoint_url,
            S3_KEY: server.access_key_id,
            S3_SECRET: server.secret_access_key,
        }


@contextmanager
def _sftp(drops: Sequence[Drop], root: Path) -> Iterator[dict[str, str]]:
    try:
        from city.serving.sftp_drop import running_sftp_server
    except ImportError:
        raise SettingsError(
            "there is no SFTP server on this machine, and a source drops its files over SFTP",
            expected="the Python package asyncssh",
            fix="pip install asyncssh",
        ) from None
    with running_sftp_server(root, key_for(SFTP_PASSWORD)) as server:
        yield {
            **{drop.setting: server.url(f"/{drop.folder}") for drop in drops},
            SFTP_HOST_KEY: server.host_key,
            SFTP_PASSWORD: server.password,
        }


def _set(settings: dict[str, str], name: str, value: str) -> None:
    if settings.setdefault(name, value) != value:
        raise SettingsError(
            f"{name} would have to be {settings[name]} and {value}",
            expected="one setting for each place where files are dropped",
            fix="give one of the drops that share it a setting of its own",
        )
