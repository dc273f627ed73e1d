"""Going back: the releases that exist, and making readers see an older one again.

A rollback is a new commit. No published file is touched, and going forward again is the same call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingestion.clock import Clock
from ingestion.contracts.words import Domain
from ingestion.errors import PermanentError
from ingestion.storage import ObjectStore
from publication import catalogue
from publication.commits import add, head, history
from publication.decisions import to_roll_back
from publication.folder import read_manifest
from publication.model import Commit, Manifest, Release, version_order
from publication.verify import verify_release


@dataclass(frozen=True)
class ReleaseInfo:
    """One version of one product: when readers first saw it, and whether they see it now."""

    product: str
    domain: Domain
    release: Release
    commit: int
    committed_at: datetime
    is_current: bool


def releases(store: ObjectStore, product: str | None = None) -> tuple[ReleaseInfo, ...]:
    """Every version that was ever visible, by product, newest first."""
    log = history(store)
    now = {p: state.version for p, state in log[-1].products.items()} if log else {}
    seen: dict[tuple[str, str], ReleaseInfo] = {}
    for commit in log:
        for name, state in commit.products.items():
            if state.release and (name, state.release.version) not in seen:
                version = state.release.version
                seen[name, version] = ReleaseInfo(
                    product=name,
                    domain=state.domain,
                    release=state.release,
                    commit=commit.number,
                    committed_at=commit.committed_at,
                    is_current=now.get(name) == version,
                )
    wanted = [info for info in seen.values() if product in (None, info.product)]
    newest_first = sorted(wanted, key=lambda i: version_order(i.release.version), reverse=True)
    return tuple(sorted(newest_first, key=lambda info: info.product))


def show(store: ObjectStore, product: str, version: str | None = None) -> Manifest:
    """The manifest of a version; of the one that readers see when none is named.

    Raises
    ------
    PermanentError: there is no such release; the message lists those that exist.
    """
    info = _find(store, product, version)
    return read_manifest(store, info.domain, product, info.release)


def rollback(store: ObjectStore, product: str, version: str, clock: Clock) -> Commit | None:
    """Make readers see this version of a product; None when they do already.

    Newer versions are marked as withdrawn: the same data is not released again by itself. Naming
    the newest version goes forward again.

    Raises
    ------
    PermanentError: there is no such version, or its files are no longer what was published.
    """
    target = _find(store, product, version)
    if problems := verify_release(store, target.domain, product, target.release):
        raise PermanentError(
            f"{product} {version} is damaged: {problems[0]}", fix="choose another version"
        )
    present = head(store)
    assert present  # the target is of a commit
    was = present.products[product]
    newer = tuple(
        info.release
        for info in reversed(releases(store, product))
        if version_order(info.release.version) > version_order(version)
    )
    change = to_roll_back(product, was, target.release, newer, clock)
    commit = add(store, clock, (change,))
    catalogue.refresh(store)
    return commit


def _find(store: ObjectStore, product: str, version: str | None) -> ReleaseInfo:
    known = releases(store, product)
    for info in known:
        if info.release.version == version or (version is None and info.is_current):
            return info
    names = ", ".join(info.release.version for info in known[:10])
    products = ", ".join(sorted({info.product for info in releases(store)}))
    raise PermanentError(
        f"no release {version or ''} of {product}".replace("  ", " "),
        expected=f"one of {names}" if known else f"a product with releases: {products or 'none'}",
        fix="see `cdp release list`",
    )
