"""A store in memory that counts what is asked of it, as a bucket would answer it.

Belongs here: requests and their number. Does not belong here: what may be asked how often.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.storage import ObjectInfo, ObjectStore
from ingestion.storage.failures import key_exists, key_missing

_PAGE = 1000
"""Keys in one answer of a bucket's listing."""


class CountingStore(ObjectStore):
    """Objects in memory; `asked` counts requests by kind since the last `forget`."""

    url = "memory://"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()

    @property
    def requests(self) -> int:
        """Reading requests since the last `forget`."""
        return self.asked.total()

    def forget(self) -> None:
        """Count from here on."""
        self.asked.clear()

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        self.asked["put"] += 1
        if if_absent and key in self.objects:
            raise key_exists(key, self.url)
        self.objects[key] = body if isinstance(body, bytes) else body.read_bytes()
        return self._info(key)

    def open(self, key: str) -> BinaryIO:
        self.asked["get"] += 1
        if key not in self.objects:
            raise key_missing(key, self.url)
        return io.BytesIO(self.objects[key])

    def head(self, key: str) -> ObjectInfo | None:
        self.asked["head"] += 1
        return self._info(key) if key in self.objects else None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        found = sorted(key for key in self.objects if key.startswith(prefix))
        self.asked["list"] += len(found) // _PAGE + 1
        return iter([self._info(key) for key in found])

    def delete(self, key: str) -> None:
        self.asked["delete"] += 1
        self.objects.pop(key, None)

    def uri(self, key: str) -> str:
        return f"{self.url}{key}"

    def _info(self, key: str) -> ObjectInfo:
        body = self.objects[key]
        return ObjectInfo(key, len(body), f"{hash(body):x}")
