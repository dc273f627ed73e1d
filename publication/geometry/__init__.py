"""Where things lie, for maps: the tables that name a geometry as GeoJSON and as GeoParquet.

Both are made from the Parquet file that the gate passed, row by row in its order, and say nothing
that it does not say. Longitude comes first; degrees are those of WGS 84. Belongs here: the two
formats. Does not belong here: which columns tell where a row lies (the product's contract), and
whether a position is right (its suite).
"""

from __future__ import annotations

from pathlib import Path

from dbt_project.products import Product
from publication.geometry import geojson, geoparquet


def write_geometry(product: Product, folder: Path) -> tuple[str, ...]:
    """Write the files beside `<product>.parquet`, and say their names; none without a geometry.

    Raises
    ------
    PermanentError: the geometry of a row cannot be read.
    """
    if product.geometry is None:
        return ()
    names = names_of(product)
    table = folder / f"{product.id}.parquet"
    for name, module in zip(names, (geojson, geoparquet), strict=True):
        module.write(product, table, folder / name)
    return names


def names_of(product: Product) -> tuple[str, str]:
    """The GeoJSON and the GeoParquet file of a product."""
    return f"{product.id}.geojson", f"{product.id}_geo.parquet"
