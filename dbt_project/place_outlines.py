"""Writes the seed of outlines: polygon, area and centroid of the province, its amphoe and tambon.

The polygons are those of `outlines/`, where their source and licence stand; that of the province is
its amphoe together. Areas are taken on the ellipsoid (WGS 84) by an equal-area projection. Does not
belong here: areas that somebody published, which are a seed of their own (`place_area`).

`python -m dbt_project.place_outlines` writes the seed; a test proves that it is current.
"""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import pairwise
from pathlib import Path

Ring = list[tuple[float, float]]
"""Longitude and latitude in degrees, the first point again at the end."""
Polygon = list[Ring]
"""The outer ring, then its holes."""

PROJECT = Path(__file__).resolve().parent
OUTLINES = PROJECT / "outlines"
SEED = PROJECT / "seeds" / "place_outline.csv"
PROVINCE = "83"

_EQUATOR_KM = 6378.137
_ECCENTRICITY = 0.0818191908426215
_DIGITS = 6


def render() -> str:
    """The text of the seed: a line per place, in the order of their codes."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(
        ["place_code", "outline_area_km2", "centroid_latitude", "centroid_longitude", "outline"]
    )
    for code, polygons in sorted(outlines().items()):
        longitude, latitude = centroid(polygons)
        shape = {"type": "MultiPolygon", "coordinates": polygons}
        area = f"{sum(map(area_km2, polygons)):.3f}"
        written = json.dumps(shape, separators=(",", ":"))
        lines.writerow([code, area, f"{latitude:.5f}", f"{longitude:.5f}", written])
    return text.getvalue()


def outlines() -> dict[str, list[Polygon]]:
    """The polygons of every place by its code."""
    amphoe = _read("amphoe", "ADM2_PCODE")
    province = [polygon for code in sorted(amphoe) for polygon in amphoe[code]]
    return {PROVINCE: province} | amphoe | _read("tambon", "adm3_pcode")


def area_km2(polygon: Polygon) -> float:
    """Area on the ellipsoid: by Lambert's cylindrical projection, which keeps areas."""
    outer, *holes = [abs(_signed([_equal_area(point) for point in ring])) for ring in polygon]
    return outer - sum(holes)


def centroid(polygons: list[Polygon]) -> tuple[float, float]:
    """Longitude and latitude of the centre of gravity; so near the equator degrees do for it."""
    weight = east = north = 0.0
    for ring in (ring for polygon in polygons for ring in polygon[:1]):
        area = _signed(ring)
        weight += abs(area)
        sign = math.copysign(1, area)
        for (x, y), (next_x, next_y) in pairwise(ring):
            cross = sign * (x * next_y - next_x * y) / 6
            east += (x + next_x) * cross
            north += (y + next_y) * cross
    return east / weight, north / weight


def _read(level: str, code: str) -> dict[str, list[Polygon]]:
    document = json.loads((OUTLINES / f"{level}.geojson").read_text(encoding="utf-8"))
    found: dict[str, list[Polygon]] = {}
    for feature in document["features"]:
        shape = feature["geometry"]
        single = shape["type"] == "Polygon"
        polygons = [shape["coordinates"]] if single else shape["coordinates"]
        found[feature["properties"][code].removeprefix("TH")] = [
            [[(round(x, _DIGITS), round(y, _DIGITS)) for x, y in ring] for ring in polygon]
            for polygon in polygons
        ]
    return found


def _equal_area(point: tuple[float, float]) -> tuple[float, float]:
    """Kilometres east and north: Snyder, Map Projections, formulas 10-15 and 3-12."""
    longitude, latitude = point
    sine, e = math.sin(math.radians(latitude)), _ECCENTRICITY
    inner = math.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
    north = (1 - e**2) * (sine / (1 - (e * sine) ** 2) - inner)
    return _EQUATOR_KM * math.radians(longitude), _EQUATOR_KM * north / 2


def _signed(ring: Ring) -> float:
    """The area of a plane ring, above zero when it runs against the clock."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


if __name__ == "__main__":
    SEED.write_text(render(), encoding="utf-8")
    print(f"wrote {SEED}")
