"""What became of one file: the words in which this room reports to everything else."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingestion.faults import CRASH, DEFECT

QUARANTINE_FILE = "quarantine.jsonl"


class LakeFile(BaseModel):
    """One Parquet file of accepted rows, all of one event day, in the parser's work folder."""

    model_config = ConfigDict(frozen=True)

    day: date
    name: str
    rows: int


class ParseOutcome(BaseModel):
    """What became of one file.

    `records` are the records in the file; `rows` what they became (a wide record is unpivoted to
    several). `rows == accepted + quarantined + deduplicated + dropped` unless the file was refused.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["accepted", "refused"]
    code: str = ""
    message: str = ""
    records: int = 0
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    deduplicated: int = 0
    dropped: int = 0
    """Rows that the contract says only repeat others, such as subtotals."""
    reasons: dict[str, int] = {}
    coerced: dict[str, int] = {}
    """Cells that were spelled otherwise than we spell their value (blanks, aliases, offsets)."""
    missing: dict[str, dict[str, int]] = {}
    """Good rows without a value of a field for which the contract knows a reason: how many, why."""
    warnings: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    encoding: str = ""
    files: tuple[LakeFile, ...] = ()
    quarantine: str = ""

    @property
    def has_our_defect(self) -> bool:
        """Did the parser itself fail, on the file or on rows of it?"""
        return self.code in (DEFECT, CRASH) or DEFECT in self.reasons


class QuarantinedRow(BaseModel):
    """One row that was kept out of the lake, as a line of `quarantine.jsonl`.

    `place` says where it stands in the file ("line 17", "row 5"). `found` and `raw` hide what is
    personal, and of a personal source all; the record as it came stays in the raw zone.
    """

    model_config = ConfigDict(frozen=True)

    record: int
    place: str
    column: str
    code: str
    found: str
    expected: str
    raw: str

    def sentence(self, source: str, file: str, sha256: str) -> str:
        """The whole complaint in one line."""
        column = f" column {self.column}" if self.column else ""
        return (
            f"{source} {file} sha256:{sha256[:12]} record {self.record} ({self.place}){column}: "
            f"{self.code}: found {self.found}, expected {self.expected}; quarantined; "
            "correct it at the source, or correct the contract and replay"
        )
