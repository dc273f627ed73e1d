"""What tests of connectors share: a server that misbehaves on plan, and one short contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import stamina

from ingestion.connectors import Fetched, FetchRequest, Known, without_secrets
from ingestion.connectors.patience import Limits
from ingestion.contracts import SourceContract
from ingestion.settings import Settings
from ingestion.sources import checked
from tests.support.planned_server import PlannedServer, planned_server

NOW = datetime(2026, 1, 8, 20, 0, tzinfo=UTC)
DAY = date(2026, 1, 8)
TEXT = {"th": "ข้อมูล", "en": "Data"}
LINES = {"type": "json_lines", "record_path": []}


@pytest.fixture(autouse=True)
def _waits_are_skipped() -> Iterator[None]:
    """Every try is made, none is waited for."""
    with stamina.set_testing(True, attempts=6, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[PlannedServer]:
    with planned_server() as planned:
        yield planned


@dataclass
class Source:
    """A source of which only `fetch` matters."""

    folder: Path
    settings: Settings
    limits: Limits = field(default_factory=Limits)
    format: dict[str, object] = field(default_factory=lambda: dict(LINES))
    lookback: int = 0

    def contract(self, **fetch: object) -> SourceContract:
        return checked(
            {
                "id": "tide_gauges",
                "version": "1.0.0",
                "title": TEXT,
                "description": TEXT,
                "domain": "environment",
                "owner": {"name": TEXT, "email": "data@phuket.example"},
                "licence": "CC-BY-4.0",
                "classification": "open",
                "fetch": fetch,
                "cadence": "daily",
                "delivery": "snapshot",
                "lookback_days": self.lookback,
                "format": self.format,
                "fields": [{"name": "level", "type": "number", "description": TEXT}],
                "key": ["level"],
            }
        )

    def fetch(self, known: Known = lambda *_: False, **fetch: object) -> Iterator[Fetched]:
        request = FetchRequest(self.contract(**fetch), self.settings, DAY, self.folder, self.limits)
        return without_secrets(request, known)

    def bodies(self, known: Known = lambda *_: False, **fetch: object) -> dict[str, bytes]:
        """Name and bytes of every file that comes."""
        return {f.name: f.path.read_bytes() for f in self.fetch(known, **fetch)}

    def one(self, **fetch: object) -> Fetched:
        (fetched,) = self.fetch(**fetch)
        return fetched


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "fetched"
    folder.mkdir()
    return Source(folder, Settings(home=tmp_path / "home", allow_loopback=True, now=NOW))


@pytest.fixture
def file_of(source: Source, server: PlannedServer) -> Callable[..., bytes]:
    """Fetch `/table.csv` from the server, and give its bytes."""

    def fetch(**words: object) -> bytes:
        wanted = {"connector": "http_file", "url": f"{server.url}/table.csv", **words}
        return source.one(**wanted).path.read_bytes()

    return fetch
