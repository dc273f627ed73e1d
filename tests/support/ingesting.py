"""A source that drops files into a folder, and a lake that takes them in.

Belongs here: what a test needs to run `Ingestion` for real, and a store that fails where it is
told. Does not belong here: what is expected of a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

from ingestion.clock import FixedClock
from ingestion.contracts import SourceContract
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.report import IngestReport
from ingestion.judging.sandbox import Sandbox
from ingestion.settings import Settings
from ingestion.storage import ObjectInfo, ObjectStore, open_store
from tests.support.judging import NOW

DAY = date(2026, 1, 8)


class Crash(BaseException):
    """The process ends here; nothing catches it."""


class CrashingStore(ObjectStore):
    """A store whose process dies before or after its n-th write (from 0)."""

    def __init__(self, store: ObjectStore, at: int | None = None, *, after: bool = False) -> None:
        self.url = store.url
        self.written: list[str] = []
        self._store, self._at, self._after = store, at, after

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        dies = len(self.written) == self._at
        self.written.append(key)
        if dies and not self._after:
            raise Crash(f"before {key}")
        info = self._store.put(key, body, if_absent=if_absent, content_type=content_type)
        if dies:
            raise Crash(f"after {key}")
        return info

    def open(self, key: str) -> BinaryIO:
        return self._store.open(key)

    def head(self, key: str) -> ObjectInfo | None:
        return self._store.head(key)

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        return self._store.list(prefix)

    def delete(self, key: str) -> None:
        self._store.delete(key)

    def uri(self, key: str) -> str:
        return self._store.uri(key)


@dataclass
class Source:
    """A drop folder, the contract of its files, and the lake they go to."""

    contract: SourceContract
    drops: Path
    store: ObjectStore
    sandbox: Sandbox
    settings: Settings = field(default_factory=Settings)

    def drop(self, name: str, body: bytes | str) -> Path:
        """The sender puts a file into the folder."""
        self.drops.mkdir(exist_ok=True)
        path = self.drops / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return path

    def ingest(self, now: datetime = NOW, store: ObjectStore | None = None) -> IngestReport:
        """One run."""
        lake = store or self.store
        return Ingestion(self.settings, lake, self.sandbox, FixedClock(now)).ingest(
            self.contract, DAY
        )

    def ledger(self) -> Ledger:
        """The ledger as a new process reads it."""
        return Ledger(self.store, self.contract.id)

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """Every object of the lake store."""
        return {info.key: self.store.get(info.key) for info in self.store.list(prefix)}

    def rows(self) -> list[dict[str, object]]:
        """Every row in the lake, of all deliveries."""
        found: list[dict[str, object]] = []
        for info in self.store.list(f"lake/{self.contract.id}/"):
            with self.store.open(info.key) as file:
                found += pq.read_table(file).to_pylist()
        return found

    def latest(self) -> dict[tuple[object, ...], object]:
        """The value of every key: of rows with one key, that of the later receipt."""
        receipts = [(entry.sha256, entry.received_at) for entry in self.ledger().receipts()]
        place = {receipt: number for number, receipt in enumerate(receipts)}
        rows = sorted(self.rows(), key=lambda row: place[row["_delivery"], row["_received_at"]])  # type: ignore[index]
        return {tuple(row[name] for name in self.contract.key): row["value"] for row in rows}


def lake(folder: Path) -> ObjectStore:
    """A lake store in a folder."""
    return open_store(str(folder), Settings())
