"""Times in Parquet files that do not fit the type that they would be read into.

INT96, which Spark, Hive and Impala still write, holds any day of eleven million years; read as
nanoseconds, as Arrow does unasked, 9999-12-31 becomes 1816-03-29 without a word. Here it is read as
microseconds, and as milliseconds, which nothing overflows, to tell where those are wrong.

Does not belong here: other columns (`reader.py`), what a field says of times
(`fields/moment.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 as days since 1970."""
_YEAR_MS = 31_556_952_000


def int96_columns(file: pq.ParquetFile) -> list[str]:
    """Names of the columns of the file that are stored as INT96; not of what is inside others."""
    names = set(file.schema_arrow.names)
    described = map(file.schema.column, range(len(file.schema)))
    found = [column.path for column in described if column.physical_type == "INT96"]
    return [path for path in found if path in names]


def checked(
    batches: Iterator[pa.RecordBatch], coarse: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The batches, in which a time that is not what the coarser reading says is a text.

    Parameters
    ----------
    coarse: the same rows of the INT96 columns alone, read as milliseconds.
    """
    for batch, other in zip(batches, coarse, strict=True):
        for name in other.schema.names:
            at = batch.schema.get_field_index(name)
            told = _told(batch.column(at), other.column(name))
            if told is not None:
                batch = batch.set_column(at, name, told)
        yield batch


def is_day(column: pa.Array) -> bool:
    """Is every date of the column one of the years 1 to 9999?"""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pc.min_max(column.cast(pa.int32()))
    first, last = ends["min"].as_py(), ends["max"].as_py()
    return first is None or FIRST_DAY <= first <= last <= LAST_DAY


def _told(fine: pa.Array, coarse: pa.Array) -> pa.Array | None:
    """The column as text where some of its times are beyond microseconds; None where none is."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    micros = fine.cast(pa.int64()).fill_null(0).to_numpy()
    millis = coarse.cast(pa.int64()).fill_null(0).to_numpy()
    beyond = np.floor_divide(micros, 1000) != millis
    if not beyond.any():
        return None
    shown = [f"a time in about the year {1970 + int(ms) // _YEAR_MS}" for ms in millis]
    return pc.if_else(pa.array(beyond), pa.array(shown), fine.cast(pa.string()))
