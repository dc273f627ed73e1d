"""Candidates of a build, and the gate's verdict on each: written once per build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from dbt_project.products import Product
from expectations.report import GateReport
from ingestion.errors import PermanentError
from ingestion.scratch import scratch_folder
from ingestion.sealed import Damaged, read_sealed, seal, sha256
from ingestion.storage import KeyMissing, ObjectStore, keys
from orchestration.builds import Build
from orchestration.deployment import Deployment

if TYPE_CHECKING:
    from expectations.finality import LastRelease


def write_candidates(
    deployment: Deployment, build: Build, products: Sequence[Product]
) -> dict[str, str]:
    """Write the files that would be published, for every product whose table was built.

    Of the others none are left, not even those of an earlier try: a verdict counts for the files
    that lie there, and one that holds a product for want of its table names none.

    Returns
    -------
    Why there are none, by product. It is for the gate to hold these: it finds no files.
    """
    from orchestration.tables import open_tables
    from publication.candidate import write_candidate

    whole = [deployment.published(p) for p in products if p.id not in build.spoilt]
    problems: dict[str, str] = {}
    for product in products:
        if product.id in build.spoilt:
            _clear(deployment.lake, build, product)
    if not whole:
        return problems
    with open_tables(deployment, read_only=True) as tables:
        for product in whole:
            try:
                _require_whole(deployment, build, product, tuple(tables.files(product.id)))
                write_candidate(tables.con, product, deployment.lake, build.id)
            except PermanentError as error:
                problems[product.id] = error.message
                _clear(deployment.lake, build, product)
    return problems


def _clear(store: ObjectStore, build: Build, product: Product) -> None:
    """Delete the files of a candidate. Who dies here leaves a verdict on files that are no longer
    all there, which counts for nothing, so that the gate comes back to it."""
    for key in _files(store, build, product):
        store.delete(key)


def _files(store: ObjectStore, build: Build, product: Product) -> list[str]:
    """The files of a candidate, by key, without the verdict on them."""
    verdict = keys.gate_report(build.id, product.id)
    listed = store.list(keys.candidate_prefix(build.id, product.id))
    return [info.key for info in listed if info.key != verdict]


def _require_whole(
    deployment: Deployment, build: Build, product: Product, files: Sequence[str]
) -> None:
    """See that the files of a product's table are those that the build wrote."""
    from orchestration.soundness import damaged_tables
    from orchestration.table_sums import table_sums

    sums = table_sums(deployment.lake, build)
    if sums and damaged_tables(deployment, {product.id: files}, sums):
        # The file's own name looks like a hardware address, and would be hidden in the report.
        raise PermanentError(
            f"a file of the table marts.{product.id} is damaged or missing",
            fix="cdp build --anew makes every table from the lake; cdp verify names the file",
        )


def judge_candidates(
    deployment: Deployment,
    build: Build,
    products: Sequence[Product],
    unwritten: Mapping[str, str] | None = None,
) -> tuple[GateReport, ...]:
    """Judge the candidates of a build and keep each report beside its candidate.

    Parameters
    ----------
    unwritten: what `write_candidates` returned, where it was this process that called it.
    """
    from expectations.gate import Candidate, judge_all

    with scratch_folder("gate", deployment.settings.scratch_root) as folder:
        candidates = [
            Candidate(
                product,
                _download(deployment.lake, build, product, folder / product.id),
                _previous(deployment, product, folder / f"{product.id}.previous.parquet"),
                _unbuilt(build, product, unwritten or {}),
                lineage_of(deployment, build, product),
            )
            for product in map(deployment.published, products)
        ]
        reports = judge_all(candidates, build=build.id, now=deployment.clock.now())
    for report in reports:
        body = seal(report.model_dump_json(indent=1).encode())
        key = keys.gate_report(build.id, report.product)
        deployment.lake.put(key, body, content_type="application/json")
    return reports


def gate(
    deployment: Deployment, build: Build, products: Sequence[Product] | None = None
) -> tuple[GateReport, ...]:
    """Candidates and verdicts of a build; what an earlier run has judged is not judged again."""
    wanted = list(products if products is not None else deployment.products)
    known = {p.id: r for p in wanted if (r := read_report(deployment, build, p)) is not None}
    missing = [product for product in wanted if product.id not in known]
    if missing:
        unwritten = write_candidates(deployment, build, missing)
        reports = judge_candidates(deployment, build, missing, unwritten)
        known |= {report.product: report for report in reports}
    return tuple(known[product.id] for product in wanted)


def read_report(deployment: Deployment, build: Build, product: Product) -> GateReport | None:
    """The verdict on a product of a build, if it was given by the gate as it is now, on the
    product's contract as it is now.

    A verdict counts for the build that it names and for the very bytes that it names; what is
    damaged, or not of this build, is judged again.
    """
    from expectations.gate import contract_sha256, gate_sha256
    from expectations.suite import SuiteError, read_suite, suite_path

    product = deployment.published(product)
    key = keys.gate_report(build.id, product.id)
    try:
        body = deployment.lake.get(key)
        report = read_sealed(GateReport, body, key, deployment.lake.url, fix="run cdp gate")
    except (KeyMissing, Damaged):
        return None
    if (report.build, report.product) != (build.id, product.id):
        return None
    if {file.name: file.sha256 for file in report.files} != _candidate(deployment, build, product):
        return None
    try:
        # The same gate found its words known; asking again would load Great Expectations.
        suite = read_suite(suite_path(product)).sha256
    except SuiteError:
        suite = None
    asked = (gate_sha256(), suite, contract_sha256(product, lineage_of(deployment, build, product)))
    judged = (report.gate_sha256, report.suite_sha256, report.contract_sha256)
    return report if judged == asked else None


def lineage_of(deployment: Deployment, build: Build, product: Product) -> dict[str, str] | None:
    """How each source behind a product is classified; None when the build does not know them."""
    sources = build.lineage.get(product.id)
    if not sources:
        return None
    kinds = {contract.id: contract.classification for contract in deployment.contracts}
    return {source: kinds.get(source, "unknown") for source in sources}


def _candidate(deployment: Deployment, build: Build, product: Product) -> dict[str, str]:
    """The files of a candidate as they lie in the store: SHA-256 by name."""
    found = _files(deployment.lake, build, product)
    return {key.rpartition("/")[2]: sha256(deployment.lake.get(key)) for key in found}


def _unbuilt(build: Build, product: Product, unwritten: Mapping[str, str]) -> dict[str, str]:
    """Why a build has no candidate of a product, by what is to blame; empty when it has one."""
    if product.id in unwritten:
        return {product.id: unwritten[product.id]}
    return build.blame(product.id)


def _download(store: ObjectStore, build: Build, product: Product, folder: Path) -> dict[str, Path]:
    """The candidate files of a product, as they lie in the store; none when it was not built."""
    folder.mkdir()
    files: dict[str, Path] = {}
    for key in _files(store, build, product):
        name = key.rpartition("/")[2]
        files[name] = folder / name
        store.download(key, files[name])
    return files


def _previous(
    deployment: Deployment, product: Product, path: Path
) -> LastRelease | PermanentError | None:
    """What readers have now, for the rules that compare with it; or why it cannot be read.

    None before the first release. The table is downloaded to the path given, and proved.
    """
    from expectations.finality import LastRelease
    from publication.checksums import digest_file
    from publication.commits import head
    from publication.folder import read_manifest

    commit = head(deployment.open)
    state = commit.products.get(product.id) if commit else None
    if state is None or state.release is None:
        return None
    version, name = state.release.version, f"{product.id}.parquet"
    key = keys.release_file(state.domain, product.id, version, name)
    try:
        manifest = read_manifest(deployment.open, state.domain, product.id, state.release)
        deployment.open.download(key, path)
    except PermanentError as error:
        return error
    except ValidationError:
        return PermanentError(
            f"the manifest of {product.id} {version}, the last release, holds words that this code "
            "does not know",
            fix="was it published by a newer version of the platform? then run that",
        )
    if digest_file(path) != next(f.sha256 for f in manifest.files if f.name == name):
        return PermanentError(
            f"{key}, the last release, is not what was published",
            fix=f"see `cdp release verify`, and put the file of version {version} back",
        )
    return LastRelease(path, manifest.published_at, manifest.method, manifest.schema_version)
