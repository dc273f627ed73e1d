"""A night: all its steps for everything, and what became of each source and product.

Belongs here: the report of a night, and what is done while dbt builds. Does not belong here: the
steps (`steps.py`). A source or a product that fails never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from expectations.report import GateReport
from expectations.validation import load_gx
from ingestion.deliveries.report import IngestReport
from ingestion.privacy.vault import Expired
from orchestration.builds import Build
from orchestration.deployment import Deployment
from orchestration.ingesting import ClockOf, Progress
from orchestration.maintaining import Maintained
from orchestration.steps import Night, walk
from orchestration.verifying import Verified
from publication.release import Held, Outcome, Refused, Released


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
    maintained: Maintained = field(default_factory=Maintained)
    """How the curated tables were put in order."""
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
            or self.maintained.problem
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
    beside = _BesideDbt(lambda: on_sources(night.sources))
    night = Night(
        deployment,
        days=days,
        contracts=deployment.contracts,
        products=deployment.products,
        progress=progress,
        clock_of=clock_of,
        meanwhile=beside.work,
        afterwards=beside.tell,  # where dbt had nothing to build
    )
    walk(night)
    if beside.problem:  # whoever could not be told holds back no release
        raise beside.problem
    return NightlyReport(
        day=days[-1],
        sources=night.sources,
        build=night.made,
        built=night.built,
        reports=night.reports,
        outcomes=night.outcomes,
        expired=night.expired,
        maintained=night.maintained,
        verified=night.verified,
    )


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
