"""A source that drops files, its lake, and one sandbox for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.parsing.sandbox import Sandbox
from tests.support.ingesting import Source, lake
from tests.support.judging import readings


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def source(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setenv("CDP_DROPS", str(tmp_path / "drops"))
    return Source(readings(), tmp_path / "drops", lake(tmp_path / "lake"), sandbox)
