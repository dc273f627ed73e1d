"""Gzip files whose every byte is decided by what is in them.

No name, no time; and the deflate stream may not depend on which zlib a Python was built with.
Libraries differ in how they search for repeats and where they end a block, so neither is left to
them: no repeats are searched for, and blocks end after a fixed number of bytes. Such files are
about half the size of the text, not a tenth; a city that differs between machines would cost more.
"""

from __future__ import annotations

import struct
import zlib

BLOCK_BYTES = 8000  # well below the 16,384 symbols after which a library would end a block itself

_HEADER = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"  # deflate, no name, no time, no system


def gzipped(body: bytes) -> bytes:
    """The body as one gzip member."""
    deflate = zlib.compressobj(
        level=6, wbits=-zlib.MAX_WBITS, memLevel=8, strategy=zlib.Z_HUFFMAN_ONLY
    )
    stream = [
        deflate.compress(body[start : start + BLOCK_BYTES]) + deflate.flush(zlib.Z_FULL_FLUSH)
        for start in range(0, len(body), BLOCK_BYTES)
    ]
    trailer = struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return b"".join((_HEADER, *stream, deflate.flush(), trailer))
