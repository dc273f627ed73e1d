"""A batch of records after a first look: which of them need the casts.

Does not belong here: the look itself (`fields/rows.py`), and what becomes of the records
(`sifting.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ingestion.fields.rows import Plain
from ingestion.records import pick


@dataclass(frozen=True)
class Looked:
    """Records, and which of them are plain rows; None where a contract has no such rows."""

    batch: pa.RecordBatch
    plain: Plain | None

    @property
    def wrong(self) -> pa.RecordBatch:
        """The records of which a fault was seen; the casts will say which."""
        return pick(self.batch, self.plain.wrong) if self.plain else self.batch[:0]

    @property
    def doubtful(self) -> pa.RecordBatch:
        """The records on which the casts decide."""
        if self.plain is None:
            return self.batch
        return pick(self.batch, ~(self.plain.taken | self.plain.wrong))
