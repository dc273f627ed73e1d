"""The bytes of a file as its contract declares them: decompressed and bounded.

Does not belong here: each kind of compression (`gzipped.py`, `zipped.py`, `zstd.py`), what the
bytes are (`documents.py`), characters and records.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ingestion.faults import Refused
from ingestion.formats.raw.ahead import ahead
from ingestion.formats.raw.documents import SNIFFED, mismatch, refuse_magic, refuse_no_data, what_is
from ingestion.formats.raw.gzipped import GZIP_MAGIC, gunzip
from ingestion.formats.raw.zipped import ZIP_MAGIC, unzip
from ingestion.formats.raw.zstd import ZSTD_MAGIC, unzstd
from ingestion.limits import Limits

_CHUNK = 1 << 20
_AGAIN = "ask the sender for the file again"


def open_bytes(
    path: Path,
    compression: str,
    limits: Limits,
    *,
    json_expected: bool = False,
    xml_expected: bool = False,
) -> BinaryIO:
    """A stream over the plain bytes of a text file.

    Raises
    ------
    Refused: empty file, other format than declared, broken or oversized archive, a page or an error
        in place of data. An archive that breaks later raises while it is read.
    """
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    if not start:
        raise Refused("empty_file", "0 bytes, so 0 records", "data", _AGAIN)
    refuse_no_data(start, json_expected=json_expected, xml_expected=xml_expected)
    if compression == "none":
        refuse_magic(start, "plain text")
        return path.open("rb")
    magic, decompress = _DECOMPRESSORS[compression]
    if not start.startswith(magic):
        raise mismatch(what_is(start), compression)
    chunks = _read_ahead(decompress(path, limits), limits.ratio_counts_from_bytes)
    stream = stream_of(ahead(chunks) if path.stat().st_size > _CHUNK else chunks)
    inside = stream.peek(SNIFFED)[:SNIFFED]
    if not inside:
        raise Refused("empty_file", f"0 bytes inside the {compression} file", "data", _AGAIN)
    refuse_no_data(inside, json_expected=json_expected, xml_expected=xml_expected)
    refuse_magic(inside, f"plain text inside the {compression} file")
    return stream


def stream_of(chunks: Iterator[bytes]) -> io.BufferedReader:
    """A stream over an iterator of byte chunks."""
    return io.BufferedReader(_ChunkStream(chunks), _CHUNK)


def _read_ahead(chunks: Iterator[bytes], amount: int) -> Iterator[bytes]:
    """The chunks, of which the first are unpacked at once: most bombs and many broken archives show
    before a record of them is read."""
    ahead, size = [], 0
    for chunk in chunks:
        ahead.append(chunk)
        size += len(chunk)
        if size > amount:
            break
    return itertools.chain(ahead, chunks)


_DECOMPRESSORS: Mapping[
    str, tuple[bytes | tuple[bytes, ...], Callable[[Path, Limits], Iterator[bytes]]]
] = {
    "gzip": (GZIP_MAGIC, gunzip),
    "zip": (ZIP_MAGIC, unzip),
    "zstd": (ZSTD_MAGIC, unzstd),
}


class _ChunkStream(io.RawIOBase):
    """A readable stream over an iterator of byte chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
