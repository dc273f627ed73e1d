"""What stands in the columns of a Parquet file that its contract does not know, kept as JSON.

Does not belong here: the columns that it knows (`reader.py`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ingestion.formats.header import Header
from ingestion.words.characters import fold

if TYPE_CHECKING:
    import pyarrow as pa


def rescued_cells(batch: pa.RecordBatch, header: Header) -> pa.StringArray:
    """A JSON object per row, or nothing where the contract knows every column."""
    import pyarrow as pa

    if not header.extra:
        return pa.nulls(batch.num_rows, pa.string())
    names = [fold(name) for _, name in header.extra]
    columns = [batch.column(at) for at, _ in header.extra]
    cells = [column.cast(_tellable(column.type)).to_pylist() for column in columns]
    objects = (dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True))
    texts = [json.dumps(each, ensure_ascii=False, default=str) for each in objects]
    return pa.array(texts, pa.string())


def _tellable(kind: pa.DataType) -> pa.DataType:
    """The type with texts for times: Python has none for a nanosecond, or for the year 18,000."""
    import pyarrow as pa
    import pyarrow.types as is_

    if is_.is_temporal(kind):
        return pa.string()
    if is_.is_dictionary(kind):
        return _tellable(kind.value_type)
    if is_.is_map(kind):
        return pa.map_(_tellable(kind.key_type), _tellable(kind.item_type))
    if is_.is_list(kind) or is_.is_large_list(kind) or is_.is_fixed_size_list(kind):
        return pa.list_(_tellable(kind.value_type))
    if is_.is_struct(kind):
        return pa.struct([field.with_type(_tellable(field.type)) for field in kind])
    return kind
