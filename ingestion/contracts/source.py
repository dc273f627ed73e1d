"""The words of a source contract, as pydantic models; those of a field are in `field.py`, those of
`fetch` in `fetching.py`, those of `format` in `formats.py`.

Words come from Frictionless Table Schema (name, type, pattern, minimum, maximum, missing values)
and the Open Data Contract Standard (version, owner, classification) where those have one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from ingestion.contracts.fetching import Fetch
from ingestion.contracts.field import Field
from ingestion.contracts.formats import Format
from ingestion.contracts.words import Bilingual, Checked, Domain, Identifier, Words


class Owner(Words):
    """The agency that answers for the source."""

    name: Bilingual
    email: str


class Take(Words):
    """One value column of a wide file: which columns it fills and which constants go with it."""

    take: dict[Identifier, str] = Key(description="field name: source column")
    set: dict[Identifier, str] = Key(default={}, description="field name: constant")
    multiply: float = Key(default=1.0, description="factor from the source's unit to the field's")


class DropRows(Words):
    """Rows that repeat what other rows say, such as subtotals. Dropped, and counted."""

    column: str = Key(description="the field that tells them")
    values: tuple[str, ...] = Key(default=(), description="its texts in the source")
    pattern: str | None = Key(default=None, description="or a pattern of the whole text")


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


class SourceContract(Checked):
    """Everything the platform needs to know about one source."""

    id: Identifier
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Bilingual
    description: Bilingual
    domain: Domain
    owner: Owner
    licence: str = Key(description="SPDX identifier, or a name where SPDX has none")
    classification: Literal["open", "internal", "personal"]
    fetch: Fetch
    cadence: Literal["15min", "hourly", "daily", "weekly", "monthly", "yearly"]
    delivery: Literal["increment", "snapshot"] = Key(
        description="does a delivery add to the earlier ones, or replace them?"
    )
    lookback_days: int = Key(default=0, ge=0, description="how late a delivery may come")
    day: Identifier | None = Key(
        default=None,
        description="the timestamp or date field that says the event day; none: day received",
    )
    issued: Identifier | None = Key(
        default=None,
        description="the timestamp or date field by which the source orders its revisions: of rows "
        "with one key the last issued wins, whenever it came; none: the last received",
    )
    format: Format
    strip: tuple[str, ...] = Key(
        default=(),
        description="keys of JSON objects whose values are secrets of the sender: taken out before "
        "the bytes are kept anywhere",
    )
    constants: dict[Identifier, str] = Key(default={})
    unpivot: tuple[Take, ...] = ()
    drop_rows: tuple[DropRows, ...] = Key(
        default=(), description="rows that only repeat others, such as subtotals"
    )
    fields: tuple[Field, ...] = Key(min_length=1)
    key: tuple[Identifier, ...]
    repeats: Repeats = Repeats()
    tolerance: Tolerance = Tolerance()

    @property
    def identifiers(self) -> tuple[Field, ...]:
        """The fields that are stored as pseudonyms."""
        return tuple(field for field in self.fields if field.identifier is not None)

    @property
    def personal(self) -> bool:
        """Do its raw bytes name persons or their things? Then no message may show a value."""
        return self.classification == "personal"

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)

    def fields_from(self, column: str) -> tuple[Field, ...]:
        """The fields that a column of the source fills."""
        taken = {name for take in self.unpivot for name, c in take.take.items() if c == column}
        return tuple(
            field
            for field in self.fields
            if field.name in taken or column in (field.column, *field.joined)
        )

    @property
    def optional_columns(self) -> frozenset[str]:
        """Those of the columns that may be absent from a whole delivery."""
        return frozenset(
            column
            for column in self.columns
            if all(field.may_be_absent for field in self.fields_from(column))
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the source that this contract reads, each once, in its order."""
        given = {*self.constants, *(n for take in self.unpivot for n in (*take.take, *take.set))}
        read = [field for field in self.fields if field.name not in given]
        plain = [column for field in read for column in (field.column, *field.joined)]
        taken = [column for take in self.unpivot for column in take.take.values()]
        return tuple(dict.fromkeys(plain + taken))
