"""When it is certain, before a file is read to its end, that it has too many bad rows.

A file of ragged rows took 25 seconds of the processor a megabyte (tried).

A file of nothing but bad rows costs many times what a good one costs, since each is told with its
reason. How many rows a file can have at most is known from its size, so that reading may stop once
no rest of it could bring the share of the bad ones under the contract's tolerance. Does not belong
here: what is counted and told then (`settling.py`).
"""

from __future__ import annotations

from pathlib import Path

from ingestion.contracts.source import SourceContract
from ingestion.judging.file import File
from ingestion.limits import Limits

_LEAST_BYTES = 2
"""No record of a text is shorter: one character, and what keeps it from the next."""


def is_hopeless(bad: int, file: File) -> bool:
    """Would a file with so many bad rows be refused, whatever stands in its rest?"""
    contract = file.contract
    longest = _most_bytes(file.path, contract, file.limits)
    records = file.notes.most_records or longest // _LEAST_BYTES + 1
    rows = records * (len(contract.unpivot) or 1)
    return 100 * bad > contract.tolerance.quarantined_pct * rows


def _most_bytes(path: Path, contract: SourceContract, limits: Limits) -> int:
    """How long the text of a file can be: an archive that holds more is refused as a bomb."""
    size = path.stat().st_size
    if getattr(contract.format, "compression", "none") == "none" and contract.format.type != "xlsx":
        return size
    by_ratio = max(limits.ratio_counts_from_bytes, size * limits.decompression_ratio)
    return min(by_ratio, limits.decompressed_bytes)
