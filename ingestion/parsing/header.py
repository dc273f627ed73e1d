"""The header of a table against the contract: columns are found by name, never by position."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ingestion.parsing.characters import code_points, fold
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import too_many_columns


@dataclass(frozen=True)
class Header:
    """Where the contract's columns stand in a file.

    `positions[i]` is the place of the i-th wanted column; `extra` are the places and names of
    columns that the contract does not know.
    """

    names: tuple[str, ...]
    positions: tuple[int, ...]
    extra: tuple[tuple[int, str], ...]

    @property
    def width(self) -> int:
        """How many fields a record has."""
        return len(self.names)


def match_header(names: list[str], wanted: tuple[str, ...], limits: Limits) -> Header:
    """Find the wanted columns among the names of a header, case and outer blanks aside.

    Raises
    ------
    Refused: too many columns, a name twice, or a wanted column lost or renamed.
    """
    if len(names) > limits.columns:
        raise too_many_columns(len(names), limits)
    while names and not names[-1].strip():  # empty trailing headings are a known export quirk
        names = names[:-1]
    folded = [_key(name) for name in names]
    places = {name: index for index, name in enumerate(folded)}
    known = {_key(name) for name in wanted}
    missing = [name for name in wanted if _key(name) not in places]
    extra = tuple((i, names[i]) for i, name in enumerate(folded) if name not in known)
    twice = [name for name in folded if folded.count(name) > 1]
    # Where no name is known this is no header, and what repeats in it says nothing.
    if twice and len(missing) < len(wanted):
        spelled = [repr(names[i]) for i, name in enumerate(folded) if name == twice[0]]
        raise Refused(
            "header_duplicate",
            f"column {twice[0]!r} {len(spelled)} times ({', '.join(spelled[:3])})",
            "each name once",
            "ask the sender which one counts",
        )
    if missing:
        raise _lost(missing, [name for _, name in extra], names)
    return Header(tuple(names), tuple(places[_key(name)] for name in wanted), extra)


def _key(name: str) -> str:
    return fold(name).casefold()


def _lost(missing: list[str], unknown: list[str], names: list[str]) -> Refused:
    """Says which columns are missing and what stands there instead."""
    found = f"first line {', '.join(names)[:120]!r}"
    if unknown and len(unknown) < len(names):
        found = "unknown columns " + ", ".join(repr(name[:40]) for name in unknown[:5])
    fix = "correct the file, or the contract if the source has changed"
    closest = difflib.get_close_matches(missing[0], unknown, n=1, cutoff=0.6)
    if closest:
        fix = f"was {missing[0]!r} renamed to {closest[0]!r}? {fix}"
        if len(closest[0]) == len(missing[0]):
            fix = f"code points {code_points(closest[0])}; {fix}"
    for delimiter, shown in ((";", ";"), ("\t", "\\t"), ("|", "|"), (",", ",")):
        if len(names) == 1 and delimiter in names[0]:
            fix = f'looks like delimiter "{shown}"; {fix}'
            break
    return Refused(
        "header_mismatch", found, "column " + ", ".join(repr(name) for name in missing[:5]), fix
    )
