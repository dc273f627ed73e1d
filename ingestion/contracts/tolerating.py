"""The words of a contract about what is not as it should be: how much of it is borne, and how.

Does not belong here: what is wrong with one value (`model.py`, `meanings.py`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Key

from ingestion.contracts.words import Words


class Repeats(Words):
    """What it means when two rows have the same key.

    Equal rows are always deduplicated. Rows that differ are a conflict: `quarantine` both,
    let the `latest` delivery win, or `keep` both for the gate to judge.
    """

    conflict: Literal["quarantine", "latest", "keep"] = "quarantine"


class Tolerance(Words):
    """When a file is too bad to be used at all."""

    quarantined_pct: float = Key(default=50.0, ge=0, le=100)
    absent_in_records: int = Key(
        default=20,
        ge=1,
        description="of JSON and XML: a file of so many records or more, none of which has a "
        "declared member, is refused; of fewer it is told, unless a member that no field reads "
        "came beside it",
    )
