"""The header of a table against the contract: columns are found by name, never by position."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ingestion.parsing.characters import code_points, fold
from ingestion.parsing.outcome import Refused


@dataclass(frozen=True)
class Header:
    """Where the contract's columns stand in a file.

    `positions[i]` is the place of the i-th wanted column; `extra` are the places and names of
    columns that the contract does not know.
    """

    width: int
    positions: tuple[int, ...]
    extra: tuple[tuple[int, str], ...]


def match_header(names: list[str], wanted: tuple[str, ...], *, max_columns: int) -> Header:
    """Find the wanted columns among the names of a header.

    Raises
    ------
    Refused: too many columns, a name twice, or a wanted column lost or renamed.
    """
    if len(names) > max_columns:
        raise Refused(
            "too_many_columns",
            f"{len(names)} columns",
            f"at most {max_columns}",
            "check the delimiter and the file",
        )
    while names and not names[-1].strip():  # empty trailing headings are a known export quirk
        names = names[:-1]
    folded = [fold(name).casefold() for name in names]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise Refused(
            "header_duplicate",
            f"column {twice[0]!r} more than once",
            "each name once",
            "ask the sender which one counts",
        )
    places = {name: index for index, name in enumerate(folded)}
    missing = [name for name in wanted if fold(name).casefold() not in places]
    known = {fold(name).casefold() for name in wanted}
    extra = tuple((i, names[i]) for i, name in enumerate(folded) if name not in known)
    if missing:
        raise _lost(missing, [name for _, name in extra], names)
    positions = tuple(places[fold(name).casefold()] for name in wanted)
    return Header(width=len(names), positions=positions, extra=extra)


def _lost(missing: list[str], unknown: list[str], names: list[str]) -> Refused:
    """Says which columns are missing and what stands there instead."""
    if not unknown or len(names) == 1:
        found = f"first line {', '.join(names)[:120]!r}"
    else:
        found = "unknown columns " + ", ".join(repr(name[:40]) for name in unknown[:5])
    fix = "correct the file, or the contract if the source has changed"
    closest = difflib.get_close_matches(missing[0], unknown, n=1, cutoff=0.6)
    if closest:
        fix = f"was {missing[0]!r} renamed to {closest[0]!r}? {fix}"
        if len(closest[0]) == len(missing[0]):
            fix = f"code points {code_points(closest[0])}; {fix}"
    for delimiter, name in ((";", "semicolon"), ("\t", "tab"), ("|", "pipe")):
        if len(names) == 1 and delimiter in names[0]:
            fix = f"looks like delimiter {name} ({delimiter!r}); {fix}"
    return Refused(
        "header_mismatch",
        found,
        "column " + ", ".join(repr(name) for name in missing[:5]),
        fix,
    )
