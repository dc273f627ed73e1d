"""The steps of a night: one list, one lock each, walked by the command and by Dagster alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest

from ingestion.errors import PermanentError
from ingestion.privacy.vault import Expired
from ingestion.settings import Settings
from orchestration import steps
from orchestration.builds import Build
from orchestration.defs.nightly import SHOWN
from orchestration.deployment import Deployment
from orchestration.gating import judge_candidates
from orchestration.maintaining import Maintained
from orchestration.resources import Platform
from orchestration.steps import BUILD, EXPIRE, GATE, INGEST, PUBLISH, STEPS, VERIFY, Night, walk
from orchestration.verifying import Verified
from publication.commits import head
from publication.release import Released
from tests.support.hotels import HOTELS, NOW, Offer, offering

MADE = Build(
    id="00000001",
    day=date(2026, 1, 9),
    as_of=datetime(2026, 1, 8, 19, tzinfo=UTC),
    code="c",
    ledgers={},
    full=True,
)


class Watched(Deployment):
    """A deployment that tells who holds what, and when."""

    @property
    def seen(self) -> list[str]:
        return self.__dict__.setdefault("_seen", [])

    @contextmanager
    def locked(self, work: str, *, looks_only: bool = False) -> Iterator[None]:
        self.seen.append(f"hold {work}")
        yield
        self.seen.append(f"free {work}")

    @contextmanager
    def alone(self, work: str) -> Iterator[None]:
        with self.locked("the lake"):
            yield


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A night of nothing but its order: each step only tells that it is taken."""
    deployment = Watched(Settings(home=tmp_path, now=NOW))

    def tells(name: str, result: object) -> object:
        return lambda *_, **__: deployment.seen.append(name) or result

    monkeypatch.setattr(steps, "expire_vault", tells("expire", Expired()))
    monkeypatch.setattr(steps, "ingest_all", tells("ingest", ()))
    monkeypatch.setattr(steps, "build", tells("build", (MADE, True)))
    monkeypatch.setattr(steps, "gate", tells("gate", ("verdict",)))
    monkeypatch.setattr(steps, "publish_judged", tells("publish", ()))
    monkeypatch.setattr(steps, "maintain", tells("maintain", Maintained()))
    monkeypatch.setattr(steps, "verify_next_part", tells("verify", Verified(0, ())))
    return deployment


def test_a_night_takes_every_step_once_and_lets_nobody_build_before_it_has_published(
    watched: Watched,
) -> None:
    walk(Night(watched))

    assert watched.seen == [
        *("hold vault", "expire", "free vault"),
        "ingest",
        *("hold the lake", "build", "gate", "publish", "maintain", "verify", "free the lake"),
    ]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_by_itself_holds_what_it_holds_in_a_night(
    watched: Watched, step: steps.Step
) -> None:
    walk(Night(watched, build=MADE, reports=("verdict",)), step)  # type: ignore[arg-type]

    what = {EXPIRE: "vault", INGEST: ""}.get(step, "the lake")
    held = [f"hold {what}", step.name, f"free {what}"]
    assert watched.seen == (held if what else [step.name])


def test_every_step_says_what_it_does_in_words_of_its_own(watched: Watched) -> None:
    said: list[str] = []

    walk(Night(watched, progress=said.append))

    assert said == [step.says for step in STEPS]
    assert len({step.name for step in STEPS}) == len({step.says for step in STEPS}) == len(STEPS)


def test_dagster_shows_every_step_and_no_asset_waits_for_a_later_one(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path))
    shown = {step: SHOWN[step](deployment) for step in STEPS}
    of = {key: step for step, assets in shown.items() for each in assets for key in each.keys}

    waits_for = {
        step: {of[key] for each in assets for key in each.dependency_keys if key in of}
        for step, assets in shown.items()
    }

    assert set(SHOWN) == set(of.values()) == set(STEPS)
    for step, others in waits_for.items():
        assert all(STEPS.index(other) <= STEPS.index(step) for other in others), step.name
    for before, after in pairwise((INGEST, BUILD, GATE, PUBLISH)):
        assert before in waits_for[after]


def test_no_check_is_a_step_of_its_own_that_could_do_anything(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path))
    assets = [asset for step in STEPS for asset in SHOWN[step](deployment)]

    definitions = dg.Definitions(assets=assets, resources={"platform": Platform()})
    graph = definitions.resolve_asset_graph()

    assert len(list(graph.asset_check_keys)) > len(deployment.products) * 2
    assert not [each.check_keys for each in graph.assets_defs if each.check_keys and not each.keys]


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


@pytest.fixture
def offer(deployment: Deployment) -> Iterator[Offer]:
    with offering(deployment) as build:
        yield build


def test_what_is_published_is_what_the_gate_has_kept_whoever_asked_it(
    deployment: Deployment, offer: Offer
) -> None:
    hotels = [deployment.product("hotels_yearly")]
    judge_candidates(deployment, offer(1, dict(HOTELS)), hotels)

    night = walk(Night(deployment, products=hotels), PUBLISH)

    assert [report.verdict for report in night.reports] == ["passed"]
    assert isinstance(night.outcomes[0], Released)


def test_what_was_not_judged_is_not_published(deployment: Deployment, offer: Offer) -> None:
    offer(1, dict(HOTELS))

    with pytest.raises(PermanentError, match="build 00000001 was not judged; run cdp gate"):
        walk(Night(deployment, products=[deployment.product("hotels_yearly")]), PUBLISH)

    assert head(deployment.open) is None


@pytest.mark.parametrize("step", [GATE, PUBLISH], ids=lambda step: step.name)
def test_before_the_first_build_a_step_says_what_to_do(
    deployment: Deployment, step: steps.Step
) -> None:
    with pytest.raises(PermanentError, match="nothing was built yet; run cdp build"):
        walk(Night(deployment, products=deployment.products), step)


def test_looking_at_a_part_of_the_lake_needs_no_build(deployment: Deployment) -> None:
    assert walk(Night(deployment), VERIFY).verified.part == 1
