"""Proof that a candidate's bytes are those that the gate passed. Nothing unproved goes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dbt_project.products import Product
from expectations.report import GateReport
from ingestion.errors import PermanentError
from ingestion.storage import KeyMissing, ObjectStore, keys
from publication.checksums import digest, digest_file


class ReleaseRefused(PermanentError):
    """These bytes may not go out."""


@dataclass(frozen=True)
class Proved:
    """A candidate in a local folder, byte for byte what the gate passed."""

    product: Product
    report: GateReport
    tables: Path
    rows: int
    inputs: tuple[str, ...]

    @property
    def content_sha256(self) -> str:
        """Hash of data and metadata, without times, builds and deliveries."""
        files = sorted((file.name, file.sha256) for file in self.report.files)
        lines = [f"{sha}  {name}" for name, sha in files] + [self.product.model_dump_json()]
        return digest("\n".join(lines).encode())


def prove(
    lake: ObjectStore, product: Product, report: GateReport, inputs: tuple[str, ...], into: Path
) -> Proved:
    """Download a candidate and compare it with the report.

    Raises
    ------
    ReleaseRefused: the report is on something else, did not pass it, or judged other bytes.
    """
    import pyarrow.parquet as pq

    _refuse_unless_passed(product, report)
    judged = {file.name: file.sha256 for file in report.files}
    parquet, text = f"{product.id}.parquet", f"{product.id}.csv"
    for name in (parquet, text):
        _fetch(lake, keys.candidate(report.build, product.id, name), into / name, judged.get(name))
    rows = int(pq.read_metadata(into / parquet).num_rows)
    return Proved(product, report, into, rows, tuple(sorted(set(inputs))))


def _refuse_unless_passed(product: Product, report: GateReport) -> None:
    if report.product != product.id:
        raise ReleaseRefused(
            f"the gate's report is on {report.product}", expected=f"a report on {product.id}"
        )
    if report.verdict != "passed":
        raise ReleaseRefused(
            f"product {product.id} did not pass the gate: {report.headline}",
            fix="hold it, correct its sources or its model, build again",
        )


def _fetch(lake: ObjectStore, key: str, path: Path, judged: str | None) -> None:
    try:
        lake.download(key, path)
    except KeyMissing:
        raise ReleaseRefused(f"candidate {key} is missing", fix="build again") from None
    found = digest_file(path)
    if found != judged:
        raise ReleaseRefused(
            f"candidate {key} has SHA-256 {found}",
            expected=f"the bytes that the gate judged, {judged or 'which include no such file'}",
            fix="build and gate again; a candidate is never edited",
        )
