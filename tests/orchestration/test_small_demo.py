"""The whole way for one day of a small city: on folders, and on a real S3 server."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ingestion.settings import Settings
from orchestration.deployment import Deployment
from publication.release import Held, Released, Unchanged
from publication.verify import verify
from tests.support.demo_home import SMALL, DemoRun, run_demo
from tests.support.s3_server import S3Server


@dataclass(frozen=True)
class OnS3:
    """The demo on a real S3 server: what it had published when it ended."""

    settings: Settings
    sums: dict[str, bytes]
    whole: bool


@pytest.fixture(scope="module")
def on_s3(
    small_run: DemoRun, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> OnS3:
    lake, published = s3_server.fresh_bucket(), s3_server.fresh_bucket()
    settings = s3_server.settings(
        home=tmp_path_factory.mktemp("on-s3"),
        lake_url=f"s3://{lake}/lake",
        open_url=f"s3://{published}",
    )
    run_demo(settings, SMALL)
    deployment = Deployment(settings)
    return OnS3(settings, _sums(deployment), verify(deployment.open).ok)


def _sums(deployment: Deployment) -> dict[str, bytes]:
    found = [i.key for i in deployment.open.list() if i.key.endswith("/SHA256SUMS")]
    return {key: deployment.open.get(key) for key in found}


def test_every_source_is_taken_in_and_every_product_but_one_goes_out(small_run: DemoRun) -> None:
    outcomes = {outcome.product: outcome for outcome in small_run.report.outcomes}

    assert all(source.accepted > 0 for source in small_run.report.sources)
    assert isinstance(outcomes["airport_passengers_yearly"], Held)
    assert isinstance(outcomes["hotels_yearly"], Released)
    assert verify(Deployment(small_run.settings).open).ok


def test_the_sources_that_a_product_names_are_those_of_dbts_own_graph(small_run: DemoRun) -> None:
    products = Deployment(small_run.settings).products

    named = {product.id: product.sources for product in products}

    assert small_run.report.build.lineage == named


@pytest.mark.whole
def test_the_same_demo_on_s3_publishes_the_same_bytes(small_run: DemoRun, on_s3: OnS3) -> None:
    assert on_s3.sums == _sums(Deployment(small_run.settings))
    assert on_s3.whole


@pytest.mark.whole
def test_what_dbt_read_of_the_project_serves_every_home(on_s3: OnS3) -> None:
    log = (on_s3.settings.home / "dbt" / "logs" / "dbt.log").read_text("utf-8")

    assert "Partial parsing enabled" in log
    assert "Unable to do partial parsing" not in log


@pytest.mark.whole
def test_a_corrected_airport_table_releases_the_product(on_s3: OnS3) -> None:
    corrected = run_demo(on_s3.settings, SMALL, airport_corrected=True).report

    outcomes = {outcome.product: outcome for outcome in corrected.outcomes}
    assert isinstance(outcomes.pop("airport_passengers_yearly"), Released)
    assert all(isinstance(outcome, Unchanged) for outcome in outcomes.values())
