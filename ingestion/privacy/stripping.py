"""Secrets that a sender puts into its data are taken out before the bytes are kept anywhere.

The values of the named keys become `null`, wherever in the document a key of that name stands, in
a good document or a broken one: the text is scanned, not parsed, in pieces of bounded size. A
gzip file is packed again. Everything else stays byte for byte, and the receipt tells what was done.
Does not belong here: fields of persons, which the vault and the contract see to.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.errors import PermanentError
from ingestion.formats.raw.documents import SNIFFED, what_is

_PIECE = 1 << 18
_MOST_BLANKS = 1024
_MOST_PLAIN, _MOST_RATIO = 64 << 20, 200
_GZIP = b"\x1f\x8b"
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SCALAR_END = re.compile(rb"[\s,}\]]")
_IN_COMPOSITE = re.compile(rb'["\[\]{}]')
_IN_STRING = re.compile(rb'["\\\n]')
_NO_BLANK = re.compile(rb"\S")
_OUTSIDE_IS_TEXT = re.compile(rb'\s*[\[{"]')


class NotStripped(PermanentError):
    """A file may hold a secret that cannot be taken out, so it must not be kept."""


def strip_secrets(path: Path, names: tuple[str, ...]) -> int:
    """Take the values of the named keys out of a JSON file, in place; how many there were.

    Raises
    ------
    NotStripped: it is something else than JSON text or gzip of it; the file is left as it is.
    """
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    part = path.with_name(f"{path.name}.stripped")
    packed = start.startswith(_GZIP)
    scanner = _Scanner(names)
    try:
        with path.open("rb") as source, part.open("wb") as into:
            pieces = iter(lambda: source.read(_PIECE), b"")
            plain = _unpacked(pieces) if packed else pieces
            clean = scanner.clean(_narrow(plain, path.name))
            for piece in _packed(clean, path) if packed else clean:
                into.write(piece)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return scanner.count


def _narrow(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The text as UTF-8, which every other JSON text is already. Refuses what is no text."""
    source = iter(pieces)
    start = next(source, b"")
    wide = next((coding for mark, coding in _WIDE.items() if start.startswith(mark)), "")
    if wide:
        decoder = codecs.getincrementaldecoder(wide)("surrogatepass")
        for piece in (start, *source):
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        return
    body = start.removeprefix(codecs.BOM_UTF8)
    if body and (b"\0" in body[:SNIFFED] or not _OUTSIDE_IS_TEXT.match(body)):
        raise NotStripped(
            f"file {name} may hold a secret of its sender that cannot be taken out, so it is not "
            f"kept: found {_shape(body)}",
            expected="JSON text, or gzip of it",
            fix="ask the sender for that",
        )
    yield start
    yield from source


def _shape(body: bytes) -> str:
    """What the bytes are, without showing any of them."""
    said = what_is(body[:SNIFFED])
    return "bytes of no known format" if said.startswith("bytes") else said


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The plain bytes of a gzip file, as far as it is whole."""
    inflate, padded = zlib.decompressobj(wbits=31), False
    for piece in pieces:
        left, plain = piece, b""
        if padded and piece.strip(b"\0"):
            raise _Broken
        while left or len(plain) == _PIECE:  # a full piece may have left more inside
            if inflate.eof:
                padded = not left.strip(b"\0") and bool(left)  # as `formats/raw/padding.py` has it
                if padded or not left:
                    break
                inflate = zlib.decompressobj(wbits=31)
            try:
                plain = inflate.decompress(left, _PIECE)
            except zlib.error:
                raise _Broken from None
            left = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            yield plain
    if not inflate.eof:
        raise _Broken


def _packed(pieces: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """A gzip file of the pieces; of a broken file one that is broken at the same place."""
    deflate, source = zlib.compressobj(wbits=31), iter(pieces)
    produced, size = 0, path.stat().st_size
    while True:
        try:
            piece = next(source, None)
        except _Broken:
            yield deflate.flush(zlib.Z_SYNC_FLUSH)
            return
        if piece is None:
            yield deflate.flush()
            return
        produced += len(piece)
        if produced > max(_MOST_PLAIN, size * _MOST_RATIO):
            yield deflate.flush(zlib.Z_SYNC_FLUSH)
            return
        yield deflate.compress(piece)


class _Broken(Exception):
    """The gzip data cannot be followed any further."""


class _Scanner:
    """Copies JSON text and leaves out the values of some keys; knows only strings and brackets."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.count = 0
        keys = b"|".join(_spellings(name) for name in names)
        self._key = re.compile(rb'"(?:' + keys + rb')"[ \t\r\n]{0,%d}:' % _MOST_BLANKS)
        self._reach = max(12 * len(name) for name in names) + _MOST_BLANKS + 3
        """As long as a key with its colon can be."""
        self._buffer = b""
        self._source: Iterator[bytes] = iter(())

    def clean(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The text with `null` in the place of every such value."""
        self._source = iter(pieces)
        ended = False
        while not ended:
            ended = not self._more()
            while found := self._key.search(self._buffer):
                if not ended and found.start() > len(self._buffer) - self._reach:
                    break
                yield self._buffer[: found.end()] + b"null"
                self._buffer = self._buffer[found.end() :]
                self._skip_value()
                self.count += 1
            settled = len(self._buffer) if ended else max(len(self._buffer) - self._reach, 0)
            yield self._buffer[:settled]
            self._buffer = self._buffer[settled:]

    def _more(self) -> bool:
        piece = next(self._source, None)
        self._buffer += piece or b""
        return piece is not None

    def _skip_value(self) -> None:
        first = self._skip_to(_NO_BLANK)
        if first == b'"':
            self._drop(1)
            self._skip_string()
        elif first in (b"{", b"["):
            self._skip_composite()
        else:
            self._skip_to(_SCALAR_END)

    def _skip_string(self) -> None:
        """Leave out what follows an opening quote, up to the closing one or the end of the line."""
        while found := self._skip_to(_IN_STRING):
            if found == b"\n":  # no string holds a line end: it was never closed
                return
            self._drop(1)
            if found == b'"':
                return
            self._drop(1)

    def _skip_composite(self) -> None:
        depth = 0
        while found := self._skip_to(_IN_COMPOSITE):
            self._drop(1)
            if found == b'"':
                self._skip_string()
                continue
            depth += 1 if found in (b"{", b"[") else -1
            if depth == 0:
                return

    def _skip_to(self, wanted: re.Pattern[bytes]) -> bytes:
        """Leave out what stands before the next of these bytes; that byte, or none at the end."""
        while True:
            if found := wanted.search(self._buffer):
                self._buffer = self._buffer[found.start() :]
                return found[0]
            self._buffer = b""
            if not self._more():
                return b""

    def _drop(self, count: int) -> None:
        while len(self._buffer) < count and self._more():
            pass
        self._buffer = self._buffer[count:]


def _spellings(name: str) -> bytes:
    """A pattern of the key as it may be written: every character may be escaped."""
    letters = []
    for char in name:
        escaped = "".join(rf"\\u{unit}" for unit in _units(char))
        letters.append(f"(?:{re.escape(char)}|(?i:{escaped}))")
    return "".join(letters).encode()


def _units(char: str) -> list[str]:
    body = char.encode("utf-16-be").hex()
    return [body[at : at + 4] for at in range(0, len(body), 4)]
