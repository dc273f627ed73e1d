"""The words of a source contract, as pydantic models; those of `fetch` are in `fetching.py`.

Words come from Frictionless Table Schema (name, type, pattern, minimum, maximum, missing values)
and the Open Data Contract Standard (version, owner, classification) where those have one.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from ingestion.contracts.consistency import contract_problems, field_problems
from ingestion.contracts.fetching import Fetch
from ingestion.contracts.words import Words

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Domain = Literal[
    "tourism", "safety", "environment", "governance", "economy", "healthcare", "education"
]
FieldType = Literal["string", "integer", "number", "boolean", "date", "timestamp", "year"]
Sensitivity = Literal["public", "internal", "identifier", "drop"]
ReasonCode = Literal["missing", "pending", "not_applicable", "confidential", "sentinel"]


class Bilingual(Words):
    """A text for people, in Thai and English."""

    th: str
    en: str


class Owner(Words):
    """The agency that answers for the source."""

    name: Bilingual
    email: str


class Csv(Words):
    """Delimited text, RFC 4180 quoting."""

    type: Literal["csv"]
    compression: Literal["none", "gzip"] = "none"
    encoding: Literal["utf-8", "cp874", "utf-16"] = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    quote: Annotated[str, StringConstraints(min_length=1, max_length=1)] = '"'


class JsonLines(Words):
    """One JSON document a line; `record_path` leads from a document to its list of records."""

    type: Literal["json_lines"]
    compression: Literal["none", "gzip"] = "none"
    record_path: tuple[str, ...] = ()


class Parquet(Words):
    """Apache Parquet; values keep their stored type and are checked as the text they print as."""

    type: Literal["parquet"]


Format = Annotated[Csv | JsonLines | Parquet, Key(discriminator="type")]


class Take(Words):
    """One value column of a wide file: which columns it fills and which constants go with it."""

    take: dict[Identifier, str] = Key(description="field name: source column")
    set: dict[Identifier, str] = Key(default={}, description="field name: constant")
    multiply: float = Key(default=1.0, description="factor from the source's unit to the field's")


class Case(Words):
    """What a value must obey when another column holds a certain value."""

    unit: str
    minimum: float | None = None
    maximum: float | None = None


class ByColumn(Words):
    """Rules that depend on another field of the same row."""

    column: Identifier
    unit_column: Identifier | None = Key(default=None, description="the field that names the unit")
    cases: dict[str, Case]


class Field(Words):
    """One column of the rows that enter the lake."""

    name: Identifier
    source: str | None = Key(default=None, description="its name in the source, if another")
    type: FieldType
    description: Bilingual
    unit: str = ""
    required: bool = False
    pattern: str | None = None
    max_length: int = Key(default=1000, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    allowed: dict[str, tuple[str, ...]] | None = Key(
        default=None, description="value in the lake: the spellings it has in the source"
    )
    missing: dict[str, ReasonCode] | None = Key(
        default=None, description="text in the source that means no value: why there is none"
    )
    sentinels: tuple[str, ...] = Key(
        default=(), description="numbers that mean an error of the device: quarantined"
    )
    by: ByColumn | None = None
    thousands: Literal["", ",", " ", "'"] = Key(
        default="", description="separator of thousands, if any"
    )
    era: Literal["common", "buddhist"] = "common"
    thai_digits: bool = False
    zone: str = Key(default="", description="zone of naive timestamps; empty: offset required")
    formats: tuple[str, ...] = Key(default=(), description="strptime forms of dates and times")
    earliest: date | None = Key(
        default=None,
        description="first day a date or timestamp may name; else 1900-01-01, and for timestamps "
        "2000-01-02, because device clocks that were never set stand before it",
    )
    sensitivity: Sensitivity = "public"

    @property
    def column(self) -> str:
        """The name this field has in the source."""
        return self.source or self.name

    @model_validator(mode="after")
    def _words_fit_together(self) -> Field:
        for problem in field_problems(self):
            raise ValueError(problem)
        return self


class Repeats(Words):
    """What it means when two rows have the same key.

    Equal rows are always deduplicated. Rows that differ are a conflict: `quarantine` both,
    let the `latest` delivery win, or `keep` both for the gate to judge.
    """

    conflict: Literal["quarantine", "latest", "keep"] = "quarantine"


class Tolerance(Words):
    """When a file is too bad to be used at all."""

    quarantined_pct: float = Key(default=50.0, ge=0, le=100)


class SourceContract(Words):
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
    format: Format
    constants: dict[Identifier, str] = Key(default={})
    unpivot: tuple[Take, ...] = ()
    fields: tuple[Field, ...] = Key(min_length=1)
    key: tuple[Identifier, ...]
    repeats: Repeats = Repeats()
    tolerance: Tolerance = Tolerance()

    @model_validator(mode="after")
    def _parts_fit_together(self) -> SourceContract:
        for problem in contract_problems(self):
            raise ValueError(problem)
        return self

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the source that this contract reads, each once, in its order."""
        given = {*self.constants, *(n for take in self.unpivot for n in (*take.take, *take.set))}
        plain = [field.column for field in self.fields if field.name not in given]
        taken = [column for take in self.unpivot for column in take.take.values()]
        return tuple(dict.fromkeys(plain + taken))
