"""From a setting to a store: a folder path, or `s3://bucket/prefix`.

Does not belong here: which setting names which store (`ingestion/settings.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.storage import keys
from ingestion.storage.failures import InvalidKey
from ingestion.storage.local import LocalStore
from ingestion.storage.s3 import S3Store
from ingestion.storage.store import ObjectStore

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def open_store(url: str, settings: Settings, *, public: bool = False) -> ObjectStore:
    """The store behind a URL.

    Parameters
    ----------
    public: everybody may read it. For a folder that is a matter of its rights; who may read a
        bucket is a matter of the bucket's own rules.

    Raises
    ------
    SettingsError: the URL is neither a folder path nor `s3://bucket/prefix`.
    """
    if url.startswith("s3://"):
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        return S3Store(_bucket(url, bucket), _prefix(url, prefix), settings)
    if not url.strip():
        raise _refused(url, "is empty")
    if (scheme := _SCHEME.match(url)) is not None:
        raise _refused(url, f"begins with {scheme.group()}")
    if "\0" in url:
        raise _refused(url, "has a NUL character")
    return LocalStore(Path(url).expanduser(), public=public)


def _bucket(url: str, bucket: str) -> str:
    if _BUCKET.fullmatch(bucket) is None:
        raise _refused(url, f"has no valid bucket name ({bucket!r})")
    return bucket


def _prefix(url: str, prefix: str) -> str:
    try:
        return keys.validate_prefix(prefix).removesuffix("/")
    except InvalidKey as error:
        raise _refused(url, f"has a prefix that no key can have: {error.what}") from error


def _refused(url: str, reason: str) -> SettingsError:
    return SettingsError(
        f"store URL {url!r} {reason}",
        expected="a folder path such as /srv/cdp/lake, or s3://bucket or s3://bucket/prefix",
        fix="correct CDP_LAKE_URL or CDP_OPEN_URL",
    )
