"""The stable address of a product: `latest/` beside its versions, a copy of all the newest's files.

Belongs here: what lies there and bringing it up to date. Does not belong here: when
(`catalogue.py`).

A bucket of plain files knows no redirects, so these are copies. Each is replaced in one step, but
one after the other: for a moment the CSV file may be of the new version and the Parquet file of the
old one. `SHA256SUMS` is replaced last and tells; who needs files that certainly belong together
reads `latest.json` once and then the folder of the version that it names, which never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.scratch import scratch_folder
from ingestion.storage import KeyMissing, ObjectStore, keys
from publication.checksums import SUMS, digest, digest_file, measure
from publication.folder import damaged, media_type, sums_of
from publication.model import MANIFEST, Manifest

LATEST = "latest"


@dataclass(frozen=True)
class Copy:
    """A file at its stable address, and the file of the latest version that it is to equal."""

    key: str
    source: str
    bytes: int | None
    sha256: str


def latest_prefix(domain: str, product: str) -> str:
    """The stable address: copies of all files of the latest version."""
    return keys.release_prefix(domain, product, LATEST)


def copies_of(manifest: Manifest, manifest_sha256: str) -> tuple[Copy, ...]:
    """The whole version folder; its manifest and its sums last, which tell a mixture of two."""
    last = sums_of(manifest, manifest_sha256)
    files: list[tuple[str, int | None, str]] = [(f.name, f.bytes, f.sha256) for f in manifest.files]
    files += [(MANIFEST, None, manifest_sha256), (SUMS, len(last), digest(last))]
    place = (manifest.domain, manifest.product)
    return tuple(
        Copy(
            key=keys.release_file(*place, LATEST, name),
            source=keys.release_file(*place, manifest.version, name),
            bytes=size,
            sha256=sha,
        )
        for name, size, sha in files
    )


def bring(store: ObjectStore, copies: Sequence[Copy], *, trusted: bool) -> bool:
    """Bring the copies of one product up to date, each in one step, and take other files away.

    Parameters
    ----------
    trusted: a file of the right size is right. Otherwise its bytes are read again.

    Raises
    ------
    DamagedRelease: a file of the version is missing or changed; it is not copied.
    """
    folder = copies[0].key.rpartition("/")[0] + "/"
    present = {info.key: info.size for info in store.list(folder)}
    wrote = False
    for copy in copies:
        size = present.pop(copy.key, None)
        same_size = size is not None and copy.bytes in (size, None)
        if same_size and (trusted or measure(store, copy.key)[1] == copy.sha256):
            continue
        _renew(store, copy)
        wrote = True
    for key in present:
        store.delete(key)
        wrote = True
    return wrote


def _renew(store: ObjectStore, copy: Copy) -> None:
    with scratch_folder("latest") as folder:
        path = folder / "file"
        try:
            store.download(copy.source, path)
        except KeyMissing:
            raise damaged(copy.source, "is missing", copy.sha256) from None
        if (found := digest_file(path)) != copy.sha256:
            raise damaged(copy.source, f"has SHA-256 {found}", copy.sha256)
        store.put(copy.key, path, content_type=media_type(copy.key))
