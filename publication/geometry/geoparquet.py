"""GeoParquet 1.1: the table with its shapes as WKB, and a box a row by which readers skip.

All columns of the table stay, so that whoever reads it needs no other file. The metadata `geo` says
what the specification asks for; without `crs` degrees are those of WGS 84, longitude first. WKB is
little-endian; its two kinds are a few lines.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

from dbt_project.products import Product
from publication.geometry.shapes import Shape, box_of, shapes_of
from publication.tables import ROW_GROUP

VERSION = "1.1.0"
COLUMN, BOX = "geometry", "bbox"
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_POINT, _POLYGON, _MULTI_POLYGON = 1, 3, 6


def write(product: Product, parquet: Path, path: Path) -> None:
    """Write the table with its geometry. Raises as `shapes_of` does."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(parquet)
    said = dict(table.schema.metadata or {})
    shapes = shapes_of(product, table)
    boxes = [dict(zip(_SIDES, shape.box, strict=True)) if shape else None for shape in shapes]
    box_type = pa.struct([(side, pa.float64()) for side in _SIDES])
    table = table.append_column(BOX, pa.array(boxes, box_type))
    bodies = [wkb(shape) if shape else None for shape in shapes]
    table = table.append_column(COLUMN, pa.array(bodies, pa.binary()))
    geo = json.dumps(_geo(shapes), separators=(",", ":"))
    table = table.replace_schema_metadata(said | {b"geo": geo.encode()})
    pq.write_table(
        table, path, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True
    )


def wkb(shape: Shape) -> bytes:
    """A shape as well-known binary (ISO), little-endian."""
    if shape.kind == "Point":
        return _head(_POINT) + struct.pack("<dd", *shape.point)
    polygons = b"".join(
        _head(_POLYGON)
        + struct.pack("<I", len(polygon))
        + b"".join(
            struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *place) for place in ring)
            for ring in polygon
        )
        for polygon in shape.polygons
    )
    return _head(_MULTI_POLYGON) + struct.pack("<I", len(shape.polygons)) + polygons


def _head(kind: int) -> bytes:
    return struct.pack("<BI", 1, kind)


def _geo(shapes: list[Shape | None]) -> dict[str, object]:
    kinds = sorted({shape.kind for shape in shapes if shape})
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": kinds}
    if "MultiPolygon" in kinds:
        column["orientation"] = "counterclockwise"
    if box := box_of(shapes):
        column["bbox"] = box
    column["covering"] = {BOX: {side: [BOX, side] for side in _SIDES}}
    return {"version": VERSION, "primary_column": COLUMN, "columns": {COLUMN: column}}
