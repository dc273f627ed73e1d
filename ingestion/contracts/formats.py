"""The words of a contract's `format`: how the bytes are packed, written and divided into records.

Belongs here: one model per format, its settings described where they are defined. Does not belong
here: where the bytes come from (`fetching.py`), what a cell means (`field.py`), and
the reading itself (`ingestion/formats/`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from ingestion.contracts.words import Words

Encoding = Literal["utf-8", "cp874", "utf-16"]
Character = Annotated[str, StringConstraints(min_length=1, max_length=1)]


class _Packed(Words):
    """What all text formats know."""

    compression: Literal["none", "gzip", "zip", "zstd"] = Key(
        default="none", description="how the file is packed; a zip archive holds one file of data"
    )


class Csv(_Packed):
    """Delimited text, RFC 4180 quoting."""

    type: Literal["csv"]
    encoding: Encoding = "utf-8"
    delimiter: Character = ","
    quote: Character = '"'
    title_rows: int = Key(default=0, ge=0, le=1000, description="lines above the column names")
    columns: tuple[str, ...] = Key(
        default=(), description="names of all columns in order, for a file without a line of names"
    )


class JsonLines(_Packed):
    """One JSON document a line; `record_path` leads from a document to its list of records."""

    type: Literal["json_lines"]
    record_path: tuple[str, ...] = ()


class Json(_Packed):
    """One JSON document; `record_path` leads to its list of records, empty: it is the list."""

    type: Literal["json"]
    record_path: tuple[str, ...] = ()
    one_record: bool = Key(
        default=False,
        description="may an object stand where the list should be? Some sources write so when "
        "there is one record",
    )


class SensorThingsPages(_Packed):
    """Answers of an OGC SensorThings API, objects or data arrays, as their connector keeps them."""

    type: Literal["sensorthings"]


class NgsiLdPages(_Packed):
    """NGSI-LD entities in any form: key-values, normalized, or temporal (a record per instant).

    A property is its value; what stands beside the value is reached by a path: `pH.unitCode`.
    """

    type: Literal["ngsi_ld"]
    layout: Literal["lines", "document"] = Key(
        default="lines", description="an answer a line, or the whole file one JSON document"
    )


class Xml(_Packed):
    """XML without a DTD. Child elements by name or path, attributes as `@name`, own text `#text`.

    Prefixes of names are left out.
    """

    type: Literal["xml"]
    encoding: Encoding = "utf-8"
    record_path: tuple[str, ...] = Key(
        min_length=1, description="element names from the root to the element of one record"
    )


class Xlsx(Words):
    """One sheet of an Excel workbook. A cell is what one sees in it, not the form it is stored in:
    a number that counts or names something has 15 digits, a code the zeros that its format shows,
    85% is 85 where the unit is % and nothing is multiplied, a day is a date, a merged text stands
    for each of its cells."""

    type: Literal["xlsx"]
    sheet: str = Key(
        default="",
        description="name of the sheet, with * ? [] as in a shell; empty: the only one there is",
    )
    title_rows: int = Key(default=0, ge=0, le=1000, description="rows above the column names")
    header_rows: int = Key(
        default=1,
        ge=1,
        le=6,
        description="rows of column names; names of several rows are joined from the top, and a "
        "merged name counts for each of its columns",
    )
    separator: str = Key(default=" / ", description="what joins the names of several rows")
    fill_down: tuple[str, ...] = Key(
        default=(),
        description="columns in which an empty cell repeats the one above, as merged cells do",
    )


class Parquet(Words):
    """Apache Parquet; values keep their stored type and are checked as the text they print as."""

    type: Literal["parquet"]


Format = Annotated[
    Csv | JsonLines | Json | SensorThingsPages | NgsiLdPages | Xml | Xlsx | Parquet,
    Key(discriminator="type"),
]
