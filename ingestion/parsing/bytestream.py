"""The bytes of a file as its contract declares them: decompressed, bounded, and what they claim.

Belongs here: compression, magic bytes, documents that are no data at all (an HTML error page, an
empty file). Does not belong here: characters and records.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused

_CHUNK = 1 << 20
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "a zip archive or an XLSX workbook",
    b"PK\x05\x06": "an empty zip archive",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document",
    b"%PDF": "PDF",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
}
_HTML = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def open_bytes(path: Path, compression: str, limits: Limits) -> BinaryIO:
    """A stream over the plain bytes of a file.

    Raises
    ------
    Refused: empty file, other format than declared, broken or oversized archive, HTML page. An
        archive that breaks later raises while it is read.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise Refused("empty_file", "0 bytes", "data", "ask the sender for the file again")
    _refuse_documents(start)
    if compression == "none":
        _refuse_magic(start, "plain text")
        return path.open("rb")
    if not start.startswith(b"\x1f\x8b"):
        raise Refused(
            "format_mismatch", _what_is(start), "gzip", "compress the file or correct the contract"
        )
    stream = io.BufferedReader(_ChunkStream(_gunzip(path, limits)), _CHUNK)
    inside = stream.peek(4096)[:4096]
    _refuse_documents(inside)
    _refuse_magic(inside, "plain text inside the gzip file")
    return stream


def is_json_error(start: bytes) -> str:
    """The error that a JSON body carries instead of data, or "" when it carries none."""
    try:
        body = json.loads(start)
    except (ValueError, RecursionError):
        return ""
    if isinstance(body, dict) and not {"result", "results", "records", "value"} & set(body):
        for key in ("error", "errors", "message", "detail"):
            if key in body:
                return str(body[key])[:120]
    return ""


def _refuse_documents(start: bytes) -> None:
    if _HTML.match(start.removeprefix(b"\xef\xbb\xbf")):
        title = _TITLE.search(start)
        shown = title[1].decode("utf-8", "replace").strip()[:80] if title else "no title"
        raise Refused(
            "html_document",
            f"a web page titled {shown!r}",
            "data",
            "the server answered with a page, often an error or a log-in; fetch it again later",
        )


def _refuse_magic(start: bytes, expected: str) -> None:
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise Refused(
                "format_mismatch", name, expected, "correct the file or the contract's format"
            )


def _what_is(start: bytes) -> str:
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    return f"bytes that begin with {start[:8].hex(' ')}"


def _gunzip(path: Path, limits: Limits) -> Iterator[bytes]:
    """Decompress all members, checking length and CRC, within size and ratio limits."""
    size = path.stat().st_size
    produced = 0
    with path.open("rb") as file:
        member = zlib.decompressobj(wbits=31)
        data = file.read(_CHUNK)
        while True:
            try:
                plain = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise _gzip_fault(error, produced) from None
            produced += len(plain)
            _refuse_bomb(produced, size, limits)
            if plain:
                yield plain
            if member.eof:
                data = member.unused_data + file.read(_CHUNK)
                if not data:
                    return
                _refuse_trailing(data)
                member = zlib.decompressobj(wbits=31)
                continue
            data = member.unconsumed_tail or file.read(_CHUNK)
            if not data and not plain:  # zlib may hold output of its own after the last byte
                break
    raise Refused(
        "truncated_archive",
        f"gzip data that stops after {size} bytes ({produced} bytes of text)",
        "the whole file",
        "the transfer was cut; ask the sender for the file again",
    )


def _refuse_trailing(data: bytes) -> None:
    if not data.startswith(b"\x1f\x8b"):
        raise Refused(
            "archive_trailing_data",
            f"{len(data)} or more bytes after the end of the gzip data",
            "nothing after it",
            "ask the sender for the file again",
        )


def _gzip_fault(error: zlib.error, produced: int) -> Refused:
    text = str(error)
    if "incorrect data check" in text or "incorrect length check" in text:
        code, expected = "archive_crc", "a matching checksum and length"
    else:
        code, expected = "format_mismatch", "well-formed gzip data"
    return Refused(
        code,
        f"{text} after {produced} bytes of text",
        expected,
        "ask the sender for the file again",
    )


def _refuse_bomb(produced: int, size: int, limits: Limits) -> None:
    bomb = (
        produced > limits.ratio_counts_from_bytes and produced > size * limits.decompression_ratio
    )
    if bomb or produced > limits.decompressed_bytes:
        raise Refused(
            "decompression_limit",
            f"{produced} bytes so far from {size} compressed bytes",
            f"at most {limits.decompressed_bytes} bytes and {limits.decompression_ratio} to 1",
            "split the file, or raise the limit if it is honest",
        )


class _ChunkStream(io.RawIOBase):
    """A readable stream over an iterator of byte chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._left:
            self._left = next(self._chunks, b"")
        taken = self._left[: len(view)]
        view[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
