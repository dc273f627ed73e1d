"""The files that explain a release: dictionary, Data Package, quality, READMEs.

Belongs here: each of them as bytes, from the product's contract, the gate's report and the
manifest's facts. Does not belong here: the data (`tables.py`), where files go (`folder.py`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from dbt_project.products import Column, Product
from expectations.report import GateReport
from publication.model import Manifest, PublishedFile
from publication.tables import neutral
from publication.templates import render

_DICTIONARY = [
    "column",
    "unit",
    "type",
    "key",
    "title_th",
    "title_en",
    "description_th",
    "description_en",
]
_LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": (
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}
_FIELD_TYPES = (
    (r"(var)?char.*|text|string", "string"),
    (r"(small|big)?int(eger)?", "integer"),
    (r"double( precision)?|float|real|(decimal|numeric).*", "number"),
    (r"bool(ean)?", "boolean"),
    (r"date", "date"),
    (r"timestamptz|timestamp with time zone", "datetime"),
)


def dictionary(product: Product) -> bytes:
    """`dictionary.csv`: what every column means, in Thai and English."""
    stream = io.StringIO(newline="")
    lines = csv.writer(stream)
    lines.writerow(_DICTIONARY)
    for column in product.columns:
        key = "yes" if column.name in product.key else "no"
        texts = (column.title.th, column.title.en, column.description.th, column.description.en)
        cells = (column.name, column.unit, field_type(column), key, *texts)
        lines.writerow(neutral(cell) for cell in cells)
    return stream.getvalue().encode()


def data_package(product: Product, facts: Manifest, data: Sequence[PublishedFile]) -> bytes:
    """`datapackage.json`, Data Package v2: read by frictionless, R, and catalogues."""
    licence = _licence(product.licence)
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": product.id,
        "title": f"{product.title.en} · {product.title.th}",
        "description": f"{product.description.en}\n\n{product.description.th}",
        "version": facts.version,
        "created": facts.published_at.isoformat(),
        "keywords": list(product.keywords),
        "licenses": [licence],
        "sources": [{"title": f"{product.attribution.en} · {product.attribution.th}"}],
        "resources": [_resource(product, file) for file in data],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def quality(report: GateReport) -> bytes:
    """`quality.json`: the rules the data was judged by and what each found.

    Without build id and time, so that judging the same bytes again gives the same file; without
    sample rows, which belong to operators.
    """
    document = report.model_dump(
        mode="json",
        exclude={"build": True, "judged_at": True, "results": {"__all__": {"unexpected_rows"}}},
    )
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def readme(product: Product, facts: Manifest, report: GateReport, language: str) -> bytes:
    """`README.th.md` or `README.en.md`: what this is, how to read it, how to check it."""
    title, url = _LICENCES.get(product.licence, (product.licence, ""))
    return render(
        f"README.{language}.md.j2",
        product=product,
        facts=facts,
        warnings=report.warnings,
        rules=len(report.results),
        licence_title=title,
        licence_url=url,
    ).encode()


def field_type(column: Column) -> str:
    """The Table Schema type of a column, as dictionary and Data Package name it."""
    kind = column.data_type.lower()
    for pattern, name in _FIELD_TYPES:
        if re.fullmatch(pattern, kind):
            return name
    return "any"


def _licence(licence: str) -> dict[str, str]:
    title, url = _LICENCES.get(licence, (licence, ""))
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", licence).strip("-")
    return {"name": name, "title": title} | ({"path": url} if url else {})


def _resource(product: Product, file: PublishedFile) -> dict[str, object]:
    if not file.name.endswith(".csv"):
        # No `bytes`: validators without a Parquet reader count none and call the file broken.
        return {
            "name": f"{product.id}-parquet",
            "path": file.name,
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "hash": f"sha256:{file.sha256}",
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
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [_field(product, column) for column in product.columns],
            "primaryKey": list(product.key),
            "missingValues": [""],
        },
    }


def _field(product: Product, column: Column) -> dict[str, object]:
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
    if column.name in product.key:
        field["constraints"] = {"required": True}
    return field
