"""What Dagster finds: assets, checks, the nightly job and its schedule."""

from __future__ import annotations

import os

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.demo import demo
from orchestration.deployment import Deployment, open_deployment
from orchestration.resources import Platform
from publication.release import Held
from tests.support.demo_home import SMALL, DemoRun, environment_restored


@pytest.fixture(scope="module")
def definitions(small_run: DemoRun) -> dg.Definitions:
    with environment_restored():
        os.environ["CDP_HOME"] = str(small_run.settings.home)
        return build_definitions()


@pytest.fixture(scope="module")
def deployment(small_run: DemoRun) -> Deployment:
    return Deployment(small_run.settings)


def test_every_source_and_product_is_an_asset_in_its_domain(
    definitions: dg.Definitions, deployment: Deployment
) -> None:
    graph = definitions.resolve_asset_graph()

    for contract in deployment.contracts:
        assert graph.get(dg.AssetKey(["lake", contract.id])).group_name == contract.domain
    for product in deployment.products:
        for stage in ("marts", "candidate", "open"):
            assert graph.get(dg.AssetKey([stage, product.id])).group_name == product.domain


def test_a_product_depends_on_its_sources_all_the_way(
    definitions: dg.Definitions, deployment: Deployment
) -> None:
    graph = definitions.resolve_asset_graph()
    published = dg.AssetSelection.assets(dg.AssetKey(["open", "rain_daily"])).upstream()

    upstream = published.resolve(graph)

    assert dg.AssetKey(["lake", "environment_sensor_readings"]) in upstream


def test_the_gate_of_every_product_blocks(
    definitions: dg.Definitions, deployment: Deployment
) -> None:
    graph = definitions.resolve_asset_graph()

    for product in deployment.products:
        key = dg.AssetCheckKey(dg.AssetKey(["candidate", product.id]), "gate")
        assert graph.get_check_spec(key).blocking
        current = dg.AssetCheckKey(dg.AssetKey(["open", product.id]), "current")
        assert not graph.get_check_spec(current).blocking


def test_the_nightly_schedule_runs_at_two_in_bangkok(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_at_two")

    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Asia/Bangkok"


@pytest.mark.whole
def test_the_nightly_job_publishes_what_passes_and_warns_of_what_is_held(
    tmp_path: object, small_run: DemoRun
) -> None:
    """On a home of the demo, where everything is built: Dagster takes the same steps."""
    settings = Settings(home=small_run.settings.home)
    with environment_restored(), demo(settings, city=SMALL) as city:
        os.environ["CDP_HOME"] = str(settings.home)
        os.environ["CDP_ALLOW_LOOPBACK"] = "true"
        os.environ["CDP_NOW"] = city.deployment.clock.now().isoformat()
        job = build_definitions().resolve_job_def("nightly")
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(
                partition_key=city.days[-1].isoformat(), instance=instance, raise_on_error=False
            )

    done = {event.asset_key for event in result.get_asset_materialization_events()}
    warned = {
        check.asset_key.path[-1]
        for check in result.get_asset_check_evaluations()
        if check.check_name == "current" and not check.passed
    }
    held = {o.product for o in small_run.report.outcomes if isinstance(o, Held)}
    assert "airport_passengers_yearly" in held
    assert result.success
    assert warned == held
    assert dg.AssetKey(["open", "sensor_quality_daily"]) in done
    assert dg.AssetKey(["open", "airport_passengers_yearly"]) not in done


def test_loading_the_platform_resource_reads_the_environment_when_asked() -> None:
    with environment_restored():
        os.environ["CDP_HOME"] = "/nowhere/at-all"

        deployment = Platform().deployment()

    assert str(deployment.settings.home) == "/nowhere/at-all"
    assert open_deployment(Settings()).settings.home.name == ".cdp"
