"""The nightly build: every source, the curated tables, the gate, the release. In that order.

A source or a product that fails never stops the others; the report tells what became of each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from queue import SimpleQueue

from expectations.report import GateReport
from expectations.validation import load_gx
from ingestion.clock import Clock
from ingestion.connectors.days import asks_by_day
from ingestion.contracts import SourceContract
from ingestion.errors import CdpError
from ingestion.ingest import IngestReport
from ingestion.kept import KeptBytes
from ingestion.ledger import Ledger
from ingestion.outstanding import Outstanding, outstanding
from ingestion.parsing.sandbox import Sandbox
from ingestion.privacy.vault import Expired, Vault
from ingestion.replay import replay
from orchestration.building import build
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.gating import gate
from orchestration.publishing import publish_judged
from orchestration.verifying import Verified, verify_next_part
from publication.release import Held, Outcome, Refused, Released

LANES = 2
"""Sources that are taken in at once, so that one that is slow to answer does not hold up the
others. Each lane has a parser, with its memory."""

Progress = Callable[[str], None]
ClockOf = Callable[[SourceContract, date], Clock]


@dataclass(frozen=True)
class NightlyReport:
    """What one night did."""

    day: date
    sources: tuple[IngestReport, ...]
    build: Build
    built: bool
    reports: tuple[GateReport, ...]
    outcomes: tuple[Outcome, ...]
    expired: Expired = field(default_factory=Expired)
    """What has reached the end of its life, and is unreadable for ever."""
    verified: Verified = field(default_factory=lambda: Verified(0, ()))
    """The thirtieth of the lake that was held against its records this night."""

    @property
    def committed(self) -> int | None:
        """The number of the commit that this night made, if it made one."""
        numbers = [o.commit for o in self.outcomes if isinstance(o, (Released, Held))]
        return max(numbers, default=None)

    @property
    def failed(self) -> bool:
        """Must somebody act? A source out of reach, a broken model, a refused publication.

        A file refused or a product held back is the platform at work; it is reported, not failed.
        """
        return self.failed_but_for(())

    def failed_but_for(self, sources: Collection[str]) -> bool:
        """Must somebody act, when it is known and right that these sources are out of reach?"""
        return bool(
            self.expired.problem
            or any(each.problem and each.source not in sources for each in self.sources)
            or self.build.broken
            or self.verified.damages
            or any(isinstance(outcome, Refused) for outcome in self.outcomes)
        )


def nightly(
    deployment: Deployment,
    days: Sequence[date],
    progress: Progress = lambda _: None,
    *,
    clock_of: ClockOf | None = None,
    on_sources: Callable[[Sequence[IngestReport]], None] = lambda _: None,
) -> NightlyReport:
    """Run all steps for one day or a run of days (Asia/Bangkok).

    Of all processes on one lake one builds at a time; to take sources in, none waits for that.

    Parameters
    ----------
    on_sources: is told what became of the sources while dbt builds, which is a process of its own.
    clock_of: when a source's day is taken in, where that is not now: the files of a simulated week
        come night by night, or the keys of its first days would be gone before its last.
    """
    with deployment.locked("vault"):
        expired = expire_vault(deployment)
    sources = ingest_all(deployment, deployment.contracts, days, progress, clock_of)
    with deployment.alone("nightly"):
        beside = _BesideDbt(lambda: on_sources(sources))
        progress("building the curated tables with dbt")
        made, built = build(deployment, meanwhile=beside.work)
        beside.tell()  # where dbt had nothing to build
        progress("judging the candidates at the gate")
        reports = gate(deployment, made)
        progress("publishing")
        outcomes = publish_judged(deployment, made, reports)
        progress("verifying a thirtieth of the lake")
        verified = verify_next_part(deployment)
        if beside.problem:  # whoever could not be told holds back no release
            raise beside.problem
    return NightlyReport(days[-1], sources, made, built, reports, outcomes, expired, verified)


class _BesideDbt:
    """What a night does while dbt, a process of its own, builds.

    One thing after the other in the one thread that also judges: telling loads Dagster, judging
    loads Great Expectations, and two threads that import at once get modules that are half there.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell: Callable[[], None] | None = tell
        self.problem: Exception | None = None

    def work(self) -> None:
        self.tell()
        # What cannot be loaded is a matter of the gate, which then holds every product and says so.
        with suppress(Exception):
            load_gx()

    def tell(self) -> None:
        """Once, however often it is called. Whatever goes wrong is kept for the end."""
        tell, self._tell = self._tell, None
        try:
            if tell:
                tell()
        except Exception as error:
            self.problem = error


def expire_vault(deployment: Deployment) -> Expired:
    """Destroy what has reached the end of its life. A failure is reported and stops nothing."""
    try:
        vault = Vault.of(deployment.settings, deployment.lake)
        return vault.expire(deployment.clock.now())
    except CdpError as error:
        return Expired(problem=error.message)
    except OSError as error:
        return Expired(problem=f"the key store cannot be used: {error.strerror}")


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
    if not merged.misjudged or clock_of:
        return merged
    # The clock is right now, and what it judged when it was not can be judged again.
    kept = KeptBytes(ingestion.settings, ingestion.store)
    replayed = replay(ingestion, contract, kept, clock="alone").replayed
    return replace(
        merged,
        judged_again=tuple(done.after for done in replayed),
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
        misjudged=reports[-1].misjudged,
        outstanding=reports[-1].outstanding,
    )
