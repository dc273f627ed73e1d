"""What the tables of a release are, for programs: Data Package v2, and CSVW beside the CSV file.

Belongs here: both documents as bytes; text columns are named as text in both, because a reader of
CSV that guesses makes numbers of codes. Does not belong here: what people read (`documents.py`),
what a Parquet file says of itself (`embedded.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from dbt_project.products import Column, Product
from publication.licences import licence_title, licence_url
from publication.model import Manifest, PublishedFile

_FIELD_TYPES = (
    (r"(var)?char.*|text|string", "string"),
    (r"(small|big)?int(eger)?", "integer"),
    (r"double( precision)?|float|real|(decimal|numeric).*", "number"),
    (r"bool(ean)?", "boolean"),
    (r"date", "date"),
    (r"timestamptz|timestamp with time zone", "datetime"),
)
_CSVW_TYPES = {"number": "double", "datetime": "dateTimeStamp", "any": "string"}


def field_type(column: Column) -> str:
    """The Table Schema type of a column, as dictionary and Data Package name it."""
    kind = column.data_type.lower()
    for pattern, name in _FIELD_TYPES:
        if re.fullmatch(pattern, kind):
            return name
    return "any"


def data_package(product: Product, facts: Manifest, data: Sequence[PublishedFile]) -> bytes:
    """`datapackage.json`: read by frictionless, R, and catalogues."""
    description = f"{product.description.en}\n\n{product.description.th}"
    if facts.notice:
        description = f"{facts.notice.en}\n\n{facts.notice.th}\n\n{description}"
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": product.id,
        "title": f"{product.title.en} · {product.title.th}",
        "description": description,
        "version": facts.version,
        "created": facts.published_at.isoformat(),
        "keywords": list(product.keywords),
        "licenses": [_licence(product.licence)],
        "sources": [{"title": f"{product.attribution.en} · {product.attribution.th}"}],
        **_facts(facts),
        "resources": [_resource(product, file) for file in data],
    }
    return _encoded(package)


def csv_on_the_web(product: Product, facts: Manifest) -> bytes:
    """`<product>.csv-metadata.json`: found beside the CSV file by readers of CSVW."""
    columns = []
    for column in product.columns:
        kind = field_type(column)
        columns.append(
            {
                "name": column.name,
                "titles": column.name,
                "datatype": _CSVW_TYPES.get(kind, kind),
                "required": column.name in product.key,
                "dc:title": [_text(column.title.th, "th"), _text(column.title.en, "en")],
                "dc:description": [
                    _text(column.description.th, "th"),
                    _text(column.description.en, "en"),
                ],
                **({"schema:unitText": column.unit} if column.unit else {}),
            }
        )
    described = [_text(product.description.th, "th"), _text(product.description.en, "en")]
    if facts.notice:
        described = [_text(facts.notice.th, "th"), _text(facts.notice.en, "en"), *described]
    return _encoded(
        {
            "@context": "http://www.w3.org/ns/csvw",
            "url": f"{product.id}.csv",
            "dc:title": [_text(product.title.th, "th"), _text(product.title.en, "en")],
            "dc:description": described,
            "dc:license": {"@id": licence_url(product.licence) or product.licence},
            "schema:version": facts.version,
            "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
            "tableSchema": {"columns": columns, "primaryKey": list(product.key)},
        }
    )


def _facts(facts: Manifest) -> dict[str, object]:
    """The manifest's own words for what Data Package has none for."""
    words = {"schema_version", "data_from", "data_until", "next_update_by", "simulated", "notice"}
    return facts.model_dump(mode="json", include=words)


def _licence(licence: str) -> dict[str, str]:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", licence).strip("-")
    url = licence_url(licence)
    return {"name": name, "title": licence_title(licence)} | ({"path": url} if url else {})


def _resource(product: Product, file: PublishedFile) -> dict[str, object]:
    is_text = file.name.endswith(".csv")
    schema = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(product, column, is_text) for column in product.columns],
        "primaryKey": list(product.key),
        "missingValues": [""],
    }
    if not is_text:
        # No `bytes`: validators without a Parquet reader count none and call the file broken.
        return {
            "name": f"{product.id}-parquet",
            "path": file.name,
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "hash": f"sha256:{file.sha256}",
            "schema": schema,
        }
    return {
        "name": product.id,
        "type": "table",
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }


def _field(product: Product, column: Column, is_text: bool) -> dict[str, object]:
    kind = field_type(column)
    field: dict[str, object] = {
        "name": column.name,
        "type": kind,
        "title": f"{column.title.en} · {column.title.th}",
        "description": f"{column.description.en} · {column.description.th}",
    }
    if column.unit:
        field["unit"] = column.unit
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if not is_text and kind != "string":
        # What readers of Parquet that go through pandas have where there is no value.
        field["missingValues"] = ["", "nan", "NaT"]
    if column.name in product.key:
        field["constraints"] = {"required": True}
    return field


def _text(value: str, language: str) -> dict[str, str]:
    return {"@value": value, "@language": language}


def _encoded(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
