"""A store in an S3 bucket: conditional creates, checked reads, bounded retries of our own.

The client's own retries are off for every call: one that nobody saw turned an own create whose
answer was lost into "somebody else was faster" (tried).

Does not belong here: what a store promises (`store.py`), how bytes are sent (`s3_sending.py`)
and checked (`s3_body.py`), what a server's answers mean (`s3_failures.py`).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Required, TypedDict, cast
from uuid import uuid4

from ingestion.settings import Settings
from ingestion.storage import keys
from ingestion.storage.failures import KeyMissing, StoreUnavailable, key_exists
from ingestion.storage.s3_body import CheckedBody
from ingestion.storage.s3_client import S3Limits, make_client, refuse_half_credentials
from ingestion.storage.s3_failures import translated
from ingestion.storage.s3_sending import Parcel, send, weigh
from ingestion.storage.store import PIECE_BYTES, ObjectInfo, ObjectStore, save

if TYPE_CHECKING:
    from botocore.client import BaseClient


class Entry(TypedDict):
    """An object in a listing."""

    Key: str
    Size: int
    ETag: str


class Page(TypedDict, total=False):
    """A page of a listing."""

    Contents: list[Entry]
    IsTruncated: Required[bool]
    NextContinuationToken: str


@dataclass(frozen=True)
class _Found:
    """An object that is there, and who wrote it."""

    info: ObjectInfo
    sha256: str
    writer: str

    def written_by(self, parcel: Parcel) -> bool:
        return (self.sha256, self.writer) == (parcel.sha256, parcel.writer)


class S3Store(ObjectStore):
    """Objects below `prefix` in `bucket`. Nothing is sent, and no client made, before first use."""

    def __init__(
        self, bucket: str, prefix: str, settings: Settings, *, limits: S3Limits | None = None
    ) -> None:
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""
        self._settings = settings
        self._limits = limits or S3Limits(reach_seconds=settings.reach_seconds)
        self._made: BaseClient | None = None
        self._making = threading.Lock()
        self._bucket_seen = False
        self.url = f"s3://{bucket}/{prefix}".removesuffix("/")
        refuse_half_credentials(settings)

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        """Write an object; large ones in parts."""
        keys.validate(key)
        size, sha256 = weigh(body)
        parcel = Parcel(
            url=self.url,
            key=key,
            bucket=self._bucket,
            name=self._name(key),
            body=body,
            size=size,
            sha256=sha256,
            writer=uuid4().hex,
            if_absent=if_absent,
            content_type=content_type,
        )
        return self._limits.tried(lambda: self._send_or_find(parcel))

    def open(self, key: str) -> BinaryIO:
        """A checked stream. Its beginning is tried again; for its middle there is `download`."""
        keys.validate(key)
        return self._limits.tried(lambda: self._stream(key))

    def get(self, key: str) -> bytes:
        """The whole object, asked for again when it arrives cut or damaged."""
        keys.validate(key)
        return self._limits.tried(lambda: self._read(key))

    def download(self, key: str, path: Path) -> None:
        """The whole object into a file, asked for again when it arrives cut or damaged."""
        keys.validate(key)
        self._limits.tried(lambda: self._save(key, path))

    def head(self, key: str) -> ObjectInfo | None:
        """What the server knows of the object."""
        keys.validate(key)
        found = self._limits.tried(lambda: self._look(key))
        return None if found is None else found.info

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All pages, then sorted: not every server lists in the order of whole keys.

        (SeaweedFS goes folder by folder: `a/x` before `a-b`.) What consoles leave as "folders" is
        not listed.
        """
        keys.validate_prefix(prefix)
        found = {info.key: info for info in self._listed(prefix) if not info.key.endswith("/")}
        return iter([found[key] for key in sorted(found)])

    def delete(self, key: str) -> None:
        """Remove the object."""
        keys.validate(key)
        self._limits.tried(lambda: self._remove(key))

    def uri(self, key: str) -> str:
        """The object's s3:// address."""
        return f"s3://{self._bucket}/{self._name(keys.validate(key))}"

    def _send_or_find(self, parcel: Parcel) -> ObjectInfo:
        try:
            etag = send(self._client(), parcel, self._limits)
        except StoreUnavailable:
            # Refused as contested, or no sure answer at all: what lies there decides. Never the
            # answer alone, and never a blind second try.
            found = self._look(parcel.key)
            if found is not None and found.written_by(parcel):
                return found.info
            if found is not None and parcel.if_absent:
                raise key_exists(parcel.key, self.url) from None
            raise
        return _info(parcel.key, parcel.size, etag)

    def _look(self, key: str) -> _Found | None:
        try:
            with translated(self.url, key):
                answer = self._client().head_object(Bucket=self._bucket, Key=self._name(key))
        except KeyMissing:
            self._refuse_missing_bucket()
            return None
        info = _info(key, answer["ContentLength"], answer["ETag"])
        metadata = answer.get("Metadata", {})
        return _Found(info, metadata.get("sha256", ""), metadata.get("writer", ""))

    def _refuse_missing_bucket(self) -> None:
        """Tell a missing object from a missing bucket, which a HEAD answers alike."""
        if self._bucket_seen:
            return
        with translated(self.url):
            self._client().head_bucket(Bucket=self._bucket)
        self._bucket_seen = True

    def _stream(self, key: str) -> BinaryIO:
        with translated(self.url, key):
            answer = self._client().get_object(Bucket=self._bucket, Key=self._name(key))
        sha256 = answer.get("Metadata", {}).get("sha256", "")
        body = CheckedBody(answer["Body"], answer["ContentLength"], sha256, url=self.url, key=key)
        return cast(BinaryIO, io.BufferedReader(body, PIECE_BYTES))

    def _read(self, key: str) -> bytes:
        with self._stream(key) as stream:
            return stream.read()

    def _save(self, key: str, path: Path) -> None:
        with self._stream(key) as stream:
            save(stream, path)

    def _remove(self, key: str) -> None:
        with suppress(KeyMissing), translated(self.url, key):
            self._client().delete_object(Bucket=self._bucket, Key=self._name(key))

    def _listed(self, prefix: str) -> Iterator[ObjectInfo]:
        token, more = "", True
        while more:
            page = self._limits.tried(partial(self._page, prefix, token))
            for entry in page.get("Contents", []):
                key = entry["Key"].removeprefix(self._root)
                yield _info(key, entry["Size"], entry["ETag"])
            more, token = page["IsTruncated"], page.get("NextContinuationToken", "")

    def _page(self, prefix: str, token: str) -> Page:
        after = {"ContinuationToken": token} if token else {}
        with translated(self.url):
            answer = self._client().list_objects_v2(
                Bucket=self._bucket,
                Prefix=self._root + prefix,
                MaxKeys=self._limits.page,
                **after,
            )
        page = cast(Page, answer)
        if page["IsTruncated"] and page.get("NextContinuationToken", "") in {"", token}:
            raise StoreUnavailable(
                f"store {self.url}: the listing of {prefix!r} does not go on after page {token!r}",
                expected="a new continuation token with every page but the last",
            )
        return page

    def _name(self, key: str) -> str:
        return self._root + key

    def _client(self) -> BaseClient:
        with self._making:
            if self._made is None:
                self._made = make_client(self._settings, self._limits)
            return self._made


def _info(key: str, size: int, etag: str) -> ObjectInfo:
    return ObjectInfo(key, size, etag.strip('"'))
