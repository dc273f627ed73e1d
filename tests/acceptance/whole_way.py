"""One night of the whole platform over real input, and what readers and operators can see of it.

Belongs here: starting the run, and reading its results from the far end: published files first,
then curated tables, lake, ledger and raw bytes. Does not belong here: what the numbers should be
(the tests work that out from the original files, without the platform).
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from expectations.report import GateReport
from ingestion.clock import BANGKOK
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.engine import attach_lake, connect
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.deployment import Deployment
from orchestration.nightly import NightlyReport, nightly
from publication.commits import head
from publication.model import Commit

# After the agencies published their figures of 2568, as the sources' README dates them.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=BANGKOK)

# Sources that there is real data for, of one kind or another.
REAL = {
    *("environment_sensor_readings", "environment_stations", "tap_water_supply"),
    *("airport_passengers", "registered_hotels", "hotel_occupancy"),
}

# The register knows one station, and it sends nothing: the real ones lie outside Phuket.
REGISTER = """\
station_id,name_th,name_en,kind,tambon_code,latitude,longitude,ground_level_m_msl,\
min_bank_m_msl,interval_minutes
WQ-001,คลองบางใหญ่,Khlong Bang Yai,water_station,830101,7.88,98.39,-1.5,2.5,10
"""


@dataclass(frozen=True)
class Night:
    """What one run did, and the commit that readers saw after it."""

    deployment: Deployment
    report: NightlyReport
    commit: Commit

    @property
    def failed(self) -> bool:
        """Must somebody act, apart from the sources for which there is no real data here?"""
        return self.report.failed_but_for({each.source for each in self.report.sources} - REAL)

    def verdict(self, product: str) -> GateReport:
        return next(report for report in self.report.reports if report.product == product)

    def published(self, product: str) -> pd.DataFrame:
        """The Parquet file that readers had after this night."""
        state = self.commit.products[product]
        assert state.release, f"{product} was never published: {state.reason}"
        key = keys.release_file(state.domain, product, state.release.version, f"{product}.parquet")
        return pd.read_parquet(io.BytesIO(self.deployment.open.get(key)))

    def entries(self, source: str) -> list[LedgerEntry]:
        return list(Ledger(self.deployment.lake, source).entries().values())

    def curated(self, query: str) -> pd.DataFrame:
        """The answer of the curated platform, in which `lake` is the catalogue."""
        with connect(self.deployment.settings) as con:
            attach_lake(con, self.deployment.settings, read_only=True)
            return con.sql(query).df()

    def rows_in_lake(self, entry: LedgerEntry) -> int:
        """How many rows the lake's own files hold of a delivery, by their footers."""
        import pyarrow.parquet as pq

        return sum(
            pq.ParquetFile(io.BytesIO(self.deployment.lake.get(key))).metadata.num_rows
            for key in entry.lake
        )


def run(settings: Settings, drop: Path, catalogue: str) -> Night:
    """Run a night over a drop folder and a catalogue."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CDP_SENSOR_DROP_URL", str(drop))
        environment.setenv("CDP_CKAN_URL", catalogue)
        deployment = Deployment(settings)
        report = nightly(deployment, [_day_before(settings)])
    commit = head(deployment.open)
    assert commit is not None
    return Night(deployment, report, commit)


def settings_for(home: Path, contracts: Path | None = None, now: datetime = NOW) -> Settings:
    """A home of its own, with the contracts of a folder instead of those of the same id."""
    return Settings(home=home, allow_loopback=True, now=now, contracts_overlay=contracts)


def filled_drop(folder: Path, files: Iterable[Path] = ()) -> Path:
    """A drop folder outside the project that holds the register and copies of real files."""
    folder.mkdir(parents=True)
    (folder / "stations.csv").write_text(REGISTER, encoding="utf-8")
    for file in files:
        shutil.copyfile(file, folder / file.name)
    return folder


def unaccounted(entries: Sequence[LedgerEntry]) -> list[str]:
    """Deliveries of which some row is neither accepted, nor quarantined, repeated or dropped."""
    found = []
    for entry in entries:
        outcome = entry.outcome
        told = outcome.accepted + outcome.quarantined + outcome.deduplicated + outcome.dropped
        if outcome.rows != told:
            found.append(f"{entry.source} {entry.name}: {outcome.model_dump()}")
    return found


def _day_before(settings: Settings) -> date:
    return settings.clock.now().astimezone(BANGKOK).date() - timedelta(days=1)
