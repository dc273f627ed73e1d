"""Patterns of which every match has one width, held against a whole column of bytes at once.

Belongs here: patterns made of ASCII characters, simple classes such as [0-9a-f], groups, and counts
such as {4}. Of any other, `FixedWidth.of` says nothing, and a matcher of regular expressions is
asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_TOKEN = re.compile(
    r"(?:\[(?P<set>(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_:.+])+)\]|(?P<digit>\\d)"
    r"|(?P<char>[A-Za-z0-9_:, -])|\((?P<group>[^()\\]*)\))(?:\{(?P<times>[0-9]{1,2})\})?"
)
_RANGE = re.compile("(.)-(.)|(.)")
_MOST_CLASSES, _MOST_WIDE = 8, 64


@dataclass(frozen=True)
class FixedWidth:
    """Which characters may stand where: of every byte the classes it is in, as bits."""

    width: int
    classes: bytes
    needed: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, pattern: str) -> FixedWidth | None:
        """The pattern, which a text must match as a whole; None where it is not of this kind."""
        places = _places(pattern)
        if places is None or not 0 < len(places) <= _MOST_WIDE:
            return None
        distinct = list(dict.fromkeys(places))
        if len(distinct) > _MOST_CLASSES:
            return None
        classes = bytes(
            sum(1 << bit for bit, chars in enumerate(distinct) if chr(byte) in chars)
            for byte in range(256)
        )
        needed = np.array([1 << distinct.index(chars) for chars in places], np.uint8)
        return cls(len(places), classes, needed)

    def matches(self, texts: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Which texts match; they stand one behind the other, and all have the width."""
        seen = np.frombuffer(texts.tobytes().translate(self.classes), np.uint8)
        well = (seen.reshape(-1, self.width) & self.needed) != 0
        if well.all():
            return np.ones(len(well), bool)
        found: npt.NDArray[np.bool_] = well.all(axis=1)
        return found


def _places(pattern: str) -> list[frozenset[str]] | None:
    """The characters that may stand at every place."""
    found: list[frozenset[str]] = []
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            return None
        places = _places(token["group"]) if token["group"] is not None else [_chars(token)]
        if places is None:
            return None
        found += places * int(token["times"] or 1)
        at = token.end()
    return found


def _chars(token: re.Match[str]) -> frozenset[str]:
    if token["digit"]:
        return frozenset("0123456789")
    if token["char"]:
        return frozenset(token["char"])
    spans = ((a or c, b or c) for a, b, c in _RANGE.findall(token["set"]))
    return frozenset(chr(code) for a, b in spans for code in range(ord(a), ord(b) + 1))
