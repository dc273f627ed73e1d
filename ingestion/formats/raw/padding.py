"""Zeros behind the end of an archive: what tapes and tar fill their last block with.

Belongs here: telling padding from data. Does not belong here: where an archive ends (`zipped.py`,
`zstd.py`, `gzipped.py`).
"""

from __future__ import annotations

import io
from typing import BinaryIO

_CHUNK = 1 << 20


class Beginning(io.RawIOBase):
    """The first bytes of a file, up to `end`, as if nothing were behind them."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file, self._end = file, end
        file.seek(0)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """How far it was read."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on reading elsewhere."""
        if whence == io.SEEK_END:
            offset, whence = self._end + offset, io.SEEK_SET
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none of them behind the end."""
        left = max(0, self._end - self._file.tell())
        return self._file.read(left if size < 0 else min(size, left))


def is_padding(file: BinaryIO) -> bool:
    """Is everything from here to the end zeros? If not, the file is left where it was."""
    at = file.tell()
    while chunk := file.read(_CHUNK):
        if chunk.count(0) != len(chunk):
            file.seek(at)
            return False
    return True


def without_zeros(file: BinaryIO) -> int:
    """How many bytes a file has without the zeros at its end."""
    at = file.seek(0, io.SEEK_END)
    while at:
        start = max(0, at - _CHUNK)
        file.seek(start)
        if used := len(file.read(at - start).rstrip(b"\0")):
            return start + used
        at = start
    return 0
