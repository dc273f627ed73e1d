"""SHA-256 of bytes, files and stored objects, and the SHA256SUMS file that `sha256sum -c` reads."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ingestion.storage import ObjectStore

SUMS = "SHA256SUMS"


def digest(body: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal."""
    return sha256(body).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 of a local file."""
    with path.open("rb") as stream:
        return _measured(stream)[1]


def measure(store: ObjectStore, key: str) -> tuple[int, str]:
    """Bytes and SHA-256 of an object as a reader receives it, not as a listing claims."""
    with store.open(key) as stream:
        return _measured(stream)


def sums(digests: Iterable[tuple[str, str]]) -> bytes:
    """The SHA256SUMS of (name, sha256) pairs, by name."""
    return "".join(f"{sha}  {name}\n" for name, sha in sorted(digests)).encode()


def _measured(stream: BinaryIO) -> tuple[int, str]:
    hasher, size = sha256(), 0
    while chunk := stream.read(1 << 20):
        hasher.update(chunk)
        size += len(chunk)
    return size, hasher.hexdigest()
