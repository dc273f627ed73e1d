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

from ingestion.faults import Refused

# Nothing here belongs in a cell: C0 and C1 controls but tab, CR and LF; line separators; and
# bidirectional marks, which make text read otherwise than it is stored.
CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
INVISIBLE = "\u00a0\u200b\ufeff"
"""No-break space, which is a blank, then what has no width at all."""
_CONTROL = re.compile(f"[{CONTROLS}]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_LONE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile(f"[{CONTROLS}\ud800-\udfff]")
# UTF-8 spells every Thai letter with one of these two pairs; in cp874 they begin no word.
_THAI_IN_UTF8 = re.compile(b"\xe0[\xb8\xb9]")
_HIGH_RUN = re.compile(b"[\x80-\xff]{3,}")
# Thai in cp874 that somebody read as Latin-1 (no word has five such letters in a row), and Thai
# in UTF-8 that somebody read as Windows-1252.
_MOJIBAKE = re.compile("[\u00a1-\u00fb]{5,}|(?:\u00e0[\u00b8\u00b9].){2,}")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_SNIFFED = 65536


def decode(stream: BinaryIO, declared: str) -> tuple[io.TextIOWrapper, str]:
    """A text stream (newlines as they are) and the name of the encoding used.

    Raises
    ------
    Refused: UTF-32, UTF-16 without a mark, bytes that are no text, or text that is not in the
        declared encoding.
    """
    buffered = io.BufferedReader(stream, _SNIFFED)  # type: ignore[type-var]
    start = buffered.peek(_SNIFFED)[:_SNIFFED]
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if encoding == "utf-32":
        raise _refused("UTF-32", declared)
    if not encoding:
        encoding = _without_mark(start, declared)
    if encoding != "utf-16" and _is_mojibake(start.decode(encoding, "ignore")):
        raise _refused("Thai text that was read in a wrong encoding and saved again", declared)
    errors = "strict" if encoding == "utf-16" else "surrogateescape"
    return io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline=""), encoding


def lines(text: io.TextIOBase, most_chars: int) -> Iterator[tuple[int, str, bool]]:
    """Physical lines with their number; a line over the limit comes cut and marked."""
    number = 0
    try:
        while line := text.readline(most_chars + 1):
            number += 1
            whole = len(line) <= most_chars or line.endswith(("\n", "\r"))
            yield number, line, whole
            while not whole and (rest := text.readline(most_chars)):
                whole = rest.endswith(("\n", "\r"))
    except UnicodeError as error:
        raise Refused(
            "encoding",
            f"bytes that do not decode after line {number} ({error})",
            "text in the declared encoding",
            "ask the sender for the file again",
        ) from None


def fault_in(text: str, encoding: str) -> tuple[str, str, str] | None:
    """What must not be in a record or a cell: (code, found, expected), or None.

    Parameters
    ----------
    encoding: how the text came, so that places can be told in bytes.
    """
    if text.isascii() and text.isprintable():  # most are, and this is the cheapest look
        return None
    if control := _CONTROL.search(text):
        found = f"U+{ord(control[0]):04X} at character {control.start() + 1}"
        return "control_char", found, "no control characters"
    if text.isascii():
        return None
    if undecoded := _UNDECODED.search(text):
        before = text[: undecoded.start()].encode(encoding, "surrogateescape")
        found = f"byte {ord(undecoded[0]) - 0xDC00:02X} at byte offset {len(before)} of the record"
        return "encoding", found, f"text in {encoding}"
    if lone := _LONE.search(text):
        found = f"U+{ord(lone[0]):04X} at character {lone.start() + 1}"
        return "control_char", found, "whole characters, not half of a pair"
    if garbled := _MOJIBAKE.search(text):
        found = f"{garbled[0][:10]!r} at character {garbled.start() + 1}"
        return "encoding", found, "Thai text, not its bytes read in another encoding"
    return None


def printable(text: str) -> str:
    """A text that every file can hold in one line: what is no character is spelled out."""
    spelled = _UNDECODED.sub(lambda m: f"\\x{ord(m[0]) - 0xDC00:02x}", text)
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", spelled)


def visible(text: str, most: int = 40) -> str:
    """The beginning of a cell for a message: invisible characters and look-alikes spelled out."""
    if text.isascii() and text.isprintable():  # most are, and this is the cheapest look
        return text if len(text) <= most else text[:most] + "…"
    shown = "".join(char if _is_shown(char) else f"\\u{ord(char):04x}" for char in text[:most])
    return shown if len(text) <= most else shown + "…"


def fold(text: str) -> str:
    """Text as it is compared: SARA AM joined, NFC, invisible characters gone, blanks trimmed.

    NFKC is never used: it takes SARA AM apart and NFC does not join it again.
    """
    if text.isascii():  # has nothing to join or to leave out
        return text.strip(" \t\r\n")
    plain = text.translate({ord(char): None for char in INVISIBLE} | {0x00A0: " "})
    joined = _SARA_AM.sub(lambda m: m[1] + m[2] + "\u0e33", plain)
    return unicodedata.normalize("NFC", joined).strip(" \t\r\n")


def code_points(text: str) -> str:
    """The code points of a short text, for messages about characters that look alike."""
    return " ".join(f"U+{ord(char):04X}" for char in text[:20])


def _without_mark(start: bytes, declared: str) -> str:
    head = start[:64]  # longer would take a file with a tail of NULs for one
    if head.count(0) > len(head) // 4:
        wide = head[:4].count(0) >= 3 or head[4:8].count(0) >= 3
        raise _refused(f"{'UTF-32' if wide else 'UTF-16'} without a byte-order mark", declared)
    if declared == "utf-16":
        raise _refused("text without the byte-order mark of UTF-16", declared)
    if declared == "cp874" and not start.isascii() and _is_utf8(start):
        return "utf-8"
    text = start.decode(declared, "surrogateescape")
    undecoded = len(_UNDECODED.findall(text))
    if declared == "utf-8" and _looks_like_cp874(start, undecoded):
        raise _refused("Thai text in cp874 (TIS-620)", declared)
    controls = len(_CONTROL.findall(text)) - text.count("\0")
    if undecoded + controls > max(len(text) // 10, 3):
        raise _refused("no text at all (binary data)", declared)
    return declared


def _is_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=len(start) < _SNIFFED)
    except UnicodeDecodeError:
        return False
    return True


def _looks_like_cp874(start: bytes, undecoded: int) -> bool:
    """Does it not decode as UTF-8, and stand in runs of bytes that are Thai letters in cp874?"""
    if not undecoded:
        return False
    high = sum(byte >= 0x80 for byte in start)
    thai = sum(0xA1 <= byte <= 0xFB for byte in start)
    in_runs = sum(len(run) for run in _HIGH_RUN.findall(start))
    as_utf8 = 3 * len(_THAI_IN_UTF8.findall(start))
    return thai > 0.9 * high and in_runs > 0.5 * high and as_utf8 < 0.5 * high


def _is_mojibake(start: str) -> bool:
    garbled = sum(len(found) for found in _MOJIBAKE.findall(start))
    return garbled > 0 and garbled > 0.5 * sum(not char.isascii() for char in start)


def _is_shown(char: str) -> bool:
    """ASCII and Thai as they are, and what is no letter, no digit and not invisible."""
    if char.isascii() or "\u0e01" <= char <= "\u0e5b":
        return char.isprintable()
    return char.isprintable() and not char.isalnum()


def _refused(found: str, declared: str) -> Refused:
    return Refused(
        "encoding",
        f"bytes that look like {found}",
        f"{declared}, as the contract declares",
        "declare the encoding in the contract, or ask the sender for UTF-8",
    )
