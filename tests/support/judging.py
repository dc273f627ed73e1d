"""Files judged in a test: one small contract, and what became of the bytes.

Belongs here: the contract "station,parameter,time,value,unit" that the catalogue of bad inputs is
about, and reading an outcome back. Does not belong here: the bad files, which stand in their tests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import duckdb
import pyarrow.parquet as pq

from ingestion.contracts import SourceContract
from ingestion.judging.outcome import ParseOutcome, QuarantinedRow
from ingestion.judging.parse import open_engine, parse
from ingestion.judging.results.footers import wrong_with_result
from ingestion.limits import Limits
from ingestion.sources import checked

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
"""The clock of the tests: 9 January 2026, 09:00 in Thailand."""
DELIVERY = "d" * 64
_SPILL = TemporaryDirectory(prefix="cdp-tests-spill-")
HEADER = "station,parameter,time,value,unit"
AT = "2026-01-08T02:00:00+07:00"


def readings(**changes: object) -> SourceContract:
    """The contract of the catalogue, CSV unless `format` says otherwise."""
    text = {"th": "ก", "en": "a"}
    fields = [
        {"name": "station", "type": "string", "required": True, "pattern": "^[A-Z]{3}-[0-9]{2}$"},
        {
            "name": "parameter",
            "type": "string",
            "required": True,
            "allowed": {"water_level": ["water_level"], "dissolved_oxygen": ["do"]},
        },
        {"name": "time", "type": "timestamp", "required": True},
        {
            "name": "value",
            "type": "number",
            "required": True,
            "sentinels": ["-999", "-9999"],
            "by": {
                "column": "parameter",
                "unit_column": "unit",
                "cases": {
                    "water_level": {"unit": "m", "minimum": -10, "maximum": 100},
                    "dissolved_oxygen": {"unit": "mg/L", "minimum": 0, "maximum": 25},
                },
            },
        },
        {
            "name": "unit",
            "type": "string",
            "required": True,
            "allowed": {"m": ["m", "metre"], "mg/L": ["mg/l"]},
        },
    ]
    return contract_of(
        [{"description": text, **field} for field in fields],
        **{"key": ["station", "parameter", "time"], "day": "time", **changes},
    )


def contract_of(fields: list[dict[str, object]], **changes: object) -> SourceContract:
    """A contract of these fields; a field needs a name and a type."""
    text = {"th": "ก", "en": "a"}
    words: dict[str, object] = {
        "id": "readings",
        "version": "1.0.0",
        "title": text,
        "description": text,
        "domain": "environment",
        "owner": {"name": text, "email": "data@phuket.example"},
        "licence": "CC-BY-4.0",
        "classification": "open",
        "fetch": {"connector": "drop_folder", "url": "${CDP_DROPS}", "pattern": "*"},
        "cadence": "daily",
        "delivery": "increment",
        "format": {"type": "csv"},
        "fields": [{"description": text, **field} for field in fields],
        "key": [],
    }
    return checked(words | changes)


@dataclass(frozen=True)
class Judged:
    """What became of one file."""

    outcome: ParseOutcome
    quarantined: list[QuarantinedRow]
    accepted: list[dict[str, object]]

    @property
    def codes(self) -> list[tuple[int, str]]:
        """Record number and code of every quarantined row, in the order of the file."""
        return [(row.record, row.code) for row in self.quarantined]

    def column(self, name: str) -> list[object]:
        """One column of the accepted rows."""
        return [row[name] for row in self.accepted]


def judge(
    contract: SourceContract, body: bytes | str | Path, folder: Path, limits: Limits | None = None
) -> Judged:
    """Parse bytes by a contract, and check that no row is lost and every file is the contract's."""
    folder = folder / uuid4().hex
    work = folder / "work"
    work.mkdir(parents=True)
    path = body if isinstance(body, Path) else folder / "file"
    if not isinstance(body, Path):
        path.write_bytes(body.encode() if isinstance(body, str) else body)
    given = limits or Limits()
    engine = _engine(given)
    outcome = parse(
        contract, path, work, delivery=DELIVERY, received_at=NOW, limits=given, engine=engine
    )
    for file in outcome.files:
        assert wrong_with_result(work / file.name, contract, file.rows) == ""
    return read_back(outcome, work)


@lru_cache(maxsize=1)
def _engine(limits: Limits) -> duckdb.DuckDBPyConnection:
    """One for many files, as in the sandbox; what it spills goes with the process."""
    return open_engine(Path(_SPILL.name), limits)


def read_back(outcome: ParseOutcome, work: Path) -> Judged:
    """The rows of an outcome, from the files that it names."""
    lines = (
        (work / outcome.quarantine).read_text("utf-8").splitlines() if outcome.quarantine else []
    )
    quarantined = [QuarantinedRow.model_validate_json(line) for line in lines]
    accepted: list[dict[str, object]] = []
    for file in outcome.files:
        accepted += read_parquet(work / file.name)
    accepted.sort(key=lambda row: (row["_record"], str(row)))
    if outcome.status == "accepted":
        counts = (len(accepted), len(quarantined))
        assert counts == (outcome.accepted, outcome.quarantined)
        assert sum(counts) + outcome.deduplicated + outcome.dropped == outcome.rows
    else:
        assert (outcome.files, outcome.accepted, outcome.deduplicated) == ((), 0, 0)
        assert outcome.code
        assert outcome.message
    return Judged(outcome, quarantined, accepted)


def read_parquet(path: Path) -> list[dict[str, object]]:
    """The rows of a Parquet file, times in UTC."""
    return [
        {
            name: value.astimezone(UTC) if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in pq.ParquetFile(path).read().to_pylist()
    ]


def values(judged: Judged, *columns: str) -> list[tuple[object, ...]]:
    """These columns of the accepted rows."""
    return [tuple(row[name] for name in columns) for row in judged.accepted]


def csv_of(*rows: str, header: str = HEADER) -> str:
    """A CSV file of these lines."""
    return "\n".join([header, *rows]) + "\n"


def json_of(*records: object) -> str:
    """A JSON Lines file of these records; a text stands for itself."""
    return "".join(
        (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)) + "\n"
        for record in records
    )


def good_rows(count: int, first: int = 0) -> list[str]:
    """Rows that nothing is wrong with, ten minutes apart."""
    return [
        f"PKT-01,water_level,2026-01-07T{n // 6 % 24:02d}:{n % 6}0:00+07:00,{n % 10}.5,m"
        for n in range(first, first + count)
    ]
