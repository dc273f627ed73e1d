"""What is counted of the rows of one file while they come.

Does not belong here: what the counts add up to (`judging/settling.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contracts.source import SourceContract
from ingestion.fields.glance import true
from ingestion.words.column_bytes import Mask


@dataclass
class Tally:
    """Counts of one file.

    `rows` is what its records became, of which `unread` could not be read and `dropped` only repeat
    others; `last` and `last_bad` are numbers of records.
    """

    rows: int = 0
    unread: int = 0
    dropped: int = 0
    last: int = 0
    last_bad: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Rows that are kept out, by code."""
    respelled: Counter[str] = field(default_factory=Counter)
    """Cells of good rows that were spelled otherwise than we spell their value, by field."""
    missing: dict[str, Counter[str]] = field(default_factory=dict)
    """Good rows without a value of a field for which a reason is known, by field and reason."""
    defects: set[str] = field(default_factory=set)
    """Names of errors of ours that cost no row."""

    @classmethod
    def of(cls, contract: SourceContract) -> Tally:
        """Nothing counted yet."""
        told = [each.name for each in contract.fields if each.no_value is not None]
        return cls(missing={name: Counter() for name in told})

    def read(self, records: pa.RecordBatch) -> None:
        """Records came from the reader."""
        if records.num_rows:
            self.last = max(self.last, records.column("_record")[-1].as_py())

    def unusable(self, faults: pa.RecordBatch) -> None:
        """Rows that the casts keep out; those of records that could not be read bring a reason."""
        self.rows += faults.num_rows
        self.unread += faults.num_rows - faults.column("_expected").null_count

    def kept_out(self, faults: pa.RecordBatch) -> None:
        """Rows are quarantined, for whatever reason."""
        self.reasons.update(_counts(faults.column("_code")))
        if faults.num_rows:
            self.last_bad = max(self.last_bad, pc.max(faults.column("_record")).as_py())

    def spelled(self, rows: pa.RecordBatch, good: Mask, contract: SourceContract) -> None:
        """Good rows whose cells were spelled in one of the other ways that a contract allows."""
        for index, each in enumerate(contract.fields):
            if f"_respelled{index}" in rows.schema.names:
                respelled = good & true(rows.column(f"_respelled{index}"))
                self.respelled[each.name] += int(respelled.sum())

    def without_values(self, rows: pa.RecordBatch, good: Mask) -> None:
        """Good rows, of which some lack values that their source gives a reason for."""
        for name, counted in self.missing.items():
            counted.update(_counts(rows.column(f"{name}_reason"), good))


def _counts(words: pa.Array, chosen: Mask | None = None) -> dict[str, int]:
    """How often each word stands there, in all rows or in some; nulls do not count."""
    if words.null_count == len(words):
        return {}
    counted = words if chosen is None or chosen.all() else words.filter(pa.array(chosen))
    told = pc.value_counts(counted.drop_null()).to_pylist()
    return {each["values"]: each["counts"] for each in told}
