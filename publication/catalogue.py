"""The catalogue: what people and programs find first, derived from the newest commit alone.

Belongs here: `catalog.json`, one `latest.json` a product, and writing them with the index page
after a commit. Does not belong here: the look of the page (`pages.py`), the commit itself.

All of it is a cache: readers who trust only commits lose nothing, and `refresh` makes it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ingestion.contracts.model import Bilingual, Domain, Identifier
from ingestion.contracts.words import Words
from ingestion.storage import ObjectStore, keys
from publication.checksums import digest
from publication.commits import head
from publication.folder import media_type, read_manifest
from publication.model import (
    FORMAT_VERSION,
    Commit,
    Freshness,
    Manifest,
    ProductState,
    Sha256,
    Version,
    encode,
)
from publication.pages import Card, index_page

_REFRESHES = 10


class Entry(Words):
    """One product as the catalogue lists it. What a first release will say is null until then."""

    id: Identifier
    domain: Domain
    title: Bilingual
    description: Bilingual | None
    state: Freshness
    latest: Version | None
    path: str | None = Field(description="folder of the latest version, below this file")
    schema_version: str | None
    manifest_sha256: Sha256 | None
    stale_since: datetime | None
    reason: Bilingual | None
    cadence: str | None
    licence: str | None
    attribution: Bilingual | None
    updated: datetime | None


class Catalog(Words):
    """All products as of one commit, and the hashes that tie catalogue, page and commit."""

    format_version: int = FORMAT_VERSION
    commit: int
    commit_sha256: Sha256
    updated: datetime
    index_sha256: Sha256
    products: tuple[Entry, ...]


class Latest(Words):
    """The pointer to the latest version of one product."""

    product: Identifier
    version: Version
    path: Annotated[str, Field(description="folder of the version, beside this file")]
    manifest_sha256: Sha256
    schema_version: str
    published_at: datetime
    supersedes: Version | None
    state: Freshness
    stale_since: datetime | None


def refresh(store: ObjectStore) -> bool:
    """Make the catalogue say what the newest commit says; returns whether anything was written.

    A writer with a newer commit may be refreshing too, and be overwritten by this one: hence the
    look back after writing.
    """
    wrote = False
    for _ in range(_REFRESHES):
        commit = head(store)
        if commit is None:
            return wrote
        for key, body in expected(store, commit).items():
            wrote |= _put_if_different(store, key, body)
        if head(store) == commit:
            return wrote
    return wrote


def expected(store: ObjectStore, commit: Commit) -> dict[str, bytes]:
    """The catalogue objects that belong to a commit, by key, the catalogue itself last.

    Raises
    ------
    DamagedRelease: a manifest that the commit names is missing or changed.
    """
    manifests = {
        product: read_manifest(store, state.domain, product, state.release)
        for product, state in commit.products.items()
        if state.release
    }
    pointers = {
        pointer_key(manifest.domain, product): encode(_latest(manifest, commit.products[product]))
        for product, manifest in manifests.items()
    }
    page = index_page(
        commit, tuple(Card(p, s, manifests.get(p)) for p, s in commit.products.items())
    ).encode()
    catalog = Catalog(
        commit=commit.number,
        commit_sha256=digest(encode(commit)),
        updated=commit.committed_at,
        index_sha256=digest(page),
        products=tuple(
            _entry(product, state, manifests.get(product))
            for product, state in commit.products.items()
        ),
    )
    return pointers | {keys.INDEX: page, keys.CATALOG: encode(catalog)}


def pointer_key(domain: str, product: str) -> str:
    """Where the pointer to the latest version of a product lies: beside its versions."""
    return keys.release_prefix(domain, product, "latest.json").removesuffix("/")


def _put_if_different(store: ObjectStore, key: str, body: bytes) -> bool:
    if store.head(key) is not None and store.get(key) == body:
        return False
    store.put(key, body, content_type=media_type(key))
    return True


def _latest(manifest: Manifest, state: ProductState) -> Latest:
    assert state.release
    return Latest(
        product=manifest.product,
        version=manifest.version,
        path=f"{manifest.version}/",
        manifest_sha256=state.release.manifest_sha256,
        schema_version=manifest.schema_version,
        published_at=manifest.published_at,
        supersedes=manifest.supersedes,
        state=state.state,
        stale_since=state.stale_since,
    )


def _entry(product: str, state: ProductState, manifest: Manifest | None) -> Entry:
    return Entry(
        id=product,
        domain=state.domain,
        title=state.title,
        description=manifest.description if manifest else None,
        state=state.state,
        latest=state.version,
        path=f"{state.domain}/{product}/{state.version}/" if state.version else None,
        schema_version=manifest.schema_version if manifest else None,
        manifest_sha256=state.release.manifest_sha256 if state.release else None,
        stale_since=state.stale_since,
        reason=state.reason,
        cadence=manifest.cadence if manifest else None,
        licence=manifest.licence if manifest else None,
        attribution=manifest.attribution if manifest else None,
        updated=manifest.published_at if manifest else None,
    )
