"""Files that somebody else drops into a folder: here, in an S3 bucket, or on an SFTP server.

What is taken is never changed or removed; the folder is the sender's. Does not belong here: which
files are wanted (`wanted.py`), and how they are listed and copied elsewhere (`s3_prefix.py`,
`sftp/folder.py`).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from ingestion.connectors.fetched import Fetched, FetchRequest, Known, written
from ingestion.connectors.s3_prefix import fetch_from_s3
from ingestion.connectors.sftp.folder import fetch_from_sftp
from ingestion.connectors.wanted import Wanted
from ingestion.contracts.fetching import DropFolder
from ingestion.contracts.references import resolve
from ingestion.errors import PermanentError, TransientError
from ingestion.settings import absolute

log = logging.getLogger(__name__)


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
        return fetch_from_s3(url, drop.s3, wanted, request, known)
    if url.startswith("sftp://"):
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
