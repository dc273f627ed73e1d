"""`dictionary.csv`: what every column means, in Thai and English, for people and spreadsheets."""

from __future__ import annotations

import csv
import io

from publication.facts import Facts, field_type
from publication.tables import neutral

_OF_GEOPARQUET = (
    (
        *("bbox", "degrees", "object", "no", "กรอบ", "Box"),
        "กรอบสี่เหลี่ยมรอบรูป มีเฉพาะในไฟล์ GeoParquet",
        "Least box around the shape; in the GeoParquet file alone",
    ),
    (
        *("geometry", "degrees", "geometry", "no", "รูปเรขาคณิต", "Geometry"),
        "จุดหรือแนวเขต WGS 84 ลองจิจูดก่อนละติจูด (WKB) มีเฉพาะในไฟล์ GeoParquet ว่างเมื่อไม่ทราบตำแหน่ง",
        "Point or outline as WKB, WGS 84, longitude first; in the GeoParquet file alone, and empty "
        "where the position is not known",
    ),
)
_HEADER = [
    "column",
    "unit",
    "type",
    "key",
    "title_th",
    "title_en",
    "description_th",
    "description_en",
]


def render(facts: Facts) -> dict[str, bytes]:
    """The one file; no cell of it runs as a formula."""
    product = facts.product
    stream = io.StringIO(newline="")
    lines = csv.writer(stream)
    lines.writerow(_HEADER)
    for column in product.columns:
        key = "yes" if column.name in product.key else "no"
        texts = (column.title.th, column.title.en, column.description.th, column.description.en)
        cells = (column.name, column.unit, field_type(column), key, *texts)
        lines.writerow(neutral(cell) for cell in cells)
    if product.geometry:
        lines.writerows(_OF_GEOPARQUET)
    return {"dictionary.csv": stream.getvalue().encode()}
