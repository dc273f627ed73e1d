"""The simulated city's S3 server, for tests: with settings of a deployment and buckets of its own.

Belongs here: what tests ask of it beyond the city. Does not belong here: starting and stopping
(`city/serving/s3_drop.py`), and faults on the way to it (`faulty_proxy.py`).
Outside pytest: `with running_s3_server() as server: server.settings()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from uuid import uuid4

from pydantic import SecretStr

from city.serving import s3_drop
from city.serving.s3_drop import server_binary
from ingestion.settings import Settings

__all__ = ["S3Server", "running_s3_server", "server_binary"]


@dataclass(frozen=True)
class S3Server(s3_drop.S3Server):
    """Where the server is and how to be let in."""

    def settings(self, **changes: object) -> Settings:
        """Settings of a deployment whose S3 is this server."""
        return Settings(
            s3_endpoint_url=self.endpoint_url,
            s3_access_key_id=self.access_key_id,
            s3_secret_access_key=SecretStr(self.secret_access_key),
        ).model_copy(update=changes)

    def environment(self) -> dict[str, str]:
        """The same settings for a child process."""
        return {
            "CDP_S3_ENDPOINT_URL": self.endpoint_url,
            "CDP_S3_ACCESS_KEY_ID": self.access_key_id,
            "CDP_S3_SECRET_ACCESS_KEY": self.secret_access_key,
        }

    def fresh_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"city-{uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return name


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """Start a server on free ports, wait until it takes writes, stop it at the end."""
    with s3_drop.running_s3_server() as running:
        yield S3Server(**asdict(running))
