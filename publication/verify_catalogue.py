"""Checking what is written after a commit: catalogue, page, pointers, copies at stable addresses.

Belongs here: telling what lags behind, because a publisher died after its commit, from what is
damaged. Does not belong here: version folders and commits (`verify.py`), finishing
(`catalogue.refresh`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingestion.storage import ObjectStore, keys
from publication import catalogue
from publication.checksums import digest
from publication.commits import last_key
from publication.findings import Findings, measured, stored, told
from publication.model import Commit, encode
from publication.stable import latest_prefix

_LOOK_BACK = 20
"""How many commits the rest may lie behind when the catalogue itself does not tell."""


@dataclass(frozen=True)
class _Told:
    """What belongs to a commit: the catalogue, and the hash of every other object by key."""

    commit: Commit
    catalog: catalogue.Catalog
    digests: dict[str, str]
    damaged: frozenset[str]


def check_catalogue(
    store: ObjectStore, commits: list[Commit], findings: Findings
) -> tuple[str, ...]:
    """Check all of it against the newest commit; returns the keys that lag behind.

    The page is as good as the hash that the catalogue holds: a newer release of this code would
    draw it differently.
    """
    if not commits or keys.commit(commits[-1].number) != last_key(store):
        # The newest commit is reported as damaged: what it would say is unknown.
        findings.explained |= {keys.INDEX, keys.CATALOG}
        findings.explained.update(key for c in commits for key in _places(store, c, c.products))
        return ()
    newest = _told(store, commits[-1])
    findings.explained.update(_places(store, newest.commit, newest.damaged))
    found = catalogue.read_catalog(store)
    base = _base(store, found, commits)
    behind = _check_catalog(store, newest, base, findings)
    # Between the commit that the catalogue tells of and the newest, each object may be of any.
    first = max(base, 1) if base is not None else max(newest.commit.number - _LOOK_BACK, 1)
    earlier = [_told(store, c) for c in commits[:-1] if c.number >= first]
    claimed = {found.index_sha256} if found else set()
    for key in sorted({key for each in (newest, *earlier) for key in each.digests}):
        old = {each.digests.get(key) for each in earlier} | ({None} if base == 0 else set())
        behind += _check(store, key, newest, old, claimed, findings)
    return tuple(behind)


def _told(store: ObjectStore, commit: Commit) -> _Told:
    wanted = catalogue.expected(store, commit)
    catalog = catalogue.Catalog.model_validate_json(wanted.documents.pop(keys.CATALOG))
    digests = {key: digest(body) for key, body in wanted.documents.items()}
    digests |= {copy.key: copy.sha256 for copies in wanted.copies.values() for copy in copies}
    return _Told(commit, catalog, digests, frozenset(wanted.damaged))


def _base(
    store: ObjectStore, found: catalogue.Catalog | None, commits: Sequence[Commit]
) -> int | None:
    """The commit that the catalogue tells of; 0 before the first, None when it is damaged."""
    if store.head(keys.CATALOG) is None:
        return 0 if commits[-1].number == 1 else None
    commit = next((c for c in commits if found and c.number == found.commit), None)
    if found is None or commit is None:
        return None
    due = _told(store, commit)
    # What a damaged manifest said stands in the catalogue, and nowhere else any more.
    as_due = due.catalog.model_copy(update={"index_sha256": found.index_sha256})
    whole = due.damaged or store.get(keys.CATALOG) == encode(as_due)
    page, drawn = stored(store, keys.INDEX), due.digests[keys.INDEX]
    belies_page = page is not None and digest(page) == drawn != found.index_sha256
    return commit.number if whole and not belies_page else None


def _check_catalog(
    store: ObjectStore, newest: _Told, base: int | None, findings: Findings
) -> list[str]:
    sha256 = measured(store, keys.CATALOG, findings)
    if base == newest.commit.number:
        return []
    if base is not None:
        return [keys.CATALOG]
    findings.add(keys.CATALOG, f"what commit {newest.commit.number} says", told(sha256))
    return []


def _check(
    store: ObjectStore,
    key: str,
    newest: _Told,
    old: set[str | None],
    claimed: set[str],
    findings: Findings,
) -> list[str]:
    """The key, if the object is as an earlier commit wants it; nothing if it is as it should be."""
    wanted = newest.digests.get(key)
    if wanted is None and store.head(key) is None:
        return []
    found = measured(store, key, findings)
    if found == wanted or (key == keys.INDEX and found in claimed):
        return []
    if found in old:
        return [key]
    if key == keys.INDEX and newest.damaged and not claimed:
        return []  # drawn from a manifest that is gone, by a catalogue that is reported
    findings.add(key, f"SHA-256 {wanted}" if wanted else "no such file", told(found))
    return []


def _places(store: ObjectStore, commit: Commit, products: Iterable[str]) -> Iterator[str]:
    """Pointer and copies of these products, which cannot be judged."""
    for product in products:
        domain = commit.products[product].domain
        yield catalogue.pointer_key(domain, product)
        yield from (info.key for info in store.list(latest_prefix(domain, product)))
