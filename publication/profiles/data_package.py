"""Data Package v2: `datapackage.json`, read by frictionless, R, and catalogues.

Text columns are named as text, because a reader of CSV that guesses makes numbers of codes.
"""

from __future__ import annotations

import re

from dbt_project.products import Column, Product
from publication.facts import Facts, field_type
from publication.licences import licence_title, licence_url
from publication.model import PublishedFile, as_json

_OWN_WORDS = {
    *("schema_version", "data_from", "data_until", "next_update_by"),
    *("simulated", "simulation", "notice"),
}
"""The manifest's own words for what Data Package has none for."""


def render(facts: Facts) -> dict[str, bytes]:
    """The one file."""
    product, manifest = facts.product, facts.manifest
    description = f"{product.description.en}\n\n{product.description.th}"
    if manifest.notice:
        description = f"{manifest.notice.en}\n\n{manifest.notice.th}\n\n{description}"
    document = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": product.id,
        "title": f"{product.title.en} · {product.title.th}",
        "description": description,
        "version": manifest.version,
        "created": manifest.published_at.isoformat(),
        "keywords": list(product.keywords),
        "licenses": [_licence(product.licence)],
        "sources": [{"title": f"{product.attribution.en} · {product.attribution.th}"}],
        **manifest.model_dump(mode="json", include=_OWN_WORDS),
        "resources": [_resource(product, file) for file in facts.tables],
    }
    return {"datapackage.json": as_json(document)}


def _licence(licence: str) -> dict[str, str]:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", licence).strip("-")
    url = licence_url(licence)
    return {"name": name, "title": licence_title(licence)} | ({"path": url} if url else {})


def _resource(product: Product, file: PublishedFile) -> dict[str, object]:
    hashed = {"hash": f"sha256:{file.sha256}"}
    if file.name.endswith(".csv"):
        return {
            "name": product.id,
            "type": "table",
            "path": file.name,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": file.bytes,
            **hashed,
            "schema": _schema(product, is_text=True),
        }
    if file.name.endswith(".geojson"):
        return {
            "name": f"{product.id}-geojson",
            "title": "GeoJSON (RFC 7946): the same rows for maps · แถวเดียวกันสำหรับแผนที่",
            "path": file.name,
            "format": "geojson",
            "mediatype": "application/geo+json",
            "encoding": "utf-8",
            "bytes": file.bytes,
            **hashed,
        }
    # No `bytes`: validators without a Parquet reader count none and call the file broken.
    parquet = {"format": "parquet", "mediatype": "application/vnd.apache.parquet", **hashed}
    if file.name.endswith("_geo.parquet"):
        # No schema either: Table Schema has no type for a geometry in WKB.
        title = "GeoParquet 1.1: the same rows with their geometry · แถวเดียวกันพร้อมรูปเรขาคณิต"
        return {
            "name": f"{product.id}-geoparquet",
            "title": title,
            "path": file.name,
            **parquet,
        }
    return {
        "name": f"{product.id}-parquet",
        "path": file.name,
        **parquet,
        "schema": _schema(product, is_text=False),
    }


def _schema(product: Product, *, is_text: bool) -> dict[str, object]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(product, column, is_text) for column in product.columns],
        "primaryKey": list(product.key),
        "missingValues": [""],
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
