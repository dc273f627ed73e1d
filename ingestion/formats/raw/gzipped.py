"""Gzip files, member by member: each one's length and checksum, and nothing behind the last.

The engine reads a gzip file whose checksum or length is wrong without a word (tried).

Does not belong here: other kinds of compression (`zipped.py`, `zstd.py`), and when which is undone
(`bytestream.py`).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from isal import isal_zlib

from ingestion.faults import Refused
from ingestion.formats.raw.documents import mismatch
from ingestion.formats.raw.padding import is_padding
from ingestion.limits import Limits, refuse_bomb

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_FIRST_PIECE = 1 << 12
_BROKEN = cast("type[Exception]", isal_zlib.error)
_AGAIN = "ask the sender for the file again"


def gunzip(path: Path, limits: Limits) -> Iterator[bytes]:
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
    if begins == GZIP_MAGIC:
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
