"""The words of a source contract, as pydantic models; those of `fetch` are in `fetching.py`.

Words come from Frictionless Table Schema (name, type, pattern, minimum, maximum, missing values)
and the Open Data Contract Standard (version, owner, classification) where those have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from ingestion.contracts.consistency import IS_NUMBER, contract_problems, field_problems
from ingestion.contracts.fetching import Ckan, Fetch
from ingestion.contracts.formats import Csv, Format, JsonLines
from ingestion.contracts.identifying import Identifying
from ingestion.contracts.meanings import DropRows, Level, Part, Sign
from ingestion.contracts.tolerating import Repeats, Tolerance
from ingestion.contracts.words import Words

__all__ = ["Ckan", "Csv", "Field", "JsonLines", "SourceContract"]

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,62}$")]
Domain = Literal[
    "tourism", "safety", "environment", "governance", "economy", "healthcare", "education"
]
FieldType = Literal["string", "integer", "number", "boolean", "date", "timestamp", "year"]
Sensitivity = Literal["public", "internal", "identifier", "drop"]
ReasonCode = Literal["missing", "pending", "not_applicable", "confidential", "sentinel", "trace"]


class Bilingual(Words):
    """A text for people, in Thai and English."""

    th: str
    en: str


class Owner(Words):
    """The agency that answers for the source."""

    name: Bilingual
    email: str


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
    source: str | None = Key(
        default=None,
        description="its name in the source, if another; of JSON and XML also a path such as "
        "station.name.th or coords.0, which from the top of the document begins with a slash",
    )
    joined: tuple[str, ...] = Key(
        default=(), description="columns whose text goes behind that of source, after a blank"
    )
    part: Part | None = Key(default=None, description="the part of the cell that holds the value")
    type: FieldType
    description: Bilingual
    unit: str = ""
    required: bool = False
    may_be_absent: bool = Key(
        default=False,
        description="may a whole delivery come without this column or member? Else it is refused, "
        "because it was probably renamed",
    )
    pattern: str | None = None
    max_length: int = Key(default=1000, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    allowed: dict[str, tuple[str, ...]] | None = Key(
        default=None, description="value in the lake: the spellings it has in the source"
    )
    missing: dict[str, ReasonCode] | None = Key(
        default=None,
        description="text in the source that means no value: why there is none; of numbers "
        "the number, however it is spelled",
    )
    sentinels: tuple[str, ...] = Key(
        default=(),
        description="error codes of a device, as numbers: short for the same under missing, with "
        "the reason sentinel",
    )
    quarantine: tuple[ReasonCode, ...] = Key(
        default=(),
        description="reasons of missing and sentinels for which a row is kept out; for all others "
        "it is accepted without this value, so that a later delivery takes an earlier value back",
    )
    by: ByColumn | None = None
    thousands: Literal["", ",", " ", "'"] = Key(
        default="", description="separator of thousands, if any"
    )
    era: Literal["common", "buddhist"] = "common"
    thai_digits: bool = False
    letter_case: Literal["", "lower", "upper"] = Key(
        default="", description="Latin letters are changed to these"
    )
    items: bool = Key(
        default=False,
        description="a list, in JSON or as PostgreSQL writes it ({a,b}); kept as a; b",
    )
    place: Level | None = Key(
        default=None,
        description="a name, abbreviation or code of a place at this level; the code is kept",
    )
    multiply: float = Key(
        default=1.0, gt=0, description="factor from the source's unit to this field's"
    )
    sign: Sign | None = None
    paired_with: Identifier | None = Key(
        default=None,
        description="the other coordinate: values that fit only when exchanged are coords_swapped",
    )
    calendar: Literal["civil", "fiscal", "month"] = Key(
        default="civil",
        description="fiscal: years are fiscal years, 1 October to 30 September, named after the "
        "year they end in; month: the name of a month, or 1 to 12",
    )
    zone: str = Key(default="", description="zone of naive timestamps; empty: offset required")
    formats: tuple[str, ...] = Key(
        default=(),
        description="strptime forms of dates, times and years: %d/%m/%Y; %B is the name of a month "
        "in Thai or English, %y a year of two digits; or counts: epoch_s, epoch_ms, epoch_us, "
        "excel_serial",
    )
    earliest: date | None = Key(
        default=None,
        description="first day a date or timestamp may name; else 1900-01-01, and for timestamps "
        "2000-01-02, because device clocks that were never set stand before it",
    )
    sensitivity: Sensitivity = Key(
        default="public",
        description="identifier: stored as a pseudonym; drop: never stored; internal: may hold "
        "hardware addresses of the city's own devices",
    )
    identifier: Identifying | None = None

    @property
    def column(self) -> str:
        """The name this field has in the source."""
        return self.source or self.name

    @property
    def no_value(self) -> Mapping[str, ReasonCode] | None:
        """Texts that mean that there is no value, and why; None where no reason is kept.

        In a number they are numbers, however they are spelled.
        """
        if self.missing is None and not self.sentinels:
            return None
        return {**dict.fromkeys(self.sentinels, "sentinel"), **(self.missing or {})}

    @property
    def error_codes(self) -> Mapping[float, ReasonCode]:
        """Those of the texts without a value that are numbers; of a field of numbers only."""
        if self.type not in ("integer", "number"):
            return {}
        told = (self.no_value or {}).items()
        return {float(word): why for word, why in told if IS_NUMBER.fullmatch(word)}

    @model_validator(mode="after")
    def _words_fit_together(self) -> Field:
        for problem in field_problems(self):
            raise ValueError(problem)
        return self


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

    @model_validator(mode="after")
    def _parts_fit_together(self) -> SourceContract:
        for problem in contract_problems(self):
            raise ValueError(problem)
        return self

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
