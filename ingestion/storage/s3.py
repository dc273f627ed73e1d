"""A store in an S3 bucket: conditional creates, checked reads, bounded retries of our own.

Does not belong here: what a store promises (`store.py`), how bytes are sent (`s3_sending.py`)
and checked (`s3_body.py`), what a server's answers mean (`s3_failures.py`).

The client's own retries are off for every call: a retry that nobody sees turns an own create
whose answer was lost into "somebody else was faster".
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import uuid4

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.storage import keys
from ingestion.storage.failures import KeyMissing, StoreRefused, StoreUnavailable, key_exists
from ingestion.storage.s3_body import CheckedBody
from ingestion.storage.s3_failures import CREDENTIALS, ENDPOINT, REFUSALS, translated
from ingestion.storage.s3_sending import Parcel, S3Limits, send, weigh
from ingestion.storage.store import PIECE_BYTES, ObjectInfo, ObjectStore

if TYPE_CHECKING:
    from botocore.client import BaseClient


class S3Store(ObjectStore):
    """Objects below `prefix` in `bucket`. Nothing is sent, and no client made, before first use."""

    def __init__(
        self, bucket: str, prefix: str, settings: Settings, *, limits: S3Limits | None = None
    ) -> None:
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""
        self._settings = settings
        self._limits = limits or S3Limits()
        self._made: BaseClient | None = None
        self._making = threading.Lock()
        self._bucket_seen = False
        self.url = f"s3://{bucket}/{prefix}".removesuffix("/")
        _refuse_half_credentials(settings)

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        """Write an object; large ones in parts."""
        name = self._name(key)
        size, sha256 = weigh(body)
        writer = uuid4().hex
        parcel = Parcel(self._bucket, name, body, size, sha256, writer, if_absent, content_type)
        for attempt in self._limits.attempts():
            with attempt:
                return self._send_or_find(key, parcel)
        raise AssertionError("the last attempt returns or raises")

    def open(self, key: str) -> BinaryIO:
        """A checked stream; only its beginning is tried again, for what follows see `download`."""
        name = self._name(key)
        for attempt in self._limits.attempts():
            with attempt, translated(self.url, key):
                answer = self._client().get_object(Bucket=self._bucket, Key=name)
        sha256 = answer["Metadata"].get("sha256", "")
        body = CheckedBody(
            answer["Body"], answer["ContentLength"], sha256, url=self.url, key=key
        )
        return cast(BinaryIO, io.BufferedReader(body, PIECE_BYTES))

    def get(self, key: str) -> bytes:
        """The whole object, asked for again when it arrives cut or damaged."""
        for attempt in self._limits.attempts():
            with attempt:
                return super().get(key)
        raise AssertionError("the last attempt returns or raises")

    def download(self, key: str, path: Path) -> None:
        """The whole object into a file, asked for again when it arrives cut or damaged."""
        for attempt in self._limits.attempts():
            with attempt:
                super().download(key, path)

    def head(self, key: str) -> ObjectInfo | None:
        """What the server knows of the object."""
        name = self._name(key)
        for attempt in self._limits.attempts():
            with attempt:
                found = self._look(name)
        return None if found is None else _info(key, found["ContentLength"], found["ETag"])

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All pages, then sorted: not every server lists in the order of whole keys.

        (SeaweedFS goes folder by folder: `a/x` before `a-b`.) What consoles leave as "folders" is
        not listed.
        """
        start = self._root + keys.validate_prefix(prefix)
        found = {
            entry["Key"]: _info(
                entry["Key"].removeprefix(self._root), entry["Size"], entry["ETag"]
            )
            for page in self._pages(start)
            for entry in page.get("Contents", [])
            if not entry["Key"].endswith("/")
        }
        return iter([found[name] for name in sorted(found)])

    def delete(self, key: str) -> None:
        """Remove the object."""
        name = self._name(key)
        for attempt in self._limits.attempts():
            with attempt, translated(self.url, key):
                self._client().delete_object(Bucket=self._bucket, Key=name)

    def uri(self, key: str) -> str:
        """The object's s3:// address."""
        return f"s3://{self._bucket}/{self._name(key)}"
