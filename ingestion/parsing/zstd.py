"""Zstandard files, through Arrow's codec: frames one after the other, each checked as it ends.

Does not belong here: other kinds of compression (`bytestream.py`, `zipped.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingestion.parsing.limits import Limits, refuse_bomb
from ingestion.parsing.outcome import Refused

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
    with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
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
