"""Under which words of a contract a delivery was judged, and whether those are the present ones.

Belongs here: comparing a ledger entry with a contract. Does not belong here: judging (`ingest.py`)
and judging again (`replay.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic.main import IncEx

from ingestion.contracts import SourceContract
from ingestion.ledger import LedgerEntry
from ingestion.parsing.accepted import lake_columns
from ingestion.parsing.outcome import ParseOutcome

_ROOM = Path(__file__).parent
UNDER_WAY = ""
"""The contract hash of a delivery whose rows are being replaced: no contract has it, so that a
replay that was cut off is seen as work to be done, whatever the contract says by then."""

_DECIDE_NOTHING: Mapping[str, IncEx | bool] = {
    "version": True,
    "title": True,
    "description": True,
    "domain": True,
    "owner": True,
    "licence": True,
    "fetch": True,
    "cadence": True,
    "delivery": True,
    "lookback_days": True,
    "fields": {"__all__": {"description": True, "unit": True}},
}


def contract_hash(contract: SourceContract) -> str:
    """Hash of the words that decide what becomes of a file.

    Titles, owners and where the bytes come from decide nothing: a change of those is no reason to
    judge again.
    """
    words = contract.model_dump_json(exclude=_DECIDE_NOTHING)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def judged_by(contract: SourceContract, outcome: ParseOutcome) -> str:
    """Hash of all that decided on an outcome; the outcome of a defect of ours, our own code too.

    So a delivery on which we failed is worth judging again once the code, or a library that reads
    files for us, is another.
    """
    words = contract_hash(contract)
    if not outcome.has_our_defect:
        return words
    return hashlib.sha256(f"{words}\n{_code()}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Hash of the files of this room, and of the versions of what it reads with."""
    parts = [f"{name} {version(name)}" for name in ("duckdb", "pyarrow")]
    for path in sorted(_ROOM.rglob("*.py")):
        parts.append(f"{path.relative_to(_ROOM)} {hashlib.sha256(path.read_bytes()).hexdigest()}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def lake_shape(contract: SourceContract) -> str:
    """Hash of the columns that the rows of a contract have in the lake."""
    return hashlib.sha256(json.dumps(lake_columns(contract)).encode()).hexdigest()[:16]


def judged_otherwise(entries: Iterable[LedgerEntry], contract: SourceContract) -> list[LedgerEntry]:
    """Those judged under other words than the contract has now, or failed in other code."""
    return [entry for entry in entries if entry.contract_hash != judged_by(contract, entry.outcome)]


def worth_judging_again(
    entries: Iterable[LedgerEntry], contract: SourceContract
) -> list[LedgerEntry]:
    """Those of `judged_otherwise` that the present words may do better by.

    Something of them was kept out, their rows have other columns than the contract has now, or a
    replay of them was begun and not finished.
    """
    shape = lake_shape(contract)
    return [
        entry
        for entry in judged_otherwise(entries, contract)
        if entry.kept_out
        or entry.contract_hash == UNDER_WAY
        or (entry.lake and entry.shape != shape)
    ]
