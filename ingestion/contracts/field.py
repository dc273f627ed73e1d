"""The words of a contract about one column of the rows that enter the lake.

Belongs here: what a field can say, described where it is defined. Does not belong here: what the
words of a kind of field must be to each other and what they do, which are in one file a kind
(`ingestion/fields/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from ingestion.contracts.words import Bilingual, Checked, Identifier, Words

FieldType = Literal["string", "integer", "number", "boolean", "date", "timestamp", "year"]
Sensitivity = Literal["public", "internal", "identifier", "drop"]
ReasonCode = Literal["missing", "pending", "not_applicable", "confidential", "sentinel", "trace"]
Level = Literal["province", "amphoe", "tambon", "lao", "plate_region"]
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
IS_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
"""A sentinel, and such texts without a value as are numbers."""


class Part(Words):
    """The part of a cell that holds the value."""

    separator: Annotated[str, StringConstraints(min_length=1)]
    number: int = Key(
        ge=-9, le=9, description="1 is the first part, -1 the last (and a cell without separator)"
    )


class Sign(Words):
    """A number without a sign, and the field whose value says that it is negative."""

    column: str = Key(description="a field with allowed values")
    minus: tuple[str, ...] = Key(min_length=1, description="values that make the number negative")


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


class Identifying(Words):
    """How an identifier becomes a pseudonym before anything is stored."""

    kind: Literal["mac", "plate", "text"] = Key(
        description="how it is spelled: a hardware address, a Thai vehicle plate, or any text"
    )
    purpose: Purpose = Key(
        description="what it is collected for, such as wifi or lpr; sources of one purpose share "
        "keys, and so pseudonyms; two purposes can never be joined"
    )
    period: Literal["day", "month"] = Key(
        description="how long a pseudonym stays the same, in Asia/Bangkok; its key is destroyed "
        "48 hours (day) or 7 days (month) after the end"
    )
    overlap_hours: int = Key(
        default=0,
        ge=0,
        le=6,
        description="rows of so many hours after midnight also get yesterday's pseudonym, as "
        "<field>_previous, so that a trip across midnight can be matched",
    )
    province: str | None = Key(
        default=None, description="of a plate: the field with its province, if not in the plate"
    )


class Field(Checked):
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
