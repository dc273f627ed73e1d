"""Bytes to characters by the declared encoding, never by a guess.

The rule: a byte-order mark decides; else UTF-8; else cp874 only where the contract declares it.
Bytes that do not decode become lone surrogates, so that the record they stand in can be named;
a file that is wholly in another encoding is refused.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused

# Nothing here belongs in a cell: C0 and C1 controls but tab, CR and LF; bidirectional overrides
# and isolates, which make text read otherwise than it is stored.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNDECODED = re.compile("[\udc80-\udcff]")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32")


def decode(stream: io.BufferedReader | BinaryIO, declared: str) -> tuple[io.TextIOBase, str]:
    """A text stream (newlines as they are) and the name of the encoding used.

    Raises
    ------
    Refused: UTF-32, UTF-16 without a mark, or text that is not in the declared encoding.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    start = buffered.peek(65536)[:65536]
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), declared)
    if encoding == "utf-32":
        raise _refused("UTF-32", declared)
    if encoding == declared and _looks_like_utf16(start):
        raise _refused("UTF-16 without a byte-order mark", declared)
    if encoding == "utf-8" and _looks_like_cp874(start):
        raise _refused("Thai text in cp874 (TIS-620)", declared)
    errors = "strict" if encoding == "utf-16" else "surrogateescape"
    return io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline=""), encoding


def lines(text: io.TextIOBase, limits: Limits) -> Iterator[tuple[int, str, bool]]:
    """Physical lines with their number; a line over the limit comes cut and marked."""
    number = 0
    try:
        while line := text.readline(limits.record_chars + 1):
            number += 1
            whole = len(line) <= limits.record_chars or line.endswith(("\n", "\r"))
            yield number, line, whole
            while not whole and (rest := text.readline(limits.record_chars)):
                whole = rest.endswith(("\n", "\r"))
    except UnicodeError as error:
        raise Refused(
            "encoding",
            f"bytes that do not decode after line {number} ({error})",
            "text in the declared encoding",
            "ask the sender for the file again",
        ) from None


def fold(text: str) -> str:
    """Text as it is compared: SARA AM joined, NFC, invisible characters gone, blanks trimmed.

    NFKC is never used: it takes SARA AM apart and NFC does not join it again.
    """
    joined = _SARA_AM.sub(lambda m: m[1] + m[2] + "\u0e33", text)
    plain = joined.translate({0x200B: None, 0xFEFF: None, 0x00A0: " "})
    return unicodedata.normalize("NFC", plain).strip()


def code_points(text: str) -> str:
    """The code points of a short text, for messages about characters that look alike."""
    return " ".join(f"U+{ord(char):04X}" for char in text[:20])


def _refused(found: str, declared: str) -> Refused:
    return Refused(
        "encoding",
        f"bytes that look like {found}",
        f"{declared}, as the contract declares",
        "declare the encoding in the contract, or ask the sender for UTF-8",
    )


def _looks_like_utf16(start: bytes) -> bool:
    zeros = start.count(0)
    return (
        len(start) >= 4
        and zeros > len(start) // 4
        and (start[1::2].count(0) > 0.8 * zeros or start[0::2].count(0) > 0.8 * zeros)
    )


def _looks_like_cp874(start: bytes) -> bool:
    """Is most of the non-ASCII text undecodable as UTF-8 but Thai letters in cp874?"""
    high = sum(byte >= 0x80 for byte in start)
    if high < 3:
        return False
    broken = len(UNDECODED.findall(start.decode("utf-8", "surrogateescape")))
    thai = sum(0xA1 <= byte <= 0xFB for byte in start)
    return broken > 0.5 * high and thai > 0.9 * high
