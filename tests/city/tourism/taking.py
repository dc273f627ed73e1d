"""What the door makes of what the simulated city sends: the shipped contract, in process.

Keys of pseudonyms are made for the test; the clock is the city's own night.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import duckdb

from city.city import City
from city.defects import Defect
from ingestion.contracts import SourceContract
from ingestion.judging.parse import open_engine, parse
from ingestion.limits import Limits
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import living_keys
from ingestion.sources import load_contract
from ingestion.sources.loading import CONTRACTS
from tests.support.judging import DELIVERY, Judged, read_back


@cache
def shipped(source: str) -> SourceContract:
    """The contract of a source."""
    (path,) = CONTRACTS.rglob(f"{source}.yaml")
    return load_contract(path)


def take(city: City, source: str, body: bytes, folder: Path) -> Judged:
    """What became of a file of that source."""
    contract = shipped(source)
    work = folder / uuid4().hex
    work.mkdir()
    path = work / "file"
    path.write_bytes(body)
    keys = living_keys(contract, KeyStore(folder / "keys").obtain, city.closes_at)
    outcome = parse(
        contract,
        path,
        work,
        delivery=DELIVERY,
        received_at=city.closes_at,
        period_keys=keys,
        engine=_engine(),
    )
    return read_back(outcome, work)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return open_engine(Path(tempfile.mkdtemp(prefix="spill-")), Limits())


def records(defects: tuple[Defect, ...] | list[Defect], outcome: str) -> set[int]:
    """The records that the truth says should come to this."""
    return {
        record for defect in defects if defect.outcome == outcome for record in defect.where.records
    }
