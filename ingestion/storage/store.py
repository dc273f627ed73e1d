"""The one interface to object storage. What a store promises is written here, once.

Does not belong here: how a folder or S3 keeps the promise (`local.py`, `s3.py`), what keys mean
(`keys.py`), how it fails (`failures.py`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ingestion.storage.failures import disk_failure, unreadable

PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class ObjectInfo:
    """What a listing tells about an object. `etag` is opaque and changes with the bytes."""

    key: str
    size: int
    etag: str


class ObjectStore(ABC):
    """Objects under keys such as `raw/hotels/2026-01-08/ab12.csv`, below one root.

    Every write is atomic: a reader sees the whole object or none. Keys are validated before
    anything is touched (`keys.validate`), so every method that takes one may raise `InvalidKey`;
    every method that reaches the store may raise `StoreUnavailable` (after bounded tries) or
    `StoreRefused`. A key must not be the folder of another key: `a` and `a/b` exclude each other.
    """

    url: str

    @abstractmethod
    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        """Store an object, streaming when `body` is a path.

        Raises
        ------
        KeyExists: with `if_absent`, when another writer's object is there. An own write whose
            answer was lost on the way is recognised, and is a success.
        StoreUnavailable: the store cannot take it now; the key holds what it held before, or, if
            the connection died for good after the last byte, this very body.
        """

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """A stream over the object's bytes, to be closed by the caller. Raises `KeyMissing`.

        A stream that ends before the object does raises `StoreUnavailable`; it is never just short.
        """

    @abstractmethod
    def head(self, key: str) -> ObjectInfo | None:
        """What is known of an object, or None when there is none."""

    @abstractmethod
    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, sorted by key.

        Complete for objects that are there from beginning to end of the listing; one written or
        deleted meanwhile may be in it or not.
        """

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; no error when there is none."""

    @abstractmethod
    def uri(self, key: str) -> str:
        """The address that DuckDB reads: a path, or an s3:// address. `key` may be a glob."""

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises `KeyMissing`."""
        with self.open(key) as stream:
            return stream.read()

    def download(self, key: str, path: Path) -> None:
        """Stream the object into a local file, whole or not at all. Raises `KeyMissing`."""
        with self.open(key) as stream:
            save(stream, path)


def save(stream: BinaryIO, path: Path) -> None:
    """Write what is left of a stream into a file: whole or not at all."""
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            while piece := stream.read(PIECE_BYTES):
                file.write(piece)
        part.replace(path)
    except OSError as error:
        raise disk_failure(error, path) from error
    finally:
        part.unlink(missing_ok=True)


def read_pieces(body: bytes | Path) -> Iterator[bytes]:
    """The bytes to be stored, in pieces, so that a large file never lies in memory whole.

    Raises
    ------
    PermanentError: the file cannot be read.
    """
    if isinstance(body, bytes):
        yield body
        return
    try:
        with body.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except OSError as error:
        raise unreadable(error, body) from error


def body_bytes(body: bytes | Path) -> int:
    """How many bytes are to be stored. Raises `PermanentError` when the file cannot be read."""
    if isinstance(body, bytes):
        return len(body)
    try:
        return body.stat().st_size
    except OSError as error:
        raise unreadable(error, body) from error
