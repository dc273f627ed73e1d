"""What becomes of the bytes of the simulated city under the contract that ships for them.

Belongs here: calling the platform's own parser as ingestion does, at the hour when the city closes.
Does not belong here: what a source should have sent, which stands in its own test.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import duckdb

from ingestion.contracts.loader import load_contracts
from ingestion.contracts.model import SourceContract
from ingestion.parsing.limits import Limits
from ingestion.parsing.parse import open_engine, parse
from ingestion.simulator.city import City
from ingestion.simulator.defects import Defect
from tests.support.judging import Judged, read_back


@cache
def contract_for(source: str) -> SourceContract:
    """The shipped contract of a source."""
    return next(contract for contract in load_contracts() if contract.id == source)


def at_the_door(city: City, source: str, body: bytes, folder: Path) -> Judged:
    """The bytes of one delivery, judged."""
    folder = folder / uuid4().hex
    work = folder / "work"
    work.mkdir(parents=True)
    path = folder / "file"
    path.write_bytes(body)
    outcome = parse(
        contract_for(source),
        path,
        work,
        delivery="d" * 64,
        received_at=city.closes_at,
        engine=_engine(),
    )
    return read_back(outcome, work)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return open_engine(Path(gettempdir()), Limits())


def kept_out(defects: Iterable[Defect], file: str = "") -> set[int]:
    """The records that the truth says are quarantined, of one file or of all."""
    return {
        record
        for defect in defects
        if defect.outcome == "quarantined" and file in ("", defect.file)
        for record in defect.where.records
    }
