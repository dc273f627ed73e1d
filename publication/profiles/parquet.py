"""What a Parquet file says of itself, for whoever has nothing but the file.

Key-value metadata of table and columns, from the product's contract alone, so that the same table
is the same bytes. The version of a release is not among it: it is given after the gate has judged
these bytes, and `manifest.json` beside them tells it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dbt_project.products import Column, Product
from ingestion.contracts.words import Bilingual
from publication.licences import licence_title, licence_url
from publication.simulated import simulation_of

if TYPE_CHECKING:
    import pyarrow as pa


def render(product: Product, types: Sequence[pa.DataType]) -> pa.Schema:
    """The schema that bears it all. `types` are those of the product's columns, in their order."""
    import pyarrow as pa

    fields = [
        pa.field(column.name, kind, metadata=_of_column(column))
        for column, kind in zip(product.columns, types, strict=True)
    ]
    return pa.schema(fields, metadata=_of_table(product))


def _of_table(product: Product) -> dict[str, str]:
    """`columns` repeats what the columns say, which only Arrow shows there."""
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
            {column.name: _of_column(column) for column in product.columns},
            ensure_ascii=False,
        ),
    }
    if simulation := simulation_of(product):
        said |= {"simulated": "true", **_bilingual("notice", simulation.notice)}
        if simulation.scale:
            said["scale"] = f"{simulation.scale.scale:g}"
    return said


def _of_column(column: Column) -> dict[str, str]:
    unit = {"unit": column.unit} if column.unit else {}
    title, description = column.title, column.description
    return {**_bilingual("title", title), **unit, **_bilingual("description", description)}


def _bilingual(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_th": text.th, f"{name}_en": text.en}
