"""A small lake for tests: writes typed Parquet as ingestion does, runs dbt, reads the result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.engine import attach_lake, connect, dbt_environment
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.results.accepted import lake_columns
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from ingestion.storage import keys
from orchestration.building import build
from orchestration.builds import Build
from orchestration.deployment import Deployment

Row = dict[str, object]
CONTRACTS = {contract.id: contract for contract in load_contracts()}
AS_OF = "2026-02-01T02:00:00+07:00"


@dataclass
class CityLake:
    """One home with a lake in it, and the dbt runs over it."""

    home: Path
    settings: Settings = field(init=False)
    receipts: list[tuple[str, str, str]] = field(default_factory=list)
    """Source, delivery and instant of all that was delivered, in order."""

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home)
        (self.home / "run").mkdir(parents=True, exist_ok=True)
        for contract in CONTRACTS.values():
            self.deliver(contract.id, "empty", date(1970, 1, 1), [])

    def deliver(
        self, source: str, delivery: str, day: date, rows: list[Row], received: str = ""
    ) -> Path:
        """Write one batch of a day into the lake, and say where."""
        folder = self.home / "lake" / "lake" / source / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{delivery}.parquet"
        at = received or f"{day + timedelta(days=1)} 01:00:00+00"
        write_batch(path, source, delivery, rows, at)
        self.receipts.append((source, delivery, at))
        if rows:
            self._record(source, delivery, day, datetime.fromisoformat(at), str(path))
        return path

    def _record(self, source: str, delivery: str, day: date, at: datetime, path: str) -> None:
        came = LedgerEntry(
            source=source,
            name=delivery,
            origin="file:///drop",
            mark="",
            sha256=delivery,
            size=1,
            raw=f"raw/{source}/{delivery}",
            received_at=at,
            contract_version="1.0.0",
            contract_hash="h",
            outcome=ParseOutcome.model_validate({"status": "accepted"}),
            lake=(path.removeprefix(f"{self.home}/lake/"),),
            days=(day,),
        )
        Ledger(Deployment(self.settings).lake, source).append([came], at)

    def build(self, *, anew: bool = False) -> Build:
        """Build as a deployment does: what the ledgers say that must be made."""
        now = datetime.fromisoformat(AS_OF)
        made, _ = build(Deployment(self.settings.model_copy(update={"now": now})), anew=anew)
        assert not made.broken, made.broken
        return made

    def dbt(self, *arguments: str) -> str:
        """Run dbt as a process, with nothing planned, and give what it says; also when it fails."""
        self.write_receipts()
        told = {"CDP_DBT_BUILD": json.dumps({"as_of": AS_OF})}
        dbt = [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", "--quiet"]
        run = subprocess.run(
            [*dbt, *arguments],
            env=os.environ | dbt_environment(self.settings, self.home / "run") | told,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        return run.stdout

    def write_receipts(self) -> None:
        """What a build plan tells dbt of the ledgers."""
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            con.execute(
                "create table receipts "
                "(source varchar, delivery varchar, received_at timestamptz, number bigint)"
            )
            rows = [(*receipt, number) for number, receipt in enumerate(self.receipts)]
            con.executemany("insert into receipts values (?, ?, ?, ?)", rows)
            con.execute(f"copy receipts to '{self.home}/lake/{keys.lake_receipts()}'")

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query against the curated tables."""
        with connect(self.settings) as con:
            attach_lake(con, self.settings, read_only=True)
            return con.execute(query).fetchall()


def write_batch(path: Path, source: str, delivery: str, rows: list[Row], received: str) -> None:
    """Write rows of a source as ingestion puts them into the lake."""
    receipts: list[Row] = [
        {"_delivery": delivery, "_record": number, "_received_at": received} | row
        for number, row in enumerate(rows, start=1)
    ]
    records = path.with_suffix(".jsonl")
    records.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in receipts))
    columns = lake_columns(CONTRACTS[source])
    kinds = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    duckdb.sql("set TimeZone = 'UTC'")
    duckdb.sql(
        f"copy (select * from read_json('{records}', columns = {{{kinds}}}, "
        f"format = 'newline_delimited')) to '{path}' (format parquet)"
    )
    records.unlink()


def contract(source: str) -> SourceContract:
    """The source contract of that name."""
    return CONTRACTS[source]


def reading(station: str, parameter: str, at: datetime, value: float | None) -> Row:
    """One sensor reading; the unit does not matter here."""
    return {
        "station_id": station,
        "parameter": parameter,
        "observed_at": at.astimezone(UTC).isoformat(sep=" "),
        "value": value,
        "value_reason": None if value is not None else "missing",
        "unit": "mm" if parameter == "rain_10min" else "mg/L",
    }


def station(station_id: str, ground: float | None = None, bank: float | None = None) -> Row:
    """One line of the register."""
    return {
        "station_id": station_id,
        "name_th": f"สถานี {station_id}",
        "name_en": f"Station {station_id}",
        "kind": "water_station",
        "tambon_code": "830202",
        "latitude": 7.9,
        "longitude": 98.3,
        "ground_level_m_msl": ground,
        "min_bank_m_msl": bank,
        "interval_minutes": 10,
    }
