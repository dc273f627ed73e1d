"""Grown up by one setting: the catalogue of the lake in a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration.deployment import Deployment
from tests.support.demo_home import SMALL, DemoRun, run_demo
from tests.support.postgres import INSTALL, running_postgres, server_binaries

pytestmark = pytest.mark.whole


def test_the_demo_with_a_postgresql_catalogue_publishes_the_same_bytes(
    small_run: DemoRun, tmp_path: Path
) -> None:
    binaries = server_binaries()
    if binaries is None:
        pytest.skip(INSTALL)
    with running_postgres(binaries) as connection:
        settings = Settings(home=tmp_path, catalog=f"postgres:{connection}")

        report = run_demo(settings, SMALL).report

    assert not report.build.broken
    assert not (tmp_path / "catalog.ducklake").exists()
    assert _sums(settings) == _sums(small_run.settings)


def _sums(settings: Settings) -> dict[str, bytes]:
    store = Deployment(settings).open
    return {i.key: store.get(i.key) for i in store.list() if i.key.endswith("/SHA256SUMS")}
