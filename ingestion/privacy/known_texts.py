"""Texts that were met before, found again many at once.

Belongs here: which of the known ones a text is. Does not belong here: what is known of it
(`pseudonyms.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ingestion.words.column_bytes import Bytes, all_bytes, lengths

if TYPE_CHECKING:
    import pyarrow as pa

WIDEST = 64
"""Bytes of a text that can be known."""
_WORD, _KIND = 8, np.dtype("<u8")
_FEWEST = 1 << 12

Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


class KnownTexts:
    """A table of texts that only grows; each has a place, in the order in which they were added.

    Texts are compared as a whole, as words of 8 bytes with zeros behind the last: no text that
    passed a reader holds a zero.
    """

    def __init__(self) -> None:
        self._words: Words = np.zeros((1, 0), np.uint64)
        # Where a text lies depends on numbers of ours: no sender can have all lie in one place.
        self._odd = np.random.default_rng().integers(1 << 63, size=WIDEST // _WORD, dtype=np.uint64)
        self._odd = self._odd * np.uint64(2) + np.uint64(1)
        self._table = np.full(_FEWEST, -1, np.int32)

    def __len__(self) -> int:
        return int(self._words.shape[1])

    def places(self, texts: pa.StringArray) -> Places:
        """The place of every text, -1 of one that is not known; none is null, or too wide."""
        words = _as_words(texts)
        if len(words) > len(self._words):
            self._words = _with_rows(self._words, len(words))
        words = _with_rows(words, len(self._words))
        found = np.full(len(texts), -1, np.int64)
        open_, slots = np.arange(len(texts)), self._slots(words)
        while len(open_):
            there = self._table[slots]
            same = there >= 0
            for known, wanted in zip(self._words, words, strict=True):
                if len(known):
                    same &= known[there] == wanted[open_]
            found[open_[same]] = there[same]
            further = (there >= 0) & ~same
            open_, slots = open_[further], (slots[further] + 1) % len(self._table)
        return found

    def add(self, texts: pa.StringArray) -> None:
        """Know more texts, none of them twice, and none known."""
        words = _as_words(texts)
        height = max(len(words), len(self._words))
        first = len(self)
        self._words = np.hstack([_with_rows(self._words, height), _with_rows(words, height)])
        if 2 * len(self) > len(self._table):
            first, size = 0, len(self._table)
            while size < 4 * len(self):
                size *= 2
            self._table = np.full(size, -1, np.int32)
        self._lay_down(np.arange(first, len(self)))

    def _lay_down(self, new: Places) -> None:
        """Every place into the first slot, from that of its text on, that is free."""
        slots = self._slots(self._words[:, new])
        while len(new):
            free = self._table[slots] < 0
            self._table[slots[free]] = new[free]
            left = self._table[slots] != new
            new, slots = new[left], (slots[left] + 1) % len(self._table)

    def _slots(self, words: Words) -> Places:
        mixed = np.zeros(words.shape[1], np.uint64)
        for odd, each in zip(self._odd, words, strict=False):
            mixed += odd * each  # so that zeros behind a text change nothing
        mixed = (mixed ^ (mixed >> np.uint64(32))) * self._odd[0]
        bits = len(self._table).bit_length() - 1
        slots: Words = mixed >> np.uint64(64 - bits)
        return slots.astype(np.int64)


def _as_words(texts: pa.StringArray) -> Words:
    """The bytes of the texts, a column each."""
    sizes, seen = lengths(texts), all_bytes(texts)
    longest = int(sizes.max(initial=1))
    if (sizes == longest).all():
        return _of_one_width(seen, longest)
    cells = np.zeros((len(texts), -(-longest // _WORD) * _WORD), np.uint8)
    cells[np.arange(cells.shape[1]) < sizes[:, None]] = seen
    return np.ascontiguousarray(cells.view(_KIND).T)


def _of_one_width(seen: Bytes, width: int) -> Words:
    """The same, read from where the texts lie one behind the other."""
    count, held = len(seen) // width, np.append(seen, np.zeros(_WORD, np.uint8))
    words = np.empty((-(-width // _WORD), count), _KIND)
    for number, word in enumerate(words):
        word[:] = np.ndarray(count, _KIND, held, number * _WORD, width)
    if beyond := -width % _WORD:
        words[-1] &= np.uint64((1 << 8 * (_WORD - beyond)) - 1)
    return words


def _with_rows(words: Words, height: int) -> Words:
    """The words with zeros below."""
    return np.pad(words, ((0, height - len(words)), (0, 0))) if height > len(words) else words
