"""The files that explain a release to people: dictionary, quality, READMEs.

Belongs here: each of them as bytes, from the product's contract, the gate's report and the
manifest's facts. Does not belong here: the data (`tables.py`), what programs read of it
(`datapackage.py`), where files go (`folder.py`).
"""

from __future__ import annotations

import csv
import io
import json

from dbt_project.products import Product
from expectations.report import GateReport
from publication.datapackage import field_type
from publication.licences import licence_title, licence_url
from publication.model import Manifest
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


def quality(report: GateReport, facts: Manifest) -> bytes:
    """`quality.json`: the rules the data was judged by and what each found.

    Without build id and time, so that judging the same bytes again gives the same file; without
    sample rows, which belong to operators.
    """
    document = report.model_dump(
        mode="json",
        exclude={"build": True, "judged_at": True, "results": {"__all__": {"unexpected_rows"}}},
    )
    document |= facts.model_dump(mode="json", include={"simulated", "notice"})
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def readme(product: Product, facts: Manifest, report: GateReport, language: str) -> bytes:
    """`README.th.md` or `README.en.md`: what this is, how to read it, how to check it."""
    return render(
        f"README.{language}.md.j2",
        product=product,
        facts=facts,
        warnings=report.warnings,
        rules=len(report.results),
        licence_title=licence_title(product.licence),
        licence_url=licence_url(product.licence),
    ).encode()
