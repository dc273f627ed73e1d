"""A source that drops files, and its lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.judging.sandbox import Sandbox
from tests.support.ingesting import Source, lake
from tests.support.judging import readings


@pytest.fixture
def source(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("CDP_DROPS", str(tmp_path / "drops"))
    return Source(readings(), tmp_path / "drops", lake(tmp_path / "lake"), sandbox)
