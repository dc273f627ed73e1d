"""Files that somebody else drops into a folder: here, in an S3 bucket, or on an SFTP server.

A file still being written is not taken: senders write under a temporary name (a leading dot, or
.part, .tmp) and rename. What is taken is never changed or removed; the folder is the sender's.
Does not belong here: how files are listed and copied elsewhere (`s3_prefix.py`, `sftp/folder.py`).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from ingestion.connectors.days import days, filled
from ingestion.connectors.fetched import Fetched, FetchRequest, Known, written
from ingestion.contracts.fetching import DropFolder
from ingestion.contracts.loader import resolve
from ingestion.errors import CdpError, PermanentError, TransientError
from ingestion.settings import absolute

log = logging.getLogger(__name__)
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


def fetch_drops(drop: DropFolder, request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """Yield the files of a drop folder whose names fit the day and its lookback."""
    wanted = Wanted.of(drop, request)
    yield from _from_wherever(drop, wanted, request, known)
    wanted.tell()


def _from_wherever(
    drop: DropFolder, wanted: Wanted, request: FetchRequest, known: Known
) -> Iterator[Fetched]:
    url = resolve(drop.url)
    if url.startswith("s3://"):
        from ingestion.connectors.s3_prefix import fetch_from_s3

        return fetch_from_s3(url, drop.s3, wanted, request, known)
    if url.startswith("sftp://"):
        from ingestion.connectors.sftp.folder import fetch_from_sftp

        return fetch_from_sftp(url, drop.sftp, wanted, request, known)
    plain = url.removeprefix("file://")
    if "://" in plain:
        raise PermanentError(
            f"source {request.source}: drop folder {plain.partition('://')[0]}://… is of no known "
            "kind",
            expected="a folder, s3://bucket/prefix or sftp://user@host/path",
            fix="correct the setting that the contract's fetch.url names",
        )
    return _fetch_from_folder(absolute(Path(plain)), wanted, request, known)


def _fetch_from_folder(
    folder: Path, wanted: Wanted, request: FetchRequest, known: Known
) -> Iterator[Fetched]:
    for name in wanted.among(_listed(folder, request.source)):
        path, copy = folder / name, request.folder / name
        try:
            mark = _mark(path)
            if known(name, mark):
                continue
            with path.open("rb") as file, written(copy) as into:
                shutil.copyfileobj(file, into, 1 << 20)
            whole = _mark(path) == mark
        except FileNotFoundError:
            log.warning("source %s: file %s was taken away while it was read", wanted.source, path)
            continue
        except OSError as error:
            wanted.skipped.append(
                TransientError(
                    f"source {request.source}: file {path} cannot be read ({error.strerror})",
                    fix="check its permissions; the next run tries again",
                )
            )
            continue
        if whole:
            yield Fetched(name=name, path=copy, origin=f"file://{path}", mark=mark)
        else:
            log.warning("source %s: file %s is still being written; next time", wanted.source, path)
        copy.unlink(missing_ok=True)


def _listed(folder: Path, source: str) -> list[str]:
    """The files of the folder. A link out of it is not taken: it could lead to our own secrets."""
    try:
        inside = folder.resolve()
        return [
            path.name
            for path in folder.iterdir()
            if path.is_file() and path.resolve().is_relative_to(inside)
        ]
    except FileNotFoundError:
        raise PermanentError(
            f"source {source}: drop folder {folder} is not there",
            fix="create it, or correct the setting that the contract's fetch.url names",
        ) from None
    except NotADirectoryError:
        raise PermanentError(
            f"source {source}: drop folder {folder} is a file",
            fix="correct the setting that the contract's fetch.url names",
        ) from None
    except OSError as error:
        raise TransientError(
            f"source {source}: drop folder {folder} cannot be read ({error.strerror})",
            fix="check its permissions and the mount; the next run tries again",
        ) from None


def _mark(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def _is_plain(name: str) -> bool:
    """Surrogates, which stand for bytes that are no UTF-8, are not printable."""
    plain = "/" not in name and "\\" not in name and name.isprintable()
    return plain and len(name.encode()) <= _NAME_BYTES


def _until_wild(pattern: str) -> str:
    ends = [pattern.index(sign) for sign in _WILD if sign in pattern]
    return pattern[: min(ends)] if ends else pattern
