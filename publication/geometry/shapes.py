"""Shapes as both formats tell them: points and outlines of a table, wound and rounded alike.

Belongs here: reading them from columns, RFC 7946's rules for coordinates, boxes. Does not belong
here: how a format writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dbt_project.products import Product
from ingestion.errors import PermanentError

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS = 7
"""Decimals of a degree, a centimetre on the ground: more would claim what nobody measured."""

Position = tuple[float, float]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]
Box = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True)
class Shape:
    """A `Point`, as one position, or a `MultiPolygon`: of each an outer ring, then its holes."""

    kind: str
    point: Position = (0.0, 0.0)
    polygons: tuple[Polygon, ...] = ()

    @property
    def coordinates(self) -> object:
        """As GeoJSON nests them."""
        return self.point if self.kind == "Point" else self.polygons

    @property
    def box(self) -> Box:
        """The least box around it."""
        if self.kind == "Point":
            return (*self.point, *self.point)
        places = [place for polygon in self.polygons for ring in polygon for place in ring]
        east, north = [place[0] for place in places], [place[1] for place in places]
        return min(east), min(north), max(east), max(north)


def shapes_of(product: Product, table: pa.Table) -> list[Shape | None]:
    """The shape of each row; None where the row does not say where it lies.

    Raises
    ------
    PermanentError: half a position, a position that is none, or a text that is no outline.
    """
    geometry = product.geometry
    assert geometry
    columns = [table.column(name).to_pylist() for name in geometry.columns]
    rows = zip(*columns, strict=True)
    return [_outline(product, *row) if geometry.outline else _point(product, *row) for row in rows]


def box_of(shapes: Iterable[Shape | None]) -> Box | None:
    """The least box around all; None when none lies anywhere."""
    boxes = [shape.box for shape in shapes if shape]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _point(product: Product, longitude: float | None, latitude: float | None) -> Shape | None:
    if longitude is None and latitude is None:
        return None
    if longitude is None or latitude is None:
        raise _refused(product, f"longitude {longitude} and latitude {latitude}")
    return Shape("Point", point=_position(product, (longitude, latitude)))


def _outline(product: Product, text: str | None) -> Shape | None:
    if not text:
        return None
    try:
        said = json.loads(text)
        polygons = [said["coordinates"]] if said["type"] == "Polygon" else said["coordinates"]
        if said["type"] not in ("Polygon", "MultiPolygon"):
            raise ValueError(f"a {said['type']}")
        return Shape("MultiPolygon", polygons=tuple(_polygon(product, each) for each in polygons))
    except (ValueError, LookupError, TypeError):
        raise _refused(product, f"an outline {text[:60]}") from None


def _polygon(product: Product, rings: list[list[list[float]]]) -> Polygon:
    return tuple(_wound(_ring(product, ring), inner=place > 0) for place, ring in enumerate(rings))


def _ring(product: Product, ring: list[list[float]]) -> Ring:
    places = tuple(_position(product, (place[0], place[1])) for place in ring)
    if len(places) < 4 or places[0] != places[-1]:
        raise ValueError("a ring that is not closed")
    return places


def _wound(ring: Ring, *, inner: bool) -> Ring:
    """Outer rings against the clock, holes with it: what is left of the line lies inside."""
    twice = sum(x * north - east * y for (x, y), (east, north) in pairwise(ring))
    return ring[::-1] if (twice < 0) != inner else ring


def _position(product: Product, place: tuple[float, float]) -> Position:
    longitude, latitude = place
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _refused(product, f"longitude {longitude} and latitude {latitude}")
    return round(float(longitude), DIGITS), round(float(latitude), DIGITS)


def _refused(product: Product, found: str) -> PermanentError:
    return PermanentError(
        f"product {product.id} has a row with {found}",
        expected="degrees of WGS 84, both or none, or a closed polygon as GeoJSON",
        fix="correct the model, and write a rule of its suite that finds such rows",
    )
