"""What a check of the open store has seen so far: problems, and keys that are accounted for.

Belongs here: one file against what it should be. Does not belong here: which files there should be
(`verify.py`, `verify_catalogue.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.storage import KeyMissing, ObjectStore
from publication.checksums import measure


@dataclass(frozen=True)
class Problem:
    """One object that is not as the commits say."""

    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.key}: expected {self.expected}, found {self.found}"


@dataclass
class Findings:
    """What one pass has seen so far. `explained`: keys that a commit accounts for."""

    problems: list[Problem] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    files: int = 0
    bytes: int = 0

    def add(self, key: str, expected: str, found: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(key, expected, found))

    def count(self, size: int) -> None:
        """Note that a file was looked at."""
        self.files, self.bytes = self.files + 1, self.bytes + size


def measured(store: ObjectStore, key: str, findings: Findings) -> str | None:
    """SHA-256 of an object as a reader receives it, and that it is accounted for."""
    findings.explained.add(key)
    try:
        size, found = measure(store, key)
    except KeyMissing:
        size, found = 0, None
    findings.count(size)
    return found


def check_file(store: ObjectStore, key: str, sha256: str, findings: Findings) -> bool:
    """Whether an object has these bytes; a problem if it has not."""
    found = measured(store, key, findings)
    if found != sha256:
        findings.add(key, f"SHA-256 {sha256}", told(found))
    return found == sha256


def told(sha256: str | None) -> str:
    """How a problem tells what was found."""
    return f"SHA-256 {sha256}" if sha256 else "no such file"


def stored(store: ObjectStore, key: str) -> bytes | None:
    """The bytes of an object; None where there is none."""
    return store.get(key) if store.head(key) else None
