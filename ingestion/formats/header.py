"""The names that a file gives to its columns or members, held against the contract.

A member of JSON that was renamed was taken for null in every record, and a table of figures was
published with all of them gone, under the mark "fresh".

Columns are found by name, never by position. What is declared and comes under no name refuses the
file, in a table as in records that name their members (JSON, XML): what is taken for "no value"
there would replace every value that is known. A table says its names once; of records it takes
several to be sure, because some sources leave members without a value out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingestion.contracts.source import SourceContract
from ingestion.faults import Refused
from ingestion.limits import Limits
from ingestion.records import FileNotes, too_many_columns
from ingestion.words.characters import code_points, fold
from ingestion.words.closest import closest

_SHOWN = 5
_CLOSE = 0.6
_CORRECT = "correct the file, or the contract if the source has changed"
_MAY_BE_ABSENT = "say may_be_absent of a field that may be left out"


@dataclass(frozen=True)
class Header:
    """Where the contract's columns stand in a file.

    `positions[i]` is the place of the i-th wanted column, None where it is absent and may be;
    `extra` are the places and names of columns that the contract does not know.
    """

    names: tuple[str, ...]
    positions: tuple[int | None, ...]
    extra: tuple[tuple[int, str], ...]

    @property
    def width(self) -> int:
        """How many fields a record has."""
        return len(self.names)


def match_header(
    names: list[str], wanted: tuple[str, ...], limits: Limits, optional: Collection[str] = ()
) -> Header:
    """Find the wanted columns among the names of a header, case and outer blanks aside.

    Parameters
    ----------
    optional: those of the wanted columns that may be absent.

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
    missing = [name for name in wanted if _key(name) not in places and name not in optional]
    extra = tuple((i, names[i]) for i, name in enumerate(folded) if name not in known)
    twice = [name for name in folded if folded.count(name) > 1]
    # Where no name is known this is no header, and what repeats in it says nothing.
    if twice and any(name in known for name in folded):
        spelled = [repr(names[i]) for i, name in enumerate(folded) if name == twice[0]]
        raise Refused(
            "header_duplicate",
            f"column {twice[0]!r} {len(spelled)} times ({', '.join(spelled[:3])})",
            "each name once",
            "ask the sender which one counts",
        )
    if missing or not any(name in known for name in folded):
        raise _lost_columns(missing or list(wanted), [name for _, name in extra], names)
    return Header(tuple(names), tuple(places.get(_key(name)) for name in wanted), extra)


def refuse_absent(contract: SourceContract, notes: FileNotes, unknown: Sequence[str]) -> None:
    """Refuse records none of which has a declared member, where it is sure that it was renamed.

    It is when there are many records, or when a member that nobody knows came beside them.

    Parameters
    ----------
    unknown: members that no field of the contract reads.

    Raises
    ------
    Refused: `header_mismatch`.
    """
    missing = _absent(contract, notes)
    beside = _beside(contract, unknown)
    few = notes.named_in < contract.tolerance.absent_in_records
    if not missing or (few and not beside):
        return
    found = f"{notes.named_in} records, none of which has it"
    if beside:
        found += "; unknown members " + ", ".join(map(repr, beside[:_SHOWN]))
    fix = " ".join([*_renamed(missing, beside, sure=True), f"{_CORRECT}; {_MAY_BE_ABSENT}"])
    raise Refused("header_mismatch", found, "member " + _listed(missing), fix)


def absent_remark(contract: SourceContract, notes: FileNotes) -> str:
    """What is told of a few records none of which has a declared member."""
    missing = _absent(contract, notes)
    if not missing:
        return ""
    return (
        f"none of {notes.named_in} records has the member {_listed(missing)}: was it renamed? "
        f"From {contract.tolerance.absent_in_records} records on the file would be refused; "
        f"{_MAY_BE_ABSENT}"
    )


def _absent(contract: SourceContract, notes: FileNotes) -> list[str]:
    if not notes.named_in:
        return []
    may = contract.optional_columns
    return [name for name in contract.columns if fold(name) in notes.unnamed and name not in may]


def _beside(contract: SourceContract, unknown: Sequence[str]) -> list[str]:
    """The unknown members but those that only say more of a known one, such as its unit."""
    known = tuple(f"{fold(name)}." for name in contract.columns)
    return [name for name in unknown if not name.startswith(known)]


def _key(name: str) -> str:
    return fold(name).casefold()


def _lost_columns(missing: list[str], unknown: list[str], names: list[str]) -> Refused:
    """Says which columns are missing and what stands there instead."""
    found = f"first line {', '.join(names)[:120]!r}"
    is_header = len(unknown) < len(names)
    if unknown and is_header:
        found = "unknown columns " + ", ".join(repr(name[:40]) for name in unknown[:_SHOWN])
    fix = " ".join([*_renamed(missing, unknown, sure=is_header), _CORRECT])
    for delimiter, shown in ((";", ";"), ("\t", "\\t"), ("|", "|"), (",", ",")):
        if len(names) == 1 and delimiter in names[0]:
            fix = f'looks like delimiter "{shown}"; {fix}'
            break
    return Refused("header_mismatch", found, "column " + _listed(missing), fix)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names[:_SHOWN])


def _renamed(missing: Sequence[str], unknown: Sequence[str], *, sure: bool) -> Iterator[str]:
    """Questions about what came in place of what is missing, by closeness.

    Parameters
    ----------
    sure: are the unknown names surely names? Then the only one may be what the only one became.
    """
    left = {_key(name): name for name in unknown}
    for name in missing[:_SHOWN]:
        near = closest(_key(name), left, _CLOSE)
        if not near and sure and len(missing) == len(left) == 1:
            (near,) = left
        if near:
            new = left.pop(near)
            alike = f"code points {code_points(new)}; " if len(new) == len(name) else ""
            yield f"{alike}was {name!r} renamed to {new!r}?"
