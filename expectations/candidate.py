"""The files of a candidate, as the gate reads them: once, as bytes, before anything else.

Belongs here: bytes, their hash, and the tables they hold. Does not belong here: judging them.
Everything downstream works on the bytes kept here, so a file that changes on disk meanwhile is
neither judged nor vouched for.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.report import JudgedFile

if TYPE_CHECKING:
    import pyarrow

PARQUET = ".parquet"
CSV = ".csv"


@dataclass(frozen=True)
class CandidateFile:
    """One file and the bytes that were read from it."""

    name: str
    body: bytes

    @classmethod
    def read(cls, name: str, path: Path) -> CandidateFile:
        """Read it whole. Raises OSError."""
        return cls(name, path.read_bytes())

    @cached_property
    def judged(self) -> JudgedFile:
        """Its name, size and hash for the report."""
        digest = hashlib.sha256(self.body).hexdigest()
        return JudgedFile(name=self.name, bytes=len(self.body), sha256=digest)

    def is_a(self, suffix: str) -> bool:
        """Whether its name ends like a file of this kind."""
        return self.name.endswith(suffix)


def parquet_table(file: CandidateFile) -> pyarrow.Table:
    """The rows of a Parquet file. Raises pyarrow's errors when it is damaged."""
    import pyarrow.parquet

    # Without this, a flipped bit inside a page reads as another value and nobody notices.
    reader = pyarrow.parquet.ParquetFile(io.BytesIO(file.body), page_checksum_verification=True)
    return reader.read()


def csv_table(file: CandidateFile, like: pyarrow.Schema) -> pyarrow.Table:
    """The rows of a CSV file in the types of `like`. Raises pyarrow.ArrowInvalid when they
    are something else.
    """
    import pyarrow.csv

    options = pyarrow.csv.ConvertOptions(
        column_types={field.name: field.type for field in like},
        strings_can_be_null=True,
        null_values=[""],
        true_values=["true"],
        false_values=["false"],
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(
        io.BytesIO(file.body), convert_options=options, parse_options=parsing
    )
