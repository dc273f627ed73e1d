"""A stream in blocks of whole lines, and whether one is clean text.

Belongs here: what blocks of delimited text and of JSON Lines have in common. Does not belong here:
what a line of either may hold (`delimited/fast.py`, `line_blocks.py`).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

from ingestion.words.characters import fault_in

IN_BLOCKS = ("utf-8", "utf-8-sig")
"""Encodings whose files are cut at line feeds."""
FIRST_BLOCK = 1 << 16
"""Read with care, so that the file is known; a small file has no other."""
SUSPECT_LEADS = (0xC2, 0xC3, 0xD8, 0xE2)
"""First bytes, in UTF-8, of whatever `characters.fault_in` finds fault with beyond ASCII."""
_DELETE = 0x7F


def blocks(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Blocks of whole lines, of about that size, the last as it is.

    A block without a line feed that is not the last is the beginning of a line without an end.
    """
    left, wanted = b"", FIRST_BLOCK
    while read := stream.read(wanted):
        wanted = size
        cut = read.rfind(b"\n") + 1
        if cut:
            yield b"".join((left, memoryview(read)[:cut]))
            left = read[cut:]
        elif len(left) < size:
            left += read
        else:
            yield left + read
            left = b""
    if left:
        yield left


def after_blank_lines(block: bytes) -> tuple[int, bytes]:
    """How many lines of nothing a block begins with, and the rest of it.

    Millions of them cost a few bytes to send, and each would cost as much as a record to read.
    """
    beginning = len(block) - len(block.lstrip(b"\r\n"))
    cut = block.rfind(b"\n", 0, beginning) + 1
    blank, rest = block[:cut], block[cut:]
    if blank.count(b"\r") not in (0, blank.count(b"\r\n")):
        return 0, block
    return blank.count(b"\n"), rest


def is_text(block: bytes) -> bool:
    """Is all of it UTF-8, without a mark and without any character that a record must not hold?

    ASCII controls below the blank are not looked for.
    """
    if _DELETE in block or block.startswith(codecs.BOM_UTF8):
        return False
    if block.isascii():
        return True
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(lead in block for lead in SUSPECT_LEADS) or fault_in(text, "utf-8") is None
