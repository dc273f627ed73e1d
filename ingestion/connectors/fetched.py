"""What every connector is asked and what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from ingestion.connectors.patience import Limits
from ingestion.contracts.source import SourceContract
from ingestion.errors import PermanentError
from ingestion.settings import Settings
from ingestion.storage.failures import disk_failure

_SIZE_AND_TIME = re.compile(r"[0-9]+-([0-9]+)")
Known = Callable[[str, str], bool]
"""(file name, version mark) → have these bytes been taken before? The mark is an ETag or alike."""


@dataclass(frozen=True)
class FetchRequest:
    """What to fetch: see `connectors.fetch`."""

    contract: SourceContract
    settings: Settings
    day: date
    folder: Path
    limits: Limits = field(default_factory=Limits)

    @property
    def source(self) -> str:
        """Id of the source, for messages."""
        return self.contract.id


@dataclass(frozen=True)
class Fetched:
    """One file as it came.

    Attributes
    ----------
    name: the file's name in the source. path: its bytes, here.
    origin: where it came from, free of secrets. mark: ETag or alike; empty where there is none.
    details: what the protocol said about it, free of secrets (status, media type, …).
    """

    name: str
    path: Path
    origin: str
    mark: str = ""
    details: dict[str, str] = field(default_factory=dict)


class NotTaken(PermanentError):
    """One file of several cannot be taken; the others can."""


def too_large(where: str, size: int, request: FetchRequest) -> NotTaken:
    """Why a file is not taken that has more bytes than the limit."""
    return NotTaken(
        f"source {request.source}: {where} has {size:,} bytes; it was not taken",
        expected=f"at most {request.limits.file_bytes:,} bytes",
        fix="ask the sender for smaller files",
    )


def moment_of(mark: str) -> int | None:
    """When a file was written, by a mark that is its size and that time; None of an ETag.

    Same bytes have the same ETag whenever they were sent, or another one from every server.
    """
    found = _SIZE_AND_TIME.fullmatch(mark)
    return int(found[1]) if found else None


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file of ours to write into; a full or read-only disk is told as such."""
    try:
        with path.open("w+b") as file:
            yield file
    except OSError as error:
        raise disk_failure(error, path) from error
