"""Plate reads of both makers: the door finds what is wrong in them, and they follow the traffic."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from city.channels import DropFile
from city.city import City
from city.registers.cameras import plate_cameras
from city.sources.safety import plate_reads, plate_reads_checkpoint
from city.sources.safety.camera_faults import spoil
from city.sources.safety.recognition import Reads, as_read, reads_of
from city.truth.people.fleet import plates
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
    ordinary = {"repeated_read", "clock_drift", "duplicate_file", "misread"}
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


def read_and_true(city: City, day: date) -> tuple[list[str], list[str], np.ndarray]:
    reads = [reads_of(city.seed, day, city.millionths, checkpoint=gate) for gate in (True, False)]
    joined = Reads.joined(reads)
    true = plates(city.millionths).take(pa.array(joined.of.vehicle))
    return as_read(true, joined.misread).to_pylist(), true.to_pylist(), joined.confidence


def test_cameras_that_are_not_sure_err_and_those_that_are_hardly_do(small: City) -> None:
    read, true, confidence = read_and_true(replace(small, scale=0.2), small.first_day)
    wrong = np.array([one != other for one, other in zip(read, true, strict=True)])

    assert 0.01 < wrong.mean() < 0.05
    assert wrong[confidence >= 940].mean() < 0.006
    assert wrong[confidence < 850].mean() > 0.04
    assert 0.02 < wrong[(confidence >= 850) & (confidence < 900)].mean() < 0.05


def test_a_misread_plate_differs_in_one_character_and_is_still_a_plate(small: City) -> None:
    read, true, _ = read_and_true(replace(small, scale=0.1), small.first_day)
    wrong = [(one, other) for one, other in zip(read, true, strict=True) if one != other]

    assert len(wrong) > 500
    for one, other in wrong:
        assert sum(a != b for a, b in zip(one, other, strict=True)) == 1
        assert re.fullmatch(r"\d?[ก-ฮ]{2} \d{1,4}|\d{2}-\d{4}", one)
    assert len({(one, other) for one, other in wrong}) > len(wrong) * 0.5


@pytest.mark.parametrize("source", MODULES)
def test_the_truth_names_the_misread_records_and_the_door_takes_them(
    source: str, small: City
) -> None:
    city = replace(small, scale=0.03)
    true = set(plates(city.millionths).to_pylist())
    seen = 0
    for file in files_of(source, city)[30:40]:
        named = {r for d in file.defects if d.kind == "misread" for r in d.where.records}
        if {"truncated_file", "duplicate_file"} & {defect.kind for defect in file.defects}:
            continue
        lines = [line for line in gzip.decompress(file.body).decode().splitlines()
                 if "LPR" in line or "PLATE_STRING" in line]  # fmt: skip
        told = [re.search(r'"LPR":"([^"]+)"|<PLATE_STRING>([^<]+)', line) for line in lines]
        foreign = {
            number
            for number, match in enumerate(told, start=1)
            if match and (match[1] or match[2]) not in true
        }
        assert foreign <= named  # a misread plate may be that of another vehicle
        seen += len(named)

    assert seen > 2


def test_a_read_that_is_sent_again_is_misread_again(small: City) -> None:
    reads = reads_of(small.seed, small.first_day, 100_000, checkpoint=False)
    sent = spoil(reads, plate_reads.FAULTS, small.first_day, small.first_day, small.seed)
    repeated = sent.shows == 1 + [f.kind for f in plate_reads.FAULTS].index("repeated_read")
    first = {
        (camera, vehicle, misread)
        for camera, vehicle, misread in zip(
            reads.of.camera, reads.of.vehicle, reads.misread, strict=True
        )
    }
    again = zip(
        sent.reads.of.camera[repeated], sent.reads.of.vehicle[repeated],
        sent.reads.misread[repeated], strict=True,
    )  # fmt: skip

    assert all(read in first for read in again)
    assert (sent.reads.misread[repeated] > 0).any()
