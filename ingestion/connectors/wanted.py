"""Which of the files that lie in a drop folder a run is about.

A file still being written is not taken: senders write under a temporary name (a leading dot, or
.part, .tmp) and rename. Does not belong here: listing and copying (`drop_folder.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ingestion.connectors.days import days, filled
from ingestion.connectors.fetched import FetchRequest
from ingestion.contracts.fetching import DropFolder
from ingestion.errors import CdpError, PermanentError, TransientError

_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
_WILD = "*?["
_NAME_BYTES = 200
"""Less than file systems take, since a copy of ours may need an ending."""


@dataclass(frozen=True)
class Wanted:
    """The file names that a run is about."""

    source: str
    patterns: tuple[str, ...]
    skipped: list[CdpError] = field(default_factory=list)
    """Why single files could not be taken; the others come all the same."""

    @classmethod
    def of(cls, drop: DropFolder, request: FetchRequest) -> Wanted:
        """The contract's pattern, filled in for the day and each day of the lookback."""
        patterns = dict.fromkeys(filled(drop.pattern, day) for day in days(request))
        return cls(request.source, tuple(patterns))

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What the wanted names begin with, for stores that list by that; none begins another."""
        plain = sorted({_until_wild(pattern) for pattern in self.patterns})
        return tuple(b for b in plain if not any(b.startswith(a) and a != b for a in plain))

    def among(self, names: Iterable[str]) -> list[str]:
        """The wanted ones of these names, sorted. What is no plain file name is skipped and told:
        only an attacker would send it, and it shall not keep the others out.
        """
        fitting = sorted(
            name
            for name in names
            if not (name.startswith(".") or name.endswith(_UNFINISHED))
            and any(fnmatchcase(name, pattern) for pattern in self.patterns)
        )
        plain = [name for name in fitting if _is_plain(name)]
        self.skipped.extend(
            PermanentError(
                f"source {self.source}: the drop folder lists a file named {ascii(name)[:120]}; "
                "it was not taken",
                expected="a file name without folders and control characters, of at most "
                f"{_NAME_BYTES} bytes",
                fix="ask the sender what this is",
            )
            for name in fitting
            if not _is_plain(name)
        )
        return plain

    def tell(self) -> None:
        """Now that all others were taken, tell of the files that were not.

        Raises
        ------
        CdpError: the first problem, and how many more there are; transient where all are.
        """
        if not self.skipped:
            return
        first, more = self.skipped[0], len(self.skipped) - 1
        passing = all(isinstance(problem, TransientError) for problem in self.skipped)
        raise (TransientError if passing else PermanentError)(
            first.what + (f" (and {more} more files)" if more else ""),
            expected=first.expected,
            fix=first.fix,
        )


def _is_plain(name: str) -> bool:
    """Surrogates, which stand for bytes that are no UTF-8, are not printable."""
    plain = "/" not in name and "\\" not in name and name.isprintable()
    return plain and len(name.encode()) <= _NAME_BYTES


def _until_wild(pattern: str) -> str:
    ends = [pattern.index(sign) for sign in _WILD if sign in pattern]
    return pattern[: min(ends)] if ends else pattern
