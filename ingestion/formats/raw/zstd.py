"""Zstandard files, through Arrow's codec: frames one after the other, each checked as it ends.

Does not belong here: other kinds of compression (`gzipped.py`, `zipped.py`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.faults import Refused
from ingestion.formats.raw.padding import Beginning, is_padding
from ingestion.limits import Limits, refuse_bomb

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 18
_AGAIN = "ask the sender for the file again"


def unzstd(path: Path, limits: Limits) -> Iterator[bytes]:
    """The plain bytes of a zstd file, which begins as one.

    Raises
    ------
    Refused: cut, broken or oversized, or with something else behind its end.
    """
    import pyarrow as pa

    produced, size = 0, path.stat().st_size
    with (
        path.open("rb") as opened,
        pa.PythonFile(Beginning(opened, _end(opened, size)), "r") as file,
        pa.CompressedInputStream(file, "zstd") as stream,
    ):
        while True:
            try:
                plain = stream.read(_CHUNK)
            except (pa.ArrowException, OSError) as error:
                raise _refused(str(error), produced, size) from None
            if not plain:
                return
            produced += len(plain)
            # The codec reads ahead, so that the first pieces would look better than they are; the
            # ratio counts only from where that no longer matters.
            refuse_bomb(produced, file.tell(), limits)
            yield plain


def _end(file: BinaryIO, size: int) -> int:
    """Where the data end: before the zeros, if zeros alone are behind the last frame."""
    file.seek(-1, io.SEEK_END)
    if file.read(1) != b"\0":
        return size
    end = _end_of_frames(file)
    file.seek(end)
    return end if is_padding(file) else size


def _end_of_frames(file: BinaryIO) -> int:
    """Where the last frame ends, as far as their sizes lead (RFC 8878, section 3.1)."""
    at = 0
    while True:
        file.seek(at)
        magic = file.read(4)
        if magic[1:] == b"\x2a\x4d\x18" and magic[0] >> 4 == 5:  # a frame to be skipped
            at += 8 + int.from_bytes(file.read(4), "little")
            continue
        if magic != ZSTD_MAGIC:
            return at
        described = int.from_bytes(file.read(1), "little")
        single = described >> 5 & 1
        sizes = (single, 2, 4, 8)[described >> 6]
        at += 5 + (not single) + (0, 1, 2, 4)[described & 3] + sizes
        last = False
        while not last:
            file.seek(at)
            header = file.read(3)
            if len(header) < 3:
                return at
            block = int.from_bytes(header, "little")
            last, repeated = bool(block & 1), (block >> 1 & 3) == 1
            at += 3 + (1 if repeated else block >> 3)
        at += 4 * (described >> 2 & 1)


def _refused(said: str, produced: int, size: int) -> Refused:
    if "runcated" in said:
        return Refused(
            "truncated_archive",
            f"zstd data that stop after {size} bytes ({produced} bytes of text)",
            "the whole file",
            f"the transfer was cut; {_AGAIN}",
        )
    if "checksum" in said:
        return Refused("archive_crc", said[:120], "the checksum that the file says", _AGAIN)
    if "frame descriptor" in said:  # the file begins with a frame: this is about what follows
        found = "something else behind the last frame"
        return Refused("archive_trailing_data", found, "nothing after the zstd data", _AGAIN)
    return Refused("archive_corrupt", f"{said[:120]} after {produced} bytes", "zstd data", _AGAIN)
