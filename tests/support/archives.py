"""Zip archives made by hand for tests: honest ones, and ones that lie.

Does not belong here: what becomes of them, which the tests say.
"""

from __future__ import annotations

import io
import struct
import zipfile


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest archive of these members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return sink.getvalue()


def linked(name: str, target: str) -> bytes:
    """An archive whose one member is a symbolic link."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = 0o120777 << 16
        archive.writestr(member, target)
    return sink.getvalue()


def renamed(body: bytes, name: str, other: str) -> bytes:
    """The archive with a member's name replaced by another of the same length."""
    assert len(name) == len(other)
    return body.replace(name.encode(), other.encode())


def telling(body: bytes, *, crc: int | None = None, size: int | None = None) -> bytes:
    """The archive with another checksum or size in its table of contents."""
    at = body.rindex(b"PK\x01\x02")
    changed = bytearray(body)
    if crc is not None:
        changed[at + 16 : at + 20] = struct.pack("<I", crc)
    if size is not None:
        changed[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(changed)


def encrypted(body: bytes) -> bytes:
    """The archive with the mark of an encrypted member."""
    changed = bytearray(body)
    changed[6] |= 1
    changed[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)
