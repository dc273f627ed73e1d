"""How storage fails: the kinds of failure, and what the operating system's refusals mean.

Does not belong here: what S3 servers answer (`s3_failures.py`).
"""

from __future__ import annotations

import errno
from pathlib import Path

from ingestion.errors import CdpError, PermanentError, TransientError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class InvalidKey(PermanentError):
    """A key that no store takes, or that cannot stand beside the objects that are there."""


class KeyExists(PermanentError):
    """A conditional create met an object that is already there."""


class KeyMissing(PermanentError):
    """No object has that key."""


class StoreUnavailable(TransientError):
    """The store did not answer, is full, or refused for now."""


class StoreUnreachable(StoreUnavailable):
    """Nobody answers where the store should be: it may be starting, or gone."""


class StoreRefused(PermanentError):
    """The store will refuse this however often it is tried: rights, address, bucket, folder."""


def key_exists(key: str, url: str) -> KeyExists:
    """The failure of a conditional create that lost."""
    return KeyExists(f"object {key} is already in {url}", expected="no object under that key")


def key_missing(key: str, url: str) -> KeyMissing:
    """The failure of a read that found nothing."""
    return KeyMissing(f"object {key} is not in {url}", expected="an object under that key")


def unreadable(error: OSError, path: Path) -> PermanentError:
    """The failure of a write whose own source could not be read."""
    return PermanentError(
        f"cannot read {path}, which was to be stored: {error.strerror or error}",
        expected="a file that the user running the platform may read",
    )


def disk_failure(error: OSError, path: Path, *, wanted: int | None = None) -> CdpError:
    """What an `OSError` at `path` means to a person; `wanted` are the bytes of a failed write."""
    doing = (
        f"cannot write {wanted:,} bytes to {path}" if wanted is not None else f"cannot use {path}"
    )
    reason = error.strerror or str(error)
    if error.errno in FULL:
        return StoreUnavailable(
            f"{doing}: {reason}; nothing was stored",
            expected="room on the disk, within its quota and file size limit",
            fix=f"free space on the disk that holds {path.parent}, or move the store to a larger "
            "one (CDP_HOME, CDP_LAKE_URL, CDP_OPEN_URL), and run again",
        )
    if error.errno in FORBIDDEN:
        return StoreRefused(
            f"{doing}: {reason}",
            expected="a folder that the user running the platform may read and write",
            fix=f"give that user rights on {path.parent}, or point CDP_HOME, CDP_LAKE_URL or "
            "CDP_OPEN_URL elsewhere",
        )
    if error.errno == errno.EXDEV:
        return StoreRefused(
            f"{doing}: part of the store is on another disk",
            expected="one file system below the root of a store, because a rename is the commit",
            fix="mount the other disk at the root of the store, not inside it",
        )
    return StoreUnavailable(
        f"{doing}: {reason}", fix="look at the disk and the system log, then run again"
    )
