"""A held product is the platform at work: the run ends well, and Dagster says what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
import typer

from expectations.report import GateReport
from ingestion.settings import Settings
from orchestration import gating, steps
from orchestration.builds import Build
from orchestration.cli.steps import publish
from orchestration.defs import candidates, open_data
from orchestration.deployment import Deployment
from orchestration.gating import judge_candidates
from orchestration.nightly import NightlyReport
from orchestration.publishing import publish_judged
from orchestration.resources import Platform
from orchestration.standing import checks_of
from orchestration.steps import hold_spoilt
from orchestration.telling import tell_of_night
from publication.commits import head
from publication.rollback import rollback
from tests.publication.city import objects
from tests.support.demo_home import environment_restored
from tests.support.hotels import HOTELS, NOW, Offer, offering

CANDIDATE = dg.AssetKey(["candidate", "hotels_yearly"])
OPEN = dg.AssetKey(["open", "hotels_yearly"])
LATER = datetime(2026, 1, 9, 19, tzinfo=UTC)


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    with environment_restored():
        os.environ |= {"CDP_HOME": str(tmp_path), "CDP_NOW": NOW.isoformat()}
        yield Deployment(Settings(home=tmp_path, now=NOW))


@pytest.fixture
def offer(deployment: Deployment) -> Iterator[Offer]:
    with offering(deployment) as build:
        yield build


def run(
    deployment: Deployment, build: Build, selected: dg.AssetSelection | None = None
) -> dg.ExecuteInProcessResult:
    """The steps of one product, or some of them, as the nightly job of Dagster takes them."""
    product = deployment.product("hotels_yearly")
    judge_candidates(deployment, build, [product])
    definitions = dg.Definitions(
        assets=[candidates.candidate_asset(product), open_data.open_asset(product)],
        jobs=[dg.define_asset_job("night", selection=selected or dg.AssetSelection.all())],
        resources={"platform": Platform()},
        executor=dg.in_process_executor,
    )
    job = definitions.resolve_job_def("night")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {each.check_name: each for each in result.get_asset_check_evaluations()}


def published(result: dg.ExecuteInProcessResult) -> bool:
    return OPEN in {event.asset_key for event in result.get_asset_materialization_events()}


def shown(check: dg.AssetCheckEvaluation) -> dict[str, object]:
    return {name: value.value for name, value in check.metadata.items()}


def test_a_product_that_passes_is_published_and_current(
    deployment: Deployment, offer: Offer
) -> None:
    result = run(deployment, offer(1, dict(HOTELS)))

    assert result.success
    assert published(result)
    assert {name: check.passed for name, check in checks(result).items()} == {
        "gate": True,
        "current": True,
    }
    assert shown(checks(result)["current"])["last good version"] == "2026-01-09.0"


def test_a_held_product_ends_the_run_well_with_a_warning(
    deployment: Deployment, offer: Offer
) -> None:
    run(deployment, offer(1, dict(HOTELS)))

    result = run(deployment, offer(2, HOTELS | {2024: None}))

    assert result.success
    assert not published(result)
    found = checks(result)
    assert {each.severity for each in found.values()} == {dg.AssetCheckSeverity.WARN}
    assert not any(each.passed for each in found.values())


def test_a_product_that_was_not_judged_is_not_left_out_without_a_word(
    deployment: Deployment, offer: Offer, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_candidates(deployment, offer(1, HOTELS), [deployment.product("hotels_yearly")])

    with pytest.raises(typer.Exit):
        publish()

    told = capsys.readouterr()
    assert "hotels_yearly" in told.out
    assert "tap_water_yearly" in told.err.split("left as they were: ")[1]
    assert "hotels_yearly" not in told.err


@pytest.mark.parametrize("held", [True, False])
def test_judging_a_candidate_changes_nothing_for_readers(
    deployment: Deployment, offer: Offer, held: bool
) -> None:
    run(deployment, offer(1, dict(HOTELS)))
    before = objects(deployment.open)
    build = offer(2, HOTELS | {2024: None} if held else HOTELS | {2026: 999})

    result = run(deployment, build, dg.AssetSelection.assets(CANDIDATE))

    assert result.success
    assert checks(result)["gate"].passed is not held
    assert objects(deployment.open) == before


def test_a_check_cannot_be_run_without_the_step_that_it_is_about(
    deployment: Deployment, offer: Offer
) -> None:
    build = offer(1, dict(HOTELS))

    for asset, name in ((CANDIDATE, "gate"), (OPEN, "current")):
        alone = dg.AssetSelection.checks(dg.AssetCheckKey(asset, name))
        with pytest.raises(dg.DagsterInvalidDefinitionError):
            run(deployment, build, alone)

    assert head(deployment.open) is None


def test_a_held_product_shows_since_when_why_what_to_do_and_what_readers_have(
    deployment: Deployment, offer: Offer
) -> None:
    run(deployment, offer(1, dict(HOTELS)))
    run(deployment, offer(2, HOTELS | {2024: None}))
    os.environ["CDP_NOW"] = LATER.isoformat()

    current = checks(run(deployment, offer(3, HOTELS | {2024: None})))["current"]

    facts = shown(current)
    assert facts["last good version"] == "2026-01-09.0"
    assert facts["held since"] == NOW.timestamp()
    assert "No final value of the last release" in str(facts["why"])
    assert "ข้อมูลขั้นสุดท้าย" in str(facts["เหตุผล"])
    assert "method_changes" in str(facts["what to do"])
    assert "method_changes" in str(facts["สิ่งที่ต้องทำ"])
    said = current.description or ""
    assert "held back since 2026-01-09 02:00" in said
    assert "readers have version 2026-01-09.0; to do: mend the source" in said
    assert "ระงับการเผยแพร่รุ่นใหม่ตั้งแต่ 2026-01-09 02:00" in said


def test_a_product_that_never_went_out_says_that_readers_have_none(
    deployment: Deployment, offer: Offer
) -> None:
    result = run(deployment, offer(1, HOTELS | {2025: -7}))

    assert result.success
    current = checks(result)["current"]
    assert shown(current)["last good version"] == "none"
    assert "folder" not in shown(current)
    assert "readers have no version yet; to do: the check `gate`" in (current.description or "")


def test_a_product_is_current_again_when_its_rule_holds(
    deployment: Deployment, offer: Offer
) -> None:
    for number, hotels in enumerate((HOTELS, HOTELS | {2024: None}, HOTELS), start=1):
        result = run(deployment, offer(number, dict(hotels)))

    assert {name: check.passed for name, check in checks(result).items()} == {
        "gate": True,
        "current": True,
    }


def test_after_a_rollback_readers_have_an_older_version_and_the_check_says_so(
    deployment: Deployment, offer: Offer
) -> None:
    run(deployment, offer(1, dict(HOTELS)))
    build = offer(2, HOTELS | {2025: 981})
    run(deployment, build)
    rollback(deployment.open, "hotels_yearly", "2026-01-09.0", deployment.clock)

    result = run(deployment, build)

    current = checks(result)["current"]
    assert result.success
    assert checks(result)["gate"].passed
    assert not current.passed
    assert shown(current)["last good version"] == "2026-01-09.0"
    assert "roll back" in str(shown(current)["what to do"])


def test_a_gate_that_falls_over_ends_the_run_in_red_and_nothing_comes_after_it(
    deployment: Deployment, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = offer(1, dict(HOTELS))

    def broken(*_: object) -> None:
        raise OSError("the lake is full")

    monkeypatch.setattr(steps, "gate", broken)

    result = run(deployment, build)

    assert not result.success
    assert not published(result)


def test_bytes_that_must_be_refused_end_the_run_in_red(
    deployment: Deployment, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = offer(1, dict(HOTELS))
    judge = gating.judge_candidates(deployment, build, [deployment.product("hotels_yearly")])
    other = judge[0].files[0].model_copy(update={"sha256": "0" * 64})
    lying = judge[0].model_copy(update={"files": (other, *judge[0].files[1:])})
    monkeypatch.setattr(steps, "read_report", lambda *_: lying)

    result = run(deployment, build)

    assert not result.success
    assert not published(result)


def told(deployment: Deployment, reports: tuple[GateReport, ...], build: Build) -> None:
    outcomes = publish_judged(deployment, build, reports)
    night = NightlyReport(date(2026, 1, 8), (), build, True, reports, outcomes)
    tell_of_night(deployment, night)


def test_a_night_of_the_command_tells_dagster_the_same(
    deployment: Deployment, offer: Offer
) -> None:
    product = deployment.product("hotels_yearly")
    for number, hotels in enumerate((HOTELS, HOTELS | {2024: None}), start=1):
        build = offer(number, dict(hotels))
        told(deployment, judge_candidates(deployment, build, [product]), build)

    with dg.DagsterInstance.get() as instance:
        keys = [dg.AssetCheckKey(CANDIDATE, "gate"), dg.AssetCheckKey(OPEN, "current")]
        latest = [
            instance.event_log_storage.get_asset_check_execution_history(key, limit=1)[0]
            for key in keys
        ]

    for record in latest:
        assert record.event
        evaluation = record.event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
        assert not evaluation.passed
        assert evaluation.severity == dg.AssetCheckSeverity.WARN
    assert "held since" in evaluation.metadata


def test_a_product_whose_model_broke_says_so_though_its_steps_are_skipped(
    deployment: Deployment, offer: Offer
) -> None:
    run(deployment, offer(1, dict(HOTELS)))
    node = "int_hotels"
    broken = {"broken": {node: "Binder Error"}, "spoilt": {"hotels_yearly": [node]}}
    # A build that made no candidate of it.
    build = offer(2, dict(HOTELS)).model_copy(update={"id": "00000003"} | broken)

    (report,) = hold_spoilt(deployment, build).reports
    gate, current = checks_of(deployment, report)

    assert (gate.passed, current.passed) == (False, False)
    assert (gate.asset_key, current.asset_key) == (CANDIDATE, OPEN)
    assert shown(current)["last good version"] == "2026-01-09.0"
    assert "dbt's message" in str(shown(current)["what to do"])
