"""The one interface to object storage. What a store promises is written here, once.

Does not belong here: how a folder or S3 keeps the promise (`local.py`, `s3.py`), and what keys
mean (`keys.py`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingestion.errors import PermanentError, TransientError


class KeyExists(PermanentError):
    """A conditional create met an object that is already there."""


class KeyMissing(PermanentError):
    """No object has that key."""


class StoreUnavailable(TransientError):
    """The store did not answer, is full, or refused for now."""


@dataclass(frozen=True)
class ObjectInfo:
    """What a listing tells about an object. `etag` is opaque and changes with the bytes."""

    key: str
    size: int
    etag: str


class ObjectStore(ABC):
    """Objects under keys such as `raw/hotels/2026-01-08/ab12.csv`, below one root.

    Every write is atomic: a reader sees the whole object or none. Keys are validated before
    anything is touched (`keys.validate`).
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
        KeyExists: with `if_absent`, when another writer's object is there. A repeat of this very
            call whose first answer was lost is not an error.
        StoreUnavailable: the store cannot take it now; nothing is left under the key.
        """

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """A stream over the object's bytes, to be closed by the caller. Raises `KeyMissing`."""

    @abstractmethod
    def head(self, key: str) -> ObjectInfo | None:
        """What is known of an object, or None when there is none."""

    @abstractmethod
    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, sorted by key."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; no error when there is none."""

    @abstractmethod
    def uri(self, key: str) -> str:
        """The address that DuckDB reads: a path, or an s3:// address."""

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises `KeyMissing`."""
        with self.open(key) as stream:
            return stream.read()

    def download(self, key: str, path: Path) -> None:
        """Stream the object into a local file. Raises `KeyMissing`."""
        with self.open(key) as stream, path.open("wb") as file:
            while chunk := stream.read(1 << 20):
                file.write(chunk)
