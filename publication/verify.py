"""Checking the open store against its own commits: every byte that readers can get.

Belongs here: finding what is missing, changed or extra, and saying which file, what was expected
and what was found. Does not belong here: repairing anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain

from pydantic import ValidationError

from ingestion.errors import PermanentError
from ingestion.storage import KeyMissing, ObjectStore, keys
from publication import catalogue
from publication.checksums import SUMS, digest, measure
from publication.commits import decode, last_key
from publication.folder import DamagedRelease, manifest_key, sums_of
from publication.model import MANIFEST, Commit, Manifest, Release, encode

_ATTEMPTS = 3
_IN_VERSION = re.compile(r"(?P<folder>[^/]+/[^/]+/\d{4}-\d{2}-\d{2}\.\d+/)(?P<name>[^/]+)")


@dataclass(frozen=True)
class Problem:
    """One object that is not as the commits say."""

    key: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.key}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class VerifyReport:
    """What was checked, and everything that is wrong with it.

    `unfinished` are files of versions that no commit names: a publisher is at work, or died
    there. Readers are never led to them.
    """

    commit: int | None
    releases: int
    files: int
    bytes: int
    problems: tuple[Problem, ...]
    unfinished: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every object is what was published."""
        return not self.problems


def verify(store: ObjectStore, product: str | None = None) -> VerifyReport:
    """Check every release that a commit ever named (of one product, if given), and the catalogue.

    Raises
    ------
    PermanentError: there is no such product.
    """
    for _ in range(_ATTEMPTS):
        last = last_key(store)
        report = _check(store, product)
        # Someone who publishes meanwhile makes whole things look torn: look again.
        if report.ok or last_key(store) == last:
            break
    return report


def verify_release(
    store: ObjectStore, domain: str, product: str, release: Release
) -> tuple[Problem, ...]:
    """What is wrong with one version folder: missing, changed and extra files."""
    findings = _Findings()
    folder = keys.release_prefix(domain, product, release.version)
    _check_release(store, (domain, product, release), findings)
    for info in store.list(folder):
        if info.key not in findings.explained:
            findings.add(info.key, "no such file", f"{info.size} bytes")
    return tuple(findings.problems)


@dataclass
class _Findings:
    """What one pass has seen so far. `explained`: keys that a commit accounts for."""

    problems: list[Problem] = field(default_factory=list)
    explained: set[str] = field(default_factory=set)
    files: int = 0
    bytes: int = 0

    def add(self, key: str, expected: str, found: str) -> None:
        self.problems.append(Problem(key, expected, found))


def _check(store: ObjectStore, product: str | None) -> VerifyReport:
    findings = _Findings()
    commits = _check_log(store, findings)
    if product and commits and product not in commits[-1].products:
        known = ", ".join(commits[-1].products)
        raise PermanentError(f"no product {product} was ever published", expected=f"one of {known}")
    named = sorted(_named(commits, product), key=lambda r: (r[0], r[1], r[2].version))
    for release in named:
        _check_release(store, release, findings)
    _check_catalogue(store, commits, findings)
    unfinished = _check_strangers(store, commits, product, findings)
    return VerifyReport(
        commit=commits[-1].number if commits else None,
        releases=len(named),
        files=findings.files,
        bytes=findings.bytes,
        problems=tuple(findings.problems),
        unfinished=unfinished,
    )


def _check_log(store: ObjectStore, findings: _Findings) -> list[Commit]:
    """Every readable commit; each must name the bytes of the one before."""
    commits: list[Commit] = []
    parent: tuple[str, str] | None = None
    last = last_key(store)
    for number in range(1, keys.numbered(last) + 1 if last else 1):
        key = keys.commit(number)
        body = _stored(store, key)
        findings.explained.add(key)
        findings.files, findings.bytes = findings.files + 1, findings.bytes + len(body or b"")
        commit = _commit(key, body, findings)
        if commit and parent and parent[1] != commit.parent_sha256:
            findings.add(parent[0], f"SHA-256 {commit.parent_sha256}", f"SHA-256 {parent[1]}")
        commits += [commit] if commit else []
        parent = (key, digest(body)) if commit and body else None
    return commits


def _commit(key: str, body: bytes | None, findings: _Findings) -> Commit | None:
    if body is None:
        findings.add(key, "a commit", "no such file")
        return None
    try:
        return decode(body, key)
    except PermanentError as error:
        findings.add(key, "a commit as it was written", error.what)
        return None


def _named(commits: list[Commit], only: str | None) -> set[tuple[str, str, Release]]:
    return {
        (state.domain, product, state.release)
        for commit in commits
        for product, state in commit.products.items()
        if state.release and only in (None, product)
    }


def _check_release(
    store: ObjectStore, named: tuple[str, str, Release], findings: _Findings
) -> None:
    domain, product, release = named
    key = manifest_key(domain, product, release.version)
    if not _check_file(store, key, release.manifest_sha256, findings):
        # What the manifest would say of the other files is unknown: none of them is judged.
        folder = keys.release_prefix(domain, product, release.version)
        findings.explained.update(info.key for info in store.list(folder))
        return
    manifest = Manifest.model_validate_json(store.get(key))
    for name, sha in [*_digests(manifest), (SUMS, digest(sums_of(manifest)))]:
        at = keys.release_file(domain, product, release.version, name)
        _check_file(store, at, sha, findings)


def _digests(manifest: Manifest) -> list[tuple[str, str]]:
    return [(file.name, file.sha256) for file in manifest.files]


def _check_file(store: ObjectStore, key: str, sha256: str, findings: _Findings) -> bool:
    findings.explained.add(key)
    findings.files += 1
    try:
        size, found = measure(store, key)
    except KeyMissing:
        findings.add(key, f"SHA-256 {sha256}", "no such file")
        return False
    findings.bytes += size
    if found != sha256:
        findings.add(key, f"SHA-256 {sha256}", f"SHA-256 {found}")
    return found == sha256


def _check_catalogue(store: ObjectStore, commits: list[Commit], findings: _Findings) -> None:
    """Pointers, page and catalogue against the newest commit.

    The page is as good as the hash that the catalogue holds: a newer release of this code would
    draw it differently.
    """
    findings.explained |= {keys.INDEX, keys.CATALOG} if commits else set()
    if not commits or keys.commit(commits[-1].number) != last_key(store):
        return  # the newest commit is already reported as damaged
    commit = commits[-1]
    try:
        wanted = catalogue.expected(store, commit)
    except DamagedRelease:
        return  # already reported with its file
    index, listing = wanted.pop(keys.INDEX), wanted.pop(keys.CATALOG)
    for key, body in wanted.items():
        _check_file(store, key, digest(body), findings)
    page, found = _stored(store, keys.INDEX), _stored(store, keys.CATALOG)
    claimed = _claimed_index(found) or digest(index)
    page_is_good = page is not None and digest(page) in (digest(index), claimed)
    if not page_is_good:
        findings.add(keys.INDEX, f"SHA-256 {digest(index)}", _said(page))
    if page is not None and page_is_good:
        claimed = digest(page)
    catalog = catalogue.Catalog.model_validate_json(listing)
    told = encode(catalog.model_copy(update={"index_sha256": claimed}))
    if found != told:
        findings.add(keys.CATALOG, f"what commit {commit.number} says", _said(found))
    findings.files += 2
    findings.bytes += len(page or b"") + len(found or b"")


def _claimed_index(catalog: bytes | None) -> str | None:
    try:
        return catalogue.Catalog.model_validate_json(catalog or b"").index_sha256
    except ValidationError:
        return None


def _check_strangers(
    store: ObjectStore, commits: list[Commit], only: str | None, findings: _Findings
) -> tuple[str, ...]:
    """Report keys that nothing accounts for; return those of unfinished versions."""
    folders = {
        f"{state.domain}/{product}/"
        for commit in commits
        for product, state in commit.products.items()
        if product == only
    }
    unfinished = []
    for info in chain.from_iterable(store.list(prefix) for prefix in sorted(folders) or [""]):
        if info.key in findings.explained:
            continue
        if _is_unfinished(store, info.key):
            unfinished.append(info.key)
        else:
            findings.add(info.key, "no such file", f"{info.size} bytes")
    return tuple(unfinished)


def _is_unfinished(store: ObjectStore, key: str) -> bool:
    """Whether the manifest that claimed a version accounts for this file of it."""
    place = _IN_VERSION.fullmatch(key)
    body = _stored(store, place["folder"] + MANIFEST) if place else None
    if place is None or body is None:
        return False
    try:
        manifest = Manifest.model_validate_json(body)
    except ValidationError:
        return False
    names = {name for name, _ in _digests(manifest)} | {MANIFEST, SUMS}
    return place["name"] in names


def _stored(store: ObjectStore, key: str) -> bytes | None:
    return store.get(key) if store.head(key) else None


def _said(body: bytes | None) -> str:
    return "no such file" if body is None else f"SHA-256 {digest(body)}"
