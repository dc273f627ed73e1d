"""The cells of a sample as the platform's own parser reads them, before anything is said of them.

A contract of nothing but texts is tried in the sandbox like any other, so that what is guessed from
is what will be cast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ingestion.clock import Clock
from ingestion.contracts import SourceContract
from ingestion.deliveries.landing import content_hash
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.scaffold.shape import Column, Layout, SampleUnclear
from ingestion.sources import checked

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 131_072


@dataclass(frozen=True)
class Parser:
    """The parser, and where it may leave what it makes."""

    sandbox: Sandbox
    folder: Path
    clock: Clock

    def parse(self, contract: SourceContract, sample: Path, name: str) -> tuple[ParseOutcome, Path]:
        """What becomes of the sample under a contract, and the folder with the results."""
        work = self.folder / name
        work.mkdir()
        sha256, _ = content_hash(sample)
        job = Job(contract, sample, work, sha256, self.clock.now())
        return self.sandbox.parse(job), work


def texts_of(sample: Path, layout: Layout, parser: Parser) -> pa.Table:
    """The texts of the sample: one column per column of the layout, a row per record.

    Raises
    ------
    SampleUnclear: the parser cannot read the file as this layout.
    """
    import pyarrow.parquet as pq

    names = [f"column_{number}" for number in range(1, len(layout.columns) + 1)]
    fields = [_field(name, column) for name, column in zip(names, layout.columns, strict=True)]
    outcome, work = parser.parse(contract_of(layout.words, fields), sample, "texts")
    if outcome.status == "refused":
        raise SampleUnclear(
            f"{sample} cannot be read: {outcome.code}: {outcome.message}",
            fix="write the contract by hand; docs/write-a-contract.md explains every word",
        )
    if not outcome.files:
        raise SampleUnclear(f"{sample} holds no rows", fix="take a file with some rows")
    return pq.read_table(work / outcome.files[0].name).select(names)


def contract_of(
    layout: Mapping[str, object], fields: Sequence[Mapping[str, object]], **more: object
) -> SourceContract:
    """A contract that is never kept, of these fields over this layout.

    Raises
    ------
    SampleUnclear: no contract can say what was found.
    """
    text = {"th": "…", "en": "…"}
    words = {
        "id": "draft",
        "version": "0.1.0",
        "title": text,
        "description": text,
        "domain": "governance",
        "owner": {"name": text, "email": "…"},
        "licence": "…",
        "classification": "internal",
        "fetch": {"connector": "drop_folder", "url": "…", "pattern": "*"},
        "cadence": "daily",
        "delivery": "snapshot",
        "format": dict(layout),
        "fields": [{"description": text, **field} for field in fields],
        "key": [],
        "tolerance": {"quarantined_pct": 100},
    }
    try:
        return checked(words | more)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise SampleUnclear(
            f"no contract can be drafted: {place} {str(first['input'])[:60]!r}: {first['msg']}",
            fix="make the sample simpler, or write the contract by hand (docs/write-a-contract.md)",
        ) from None


def _field(name: str, column: Column) -> dict[str, object]:
    kind = column.kind if column.kind in ("boolean", "date", "timestamp") else "string"
    words: dict[str, object] = {"name": name, "source": column.name, "type": kind}
    if kind == "string":
        words["max_length"] = _LONGEST
    if kind == "timestamp" and not column.zoned:
        words["zone"] = "Asia/Bangkok"
    if kind in ("date", "timestamp"):
        words["earliest"] = "1900-01-01"
    return words
