"""Publishing what the gate judged: release what passed, hold the rest, in one commit a call.

Belongs here: the order of things, and what became of each product. Does not belong here: the
single steps (`proof.py`, `decisions.py`, `folder.py`, `commits.py`, `catalogue.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dbt_project.products import Product
from expectations.report import GateReport
from ingestion.clock import Clock
from ingestion.contracts.words import Bilingual
from ingestion.deliveries.simulated import CityScale, Simulation, simulation
from ingestion.errors import CdpError, PermanentError
from ingestion.scratch import scratch_folder
from ingestion.storage import ObjectStore
from publication import catalogue
from publication.commits import Change, PublishConflict, add, head
from publication.decisions import to_hold, to_release
from publication.model import Commit, ProductState
from publication.proof import Proved, ReleaseRefused, prove
from publication.simulated import simulation_of

_ATTEMPTS = 10


class MixedOrigin(PermanentError):
    """Simulated data would come among real ones, or real among simulated."""


@dataclass(frozen=True)
class Publisher:
    """Where releases come from and go to, when, and by which code."""

    lake: ObjectStore
    open: ObjectStore
    clock: Clock
    code_version: str


@dataclass(frozen=True)
class Judged:
    """A product, the gate's report on its candidate, and the ledger ids of what went into it."""

    product: Product
    report: GateReport
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Released:
    """Readers see this version from this commit on. `resumed`: they had it, marked as stale."""

    product: str
    version: str
    commit: int
    resumed: bool = False


@dataclass(frozen=True)
class Held:
    """Readers keep the last good version, if there is one, marked with the reason."""

    product: str
    version: str | None
    stale_since: datetime
    reason: Bilingual
    commit: int


@dataclass(frozen=True)
class Unchanged:
    """Nothing to do: no new version, no commit. `held`: the product is held as it was before."""

    product: str
    version: str | None
    held: bool


@dataclass(frozen=True)
class Refused:
    """These bytes may not go out; readers keep what they have."""

    product: str
    error: CdpError


Outcome = Released | Held | Unchanged | Refused


def publish(publisher: Publisher, judged: Sequence[Judged]) -> tuple[Outcome, ...]:
    """Release every product that passed and hold every other, as one commit, or none.

    A product that must be refused does not stop the others. The catalogue is refreshed even when
    nothing changed: an earlier run may have died between its commit and its catalogue.

    Raises
    ------
    PublishConflict: other publishers kept changing the same products; publishing again is safe.
    MixedOrigin: of the home and the open store, only one is the simulated city's.
    """
    with scratch_folder("release") as folder:
        offers = [_offer(publisher, each, folder / each.product.id) for each in judged]
        for attempt in range(_ATTEMPTS):
            try:
                outcomes = _publish(publisher, offers)
                break
            except PublishConflict:
                if attempt == _ATTEMPTS - 1:
                    raise
    catalogue.refresh(publisher.open)
    return outcomes


def release(
    publisher: Publisher, product: Product, report: GateReport, inputs: tuple[str, ...] = ()
) -> Released | Held | Unchanged:
    """Publish one candidate that the gate passed, unless readers have it already.

    Held comes back only for data that an operator rolled back from.

    Raises
    ------
    ReleaseRefused: the report does not pass exactly these bytes of this product.
    """
    if report.verdict != "passed":
        raise ReleaseRefused(
            f"product {product.id} did not pass the gate: {report.headline}",
            fix="hold it, correct its sources or its model, build again",
        )
    return _only(publish(publisher, [Judged(product, report, inputs)]))


def hold(publisher: Publisher, product: Product, report: GateReport) -> Held | Unchanged:
    """Keep one product at its last good version and say why; once is enough.

    Raises
    ------
    ReleaseRefused: the report passed the product, so there is nothing to hold.
    """
    if report.verdict == "passed":
        raise ReleaseRefused(
            f"product {product.id} passed the gate",
            expected="a report that holds it back",
            fix="release it",
        )
    outcome = _only(publish(publisher, [Judged(product, report)]))
    assert not isinstance(outcome, Released)
    return outcome


@dataclass(frozen=True)
class _Offer:
    """A judged product with its bytes proved, or the error that refuses it."""

    judged: Judged
    proved: Proved | None
    error: CdpError | None = None


def _offer(publisher: Publisher, judged: Judged, folder: Path) -> _Offer:
    product, report = judged.product, judged.report
    if report.verdict != "passed" and report.product == product.id:
        return _Offer(judged, None)
    folder.mkdir()
    try:
        _refuse_untold(publisher, product)
        return _Offer(judged, prove(publisher.lake, product, report, judged.inputs, folder))
    except ReleaseRefused as error:
        return _Offer(judged, None, error)


def _refuse_untold(publisher: Publisher, product: Product) -> None:
    if simulation(publisher.lake) != simulation_of(product):
        raise ReleaseRefused(
            f"the rows of {product.id} do not say what this home is",
            expected="of a simulated home, and of no other, the column that says simulated, and at "
            "which scale",
            fix="build and gate again",
        )


def _publish(publisher: Publisher, offers: Sequence[_Offer]) -> tuple[Outcome, ...]:
    present = head(publisher.open)
    own = simulation(publisher.lake)
    _refuse_mixture(publisher, present, own)
    before = present.products if present else {}
    steps = [_decide(publisher, offer, before) for offer in offers]
    changes = tuple(step for step in steps if isinstance(step, Change))
    commit = add(publisher.open, publisher.clock, changes, simulation=own) if changes else None
    return tuple(_outcome(offer, step, commit) for offer, step in zip(offers, steps, strict=True))


def _refuse_mixture(publisher: Publisher, present: Commit | None, own: Simulation | None) -> None:
    if present is None:
        return
    here, there = _kind(own is not None, own), _kind(present.simulated, present.simulation)
    # A scale that nobody recorded may be any.
    if here == there or (own and present.simulated and not (own.scale and _scale_of(present))):
        return
    raise MixedOrigin(
        f"{publisher.open.url} holds {there}, and those of this home are {here}",
        expected="readers of one store get data of one kind",
        fix="publish to a store of its own: another CDP_OPEN_URL, or another CDP_HOME",
    )


def _kind(simulated: bool, told: Simulation | None) -> str:
    if not simulated:
        return "real data"
    at = f" at the scale {told.scale.scale:g}" if told and told.scale else ""
    return f"simulated data{at}"


def _scale_of(commit: Commit) -> CityScale | None:
    return commit.simulation.scale if commit.simulation else None


def _decide(
    publisher: Publisher, offer: _Offer, before: dict[str, ProductState]
) -> Change | CdpError:
    if offer.error:
        return offer.error
    product, report, clock = offer.judged.product, offer.judged.report, publisher.clock
    was = before.get(product.id)
    if offer.proved is None:
        return to_hold(product, report, was, clock)
    try:
        return to_release(publisher.open, offer.proved, was, publisher.code_version, clock)
    except PermanentError as error:
        return error


def _outcome(
    offer: _Offer,
    step: Change | CdpError,
    commit: Commit | None,
) -> Outcome:
    product = offer.judged.product.id
    if isinstance(step, CdpError):
        return Refused(product, step)
    state = step.becomes
    made = commit is not None and product in {action.product for action in commit.actions}
    if commit is None or not made:
        return Unchanged(product, state.version, held=state.state == "held")
    if state.release and state.state == "fresh":
        resumed = step.action == "resumed"
        return Released(product, state.release.version, commit.number, resumed)
    assert state.stale_since
    assert state.reason
    return Held(product, state.version, state.stale_since, state.reason, commit.number)


def _only(outcomes: tuple[Outcome, ...]) -> Released | Held | Unchanged:
    (outcome,) = outcomes
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome
