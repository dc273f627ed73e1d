"""The connection to an S3 server, and how patient the platform is with it.

Does not belong here: what is asked of the server (`s3.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import stamina

from ingestion.errors import SettingsError, TransientError
from ingestion.settings import Settings
from ingestion.storage.failures import StoreUnreachable
from ingestion.storage.s3_failures import CREDENTIALS, ENDPOINT

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.client import BaseClient

Result = TypeVar("Result")
_MAKING = threading.Lock()


@dataclass(frozen=True)
class S3Limits:
    """How large a request may be, and how often and how patiently it is tried."""

    tries: int = 5
    reach_seconds: float = 0
    first_pause: float = 0.2
    longest_pause: float = 10.0
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    page: int = 1000
    multipart_above: int = 64 << 20
    part_bytes: int = 16 << 20

    def tried(self, step: Callable[[], Result]) -> Result:
        """Do what may raise `TransientError`, with growing pauses: a bounded number of times, or,
        where nobody answers at all, for as long as that is waited for.
        """
        begun, failed = time.monotonic(), 0

        def again(error: Exception) -> bool:
            nonlocal failed
            failed += 1
            if isinstance(error, StoreUnreachable):
                waited = time.monotonic() - begun
                return failed < self.tries or waited < self.reach_seconds
            return isinstance(error, TransientError) and failed < self.tries

        caller = stamina.RetryingCaller(
            attempts=None,
            timeout=None,
            wait_initial=self.first_pause,
            wait_max=self.longest_pause,
            wait_jitter=self.first_pause,
        )
        return caller(again, step)


def make_client(settings: Settings, limits: S3Limits) -> BaseClient:
    """A client that tries once and tells; boto3 is loaded here, not by importing the room.

    Raises
    ------
    SettingsError: the endpoint is not an address.
    """
    from botocore.config import Config

    endpoint = settings.s3_endpoint_url
    config = Config(
        signature_version="s3v4",
        connect_timeout=limits.connect_seconds,
        read_timeout=limits.read_seconds,
        retries={"total_max_attempts": 1},
        # Servers other than AWS are seldom reachable as bucket.host.
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    try:
        with _MAKING:  # a session may not be used by two threads at once; its clients may
            return _session().client(
                "s3",
                endpoint_url=endpoint or None,
                region_name=settings.s3_region,
                aws_access_key_id=settings.s3_access_key_id or None,
                aws_secret_access_key=settings.s3_secret_access_key.get_secret_value() or None,
                config=config,
            )
    except ValueError as error:
        raise SettingsError(
            f"setting {ENDPOINT} holds {endpoint!r}",
            expected="an address such as https://s3.example.org, or nothing for AWS",
            fix=f"correct {ENDPOINT}",
        ) from error


@cache
def _session() -> Session:
    """One for the process: its first client reads megabytes of service descriptions (0.1 s)."""
    import boto3

    return boto3.session.Session()


def refuse_half_credentials(settings: Settings) -> None:
    """An access key without its secret, or the reverse, would silently mean somebody else's."""
    secret = settings.s3_secret_access_key.get_secret_value()
    if bool(settings.s3_access_key_id) != bool(secret):
        raise SettingsError(
            f"only one of {CREDENTIALS} is set",
            expected="both, or neither to use the credentials of the machine",
        )
