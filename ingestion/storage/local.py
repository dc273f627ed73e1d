"""A store in a folder: temporary file, fsync, then one rename or hard link as the commit.

The engine's `COPY … TO` writes under the final name: killed, it leaves half a CSV or a Parquet that
nobody can read (tried).

Does not belong here: what a store promises (`store.py`), what an operating system error means
(`failures.py`).

Unfinished writes lie in `<root>/.tmp`, on the same file system and out of every listing and glob.
Their writers hold a lock on them, which the kernel drops when the writer dies; so opening a store
sweeps exactly the files of dead writers, without a clock and without guessing an age.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ingestion.errors import SettingsError
from ingestion.storage import keys
from ingestion.storage.failures import (
    FORBIDDEN,
    InvalidKey,
    disk_failure,
    key_exists,
    key_missing,
)
from ingestion.storage.store import ObjectInfo, ObjectStore, body_bytes, read_pieces

_PUBLIC, _PRIVATE = 0o777, 0o750
"""The most that a folder grants; a file the same without the right to execute, and the umask may
take more away."""
NO_OBJECT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class LocalStore(ObjectStore):
    """Objects as files below `root`, which is created by the first write.

    Links inside the folder are not followed by listings.

    Parameters
    ----------
    public: whoever may use the machine may read it, as far as the umask lets them; otherwise the
        user who runs the platform may, and the group read (0750, 0640).
    """

    def __init__(self, root: Path, *, public: bool = False) -> None:
        self._root = root.absolute()
        self._rights = _PUBLIC if public else _PRIVATE
        self._scratch = self._root / keys.SCRATCH
        self.url = str(self._root)
        _refuse_file(self._root)
        _sweep(self._scratch)

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        if_absent: bool = False,
        content_type: str = "application/octet-stream",
    ) -> ObjectInfo:
        """Store an object; a folder has no place for `content_type`."""
        target = self._path(key)
        size = body_bytes(body)
        try:
            with _draft(self._scratch, self._rights) as (draft, file):
                for piece in read_pieces(body):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
                self._commit(key, draft, target, if_absent=if_absent)
                return _info(key, os.fstat(file.fileno()))
        except OSError as error:
            raise disk_failure(error, target, wanted=size) from error

    def open(self, key: str) -> BinaryIO:
        """A stream over the file."""
        path = self._path(key)
        try:
            return path.open("rb")
        except NO_OBJECT:
            raise key_missing(key, self.url) from None
        except OSError as error:
            raise disk_failure(error, path) from error

    def head(self, key: str) -> ObjectInfo | None:
        """What the file system knows of the file."""
        path = self._path(key)
        try:
            found = path.stat()
        except NO_OBJECT:
            return None
        except OSError as error:
            raise disk_failure(error, path) from error
        return _info(key, found) if stat.S_ISREG(found.st_mode) else None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Files below the prefix's folder, one folder in memory at a time."""
        folder, slash, start = keys.validate_prefix(prefix).rpartition("/")
        return self._walk(folder + slash, start)

    def delete(self, key: str) -> None:
        """Remove the file; its folders stay, because another write may be about to use them."""
        path = self._path(key)
        try:
            path.unlink()
            _sync_folder(path.parent)
        except NO_OBJECT:
            return
        except OSError as error:
            raise disk_failure(error, path) from error

    def uri(self, key: str) -> str:
        """The file's path."""
        return str(self._path(key))

    def _path(self, key: str) -> Path:
        return self._root / keys.validate(key)

    def _commit(self, key: str, draft: Path, target: Path, *, if_absent: bool) -> None:
        try:
            _make_folder(target.parent, self._rights)
            if if_absent:
                os.link(draft, target)  # the commit: fails when the name is taken
            else:
                draft.replace(target)  # the commit
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            if if_absent and target.is_file():
                raise key_exists(key, self.url) from None
            raise InvalidKey(
                f"key {key} collides with another key of {self.url}: one would be the other's "
                "folder",
                expected="no object whose key is the folder of another",
            ) from None
        _sync_folder(target.parent)

    def _walk(self, folder: str, start: str) -> Iterator[ObjectInfo]:
        for name, entry in _entries(self._root / folder):
            key = folder + name
            if not name.startswith(start) or key == f"{keys.SCRATCH}/":
                continue
            if name.endswith("/"):
                yield from self._walk(key, "")
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # deleted since the folder was read
            if stat.S_ISREG(found.st_mode):
                yield _info(key, found)


def _refuse_file(root: Path) -> None:
    nearest = root
    try:
        while not nearest.exists():
            nearest = nearest.parent
        if nearest.is_dir():
            return
    except OSError as error:
        raise disk_failure(error, nearest) from error
    raise SettingsError(
        f"the store {root} cannot be a folder: {nearest} is a file",
        expected="a folder, or a path where one can be made",
        fix="correct CDP_HOME, CDP_LAKE_URL or CDP_OPEN_URL",
    )


def _sweep(scratch: Path) -> None:
    try:
        for leftover in scratch.iterdir() if scratch.is_dir() else ():
            _remove_if_dead(leftover)
    except OSError as error:
        if error.errno not in FORBIDDEN:  # a reader without write rights leaves them lying
            raise disk_failure(error, scratch) from error


def _remove_if_dead(leftover: Path) -> None:
    try:
        descriptor = os.open(leftover, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        leftover.unlink(missing_ok=True)
    except BlockingIOError:
        return  # its writer lives
    finally:
        os.close(descriptor)


@contextmanager
def _draft(scratch: Path, rights: int) -> Iterator[tuple[Path, BinaryIO]]:
    _make_folder(scratch, rights)
    path, descriptor = _locked_file(scratch, rights)
    with os.fdopen(descriptor, "wb") as file:
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def _locked_file(scratch: Path, rights: int) -> tuple[Path, int]:
    while True:
        path = scratch / uuid4().hex
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights & 0o666)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)  # a sweeper was faster than the lock


def _make_folder(folder: Path, rights: int) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(rights, exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entries(folder: Path) -> list[tuple[str, os.DirEntry[str]]]:
    """The folder's entries in the order of whole keys: a folder sorts with its slash."""
    try:
        with os.scandir(folder) as entries:
            named = [
                (entry.name + ("/" if entry.is_dir(follow_symlinks=False) else ""), entry)
                for entry in entries
            ]
    except NO_OBJECT:
        return []
    except OSError as error:
        raise disk_failure(error, folder) from error
    return sorted(named, key=lambda pair: pair[0])


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    """Inode, time and size: a replaced object is a new file, so no byte needs to be read."""
    etag = f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"
    return ObjectInfo(key, found.st_size, etag)
