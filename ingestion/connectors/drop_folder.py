"""Files that somebody else drops into a folder.

A file still being written is not taken: senders write under a temporary name (a leading dot, or
.part, .tmp) and rename. What is taken is never changed or removed; the folder is the sender's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from ingestion.connectors.fetched import Fetched, FetchRequest, Known
from ingestion.contracts.loader import resolve
from ingestion.contracts.model import DropFolder
from ingestion.errors import PermanentError, TransientError

_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")


def fetch_drops(drop: DropFolder, request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """Yield the files of a local drop folder whose names fit the day and its lookback."""
    folder = Path(resolve(drop.url).removeprefix("file://"))
    patterns = [drop.pattern.replace("{day}", f"{day:%Y%m%d}") for day in _days(request)]
    for path in _listed(folder, request.contract.id):
        name = path.name
        unfinished = name.startswith(".") or name.endswith(_UNFINISHED)
        if unfinished or not any(fnmatchcase(name, pattern) for pattern in patterns):
            continue
        try:
            status = path.stat()
            mark = f"{status.st_size}-{status.st_mtime_ns}"
            if known(name, mark):
                continue
            copy = request.folder / name
            shutil.copyfile(path, copy)
        except OSError as error:
            raise TransientError(
                f"source {request.contract.id}: file {path} cannot be read ({error.strerror})",
                fix="check the permissions of the drop folder; the next run tries again",
            ) from None
        yield Fetched(name=name, path=copy, origin=f"file://{path}", mark=mark)
        copy.unlink(missing_ok=True)


def _days(request: FetchRequest) -> list[date]:
    back = range(request.contract.lookback_days + 1)
    return [request.day - timedelta(days=n) for n in reversed(back)]


def _listed(folder: Path, source: str) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except FileNotFoundError:
        raise PermanentError(
            f"source {source}: drop folder {folder} is not there",
            fix="create it, or correct the setting that the contract's fetch.url names",
        ) from None
    except OSError as error:
        raise TransientError(
            f"source {source}: drop folder {folder} cannot be read ({error.strerror})",
            fix="check its permissions and the mount; the next run tries again",
        ) from None
