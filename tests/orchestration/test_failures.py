"""A source, a setting, a store that fails: one clear message, and the others go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import stamina

from ingestion.errors import CdpError, PermanentError
from ingestion.settings import Settings
from orchestration.demo import demo
from orchestration.deployment import Deployment
from orchestration.ingesting import ingest_all
from orchestration.nightly import nightly
from publication.release import Held, Released
from tests.support.demo_home import SMALL, environment_restored

DAY = date(2026, 1, 8)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Give up on a dead source at once."""
    stamina.set_testing(True, attempts=1)
    yield
    stamina.set_testing(False)


@pytest.mark.whole
def test_a_source_out_of_reach_is_named_and_the_others_are_published(
    tmp_path: Path, impatient: None
) -> None:
    with environment_restored(), demo(Settings(home=tmp_path), city=SMALL) as city:
        os.environ["CDP_CKAN_URL"] = "http://127.0.0.1:9"  # nothing listens on discard

        report = nightly(city.deployment, city.days[-1:])

    problems = {source.source: source.problem for source in report.sources}
    outcomes = {outcome.product: outcome for outcome in report.outcomes}
    assert report.failed
    assert "cannot be reached" in problems["registered_hotels"]
    assert not problems["environment_sensor_readings"]
    assert isinstance(outcomes["sensor_quality_daily"], Released)
    assert isinstance(outcomes["hotels_yearly"], Held)


def test_a_setting_that_is_missing_is_named(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path))

    report = ingest_all(deployment, [deployment.contract("registered_hotels")], [DAY])[0]

    assert (
        report.problem == "setting CDP_CKAN_URL is not set; set CDP_CKAN_URL; see README, Settings"
    )


def test_the_demo_refuses_a_home_with_other_data(tmp_path: Path) -> None:
    received = tmp_path / "lake" / "raw" / "rain" / "2026-01-08"
    received.mkdir(parents=True)
    (received / "day.csv").write_bytes(b"1,2,3")

    refused = pytest.raises(PermanentError, match="not the simulated city's")
    with refused, demo(Settings(home=tmp_path)):
        pass


def test_an_unknown_source_is_answered_with_the_closest_known(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path))

    with pytest.raises(CdpError, match="did you mean 'registered_hotels'"):
        deployment.contract("registred_hotels")
