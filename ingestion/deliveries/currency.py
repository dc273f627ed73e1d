"""Under which words of a contract a delivery was taken in, and whether those are the present ones.

Good files that a clock three days behind had refused stayed refused for good.

Belongs here: comparing a ledger entry with a contract. Does not belong here: taking in
(`ingest.py`) and replaying (`replay.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic.main import IncEx

from ingestion.clock_trust import FAR_BEHIND
from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.results.accepted import lake_columns

_INGESTION = Path(__file__).parents[1]
_FUTURE = "ts_future"
_BY_CLOCK = frozenset({_FUTURE, "identifier_key_gone"})
"""Reasons for which rows are kept out by our own clock: it says what is to come, and which keys
live."""
_LONGEST_PAUSE = timedelta(hours=36)
"""Between two nights, one of them late."""
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
_DECIDE_NOTHING_OF_WORKBOOKS = {**_DECIDE_NOTHING, "fields": {"__all__": {"description": True}}}
"""Where cells in percent are entered as such by the unit of the field."""


def contract_hash(contract: SourceContract) -> str:
    """Hash of the words that decide what becomes of a file.

    Titles, owners and where the bytes come from decide nothing: a change of those is no reason for
    a replay.
    """
    workbook = contract.format.type == "xlsx"
    nothing = _DECIDE_NOTHING_OF_WORKBOOKS if workbook else _DECIDE_NOTHING
    words = contract.model_dump_json(exclude=nothing)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def decided_by(contract: SourceContract, outcome: ParseOutcome) -> str:
    """Hash of all that decided on an outcome; the outcome of a defect of ours, our own code too.

    So a delivery on which we failed is worth replaying once the code, or a library that reads
    files for us, is another.
    """
    words = contract_hash(contract)
    if not outcome.has_our_defect:
        return words
    return hashlib.sha256(f"{words}\n{_code()}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Hash of the files of ingestion, and of the versions of what it reads with."""
    parts = [f"{name} {version(name)}" for name in ("duckdb", "pyarrow")]
    for path in sorted(_INGESTION.rglob("*.py")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        parts.append(f"{path.relative_to(_INGESTION)} {digest}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def lake_shape(contract: SourceContract) -> str:
    """Hash of the columns that the rows of a contract have in the lake."""
    return hashlib.sha256(json.dumps(lake_columns(contract)).encode()).hexdigest()[:16]


def under_other_words(
    entries: Iterable[LedgerEntry], contract: SourceContract
) -> list[LedgerEntry]:
    """Those taken in under other words than the contract has now, or failed in other code."""
    return [
        entry for entry in entries if entry.contract_hash != decided_by(contract, entry.outcome)
    ]


def worth_replaying(entries: Iterable[LedgerEntry], contract: SourceContract) -> list[LedgerEntry]:
    """Those of `under_other_words` that the present words may do better by.

    Something of them was kept out, their rows have other columns than the contract has now, or a
    replay of them was begun and not finished.
    """
    shape = lake_shape(contract)
    return [
        entry
        for entry in under_other_words(entries, contract)
        if entry.kept_out
        or entry.contract_hash == UNDER_WAY
        or (entry.lake and entry.shape != shape)
    ]


def of_a_wrong_clock(ledger: Ledger, now: datetime) -> list[LedgerEntry]:
    """Those of which something was kept out by a clock that was wrong, as far as that is known.

    It was in doubt when they were cast. Or all of a file was from the future, and afterwards the
    clock moved on by more than any night is late, as when somebody puts it right. A single row
    from the future is the fault of a device: it stays out, although its time comes.
    """
    records = ledger.records()
    instants = [*(record.written_at for record in records), now]
    jumps = [n for n in range(len(records)) if instants[n + 1] - instants[n] > _LONGEST_PAUSE]
    put_right = jumps[-1] if jumps else -1
    recorded_in = {
        (entry.sha256, entry.received_at): number
        for number, record in enumerate(records)
        for entry in record.entries
    }
    return [
        entry
        for entry in ledger.receipts()
        if by_clock(entry)
        and (entry.as_of or entry.received_at) != now
        and (
            entry.clock
            or (_all_in_future(entry) and recorded_in[entry.sha256, entry.received_at] <= put_right)
        )
    ]


def by_clock(entry: LedgerEntry) -> bool:
    """Was anything of it kept out by what a clock said?"""
    return not _BY_CLOCK.isdisjoint(entry.outcome.reasons)


def in_the_future(receipts: Iterable[LedgerEntry], now: datetime) -> datetime | None:
    """The latest receipt that lies ahead of the clock, if one does: it or the clock is wrong."""
    ahead = [e.received_at for e in receipts if e.received_at - now > FAR_BEHIND]
    return max(ahead, default=None)


def _all_in_future(entry: LedgerEntry) -> bool:
    reasons = entry.outcome.reasons
    return not entry.outcome.accepted and max(reasons, key=lambda code: reasons[code]) == _FUTURE
