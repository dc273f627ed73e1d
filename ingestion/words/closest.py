"""The known word that is most like one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

ALIKE = 0.5
"""How much two words have in common, of 1, before one may be meant by the other."""


def closest(word: str, known: Iterable[str], alike: float = ALIKE) -> str:
    """The closest of the known words; empty where none is close."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=alike)
    return found[0] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word that is not known: the closest one, or all there are."""
    names = list(known)
    near = closest(word, names)
    return f"; did you mean {near!r}?" if near else f"; there are {', '.join(names)}"
