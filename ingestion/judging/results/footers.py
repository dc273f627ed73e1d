"""Whether a file of results is Parquet with the columns of its contract, as its footer says.

A parser that a file has taken over may name any bytes: they would stop every build that reads the
lake, or bring columns that nobody has declared. Of a file only the footer is read, so that this
costs the same however many rows there are. Does not belong here: what an answer may say
(`ingestion/judging/messages.py`), and what stands in the rows.
"""

from __future__ import annotations

import os
from pathlib import Path

from ingestion.contracts.source import SourceContract

_MAGIC = b"PAR1"
_TAIL = len(_MAGIC) + 4
_MOST_OF_FOOTER = 64 << 20
"""Bytes; a billion rows of thirty columns need half of it."""


def wrong_with_result(path: Path, contract: SourceContract, rows: int) -> str:
    """Why a file is none of a parser of ours; empty when it is. Shows nothing of the file.

    Parameters
    ----------
    rows: how many the answer says that it holds.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not _is_framed(path):
        return "a file of rows that is not Parquet"
    try:
        footer = pq.read_metadata(path)
        schema = footer.schema.to_arrow_schema()
    except (pa.ArrowException, OSError):
        return "a file of rows whose footer cannot be read"
    if [(each.name, each.type) for each in schema] != _wanted(contract):
        return "a file of rows with other columns than the contract's"
    if footer.num_rows != rows:
        return "a file with another number of rows than the answer says"
    return ""


def _is_framed(path: Path) -> bool:
    """Does it begin and end as Parquet does, around a footer of a size that one can have?"""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < len(_MAGIC) + _TAIL:
            return False
        file.seek(0)
        first = file.read(len(_MAGIC))
        file.seek(size - _TAIL)
        tail = file.read(_TAIL)
    footer = int.from_bytes(tail[:4], "little")
    most = min(size - len(_MAGIC) - _TAIL, _MOST_OF_FOOTER)
    return first == tail[4:] == _MAGIC and 0 < footer <= most


def _wanted(contract: SourceContract) -> list[tuple[str, object]]:
    import pyarrow as pa

    from ingestion.judging.results.accepted import lake_columns

    kinds = {
        "varchar": pa.string(),
        "bigint": pa.int64(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamptz": pa.timestamp("us", tz="UTC"),
    }
    return [(name, kinds[kind]) for name, kind in lake_columns(contract).items()]
