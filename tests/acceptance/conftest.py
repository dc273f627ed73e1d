"""Real input and the nights that the platform runs over it: each once for all tests.

Does not belong here: simulated data; whatever stands in these tests was published by others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from city.serving.server import serve
from tests.acceptance.catalogue import catalogue, with_airport_corrected
from tests.acceptance.originals import nerrs_readings, usgs_readings
from tests.acceptance.quality_control import flagged
from tests.acceptance.whole_way import NOW, Night, filled_drop, run, settings_for

CONTRACTS = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class Feed:
    """Readings of real stations: the original file, what it holds, and the night that took it in.

    `readings` come from the file without the platform, with the flags of `quality_control`.
    """

    original: Path
    records: int
    readings: pd.DataFrame
    night: Night


@dataclass(frozen=True)
class Government:
    """The province's tables: as they are published, and after the airport corrected its own."""

    folder: Path
    published: Night
    corrected: Night


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets."""
    named = os.environ.get("ACCEPTANCE_DATA", "")
    if not named:
        pytest.skip("no real data named; run make acceptance DATA=folder")
    return Path(named).absolute()


@pytest.fixture(scope="session")
def tables(real_data: Path) -> Path:
    return _there(real_data / "phuket_gov_stats")


@pytest.fixture(scope="session")
def nerrs(real_data: Path, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    """A year of an estuary station in Florida."""
    original = _there(real_data / "nerrs_apacpwq_2012" / "apacpwq_2012.csv.gz")
    night = _night(tmp_path_factory.mktemp("nerrs"), original, CONTRACTS / "nerrs", tables)
    return Feed(original, 35_136, flagged(nerrs_readings(original)), night)


@pytest.fixture(scope="session")
def usgs(real_data: Path, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    """A month of two stream gauges in Maryland."""
    original = _there(real_data / "usgs_01650800_2019-05" / "view-example.parquet")
    night = _night(tmp_path_factory.mktemp("usgs"), original, CONTRACTS / "usgs", tables)
    return Feed(original, 9_216, flagged(usgs_readings(original)), night)


@pytest.fixture(params=["nerrs", "usgs"])
def feed(request: pytest.FixtureRequest) -> Feed:
    """Each feed of readings in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Feed)
    return found


@pytest.fixture(scope="session")
def government(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Government:
    """Two nights in one home, under the platform's own contracts; no sensor sends anything."""
    home = tmp_path_factory.mktemp("government")
    drop = filled_drop(home / "drop")
    first = catalogue(tables)
    with serve([first]) as served:
        published = run(settings_for(home / "cdp"), drop, served.url)
        served.show([with_airport_corrected(first)])
        tomorrow = NOW.replace(day=NOW.day + 1)
        corrected = run(settings_for(home / "cdp", now=tomorrow), drop, served.url)
    return Government(tables, published, corrected)


def _night(home: Path, original: Path, contracts: Path, tables: Path) -> Night:
    drop = filled_drop(home / "drop", [original])
    with serve([catalogue(tables)]) as served:
        return run(settings_for(home / "cdp", contracts), drop, served.url)


def _there(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"no real data at {path}; run make acceptance DATA=folder")
    return path
