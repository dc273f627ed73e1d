"""The steps of a night, each named once, in their order.

`cdp nightly` walks all of them for everything. `cdp build`, `gate`, `publish` and the assets of
Dagster walk one of them, for a product or a source. What a step does, what it says and what it
holds meanwhile stands here and nowhere else. Does not belong here: how a step is shown (`cli/`,
`defs/`), and the work itself (the modules that are imported below).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from dbt_project.products import Product
from expectations.report import GateReport
from ingestion.contracts import SourceContract
from ingestion.deliveries.report import IngestReport
from ingestion.errors import CdpError, PermanentError
from ingestion.privacy.vault import Expired, Vault
from orchestration.building import build
from orchestration.builds import Build, last_build
from orchestration.deployment import Deployment
from orchestration.gating import gate, read_report
from orchestration.ingesting import ClockOf, Progress, ingest_all
from orchestration.maintaining import Maintained, maintain
from orchestration.publishing import publish_judged
from orchestration.verifying import Verified, verify_next_part
from publication.release import Outcome


def _nothing() -> None:
    """Nobody has anything to do."""


@dataclass
class Night:
    """A night under way: what it is about, and what its steps have made so far.

    Parameters
    ----------
    days, contracts: what is taken in. products: what is judged and published.
    clock_of: when a source's day is taken in, where that is not now.
    meanwhile: is called while dbt builds, if it has to. afterwards: when the tables are there.
    anew: make every table anew, whatever is known of them.
    """

    deployment: Deployment
    days: Sequence[date] = ()
    contracts: Sequence[SourceContract] = ()
    products: Sequence[Product] = ()
    progress: Progress = lambda _: None
    clock_of: ClockOf | None = None
    meanwhile: Callable[[], None] = _nothing
    afterwards: Callable[[], None] = _nothing
    anew: bool = False

    expired: Expired = field(default_factory=Expired)
    sources: tuple[IngestReport, ...] = ()
    build: Build | None = None
    built: bool = False
    reports: tuple[GateReport, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    maintained: Maintained = field(default_factory=Maintained)
    verified: Verified = field(default_factory=lambda: Verified(0, ()))

    @property
    def made(self) -> Build:
        """The build that the curated tables are.

        Raises
        ------
        PermanentError: nothing was built yet.
        """
        found = self.build or last_build(self.deployment.lake)
        if found is None:
            raise PermanentError("nothing was built yet", fix="run cdp build, or make demo")
        return found


@dataclass(frozen=True)
class Step:
    """One step. `held` is what nobody else may hold while it is taken."""

    name: str
    says: str
    do: Callable[[Night], None]
    held: Callable[[Deployment], AbstractContextManager[None]]


def walk(night: Night, *steps: Step) -> Night:
    """Take these steps, or all of them. Neighbours that hold the same thing hold it together:
    nobody else builds between a build and its publication."""
    for held, together in groupby(steps or STEPS, key=lambda step: step.held):
        with held(night.deployment):
            for step in together:
                night.progress(step.says)
                step.do(night)
    return night


def hold_spoilt(deployment: Deployment, build: Build) -> Night:
    """Judge and hold the products whose table a build could not make, for the reason that dbt gave.

    For who runs the steps one by one and holds the lake already: what comes after a table that was
    not made is skipped there, and readers would never learn why the product stands still.
    """
    spoilt = [product for product in deployment.products if build.blame(product.id)]
    night = Night(deployment, products=spoilt, build=build)
    for step in (GATE, PUBLISH) if spoilt else ():
        step.do(night)
    return night


def expire_vault(deployment: Deployment) -> Expired:
    """Destroy what has reached the end of its life. A failure is reported and stops nothing."""
    try:
        vault = Vault.of(deployment.settings, deployment.lake)
        return vault.expire(deployment.clock.now())
    except CdpError as error:
        return Expired(problem=error.message)
    except OSError as error:
        return Expired(problem=f"the key store cannot be used: {error.strerror}")


def _expire(night: Night) -> None:
    night.expired = expire_vault(night.deployment)


def _ingest(night: Night) -> None:
    night.sources = ingest_all(
        night.deployment, night.contracts, night.days, night.progress, night.clock_of
    )


def _build(night: Night) -> None:
    night.build, night.built = build(night.deployment, night.meanwhile, anew=night.anew)
    night.afterwards()


def _judge(night: Night) -> None:
    night.reports = gate(night.deployment, night.made, night.products)


def _publish(night: Night) -> None:
    """What the gate judged in this night, or, where that was another process, has kept."""
    made = night.made
    if not night.reports:
        kept = (read_report(night.deployment, made, product) for product in night.products)
        night.reports = tuple(report for report in kept if report)
    if night.products and not night.reports:
        raise PermanentError(f"build {made.id} was not judged", fix="run cdp gate first")
    night.outcomes = publish_judged(night.deployment, made, night.reports)


def _maintain(night: Night) -> None:
    night.maintained = maintain(night.deployment)


def _verify(night: Night) -> None:
    night.verified = verify_next_part(night.deployment)


def _the_vault(deployment: Deployment) -> AbstractContextManager[None]:
    return deployment.locked("vault")


def _each_source(_: Deployment) -> AbstractContextManager[None]:
    """To take sources in, none waits for who builds; who takes one in holds that one."""
    return nullcontext()


def _the_lake(deployment: Deployment) -> AbstractContextManager[None]:
    return deployment.alone("nightly")


EXPIRE = Step("expire", "destroying what has reached the end of its life", _expire, _the_vault)
INGEST = Step("ingest", "taking the sources in", _ingest, _each_source)
BUILD = Step("build", "building the curated tables with dbt", _build, _the_lake)
GATE = Step("gate", "judging the candidates at the gate", _judge, _the_lake)
PUBLISH = Step("publish", "publishing", _publish, _the_lake)
MAINTAIN = Step("maintain", "putting the curated tables in order", _maintain, _the_lake)
VERIFY = Step("verify", "verifying a thirtieth of the lake", _verify, _the_lake)

STEPS = (EXPIRE, INGEST, BUILD, GATE, PUBLISH, MAINTAIN, VERIFY)
