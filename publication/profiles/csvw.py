"""CSV on the Web: `<product>.csv-metadata.json`, which its readers find beside the CSV file.

Text columns are named as text, because a reader of CSV that guesses makes numbers of codes.
"""

from __future__ import annotations

from dbt_project.products import Column, Product
from ingestion.contracts.words import Bilingual
from publication.facts import Facts, field_type
from publication.licences import licence_url
from publication.model import as_json

_TYPES = {"number": "double", "datetime": "dateTimeStamp", "any": "string"}
"""Table Schema's types that CSVW calls otherwise."""


def render(facts: Facts) -> dict[str, bytes]:
    """The one file."""
    product, manifest = facts.product, facts.manifest
    described = _texts(product.description)
    if manifest.notice:
        described = [*_texts(manifest.notice), *described]
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{product.id}.csv",
        "dc:title": _texts(product.title),
        "dc:description": described,
        "dc:license": {"@id": licence_url(product.licence) or product.licence},
        "schema:version": manifest.version,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "tableSchema": {
            "columns": [_column(product, column) for column in product.columns],
            "primaryKey": list(product.key),
        },
    }
    return {f"{product.id}.csv-metadata.json": as_json(document)}


def _column(product: Product, column: Column) -> dict[str, object]:
    kind = field_type(column)
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": _TYPES.get(kind, kind),
        "required": column.name in product.key,
        "dc:title": _texts(column.title),
        "dc:description": _texts(column.description),
        **({"schema:unitText": column.unit} if column.unit else {}),
    }


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [
        {"@value": text.th, "@language": "th"},
        {"@value": text.en, "@language": "en"},
    ]
