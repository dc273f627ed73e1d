"""A home in which the demo has run once: made by real steps, shared by the tests that read it."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from city.city import City
from ingestion.settings import Settings
from orchestration.demo import Demo, demo
from orchestration.nightly import NightlyReport, nightly

SMALL = City(seed=8355, first_day=date(2026, 9, 7), days=1, scale=0.0005, station_share=0.1)
"""A day of a few stations and people: every source, every step, in a fraction of the time."""


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


def run_demo(
    settings: Settings, city: City | None = None, *, airport_corrected: bool = False
) -> DemoRun:
    """Run the whole demo in a home: its week, or another city."""
    served = demo(settings, city=city, airport_corrected=airport_corrected)
    with environment_restored(), served as running:
        report = nightly(running.deployment, running.days, clock_of=running.clock_of)
        return DemoRun(running.deployment.settings, report)


def run_once(folder: Path, name: str, city: City | None = None) -> DemoRun:
    """The demo in a home of that name, run by the first process that asks; others read it."""
    kept = folder / f"{name}.pickle"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            run = run_demo(Settings(home=folder / name), city)
            kept.write_bytes(pickle.dumps(run))
    found = pickle.loads(kept.read_bytes())
    assert isinstance(found, DemoRun)
    return found


@contextmanager
def served_city(settings: Settings) -> Iterator[Demo]:
    """The simulated city, served for a test."""
    with environment_restored(), demo(settings) as city:
        yield city


def copied(home: Path, to: Path) -> Path:
    """A copy of the open store of a home, for tests that damage it."""
    import shutil

    return Path(shutil.copytree(home / "open", to))
