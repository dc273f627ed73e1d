"""What becomes of the bytes of the simulated city under the contract that ships for them.

Belongs here: calling the platform's own parser as ingestion does, at the hour when the city closes.
Does not belong here: what a source should have sent, which stands in its own test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import duckdb

from city.channels import Table
from city.city import City
from city.defects import Defect
from ingestion.contracts.source import SourceContract
from ingestion.judging.parse import open_engine, parse
from ingestion.limits import Limits
from ingestion.sources import load_contracts
from tests.support.judging import Judged, read_back


def at_the_door(city: City, source: str, body: bytes) -> Judged:
    """The bytes of one delivery, judged once for all tests that ask; they only read it."""
    return _judged(source, body, city.closes_at)


@cache
def contract_for(source: str) -> SourceContract:
    """The shipped contract of a source."""
    return next(contract for contract in load_contracts() if contract.id == source)


def datastore(table: Table) -> bytes:
    """A table as the catalogue's datastore answers it."""
    records = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
    return json.dumps({"result": {"records": records}}).encode()


def kept_out(defects: Iterable[Defect], file: str = "") -> set[int]:
    """The records that the truth says are quarantined, of one file or of all."""
    return {
        record
        for defect in defects
        if defect.outcome == "quarantined" and file in ("", defect.file)
        for record in defect.where.records
    }


@cache
def _judged(source: str, body: bytes, received_at: datetime) -> Judged:
    with TemporaryDirectory() as folder:
        path, work = Path(folder) / "file", Path(folder) / "work"
        path.write_bytes(body)
        work.mkdir()
        contract = contract_for(source)
        outcome = parse(
            contract,
            path,
            work,
            delivery="d" * 64,
            received_at=received_at,
            engine=_engine(),
        )
        return read_back(outcome, work)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return open_engine(Path(gettempdir()), Limits())
