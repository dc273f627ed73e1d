"""A home to which readings and a register are delivered, and its builds as operators make them.

Belongs here: writing what ingestion would have written, into the lake and into the ledger, and what
the tables are. Does not belong here: what is delivered when, and what is expected.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from dbt_project.fingerprints import Fingerprints
from ingestion.clock import bangkok_day
from ingestion.deliveries.landing import content_hash
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.judging.outcome import ParseOutcome
from ingestion.sealed import sha256
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.building import build
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.running_dbt import dbt_folder
from orchestration.tables import open_tables
from tests.dbt_project.city_lake import CONTRACTS, Row, write_batch

READINGS, STATIONS = "environment_sensor_readings", "environment_stations"
Tables = dict[str, list[tuple[object, ...]]]


@dataclass
class DeliveredCity:
    """One home, its clock and its deliveries."""

    home: Path
    now: datetime
    delivered: list[LedgerEntry] = field(default_factory=list)
    """The last word on each, in the order in which they came."""

    @property
    def deployment(self) -> Deployment:
        return Deployment(Settings(home=self.home, now=self.now))

    def pass_time(self, **units: float) -> None:
        self.now += timedelta(**units)

    def readings(self, days: dict[date, list[Row]]) -> LedgerEntry:
        """A delivery of readings, by event day."""
        return self._deliver(READINGS, days)

    def register(self, stations: list[Row]) -> LedgerEntry:
        """The whole register, as it is from today on."""
        return self._deliver(STATIONS, {bangkok_day(self.now): stations})

    def judge_again(self, entry: LedgerEntry, days: dict[date, list[Row]]) -> None:
        """A delivery is replayed into these rows; into none when it is refused now."""
        place = self.delivered.index(entry)
        for key in entry.lake:
            self.deployment.lake.delete(key)
        self.delivered[place] = self._record(entry, days)

    def build(self, *, anew: bool = False) -> Build:
        return build(self.deployment, anew=anew)[0]

    def build_killed(self, after: int) -> None:
        """A build whose dbt is killed when it has made so many tables."""
        log = dbt_folder(self.deployment) / "logs" / "dbt.log"
        log.unlink(missing_ok=True)

        def kill() -> None:
            dbt = dbt_of(os.getpid())
            while Path(f"/proc/{dbt}/fd").exists():
                said = log.read_text("utf-8") if log.exists() else ""
                if said.count("OK created sql") + said.count("OK loaded seed") >= after:
                    break
                if "Finished running" in said:
                    break
                time.sleep(0.02)
            os.kill(dbt, signal.SIGKILL)

        build(self.deployment, kill)

    def tables(self) -> Tables:
        """All rows of all curated tables, in order."""
        with open_tables(self.deployment, read_only=True) as tables:
            names = tables.con.execute(
                "select schema_name || '.' || table_name from duckdb_tables() "
                "where database_name = 'lake' and schema_name not in ('main')"
            ).fetchall()
            return {
                name: tables.con.execute(f"from lake.{name} order by all").fetchall()
                for (name,) in names
            }

    def fingerprints(self) -> dict[str, Fingerprints]:
        with open_tables(self.deployment, read_only=True) as tables:
            return tables.fingerprints()

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with open_tables(self.deployment, read_only=True) as tables:
            return tables.con.execute(query).fetchall()

    def _deliver(self, source: str, days: dict[date, list[Row]]) -> LedgerEntry:
        hashed = sha256(f"{source} {len(self.delivered)}".encode())
        entry = LedgerEntry(
            source=source,
            name=f"{len(self.delivered)}.csv",
            origin=f"file:///drops/{len(self.delivered)}.csv",
            mark="",
            sha256=hashed,
            size=1,
            raw=keys.raw(source, bangkok_day(self.now), hashed, "csv"),
            received_at=self.now,
            contract_version=CONTRACTS[source].version,
            contract_hash="h",
            outcome=ParseOutcome(status="accepted"),
        )
        self.delivered.append(self._record(entry, days))
        return self.delivered[-1]

    def _record(self, entry: LedgerEntry, days: dict[date, list[Row]]) -> LedgerEntry:
        """Write the rows of a delivery, then the record that makes them count."""
        sums = dict[str, str]()
        for day, rows in days.items():
            key = keys.lake(entry.source, day, entry.sha256[:16])
            path = self.home / "lake" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            write_batch(path, entry.source, entry.sha256, rows, entry.received_at.isoformat())
            sums[key], _ = content_hash(path)
        outcome = ParseOutcome(status="accepted") if days else ParseOutcome(status="refused")
        written = {"lake": tuple(sums), "sums": sums, "days": tuple(days), "outcome": outcome}
        word = entry.model_copy(update=written)
        Ledger(self.deployment.lake, entry.source).append([word], self.now)
        return word


def dbt_of(process: int) -> int:
    """The dbt that a process has started, among others; it takes a moment to be one."""
    for _ in range(1000):
        for child in children_of(process):
            if b"/dbt\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        time.sleep(0.01)
    raise AssertionError("no dbt was started")


def children_of(process: int) -> list[int]:
    """The processes that a process of Linux has started and that still run."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
