"""An object's bytes on their way from an S3 server, checked: never short, never altered.

Does not belong here: asking for the object, or asking again (`s3.py`).
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Protocol

from ingestion.storage.failures import StoreUnavailable
from ingestion.storage.s3_failures import translated
from ingestion.storage.store import PIECE_BYTES

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Body(Protocol):
    """What botocore hands out: the bytes that are still to come."""

    def read(self, amount: int) -> bytes:
        """At most that many bytes; none at the end."""

    def close(self) -> None:
        """Let go of the connection."""


class CheckedBody(io.RawIOBase):
    """A stream that ends only after `size` bytes whose SHA-256 is `sha256`.

    `sha256` is empty for an object that another program wrote; then only the size is checked.
    """

    def __init__(self, body: Body, size: int, sha256: str, *, url: str, key: str) -> None:
        self._body, self._size, self._sha256 = body, size, sha256
        self._url, self._key = url, key
        self._seen = 0
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        """Always: this is what the stream is for."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer with what comes next; 0 at the checked end."""
        view = memoryview(buffer).cast("B")
        piece = self._next(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def readall(self) -> bytes:
        """Everything that is left, in larger pieces than the buffer's."""
        pieces = []
        while piece := self._next(PIECE_BYTES):
            pieces.append(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            self._body.close()
        super().close()

    def _next(self, amount: int) -> bytes:
        with translated(self._url, self._key):
            piece = self._body.read(amount)
        self._seen += len(piece)
        self._digest.update(piece)
        if amount and not piece:
            self._check()
        return piece

    def _check(self) -> None:
        if self._seen != self._size:
            raise self._damaged(f"{self._seen:,} bytes came", f"{self._size:,} bytes")
        if self._sha256 not in {"", self._digest.hexdigest()}:
            raise self._damaged(
                f"the bytes that came have SHA-256 {self._digest.hexdigest()}", self._sha256
            )

    def _damaged(self, found: str, expected: str) -> StoreUnavailable:
        return StoreUnavailable(
            f"object {self._key} in {self._url}: {found}",
            expected=expected,
            fix="run again; if it stays, restore the object",
        )
