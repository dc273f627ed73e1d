"""What a server packed an answer in for the way, taken off again (RFC 9110, 8.4).

Files are asked for as they are (`Accept-Encoding: identity`); some servers pack them all the same.
The packing belongs to the way and not to the file, unless the contract says that the file itself is
gzip: many servers name that, too, in the header.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import httpx

from ingestion.connectors.patience import Again

_GZIP, _DEFLATE = frozenset({"gzip", "x-gzip"}), frozenset({"deflate"})
_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20


class UnknownCoding(Exception):
    """An answer is packed in a way that we neither asked for nor can undo."""


def codings(headers: httpx.Headers) -> list[str]:
    """In what an answer is packed, the last packing first.

    Raises
    ------
    UnknownCoding: naming it.
    """
    named = [word.strip().lower() for word in headers.get("content-encoding", "").split(",")]
    packed = [word for word in named if word not in ("", "identity")]
    for word in packed:
        if word not in _GZIP | _DEFLATE:
            raise UnknownCoding(word)
    return packed[::-1]


def unpack(file: BinaryIO, packed: list[str], limit: int, *, gzip_itself: bool) -> None:
    """Take the packing off a file that has come whole; it then holds the bytes of the resource.

    Parameters
    ----------
    packed: as `codings` gives it. limit: how many bytes may come out.
    gzip_itself: the contract says that the file is gzip; then that packing stays on, where taking
        it off would leave none.

    Raises
    ------
    Again: it is broken. ValueError: more than `limit` bytes come out.
    """
    for coding in packed:
        opened = gzip.GzipFile(fileobj=_from_start(file)) if coding in _GZIP else None
        pieces = _read(opened.read) if opened else _inflated(_from_start(file))
        unpacked = Path(f"{file.name}.unpacked")
        try:
            if _write(unpacked, pieces, limit) == _MAGIC or not gzip_itself:
                _replace(file, unpacked)
        except (OSError, EOFError, zlib.error) as error:
            if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
                raise  # our own disk
            if gzip_itself:  # the file is what is broken, and parsing says exactly how
                return
            raise Again(f"sent broken {coding} ({error})") from None
        finally:
            unpacked.unlink(missing_ok=True)


def _write(path: Path, pieces: Iterator[bytes], limit: int) -> bytes:
    """Write the pieces down; returns the first two bytes."""
    start, size = b"", 0
    with path.open("wb") as file:
        for piece in pieces:
            start = start or piece[:2]
            size += len(piece)
            if size > limit:
                raise ValueError(f"unpacks to more than {limit:,} bytes")
            file.write(piece)
    return start


def _read(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := read(_PIECE):
        yield piece


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """Deflate, which some servers send bare and the standard wraps in zlib's header."""
    head = file.read(2)
    wrapped = len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head, "big") % 31 == 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    waiting = head
    while waiting or (waiting := file.read(_PIECE)):
        yield inflater.decompress(waiting, _PIECE)
        waiting = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof:
        raise EOFError("it ends too early")


def _from_start(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _replace(file: BinaryIO, by: Path) -> None:
    file.seek(0)
    file.truncate()
    with by.open("rb") as unpacked:
        for piece in _read(unpacked.read):
            file.write(piece)
