"""Under which words of a contract a delivery was judged, and whether those are the present ones.

Belongs here: comparing a ledger entry with a contract. Does not belong here: judging (`ingest.py`)
and judging again (`replay.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from pydantic.main import IncEx

from ingestion.contracts import SourceContract
from ingestion.ledger import LedgerEntry
from ingestion.parsing.accepted import lake_columns

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


def lake_shape(contract: SourceContract) -> str:
    """Hash of the columns that the rows of a contract have in the lake."""
    return hashlib.sha256(json.dumps(lake_columns(contract)).encode()).hexdigest()[:16]


def judged_otherwise(entries: Iterable[LedgerEntry], contract: SourceContract) -> list[LedgerEntry]:
    """Those that were judged under other words than the contract has now."""
    present = contract_hash(contract)
    return [entry for entry in entries if entry.contract_hash != present]


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
