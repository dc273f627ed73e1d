"""The demo's days go by night by night: what must be taken in while its key lives, is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ingestion.connectors.days import asks_by_day
from ingestion.settings import Settings
from ingestion.sources import load_contracts
from orchestration.demo import Demo, demo
from orchestration.deployment import Deployment
from orchestration.ingesting import ingest_all
from tests.support.demo_home import SMALL, environment_restored

CONTRACTS = {contract.id: contract for contract in load_contracts()}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plate_reads", True),
        ("environment_stations", False),
        ("water_quality_probes", True),
        ("people_counts", True),
        ("wifi_access_points", False),
        ("air4thai", False),
        ("registered_hotels", False),
    ],
)
def test_only_sources_whose_question_names_a_day_are_asked_day_by_day(source, expected):
    assert asks_by_day(CONTRACTS[source]) is expected


@pytest.mark.whole
def test_each_day_is_taken_in_in_the_night_after_it(tmp_path: Path) -> None:
    city = replace(SMALL, days=4)
    with environment_restored(), demo(Settings(home=tmp_path), city=city) as running:
        contract = running.deployment.contract("traffic_violations")

        (report,) = ingest_all(
            running.deployment, [contract], running.days, clock_of=running.clock_of
        )

    taken = {entry.name: entry.received_at for entry in report.entries}
    for day in city.calendar:
        assert taken[f"violations_{day:%Y%m%d}.csv"] == running.clock_of(contract, day).now()


def test_no_night_of_the_demo_lies_behind_its_own_clock(tmp_path: Path) -> None:
    noon = datetime.fromisoformat("2026-09-07T12:00:00+07:00")
    deployment = Deployment(Settings(home=tmp_path, now=noon))

    running = Demo(deployment, SMALL.calendar, "", tmp_path, {})

    dropped = CONTRACTS["plate_reads"]
    assert running.clock_of(dropped, SMALL.first_day).now() == noon


def test_what_is_asked_for_is_taken_in_at_the_end(tmp_path: Path) -> None:
    deployment = Deployment(Settings(home=tmp_path, now=SMALL.closes_at))

    running = Demo(deployment, SMALL.calendar, "", tmp_path, {})

    assert (
        running.clock_of(CONTRACTS["traffy_complaints"], SMALL.first_day).now() == SMALL.closes_at
    )
