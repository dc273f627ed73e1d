"""What is known of a release when its files are described: all that a metadata format may tell.

Belongs here: the facts, and words for them that several formats share. Does not belong here: how
one format says them (`profiles/`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbt_project.products import Column, Product
from expectations.report import GateReport
from publication.model import Manifest, PublishedFile

_FIELD_TYPES = (
    (r"(var)?char.*|text|string", "string"),
    (r"(small|big)?int(eger)?", "integer"),
    (r"double( precision)?|float|real|(decimal|numeric).*", "number"),
    (r"bool(ean)?", "boolean"),
    (r"date", "date"),
    (r"timestamptz|timestamp with time zone", "datetime"),
)


@dataclass(frozen=True)
class Facts:
    """A release with its version and times, before its own files are listed.

    `tables` are the Parquet and the CSV file that the gate passed; after them, where a product
    says where its rows lie, the same rows as GeoJSON and as GeoParquet.
    """

    product: Product
    report: GateReport
    manifest: Manifest
    tables: tuple[PublishedFile, ...]


def field_type(column: Column) -> str:
    """The Table Schema type of a column; every format starts from it."""
    kind = column.data_type.lower()
    for pattern, name in _FIELD_TYPES:
        if re.fullmatch(pattern, kind):
            return name
    return "any"
