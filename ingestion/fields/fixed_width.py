"""Patterns of which every match has one width, held against a whole column of bytes at once.

Belongs here: patterns made of ASCII characters, simple classes such as [0-9a-f], groups, and counts
such as {4}. Of any other, `FixedWidth.of` says nothing, and a matcher of regular expressions is
asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ingestion.words.column_bytes import Bytes, Mask

_TOKEN = re.compile(
    r"(?:\[(?P<set>(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_:.+])+)\]|(?P<digit>\\d)"
    r"|(?P<char>[A-Za-z0-9_:, -])|\((?P<group>[^()\\]*)\))(?:\{(?P<times>[0-9]{1,2})\})?"
)
_RANGE = re.compile("(.)-(.)|(.)")
_MOST_CLASSES, _MOST_WIDE = 8, 64
_MOST_SPANS = 16
"""Of more, a matcher of regular expressions is as fast."""
_AT_ONCE, _LINED_UP = 16_384, 64
"""Texts: so many stay near the processor, and short rows cost more to begin than to look at."""


@dataclass(frozen=True)
class Span:
    """Characters that follow each other, all of one class, which is a bit."""

    first: int
    last: int
    bit: int


@dataclass(frozen=True)
class FixedWidth:
    """Which characters may stand where: the classes of characters, and for every place one."""

    width: int
    spans: tuple[Span, ...]
    needed: Bytes

    @classmethod
    def of(cls, pattern: str) -> FixedWidth | None:
        """The pattern, which a text must match as a whole; None where it is not of this kind."""
        places = _places(pattern)
        if places is None or not 0 < len(places) <= _MOST_WIDE:
            return None
        distinct = list(dict.fromkeys(places))
        spans = [each for bit, chars in enumerate(distinct) for each in _spans(chars, bit)]
        if len(distinct) > _MOST_CLASSES or len(spans) > _MOST_SPANS:
            return None
        needed = np.array([1 << distinct.index(chars) for chars in places], np.uint8)
        return cls(len(places), tuple(spans), needed)

    @property
    def without_blanks(self) -> bool:
        """Has no match a blank in it? None has characters that are not seen."""
        return not any(each.first <= ord(" ") <= each.last for each in self.spans)

    def matches(self, texts: Bytes) -> Mask:
        """Which texts match; they stand one behind the other, and all have the width."""
        size = self.width * _AT_ONCE
        blocks = (texts[at : at + size] for at in range(0, len(texts), size))
        return np.concatenate([np.zeros(0, bool), *map(self._matches, blocks)])

    def _matches(self, texts: Bytes) -> Mask:
        width = self.width * _LINED_UP
        most = len(texts) // width * width
        classes = self._classes(texts)
        lined_up = classes[:most].reshape(-1, width) & np.tile(self.needed, _LINED_UP)
        others = classes[most:].reshape(-1, self.width) & self.needed
        if lined_up.all() and others.all():
            return np.ones(len(texts) // self.width, bool)
        well = np.concatenate([lined_up.reshape(-1, self.width), others])
        return np.asarray(well.all(axis=1))

    def _classes(self, texts: Bytes) -> Bytes:
        """The classes of every character, as bits."""
        found, there = np.zeros_like(texts), np.empty_like(texts)
        for span in self.spans:
            np.subtract(texts, span.first, out=there)  # what is before the first becomes large
            np.less_equal(there, span.last - span.first, out=there.view(bool))
            np.multiply(there, 1 << span.bit, out=there)  # many times faster than a shift
            np.bitwise_or(found, there, out=found)
        return found


def _spans(chars: frozenset[str], bit: int) -> list[Span]:
    codes = sorted(map(ord, chars))
    firsts = [code for code in codes if code - 1 not in codes]
    lasts = [code for code in codes if code + 1 not in codes]
    return [Span(first, last, bit) for first, last in zip(firsts, lasts, strict=True)]


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
