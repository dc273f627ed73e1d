"""Bytes under AES-256-GCM in frames, so that a file of any size streams and no change goes unseen.

    "CDPV" 1 | length of header | header (JSON) | frame | frame | … | last frame
    frame = nonce (12 bytes) | ciphertext and tag of at most 1 MiB

What every frame authenticates beside its own bytes: the header, the number of the frame, and
whether it is the last. Frames that were cut off, doubled, exchanged or brought over from another
file do not open. Does not belong here: keys and their life (`vault.py`).
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingestion.errors import PrivacyFailure

FRAME_BYTES = 1 << 20
_MAGIC = b"CDPV\x01"
_NONCE, _TAG = 12, 16
_LENGTH = struct.Struct(">H")
_MOST_HEADER = 4096

Header = dict[str, str]


class SealBroken(PrivacyFailure):
    """The bytes are not what was sealed: damaged, cut, put together anew, or under another key."""


def seal(plain: BinaryIO, sealed: BinaryIO, key: bytes, header: Header) -> None:
    """Encrypt a stream into another; `header` stays readable and is authenticated."""
    cipher, head = AESGCM(key), _head(header)
    sealed.write(head)
    frame, number = plain.read(FRAME_BYTES), 0
    while True:
        following = plain.read(FRAME_BYTES) if frame else b""
        nonce = os.urandom(_NONCE)
        about = _about(head, number, last=not following)
        sealed.write(nonce + cipher.encrypt(nonce, frame, about))
        if not following:
            return
        frame, number = following, number + 1


def read_header(sealed: BinaryIO) -> Header:
    """What a sealed file says of itself. Not to be trusted before `unseal` has read to the end.

    Raises
    ------
    SealBroken: it is no sealed file.
    """
    start = sealed.read(len(_MAGIC) + _LENGTH.size)
    if len(start) < len(_MAGIC) + _LENGTH.size or not start.startswith(_MAGIC):
        raise SealBroken("these bytes are no sealed file")
    (size,) = _LENGTH.unpack(start[len(_MAGIC) :])
    body = sealed.read(min(size, _MOST_HEADER))
    try:
        header = json.loads(body)
    except ValueError:
        header = None
    if not isinstance(header, dict) or not all(isinstance(v, str) for v in header.values()):
        raise SealBroken("the header of a sealed file is damaged")
    return header


def unseal(sealed: BinaryIO, key: bytes, header: Header) -> Iterator[bytes]:
    """The plain bytes behind a header that `read_header` has just read.

    Raises
    ------
    SealBroken: at the first frame that does not open; nothing before it may be used either.
    """
    cipher, head = AESGCM(key), _head(header)
    size = _NONCE + FRAME_BYTES + _TAG
    frame, number = _whole(sealed, size), 0
    while True:
        following = _whole(sealed, size) if len(frame) == size else b""
        about = _about(head, number, last=not following)
        try:
            yield cipher.decrypt(frame[:_NONCE], frame[_NONCE:], about)
        except (InvalidTag, ValueError):
            raise SealBroken(
                f"frame {number + 1} of a sealed file does not open",
                fix="the file was changed, cut, or sealed under another key; it cannot be used",
            ) from None
        if not following:
            return
        frame, number = following, number + 1


def _head(header: Header) -> bytes:
    body = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    assert len(body) <= _MOST_HEADER
    return _MAGIC + _LENGTH.pack(len(body)) + body


def _about(head: bytes, number: int, *, last: bool) -> bytes:
    return hashlib.sha256(head).digest() + struct.pack(">Q?", number, last)


def _whole(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, unless the stream ends; a store's stream may hand out less at a time."""
    pieces, got = [], 0
    while got < size and (piece := stream.read(size - got)):
        pieces.append(piece)
        got += len(piece)
    return b"".join(pieces)
