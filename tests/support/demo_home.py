"""A home in which the demo has run once: made by real steps, shared by the tests that read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.settings import Settings
from orchestration.demo import Demo, demo
from orchestration.nightly import NightlyReport, nightly


@dataclass(frozen=True)
class DemoRun:
    """The settings of the home and what the run said."""

    settings: Settings
    report: NightlyReport


@contextmanager
def environment_restored() -> Iterator[None]:
    """The demo points sources at itself through the environment; afterwards it is as before."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_demo(settings: Settings, *, airport_corrected: bool = False) -> DemoRun:
    """Run the whole demo in a home."""
    with environment_restored(), demo(settings, airport_corrected=airport_corrected) as city:
        return DemoRun(city.deployment.settings, nightly(city.deployment, city.days))


@contextmanager
def served_city(settings: Settings) -> Iterator[Demo]:
    """The simulated city, served for a test."""
    with environment_restored(), demo(settings) as city:
        yield city


def copied(home: Path, to: Path) -> Path:
    """A copy of the open store of a home, for tests that damage it."""
    import shutil

    return Path(shutil.copytree(home / "open", to))
