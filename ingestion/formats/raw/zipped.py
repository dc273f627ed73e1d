"""Zip archives, read without trust: what is promised about a member is checked against it.

Belongs here: the members of an archive, and the bytes of one. Does not belong here: other kinds of
compression (`gzipped.py`, `zstd.py`) and what stands in the members.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ingestion.faults import Refused
from ingestion.formats.raw.documents import mismatch
from ingestion.formats.raw.padding import Beginning, without_zeros
from ingestion.limits import Limits, refuse_bomb
from ingestion.words.characters import visible

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 1 << 18
_AGAIN = "ask the sender for the file again"
_LOCAL_HEADER, _END_RECORD, _MOST_COMMENT = 30, 22, 1 << 16
_NOT_DATA = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What archivers of desktop systems put beside the files."""


def unzip(path: Path, limits: Limits) -> Iterator[bytes]:
    """The bytes of the one file of data in an archive.

    Raises
    ------
    Refused: not exactly one file, a dangerous name, an encrypted, broken or oversized archive.
    """
    found = [m for m in members(path) if not m.is_dir() and not _is_litter(m.filename)]
    if len(found) != 1:
        names = ", ".join(repr(visible(member.filename, 60)) for member in found[:5])
        raise Refused(
            "archive_members",
            f"{len(found)} files in the archive" + (f": {names}" if names else ""),
            "one file of data",
            "ask the sender for one archive per file",
        )
    yield from inflate(path, found[0], limits)


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The members of an archive, whose names are safe.

    Raises
    ------
    Refused: the archive is cut or broken, has something before or behind it, too many members, or a
        member of a dangerous name.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(_whole(file)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Refused(
            "truncated_archive",
            f"a zip archive of {path.stat().st_size} bytes whose table of contents cannot be read "
            f"({error})",
            "the whole file",
            f"the transfer was cut; {_AGAIN}",
        ) from None
    before = min((member.header_offset for member in found), default=0)
    if before > 0:
        told = f"{before} bytes before the first member that its table of contents names"
        raise Refused("archive_corrupt", told, "one archive and nothing else", _AGAIN)
    for member in found:
        _refuse_unsafe(member)
    return found


def _whole(file: BinaryIO) -> BinaryIO:
    """The archive without the zeros behind it.

    Raises
    ------
    Refused: something else is behind it.
    """
    at = without_zeros(file)
    # The record at the end of an archive may itself end in zeros.
    start = max(0, at - _MOST_COMMENT - _END_RECORD)
    file.seek(start)
    near = file.read(at - start + _END_RECORD)
    found = near.rfind(b"PK\x05\x06")
    if found < 0 or len(near) < found + _END_RECORD:
        return file
    comment = int.from_bytes(near[found + 20 : found + _END_RECORD], "little")
    end = start + found + _END_RECORD + comment
    if end < at:
        told = f"{at - end} bytes after the end of the zip archive"
        raise Refused("archive_trailing_data", told, "nothing after it", _AGAIN)
    return cast(BinaryIO, Beginning(file, end))


def inflate(path: Path, member: zipfile.ZipInfo, limits: Limits) -> Iterator[bytes]:
    """The bytes of one member, bounded, its length and checksum checked at the end.

    Raises
    ------
    Refused: encrypted, of an unknown method, broken, cut, oversized, or not what was promised.
    """
    if member.flag_bits & 0x1:
        raise Refused(
            "archive_encrypted",
            f"the encrypted member {visible(member.filename, 60)!r}",
            "an archive without a password",
            "ask the sender for an open archive over a safe way",
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found = f"a zip archive with compression method {member.compress_type}"
        raise mismatch(found, "stored or deflated members")
    crc, length = 0, 0
    with path.open("rb") as file:
        _seek(file, member)
        for plain, consumed in _plain(file, member):
            crc, length = zlib.crc32(plain, crc), length + len(plain)
            refuse_bomb(length, consumed, limits)
            yield plain
    if crc != member.CRC or length != member.file_size:
        raise Refused(
            "archive_crc",
            f"{length} bytes with checksum {crc:08x}",
            f"{member.file_size} bytes with checksum {member.CRC:08x}, as the archive says",
            _AGAIN,
        )


def _plain(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Plain pieces with the number of compressed bytes behind them."""
    left, stored = member.compress_size, member.compress_type == zipfile.ZIP_STORED
    stream = None if stored else zlib.decompressobj(wbits=-15)
    pending = b""
    while left or pending:
        if not pending:
            pending = file.read(min(_CHUNK, left))
            if not pending:
                raise _broken(member, "its data stop early")
            left -= len(pending)
        if stream is None:
            yield pending, member.compress_size - left
            pending = b""
            continue
        try:
            plain = stream.decompress(pending, _CHUNK * 4)
        except zlib.error as error:
            raise _broken(member, str(error)) from None
        pending = stream.unconsumed_tail
        yield plain, member.compress_size - left - len(pending)
        if stream.eof:
            return
    if stream is not None and not stream.eof:
        raise _broken(member, "its data stop early")


def _seek(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Leave the file where the data of a member begin."""
    if member.header_offset < 0:  # the table of contents counts from before the file
        raise _broken(member, "it lies before the beginning of the file")
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise _broken(member, "no such member where the table of contents says")
    lengths = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    file.seek(sum(lengths), 1)


def _refuse_unsafe(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    wrong = ""
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        wrong = "a link or a device"
    elif "\\" in name or "\0" in name or not name:
        wrong = "a name that systems read differently"
    elif name.startswith("/") or name[1:2] == ":":
        wrong = "an absolute name"
    elif ".." in name.split("/"):
        wrong = "a name that leads out of the archive"
    if wrong:
        raise Refused(
            "archive_member_unsafe",
            f"the member {visible(name, 80)!r}: {wrong}",
            "plain file names",
            "ask the sender who made this archive",
        )


def _is_litter(name: str) -> bool:
    return name.startswith(_NOT_DATA[0]) or name.rsplit("/", 1)[-1] in _NOT_DATA


def _broken(member: zipfile.ZipInfo, what: str) -> Refused:
    name = visible(member.filename, 60)
    return Refused("archive_corrupt", f"the member {name!r}: {what}", "a whole archive", _AGAIN)
