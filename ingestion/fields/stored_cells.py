"""Cells that a file stores as what they are, as Parquet does: sure without a look at any text.

Does not belong here: which columns stay so (`parquet/reader.py`), and cells of text
(`plain_cells.py`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.fields.plain_cells import Found

_KINDS = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e15
"""Numbers between them are printed without an exponent."""


def stored(cells: pa.Array, kind: str) -> Found:
    """The values of a field of that type, which the casts would read from the texts of the cells.

    Of a number whose text would have an exponent nobody is sure.
    """
    values = cells.cast(_KINDS[kind], safe=False)
    sure, respelled = np.ones(len(values), bool), None
    if kind == "number":
        sizes = np.abs(values.fill_null(0).to_numpy())
        sure = (sizes == 0) | ((sizes >= _PLAIN_FROM) & (sizes < _PLAIN_TO))
    if kind == "timestamp":
        # A moment within a second is counted as a text with a fraction is.
        within = values.cast(pa.int64()).fill_null(0).to_numpy() % 1_000_000 != 0
        respelled = within if within.any() else None
    return Found(sure, values, respelled)
