"""Taking sources in: a few at a time, each in its lane with a parser of its own.

Belongs here: lanes, locks, which days a source is asked for. Does not belong here: what becomes of
a delivery (`ingestion/deliveries/ingest.py`). A source that fails never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from queue import SimpleQueue

from ingestion.clock import Clock
from ingestion.connectors.days import asks_by_day
from ingestion.contracts import SourceContract
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.outstanding import Outstanding, outstanding
from ingestion.deliveries.replay import replay
from ingestion.deliveries.report import IngestReport
from ingestion.judging.sandbox import Sandbox
from orchestration.deployment import Deployment

LANES = 2
"""Sources that are taken in at once, so that one that is slow to answer does not hold up the
others. Each lane has a parser, with its memory."""

Progress = Callable[[str], None]
ClockOf = Callable[[SourceContract, date], Clock]


def ingest_all(
    deployment: Deployment,
    contracts: Sequence[SourceContract],
    days: Sequence[date],
    progress: Progress = lambda _: None,
    clock_of: ClockOf | None = None,
) -> tuple[IngestReport, ...]:
    """Ingest sources, a few at a time, each lane with a sandbox; their reports in their order.

    The present is taken once, not by day.
    """
    with ExitStack() as stack:
        idle: SimpleQueue[Sandbox] = SimpleQueue()
        for _ in contracts[:LANES]:
            idle.put(stack.enter_context(Sandbox()))

        def ingested(contract: SourceContract) -> IngestReport:
            progress(f"fetching {contract.id}")
            sandbox = idle.get()
            try:
                with deployment.locked(f"ingest-{contract.id}"):
                    return _ingest(deployment, sandbox, contract, days, progress, clock_of)
            finally:
                idle.put(sandbox)

        lanes = ThreadPoolExecutor(max_workers=LANES)
        try:
            return tuple(lanes.map(ingested, contracts))
        finally:  # when our own store fails, or on Ctrl-C, no further source is begun
            lanes.shutdown(cancel_futures=True)


def _ingest(
    deployment: Deployment,
    sandbox: Sandbox,
    contract: SourceContract,
    days: Sequence[date],
    progress: Progress,
    clock_of: ClockOf | None,
) -> IngestReport:
    ingestion = deployment.ingestion(sandbox, progress)
    by_day = contract.delivery != "snapshot" and asks_by_day(contract)
    found = []
    for day in days if by_day else days[-1:]:
        clock = clock_of(contract, day) if clock_of else deployment.clock
        found.append(replace(ingestion, clock=clock).ingest(contract, day))
    merged = merge(found)
    if not merged.by_wrong_clock or clock_of:
        return merged
    # The clock is right now, and what it kept out when it was not may come in.
    kept = KeptBytes(ingestion.settings, ingestion.store)
    replayed = replay(ingestion, contract, kept, clock="alone").replayed
    return replace(
        merged,
        replayed=tuple(done.after for done in replayed),
        outstanding=what_stands(deployment, contract),
    )


def what_stands(deployment: Deployment, contract: SourceContract) -> Outstanding:
    """What was kept out of a source and is not put right, as of now."""
    ledger = Ledger(deployment.lake, contract.id)
    return outstanding(ledger, contract, deployment.lake, deployment.clock.now())


def merge(reports: Sequence[IngestReport]) -> IngestReport:
    """One report of several runs for the same source."""
    problems = dict.fromkeys(report.problem for report in reports if report.problem)
    return IngestReport(
        source=reports[0].source,
        entries=tuple(entry for report in reports for entry in report.entries),
        known=reports[-1].known,
        problem="; ".join(problems),
        older=reports[-1].older,
        clock=reports[-1].clock,
        ahead=reports[-1].ahead,
        by_wrong_clock=reports[-1].by_wrong_clock,
        outstanding=reports[-1].outstanding,
    )
