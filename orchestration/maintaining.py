"""The curated tables kept in order: few files a month, and no past that nobody names.

Every build leaves small files, marks of rows that were taken out, and a snapshot that keeps all of
it alive. Here rows that the catalogue holds itself become files, files lose the rows that were
taken out, those of a month become one, snapshots that no release needs go, and with them their
files. The rows stay as they were.

Cut off at any point it is done again by the next: each part is a transaction of the catalogue,
files go only once no snapshot names them, and what a file must be is recorded before the catalogue
names it. Does not belong here: what is in the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from expectations.report import GateReport
from ingestion.deliveries.damage import content_of
from ingestion.errors import CdpError, PermanentError
from ingestion.sealed import Damaged, read_sealed
from ingestion.storage import KeyMissing, ObjectStore, keys
from ingestion.storage.lease import fence
from orchestration.builds import Build, last_build
from orchestration.deployment import Deployment
from orchestration.soundness import damaged_tables
from orchestration.table_sums import keep_sums, table_sums
from orchestration.tables import Tables, open_tables
from publication.commits import head
from publication.folder import read_manifest
from publication.model import Release

REWRITES = (
    "call ducklake_flush_inlined_data('lake')",
    # A file that keeps rows which were taken out is not merged with others: none may.
    "call ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    "call ducklake_merge_adjacent_files('lake')",
)
REMOVALS = (
    "call ducklake_cleanup_old_files('lake', cleanup_all => true)",
    # What a killed build wrote and no snapshot names. Younger ones may be of a build on another
    # machine that lost its lease and does not know it yet.
    "call ducklake_delete_orphaned_files('lake', older_than => now() - interval 1 day)",
)


@dataclass(frozen=True)
class Extent:
    """How much the tables are made of: files that are read, their bytes, and snapshots."""

    files: int = 0
    bytes: int = 0
    snapshots: int = 0


@dataclass(frozen=True)
class Maintained:
    """What was done. `kept` tells, by `<product> <version>`, the snapshot that a release names."""

    before: Extent = Extent()
    after: Extent = Extent()
    expired: int = 0
    """Snapshots that are gone."""
    removed: int = 0
    """Files that are gone."""
    kept: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    """Why the tables could not be put in order. They are what they were."""

    def facts(self) -> dict[str, object]:
        """All of it for programs."""
        return {
            "files": [self.before.files, self.after.files],
            "bytes": [self.before.bytes, self.after.bytes],
            "snapshots": [self.before.snapshots, self.after.snapshots],
            "snapshots_expired": self.expired,
            "files_removed": self.removed,
            "snapshots_of_releases": dict(self.kept),
            "problem": self.problem,
        }


def maintain(deployment: Deployment) -> Maintained:
    """Put the curated tables in order, for whoever holds the lake. A failure stops nothing."""
    try:
        last = last_build(deployment.lake)
        if last is None:
            return Maintained()
        with open_tables(deployment) as tables:
            return _in_order(deployment, tables, last)
    except CdpError as error:
        return Maintained(problem=error.message)


def _in_order(deployment: Deployment, tables: Tables, last: Build) -> Maintained:
    sums = _sound(deployment, tables, last)
    before = _extent(tables)
    for rewrite in REWRITES:
        sums = _rewritten(deployment, tables, last, sums, rewrite)
    kept = _named(deployment, tables.snapshots())
    expired = _expire(tables, {*kept.values(), _of(tables.snapshots(), last.id)})
    removed = sum(_ask(tables, removal) for removal in REMOVALS)
    live = {key: sums[key] for key in tables.files()}
    if live != table_sums(deployment.lake, last):
        keep_sums(deployment.lake, last, live)
    return Maintained(before, _extent(tables), expired, removed, kept)


def _sound(deployment: Deployment, tables: Tables, last: Build) -> dict[str, str]:
    """What the files of the tables are, having looked at each: to merge a damaged one would hide
    the damage behind a hash that is right.

    Raises
    ------
    PermanentError: they are not those that the last build left.
    """
    files, sums = tables.files_by_table(), table_sums(deployment.lake, last)
    why = "the catalogue is not that of the last build" if tables.token != last.token else ""
    if why := why or "; ".join(damaged_tables(deployment, files, sums).values()):
        raise PermanentError(
            f"the curated tables were left as they are: {why}",
            expected=f"the tables as build {last.id} made them",
            fix="cdp build makes them anew, and the next night puts them in order",
        )
    return {key: sums[key] for of in files.values() for key in of}


def _rewritten(
    deployment: Deployment, tables: Tables, last: Build, sums: dict[str, str], rewrite: str
) -> dict[str, str]:
    """One way to write the same rows anew, as one transaction; what the files then are."""
    tables.con.begin()
    there = _lying(deployment.lake)
    # The rows are those of the build, so from now on this snapshot is the build's.
    tables.say(last.id)
    _ask(tables, rewrite)
    written = _lying(deployment.lake) - there
    if written:
        sums = sums | {key: content_of(deployment.lake, key) for key in written}
        keep_sums(deployment.lake, last, sums)
    fence()
    tables.con.commit()  # the commit point
    return sums


def _ask(tables: Tables, call: str) -> int:
    """Have DuckLake do one thing; how many things it names."""
    return len(tables.con.execute(call).fetchall())


def _lying(store: ObjectStore) -> set[str]:
    return {info.key for info in store.list(f"{keys.curated_root()}/")}


def _expire(tables: Tables, keep: set[int]) -> int:
    """Let snapshots go, but these and the newest, which is what the tables are."""
    found = tables.snapshots()
    gone = sorted(found.keys() - keep - {max(found)})
    if gone:
        fence()
        _ask(tables, f"call ducklake_expire_snapshots('lake', versions => {gone})")
    return len(gone)


def _of(snapshots: Mapping[int, str], build: str) -> int:
    """The newest snapshot of a build; -1 when there is none."""
    return max((number for number, of in snapshots.items() if of == build), default=-1)


def _named(deployment: Deployment, snapshots: Mapping[int, str]) -> dict[str, int]:
    """The snapshot behind what readers have of each product, by `<product> <version>`.

    That is the newest one from which the gate was given the very bytes of the release. Whoever was
    held back keeps an old one, the others move on with the builds.
    """
    commit = head(deployment.open)
    builds = sorted({build for build in snapshots.values() if build}, reverse=True)
    found: dict[str, int] = {}
    for product, state in commit.products.items() if commit else ():
        if state.release is None:
            continue
        table = f"{product}.parquet"
        released = _released(deployment, state.domain, product, state.release).get(table)
        for build in builds:
            if released and _judged(deployment.lake, build, product).get(table) == released:
                found[f"{product} {state.release.version}"] = _of(snapshots, build)
                break
    return found


def _released(
    deployment: Deployment, domain: str, product: str, release: Release
) -> dict[str, str]:
    """The files of a release: SHA-256 by name.

    Raises
    ------
    PermanentError: nobody knows, so that nothing may be let go.
    """
    try:
        manifest = read_manifest(deployment.open, domain, product, release)
    except ValidationError:
        raise PermanentError(
            f"the manifest of {product} {release.version} holds words that this code does not know",
            fix="was it published by a newer version of the platform? then run that",
        ) from None
    return {file.name: file.sha256 for file in manifest.files}


def _judged(store: ObjectStore, build: str, product: str) -> dict[str, str]:
    """The files of a candidate that the gate judged: SHA-256 by name; none if it did not."""
    key = keys.gate_report(build, product)
    try:
        report = read_sealed(GateReport, store.get(key), key, store.url, fix="run cdp gate")
    except (KeyMissing, Damaged):
        return {}
    return {file.name: file.sha256 for file in report.files}


def _extent(tables: Tables) -> Extent:
    files = tables.files()
    return Extent(len(files), sum(files.values()), len(tables.snapshots()))
