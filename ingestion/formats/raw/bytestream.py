"""The bytes of a file as its contract declares them: decompressed and bounded.

The engine reads a gzip file whose checksum or length is wrong without a word (tried).

Belongs here: compression and its limits. Does not belong here: what the bytes are (`documents.py`),
characters and records.
"""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from isal import isal_zlib

from ingestion.faults import Refused
from ingestion.formats.raw.ahead import ahead
from ingestion.formats.raw.documents import SNIFFED, mismatch, refuse_magic, refuse_no_data, what_is
from ingestion.formats.raw.padding import is_padding
from ingestion.formats.raw.zipped import ZIP_MAGIC, unzip
from ingestion.formats.raw.zstd import ZSTD_MAGIC, unzstd
from ingestion.limits import Limits, refuse_bomb

_CHUNK = 1 << 20
_FIRST_PIECE = 1 << 12
_BROKEN = cast("type[Exception]", isal_zlib.error)
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


def _gunzip(path: Path, limits: Limits) -> Iterator[bytes]:
    """Decompress all members of a gzip file, checking length and CRC of each.

    Zeros behind the last are what tapes and tar fill a block with, and no data (as for `gzip -d`).
    """
    size, produced = path.stat().st_size, 0
    with path.open("rb", buffering=_CHUNK) as file:
        while True:
            _skip_gzip_header(file, size)
            inflate, crc, length = isal_zlib.decompressobj(wbits=-15), 0, 0
            wanted = _FIRST_PIECE  # what was read of the next member is read again: never much
            while not inflate.eof:
                data = inflate.unconsumed_tail or file.read(wanted)
                wanted = min(2 * wanted, _CHUNK)
                try:
                    plain = inflate.decompress(data, _CHUNK)
                except _BROKEN as error:
                    raise Refused(
                        "archive_corrupt", f"{error} after {produced} bytes", "gzip data", _AGAIN
                    ) from None
                if not data and not plain:
                    raise _cut(size, produced)
                crc, length = isal_zlib.crc32(plain, crc), length + len(plain)
                produced += len(plain)
                left = len(inflate.unconsumed_tail) + len(inflate.unused_data)
                refuse_bomb(produced, file.tell() - left, limits)
                if plain:
                    yield plain
            file.seek(-len(inflate.unused_data), io.SEEK_CUR)
            _check_gzip_trailer(file.read(8), crc, length, size, produced)
            if not _goes_on(file, size):
                return


def _skip_gzip_header(file: BinaryIO, size: int) -> None:
    """Leave the file where the compressed data begin (RFC 1952, section 2.3)."""
    header = file.read(10)
    if len(header) < 10:
        raise _cut(size, 0)
    if header[2] != 8:
        raise mismatch(f"gzip with unknown compression method {header[2]}", "gzip")
    flags = header[3]
    if flags & 4:
        file.read(int.from_bytes(file.read(2), "little"))
    for _ in range(bool(flags & 8) + bool(flags & 16)):  # name and comment, each ended by a zero
        while (byte := file.read(1)) != b"\0":
            if not byte:
                raise _cut(size, 0)
    if flags & 2:
        file.read(2)


def _check_gzip_trailer(trailer: bytes, crc: int, length: int, size: int, produced: int) -> None:
    if len(trailer) < 8:
        raise _cut(size, produced)
    said_crc, said_length = struct.unpack("<II", trailer)
    if said_crc != crc:
        raise Refused(
            "archive_crc", f"checksum {crc:08x}", f"{said_crc:08x}, as the file says", _AGAIN
        )
    if said_length != length & 0xFFFFFFFF:
        raise Refused(
            "archive_crc", f"{length} bytes of text", f"{said_length}, as the file says", _AGAIN
        )


def _goes_on(file: BinaryIO, size: int) -> bool:
    """Is there another member behind one?"""
    at = file.tell()
    begins = file.read(2)
    file.seek(at)
    if begins == b"\x1f\x8b":
        return True
    if is_padding(file):  # also where nothing is left
        return False
    raise Refused(
        "archive_trailing_data",
        f"{size - at} bytes after the end of the gzip data",
        "nothing after it",
        _AGAIN,
    )


def _cut(size: int, produced: int) -> Refused:
    return Refused(
        "truncated_archive",
        f"gzip data that stop after {size} bytes ({produced} bytes of text)",
        "the whole file",
        f"the transfer was cut; {_AGAIN}",
    )


_DECOMPRESSORS: Mapping[
    str, tuple[bytes | tuple[bytes, ...], Callable[[Path, Limits], Iterator[bytes]]]
] = {
    "gzip": (b"\x1f\x8b", _gunzip),
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
