"""Checking the open store against its own commits: every byte that readers can get.

Belongs here: finding what is missing, changed or extra, and saying which file, what was expected
and what was found. Does not belong here: repairing anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from pydantic import ValidationError

from ingestion.errors import PermanentError
from ingestion.storage import ObjectStore, keys
from publication.checksums import SUMS, digest
from publication.commits import commit_keys, decode, last_key
from publication.findings import Findings, Problem, check_file, stored
from publication.folder import manifest_key, sums_of
from publication.model import MANIFEST, Commit, Manifest, Release
from publication.verify_catalogue import check_catalogue

_ATTEMPTS = 3
_IN_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=+-]*")
_IN_VERSION = re.compile(r"(?P<folder>[^/]+/[^/]+/\d{4}-\d{2}-\d{2}\.\d+/)(?P<name>[^/]+)")


@dataclass(frozen=True)
class VerifyReport:
    """What was checked, and everything that is wrong with it.

    `unfinished` are files of versions that no commit names: a publisher is at work, or died
    there. Readers are never led to them. `behind` is what still says what an earlier commit said:
    a publisher died before its catalogue; `refresh` finishes it.
    """

    commit: int | None
    releases: int
    files: int
    bytes: int
    problems: tuple[Problem, ...]
    unfinished: tuple[str, ...]
    behind: tuple[str, ...] = ()

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
    findings = Findings()
    folder = keys.release_prefix(domain, product, release.version)
    _check_release(store, (domain, product, release), findings)
    for info in store.list(folder):
        if info.key not in findings.explained:
            findings.add(info.key, "no such file", f"{info.size} bytes")
    return tuple(findings.problems)


def _check(store: ObjectStore, product: str | None) -> VerifyReport:
    findings = Findings()
    commits = _check_log(store, findings)
    if product and commits and product not in commits[-1].products:
        known = ", ".join(commits[-1].products)
        raise PermanentError(f"no product {product} was ever published", expected=f"one of {known}")
    named = sorted(_named(commits, product), key=lambda r: (r[0], r[1], r[2].version))
    for release in named:
        _check_release(store, release, findings)
    behind = check_catalogue(store, commits, findings)
    unfinished = _check_strangers(store, commits, product, findings)
    return VerifyReport(
        commit=commits[-1].number if commits else None,
        releases=len(named),
        files=findings.files,
        bytes=findings.bytes,
        problems=tuple(findings.problems),
        unfinished=unfinished,
        behind=behind,
    )


def _check_log(store: ObjectStore, findings: Findings) -> list[Commit]:
    """Every readable commit; each must name the bytes of the one before."""
    commits: list[Commit] = []
    parent: tuple[str, str] | None = None
    last = max(commit_keys(store), default=None)
    for number in range(1, keys.numbered(last) + 1 if last else 1):
        key = keys.commit(number)
        body = stored(store, key)
        findings.explained.add(key)
        findings.count(len(body or b""))
        commit = _commit(key, body, findings)
        if commit and parent and parent[1] != commit.parent_sha256:
            findings.add(parent[0], f"SHA-256 {commit.parent_sha256}", f"SHA-256 {parent[1]}")
        commits += [commit] if commit else []
        parent = (key, digest(body)) if commit and body else None
    return commits


def _commit(key: str, body: bytes | None, findings: Findings) -> Commit | None:
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


def _check_release(store: ObjectStore, named: tuple[str, str, Release], findings: Findings) -> None:
    domain, product, release = named
    key = manifest_key(domain, product, release.version)
    folder = keys.release_prefix(domain, product, release.version)
    if check_file(store, key, release.manifest_sha256, findings):
        manifest = Manifest.model_validate_json(store.get(key))
        sums = sums_of(manifest, release.manifest_sha256)
        listed = [*_digests(manifest), (SUMS, digest(sums))]
    else:
        listed = _listed_in_sums(store, folder, release)
        if not listed:  # what the other files should be is unknown: none of them is judged
            findings.explained.update(info.key for info in store.list(folder))
    for name, sha in listed:
        check_file(store, folder + name, sha, findings)


def _listed_in_sums(store: ObjectStore, folder: str, release: Release) -> list[tuple[str, str]]:
    """What SHA256SUMS says of the files beside a damaged manifest.

    It is believed when it names the manifest that the commit names; nothing if it does not.
    """
    body = stored(store, folder + SUMS) or b""
    lines = [line.partition("  ") for line in body.decode("utf-8", "replace").splitlines()]
    listed = [(name, sha) for sha, _, name in lines if _IN_FOLDER.fullmatch(name)]
    if (MANIFEST, release.manifest_sha256) not in listed:
        return []
    return [(name, sha) for name, sha in listed if name != MANIFEST] + [(SUMS, digest(body))]


def _digests(manifest: Manifest) -> list[tuple[str, str]]:
    return [(file.name, file.sha256) for file in manifest.files]


def _check_strangers(
    store: ObjectStore, commits: list[Commit], only: str | None, findings: Findings
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
        if _is_unfinished(store, info.key, findings):
            unfinished.append(info.key)
        else:
            torn = info.key.endswith(f"/{MANIFEST}")
            wanted = "a manifest, or no such file" if torn else "no such file"
            findings.add(info.key, wanted, f"{info.size} bytes")
    return tuple(unfinished)


def _is_unfinished(store: ObjectStore, key: str, findings: Findings) -> bool:
    """Whether the manifest that claimed a version accounts for this file of it.

    One that is damaged itself accounts for all: only of that one something is known.
    """
    place = _IN_VERSION.fullmatch(key)
    if place is None or place["folder"] + MANIFEST in findings.explained:
        return False  # in the folder of a version that a commit names, all files are known
    body = stored(store, place["folder"] + MANIFEST)
    if body is None:
        return False
    try:
        manifest = Manifest.model_validate_json(body)
    except ValidationError:
        return place["name"] != MANIFEST
    names = {name for name, _ in _digests(manifest)} | {MANIFEST, SUMS}
    return place["name"] in names
