"""Version folders: every file of a release, written so that a crash can be taken up again.

Belongs here: building the files of one version locally, claiming a version, uploading. Does not
belong here: whether the product may go out (`release.py`), what readers see (`commits.py`).

The manifest is written first and only if absent: it claims the version, and it says what every
other file must be. A publisher that finds its own content half written finishes that folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import copyfileobj

from pydantic import ValidationError

from dbt_project.products import Product
from ingestion.errors import PermanentError
from ingestion.storage import KeyExists, KeyMissing, ObjectStore, keys
from publication.checksums import SUMS, digest, digest_file, measure, sums
from publication.facts import Facts
from publication.geometry import write_geometry
from publication.model import MANIFEST, Manifest, PublishedFile, Release, encode
from publication.period import due, period_of
from publication.profiles import PROFILES
from publication.proof import Proved
from publication.simulated import simulation_of

_BOM = b"\xef\xbb\xbf"
_MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}


class DamagedRelease(PermanentError):
    """A published file is not what its commit says it is."""


@dataclass(frozen=True)
class Draft:
    """A release before it has a version: proved tables, and what the manifest says of them."""

    proved: Proved
    supersedes: str | None
    code_version: str

    @property
    def product(self) -> Product:
        """The product's contract."""
        return self.proved.product

    @property
    def folder(self) -> Path:
        """The local folder in which the files of the release come together."""
        return self.proved.tables


def publish_folder(store: ObjectStore, draft: Draft, not_before: str, at: datetime) -> Manifest:
    """Write the version folder of a draft and return its manifest. Readers do not see it yet.

    Parameters
    ----------
    not_before: the day of the version; the first free patch of that day is taken.
    """
    for patch in count():
        version = f"{not_before}.{patch}"
        key = manifest_key(draft.product.domain, draft.product.id, version)
        found = store.get(key) if store.head(key) else None
        taken_up_at = _taken_up_at(found, draft) if found else at
        if taken_up_at is None:
            continue
        manifest = _build(draft, version, taken_up_at)
        if (found or _claim(store, key, manifest)) == encode(manifest):
            _upload(store, draft, manifest)
            return manifest
    raise AssertionError("patches never run out")


def read_manifest(store: ObjectStore, domain: str, product: str, release: Release) -> Manifest:
    """The manifest of a release, proved by the hash that a commit names.

    Raises
    ------
    DamagedRelease: it is missing or has other bytes.
    """
    key = manifest_key(domain, product, release.version)
    try:
        body = store.get(key)
    except KeyMissing:
        raise damaged(key, "is missing", release.manifest_sha256) from None
    if (found := digest(body)) != release.manifest_sha256:
        raise damaged(key, f"has SHA-256 {found}", release.manifest_sha256)
    return Manifest.model_validate_json(body)


def manifest_key(domain: str, product: str, version: str) -> str:
    """Where the manifest of a version lies."""
    return keys.release_file(domain, product, version, MANIFEST)


def sums_of(manifest: Manifest, manifest_sha256: str) -> bytes:
    """The SHA256SUMS that goes with a manifest: every file of the folder but itself.

    The hash is that of the manifest's own bytes: those of an older version of this code have
    fewer words than `encode` would give them now.
    """
    listed = [(file.name, file.sha256) for file in manifest.files]
    return sums([*listed, (MANIFEST, manifest_sha256)])


def media_type(name: str) -> str:
    """The content type under which a published file is served."""
    return _MEDIA_TYPES.get(Path(name).suffix, "text/plain; charset=utf-8")


def damaged(key: str, found: str, expected: str) -> DamagedRelease:
    """The error that names a published file, what it is and what it should be."""
    return DamagedRelease(
        f"published file {key} {found}",
        expected=f"SHA-256 {expected}",
        fix="run `cdp release verify`; restore the file, or roll back to a whole version",
    )


def _taken_up_at(found: bytes, draft: Draft) -> datetime | None:
    """When the publisher of this very draft claimed the version; None: it is another release."""
    try:
        manifest = Manifest.model_validate_json(found)
    except ValidationError:
        return None  # damaged: `verify` says so, and the version stays taken
    same = manifest.content_sha256 == draft.proved.content_sha256
    return manifest.published_at if same else None


def _claim(store: ObjectStore, key: str, manifest: Manifest) -> bytes:
    """Create the manifest; returns what the store then holds under its key."""
    body = encode(manifest)
    try:
        store.put(key, body, if_absent=True, content_type=media_type(MANIFEST))
    except KeyExists:
        return store.get(key)
    return body


def _build(draft: Draft, version: str, published_at: datetime) -> Manifest:
    """Write every file but manifest and sums beside the tables, and describe them all."""
    product = draft.product
    begun = _begun(draft, version, published_at)
    names = (f"{product.id}.parquet", f"{product.id}.csv", *write_geometry(product, draft.folder))
    tables = tuple(_table(draft, name) for name in names)
    excel = f"{product.id}_excel.csv"
    # Excel takes UTF-8 for the local code page, and Thai for noise, unless a BOM says otherwise.
    source = draft.folder / f"{product.id}.csv"
    with source.open("rb") as plain, (draft.folder / excel).open("wb") as marked:
        marked.write(_BOM)
        copyfileobj(plain, marked)
    facts = Facts(product, draft.proved.report, begun, tables)
    written = {name: body for render in PROFILES for name, body in render(facts).items()}
    for name, body in written.items():
        (draft.folder / name).write_bytes(body)
    described = [
        PublishedFile(name=name, bytes=len(body), sha256=digest(body))
        for name, body in written.items()
    ]
    files = [*tables, _table(draft, excel), *described]
    return begun.model_copy(update={"files": tuple(sorted(files, key=lambda f: f.name))})


def _begun(draft: Draft, version: str, published_at: datetime) -> Manifest:
    """The manifest before there are files to list."""
    product = draft.product
    simulation = simulation_of(product)
    table = draft.folder / f"{product.id}.parquet"
    data_from, data_until = period_of(table, product, published_at)
    return Manifest(
        product=product.id,
        domain=product.domain,
        title=product.title,
        description=product.description,
        version=version,
        schema_version=product.schema_version,
        method_changes=product.method_changes,
        published_at=published_at,
        supersedes=draft.supersedes,
        cadence=product.cadence,
        licence=product.licence,
        attribution=product.attribution,
        rows=draft.proved.rows,
        content_sha256=draft.proved.content_sha256,
        code_version=draft.code_version,
        data_from=data_from,
        data_until=data_until,
        next_update_by=due(product.cadence, published_at),
        simulated=simulation is not None,
        simulation=simulation,
        notice=simulation.notice if simulation else None,
        inputs=draft.proved.inputs,
        files=(),
    )


def _table(draft: Draft, name: str) -> PublishedFile:
    path = draft.folder / name
    return PublishedFile(
        name=name, bytes=path.stat().st_size, sha256=digest_file(path), rows=draft.proved.rows
    )


def _upload(store: ObjectStore, draft: Draft, manifest: Manifest) -> None:
    for name, body, sha in _bodies(draft, manifest):
        key = keys.release_file(manifest.domain, manifest.product, manifest.version, name)
        try:
            store.put(key, body, if_absent=True, content_type=media_type(name))
        except KeyExists:
            if (found := measure(store, key)[1]) != sha:
                raise damaged(key, f"has SHA-256 {found}", sha) from None


def _bodies(draft: Draft, manifest: Manifest) -> Iterator[tuple[str, Path | bytes, str]]:
    for file in manifest.files:
        yield file.name, draft.folder / file.name, file.sha256
    last = sums_of(manifest, digest(encode(manifest)))
    yield SUMS, last, digest(last)
