"""Warnings of a lake in a bucket: the same records, one winner, each message once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.storage import open_store
from orchestration.alerts.records import AlertsConflict, Records
from tests.orchestration.alerts.office import Office
from tests.orchestration.alerts.rows import RATSADA, at, row
from tests.publication.city import Crash, CrashingStore
from tests.support.s3_server import S3Server


@pytest.fixture
def office(tmp_path: Path, s3_server: S3Server, s3_settings: Settings) -> Office:
    office = Office(tmp_path / "home")
    office.lake = open_store(f"s3://{s3_server.fresh_bucket()}/lake", s3_settings)
    return office


@pytest.mark.parametrize("after", [False, True])
def test_death_at_a_write_makes_no_second_message_in_a_bucket(office: Office, after: bool) -> None:
    for write, risk in ((2, 2), (4, 3)):
        rises = row(RATSADA, risk, write)
        with pytest.raises(Crash):
            office.look(at(write), rises, lake=CrashingStore(office.lake, write, after=after))
        office.look(at(write + 0.5), rises)

    assert [subject.split(": ")[1] for subject in office.shown()] == ["warning", "critical"]
    assert [record.number for record in office.records] == list(range(1, len(office.records) + 1))


def test_one_of_two_that_record_at_once_wins_in_a_bucket(office: Office) -> None:
    seen = Records(office.lake, "flood").last(at(0))
    office.look(at(1), row(RATSADA, 2))

    with pytest.raises(AlertsConflict):
        Records(office.lake, "flood").add(seen)
