"""Publishing what a build offers and the gate has judged."""

from __future__ import annotations

from collections.abc import Sequence

from expectations.report import GateReport
from ingestion.storage import keys
from orchestration.builds import Build
from orchestration.deployment import Deployment, code_version
from publication.release import Judged, Outcome, Publisher, publish


def publish_judged(
    deployment: Deployment, build: Build, reports: Sequence[GateReport]
) -> tuple[Outcome, ...]:
    """Release what passed, hold the rest, in one commit; see `publication.release.publish`."""
    publisher = Publisher(deployment.lake, deployment.open, deployment.clock, code_version())
    judged = [
        Judged(
            deployment.published(deployment.product(report.product)),
            report,
            _inputs(deployment, build, report),
        )
        for report in reports
    ]
    return publish(publisher, judged)


def _inputs(deployment: Deployment, build: Build, report: GateReport) -> tuple[str, ...]:
    """The ledger records, by key, up to which each source of a product is in the build."""
    sources = deployment.product(report.product).sources
    numbers = {source: build.ledgers.get(source, 0) for source in sources}
    return tuple(keys.ledger(s, n) for s, n in sorted(numbers.items()) if n)
