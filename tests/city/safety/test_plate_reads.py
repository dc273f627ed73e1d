"""Plate reads of both makers: the door finds what is wrong in them, and they follow the traffic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from city.channels import DropFile
from city.city import City
from city.registers.cameras import plate_cameras
from city.sources.safety import plate_reads, plate_reads_checkpoint
from city.sources.safety.recognition import reads_of
from city.truth.people.traffic import passes_by_hour
from tests.city.safety.judging import Door, Sent

MODULES = {module.SOURCE_ID: module for module in (plate_reads, plate_reads_checkpoint)}


@pytest.fixture(scope="module")
def judged(small: City, door: Door) -> dict[str, Sent]:
    """The files with something that the door must find, and two hours with nothing of the kind."""
    return {
        source: door.files(source, filter(is_telling, files_of(source, small)))
        for source in MODULES
    }


def files_of(source: str, city: City) -> list[DropFile]:
    return [file for day in city.calendar for file in MODULES[source].files_of(city, day)]


def is_telling(file: DropFile) -> bool:
    ordinary = {"repeated_read", "clock_drift", "duplicate_file"}
    return "0907_00" in file.name or any(d.kind not in ordinary for d in file.defects)


@pytest.fixture(params=MODULES)
def sent(request: pytest.FixtureRequest, judged: dict[str, Sent]) -> Sent:
    return judged[request.param]


def test_every_read_with_a_wrong_clock_or_score_is_quarantined_and_no_other(sent: Sent) -> None:
    assert sent.quarantined == sent.planted_records("quarantined")
    assert len(sent.quarantined) > 3


def test_the_codes_tell_what_is_wrong(judged: dict[str, Sent]) -> None:
    found = {
        row.code
        for one in judged.values()
        for file in one.files.values()
        for row in file.quarantined
    }

    assert found == {"ts_future", "ts_buddhist_year", "value_out_of_range"}


def test_reads_that_were_sent_twice_count_once(judged: dict[str, Sent]) -> None:
    sent = judged["plate_reads"]

    assert sent.deduplicated == sent.planted_count("deduplicated")
    assert sent.deduplicated


def test_cut_files_are_refused_and_no_other(sent: Sent) -> None:
    assert sent.refused == sent.planted_files("refused")
    assert len(sent.refused) == 1


def test_no_plate_is_stored_and_one_vehicle_has_one_pseudonym_at_both_makers(
    judged: dict[str, Sent],
) -> None:
    by_source = {name: {row["plate"] for row in one.accepted} for name, one in judged.items()}

    assert all(len(str(plate)) == 32 for plates in by_source.values() for plate in plates)
    assert by_source["plate_reads"] & by_source["plate_reads_checkpoint"]


def test_reads_come_from_everywhere_but_mostly_from_phuket(judged: dict[str, Sent]) -> None:
    regions = [row["plate_region"] for row in judged["plate_reads"].accepted]

    assert {"83", "10", "99"} <= set(regions)
    assert 0.6 < regions.count("83") / len(regions) < 0.9


def test_a_camera_has_as_many_reads_as_vehicles_pass_it(small: City) -> None:
    day = small.first_day
    city = replace(small, days=1, scale=0.05)
    lines = sum(
        len(reads_of(city.seed, day, city.millionths, checkpoint=gate).confidence)
        for gate in (True, False)
    )

    expected = int(passes_by_hour(city.seed, day).sum()) * 0.05

    assert 0.90 * expected < lines < 0.97 * expected


def test_vehicles_meet_the_cameras_of_a_road_in_order(small: City) -> None:
    reads = reads_of(small.seed, small.first_day, 50_000, checkpoint=False).of
    position = np.array([camera.position for camera in plate_cameras()])[reads.camera]
    patak = np.array([camera.road == "patak" for camera in plate_cameras()])[reads.camera]
    for back, sign in ((0, 1), (1, -1)):
        here = np.flatnonzero(patak & (reads.back == back))
        order = here[np.lexsort((reads.at[here], reads.vehicle[here]))]
        same = reads.vehicle[order][1:] == reads.vehicle[order][:-1]
        soon = np.diff(reads.at[order]) < 30 * 60 * 1_000_000
        moved = sign * np.diff(position[order])[same & soon]
        assert len(moved) > 100
        assert (moved > 0).mean() > 0.99


@pytest.mark.parametrize("source", MODULES)
def test_the_same_city_sends_the_same_bytes(source: str, small: City) -> None:
    tiny = replace(small, scale=0.001)

    first, again = (
        [file.body for file in files_of(source, city)] for city in (tiny, replace(tiny))
    )

    assert first == again
