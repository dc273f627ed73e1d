"""The catalogue: what people and programs find first, derived from the newest commit alone.

Belongs here: `catalog.json`, one `latest.json` a product, and writing them with the index page and
the copies of the latest files after a commit. Does not belong here: the look of the page
(`pages.py`), the copies (`stable.py`), the commit itself.

All of it is a cache: readers who trust only commits lose nothing, and `refresh` makes it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ingestion.contracts.words import Bilingual, Domain, Identifier, Words
from ingestion.deliveries.simulated import Simulation
from ingestion.storage import KeyMissing, ObjectStore, keys
from publication.checksums import digest
from publication.commits import head, last_key
from publication.folder import DamagedRelease, media_type, read_manifest
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
from publication.stable import Copy, bring, copies_of

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
    method: int | None = Field(
        description="number of the last change of method, told in the READMEs; 0 before the first"
    )
    manifest_sha256: Sha256 | None
    stale_since: datetime | None
    reason: Bilingual | None
    cadence: str | None
    licence: str | None
    attribution: Bilingual | None
    updated: datetime | None
    data_from: date | None
    data_until: date | None
    next_update_by: datetime | None = Field(
        description="current until then, late after: fresh says that the last build passed"
    )
    simulated: bool


class Catalog(Words):
    """All products as of one commit, and the hashes that tie catalogue, page and commit."""

    format_version: int = FORMAT_VERSION
    commit: int
    commit_sha256: Sha256
    updated: datetime
    simulated: bool
    simulation: Simulation | None = None
    notice: Bilingual | None
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
    data_from: date | None
    data_until: date | None
    next_update_by: datetime | None
    simulated: bool
    simulation: Simulation | None = None
    notice: Bilingual | None
    files: dict[str, Sha256] = Field(
        description="hashes of the files in `latest/`: of those of another version they differ"
    )


@dataclass(frozen=True)
class Expected:
    """What belongs to a commit, in the order in which it is written; the catalogue comes last.

    `damaged`: products whose manifest is not what the commit names. Nothing is said of their
    files, and what readers have of them stays.
    """

    copies: dict[str, tuple[Copy, ...]]
    documents: dict[str, bytes]
    damaged: dict[str, DamagedRelease]


def refresh(store: ObjectStore, *, thorough: bool = False) -> bool:
    """Make the catalogue say what the newest commit says; returns whether anything was written.

    A writer with a newer commit may be refreshing too, and be overwritten by this one: hence the
    look back after writing.

    Parameters
    ----------
    thorough: read the files at the stable addresses again, even where pointer and sizes are right.

    Raises
    ------
    DamagedRelease: a file that the commit leads to is missing or changed; everything else is
        written.
    """
    wrote = False
    for _ in range(_REFRESHES):
        commit = head(store)
        if commit is None:
            return wrote
        wanted = expected(store, commit)
        damaged = list(wanted.damaged.values())
        for product, copies in wanted.copies.items():
            pointer = pointer_key(commit.products[product].domain, product)
            as_pointed = _holds(store, pointer, wanted.documents[pointer])
            try:
                wrote |= bring(store, copies, trusted=as_pointed and not thorough)
            except DamagedRelease as error:
                damaged.append(error)
        for key, body in wanted.documents.items():
            wrote |= _put_if_different(store, key, body)
        if head(store) == commit:
            if damaged:
                raise damaged[0]
            return wrote
    return wrote


def heal(store: ObjectStore) -> bool:
    """Finish what a publisher left that died between its commit and its catalogue.

    The catalogue is written last, so one look at it tells; returns whether anything was written.

    Raises
    ------
    DamagedRelease: as of `refresh`.
    """
    told = read_catalog(store)
    last = last_key(store, told.commit if told else 0)
    if last is None:
        return False
    if told and told.commit_sha256 == digest(store.get(last)):
        return False
    return refresh(store)


def read_catalog(store: ObjectStore) -> Catalog | None:
    """The catalogue that readers have; None where there is none, or one of no use."""
    try:
        return Catalog.model_validate_json(store.get(keys.CATALOG))
    except (KeyMissing, ValidationError):
        return None


def expected(store: ObjectStore, commit: Commit) -> Expected:
    """What readers are to find as of a commit."""
    manifests: dict[str, Manifest] = {}
    damaged: dict[str, DamagedRelease] = {}
    for product, state in commit.products.items():
        if state.release is None:
            continue
        try:
            manifests[product] = read_manifest(store, state.domain, product, state.release)
        except DamagedRelease as error:
            damaged[product] = error
    copies = {}
    for product, manifest in manifests.items():
        release = commit.products[product].release
        assert release
        copies[product] = copies_of(manifest, release.manifest_sha256)
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
        simulated=commit.simulated,
        simulation=commit.simulation,
        notice=commit.notice,
        index_sha256=digest(page),
        products=tuple(
            _entry(product, state, manifests.get(product), simulated=commit.simulated)
            for product, state in commit.products.items()
        ),
    )
    documents = pointers | {keys.INDEX: page, keys.CATALOG: encode(catalog)}
    return Expected(copies, documents, damaged)


def pointer_key(domain: str, product: str) -> str:
    """Where the pointer to the latest version of a product lies: beside its versions."""
    return keys.release_prefix(domain, product, "latest.json").removesuffix("/")


def _holds(store: ObjectStore, key: str, body: bytes) -> bool:
    return store.head(key) is not None and store.get(key) == body


def _put_if_different(store: ObjectStore, key: str, body: bytes) -> bool:
    if _holds(store, key, body):
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
        **_currency(manifest),
        simulated=manifest.simulated,
        simulation=manifest.simulation,
        notice=manifest.notice,
        files={file.name: file.sha256 for file in manifest.files},
    )


def _currency(manifest: Manifest | None) -> dict[str, Any]:
    """The dates by which readers judge whether it is current."""
    words = ("data_from", "data_until", "next_update_by")
    return {word: getattr(manifest, word) if manifest else None for word in words}


def _entry(
    product: str, state: ProductState, manifest: Manifest | None, *, simulated: bool
) -> Entry:
    return Entry(
        id=product,
        domain=state.domain,
        title=state.title,
        description=manifest.description if manifest else None,
        state=state.state,
        latest=state.version,
        path=f"{state.domain}/{product}/{state.version}/" if state.version else None,
        schema_version=manifest.schema_version if manifest else None,
        method=manifest.method if manifest else None,
        manifest_sha256=state.release.manifest_sha256 if state.release else None,
        stale_since=state.stale_since,
        reason=state.reason,
        cadence=manifest.cadence if manifest else None,
        licence=manifest.licence if manifest else None,
        attribution=manifest.attribution if manifest else None,
        updated=manifest.published_at if manifest else None,
        **_currency(manifest),
        simulated=simulated,
    )
