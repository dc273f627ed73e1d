"""What a Parquet file says of itself, for whoever has nothing but the file.

Belongs here: key-value metadata of tables and columns, from the product's contract alone, so that
the same table is the same bytes. Does not belong here: the version of a release, which is given
after the gate has judged these bytes; `manifest.json` beside them tells it.
"""

from __future__ import annotations

import json

from dbt_project.products import Column, Product
from ingestion.contracts.model import Bilingual
from ingestion.simulated import NOTICE
from publication.licences import licence_title, licence_url
from publication.simulated import says_simulated


def table_metadata(product: Product) -> dict[str, str]:
    """Of the whole table. `columns` repeats those of the columns, which only Arrow shows there."""
    said = {
        "product": product.id,
        "domain": product.domain,
        **_bilingual("title", product.title),
        **_bilingual("description", product.description),
        "grain": product.grain,
        "key": ",".join(product.key),
        "schema_version": product.schema_version,
        "method": str(product.method),
        "licence": product.licence,
        "licence_title": licence_title(product.licence),
        "licence_url": licence_url(product.licence),
        **_bilingual("attribution", product.attribution),
        "columns": json.dumps(
            {column.name: column_metadata(column) for column in product.columns},
            ensure_ascii=False,
        ),
    }
    if says_simulated(product):
        said |= {"simulated": "true", **_bilingual("notice", NOTICE)}
    return said


def column_metadata(column: Column) -> dict[str, str]:
    """Of one column."""
    unit = {"unit": column.unit} if column.unit else {}
    title, description = column.title, column.description
    return {**_bilingual("title", title), **unit, **_bilingual("description", description)}


def _bilingual(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_th": text.th, f"{name}_en": text.en}
