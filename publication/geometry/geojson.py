"""GeoJSON (RFC 7946): one FeatureCollection, a feature a line, for browsers and maps.

No `crs`: the standard has one. Members beside those of the standard say what a file must say that
went its own way: title, licence, attribution, and that it is simulated.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.products import Product
from ingestion.clock import BANGKOK
from publication.geometry.shapes import Shape, box_of, shapes_of
from publication.licences import licence_title, licence_url
from publication.simulated import simulation_of

if TYPE_CHECKING:
    import pyarrow as pa


def write(product: Product, parquet: Path, path: Path) -> None:
    """Write the table as features. Raises as `shapes_of` does."""
    import pyarrow.parquet as pq

    table = pq.read_table(parquet)
    shapes = shapes_of(product, table)
    head = _line(_about(product) | _bounds(shapes))
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(f'{head[:-1]},"features":[\n')
        stream.write(",\n".join(_line(feature) for feature in _features(product, table, shapes)))
        stream.write("\n]}\n")


def _about(product: Product) -> dict[str, object]:
    said: dict[str, object] = {
        "type": "FeatureCollection",
        "name": product.id,
        "title": product.title.model_dump(),
        "description": product.description.model_dump(),
        "licence": licence_url(product.licence) or licence_title(product.licence),
        "attribution": product.attribution.model_dump(),
    }
    if simulation := simulation_of(product):
        said |= {"simulated": True, "notice": simulation.notice.model_dump()}
    return said


def _bounds(shapes: list[Shape | None]) -> dict[str, object]:
    box = box_of(shapes)
    return {"bbox": box} if box else {}


def _features(
    product: Product, table: pa.Table, shapes: list[Shape | None]
) -> list[dict[str, object]]:
    """Rows as features: without the columns that are their geometry now."""
    assert product.geometry
    taken = set(product.geometry.columns)
    features: list[dict[str, object]] = []
    for row, shape in zip(table.to_pylist(), shapes, strict=True):
        said = {name: _value(value) for name, value in row.items()}
        features.append(
            {
                "type": "Feature",
                "id": "/".join(str(said[name]) for name in product.key),
                "geometry": {"type": shape.kind, "coordinates": shape.coordinates}
                if shape
                else None,
                "properties": {name: value for name, value in said.items() if name not in taken},
            }
        )
    return features


def _value(value: object) -> object:
    """A cell as JSON has it: times with their offset, as in CSV."""
    if isinstance(value, datetime):
        return value.astimezone(BANGKOK).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
