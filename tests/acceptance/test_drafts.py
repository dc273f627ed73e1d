"""Contracts drafted from real files: every one loads, and takes its file whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.judging.sandbox import Sandbox
from tests.support.drafting import Drafting, assert_takes_all

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_every_real_file_gets_a_draft_that_takes_it_whole(
    real_data: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    files = [
        path
        for pattern in ("*.csv", "*.csv.gz", "*.parquet", "*.geojson")
        for path in sorted(real_data.rglob(pattern))
    ]
    assert len(files) >= 8

    for number, path in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert_takes_all(Drafting(tmp_path, sandbox).of(path, folder))
