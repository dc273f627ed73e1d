"""The area of a place as CAP has it: closed rings of latitude and longitude, and its code.

The outlines are the simplified ones of the seed `place_outline`. CAP knows no holes: a ring inside
another one is left out, so that the area is never smaller than the place.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dbt_project.place_outlines import SEED
from ingestion.errors import PermanentError

CODES = "TIS 1099"
"""The standard of Thailand for codes of provinces, amphoe and tambon."""


@dataclass(frozen=True)
class Area:
    """Where a place is.

    Attributes
    ----------
    polygons: a text for each ring, `latitude,longitude` with blanks between, first and last alike.
    """

    code: str
    polygons: tuple[str, ...]


def area_of(code: str) -> Area:
    """The area of a place of Phuket.

    Raises
    ------
    PermanentError: no outline is known.
    """
    outline = _outlines().get(code)
    if outline is None:
        raise PermanentError(
            f"no outline of place {code} is known",
            expected=f"a code of {SEED.name}",
            fix="add its outline: dbt_project/place_outlines.py says how",
        )
    shape = json.loads(outline)
    many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return Area(code, tuple(_ring(polygon[0]) for polygon in many))


def _ring(corners: list[list[float]]) -> str:
    """GeoJSON says longitude first, CAP latitude first."""
    closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    return " ".join(f"{latitude:.6f},{longitude:.6f}" for longitude, latitude in closed)


@cache
def _outlines() -> Mapping[str, str]:
    with SEED.open(encoding="utf-8", newline="") as seed:
        return {row["place_code"]: row["outline"] for row in csv.DictReader(seed)}
