"""The evenings at full size: what only many people show can be seen, and all else is as it was."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from city.city import EVENING, City, demo_city
from city.sources.safety import plate_reads, plate_reads_checkpoint, traffic_violations
from city.sources.safety.vehicle_counts import counted
from city.sources.tourism import people_counts
from city.sources.tourism.wifi import access_points
from city.sources.tourism.wifi.accounting import records

USUAL = City(seed=3, first_day=date(2026, 9, 7), days=3, scale=0.01, station_share=0.1)
WITH = replace(USUAL, evenings=1)
WHOLE = replace(USUAL, scale=1.0)
LAST = USUAL.last_day


def test_an_evening_is_of_the_last_days_alone() -> None:
    assert [WITH.whole_hours(day) for day in WITH.calendar] == [range(0), range(0), EVENING]
    assert [bool(USUAL.whole_hours(day)) for day in USUAL.calendar] == [False] * 3
    assert WITH.millionths_by_hour(LAST)[17:22] == (10_000, 1_000_000, 1_000_000, 1_000_000, 10_000)


def test_the_demo_has_evenings_on_the_days_of_its_streams() -> None:
    city = demo_city()

    evenings = [day for day in city.calendar if city.whole_hours(day)]

    assert evenings == [day for day in city.calendar if day >= city.streams_from]
    assert len(evenings) == 2


def lines(module: object, city: City, day: date) -> Counter[int]:
    """Lines of an hourly source, by the hour in the name of its file."""
    files = module.files_of(city, day)  # type: ignore[attr-defined]
    whole = (file for file in files if not file.defects or "again" not in file.name)
    return Counter({int(f.name[-11:-9]): gzip.decompress(f.body).count(b"\n") for f in whole})


def test_plate_reads_are_whole_in_the_evening_and_as_before_in_all_other_hours() -> None:
    found, usual, whole = (
        {f.name: f.body for f in plate_reads.files_of(city, LAST)} for city in (WITH, USUAL, WHOLE)
    )

    evening = {name for name in found if int(name.split("_")[2][:2]) in EVENING}
    assert len(evening) == len(EVENING)
    assert {n: b for n, b in found.items() if n not in evening} == {
        n: b for n, b in usual.items() if n not in evening
    }
    for name in evening:
        read, of = (gzip.decompress(body[name]).count(b"\n") for body in (found, whole))
        assert read == pytest.approx(of, rel=0.02)


def test_a_vehicle_of_the_evening_comes_again_at_the_next_camera_and_not_everywhere() -> None:
    (body,) = (f.body for f in plate_reads.files_of(WITH, LAST) if "_19." in f.name)
    plates = Counter(line.split(b'"LPR":"')[1].split(b'"')[0] for line in lines_of(body))

    often = sum(1 for times in plates.values() if times > 20)

    assert len(plates) > 5_000
    assert often == 0


def lines_of(body: bytes) -> Iterator[bytes]:
    yield from gzip.decompress(body).splitlines()


def test_the_checkpoint_is_whole_in_the_evening_too() -> None:
    sizes = {
        city: {
            f.name: len(gzip.decompress(f.body))
            for f in plate_reads_checkpoint.files_of(city, LAST)
        }
        for city in (WITH, WHOLE)
    }

    for name, size in sizes[WITH].items():
        if int(name.split("_")[2][:2]) in EVENING and "again" not in name:
            assert size == pytest.approx(sizes[WHOLE][name], rel=0.05), name


def test_wifi_sessions_that_begin_in_the_evening_are_those_of_the_whole_city() -> None:
    begun = {}
    for city in (WITH, USUAL, WHOLE):
        found = records(city, LAST)
        begun[city] = np.bincount(found.begins[found.begins >= 0] // 3600, minlength=24)
    evening, others = list(EVENING), [hour for hour in range(24) if hour not in EVENING]

    assert begun[WITH][evening].sum() == pytest.approx(begun[WHOLE][evening].sum(), rel=0.02)
    assert begun[WITH][others].sum() == pytest.approx(begun[USUAL][others].sum(), rel=0.1)


def test_no_two_wifi_sessions_of_a_day_have_one_number() -> None:
    found = records(WITH, LAST)
    first = ~found.second & (found.stopped | found.unended)

    numbers = found.session[first]

    assert len(np.unique(numbers)) == len(numbers)
    assert len(numbers) > 20_000


def test_devices_of_an_evening_go_on_after_it_in_the_records_of_the_next_hours() -> None:
    found = records(WITH, LAST)

    late = (found.begins < EVENING.stop * 3600) & (found.updated >= EVENING.stop * 3600)

    assert late.sum() > 1000


def test_counts_of_people_and_vehicles_are_whole_in_the_evening_alone() -> None:
    quarters = [q for hour in EVENING for q in range(4 * hour, 4 * hour + 4)]
    by_city = {
        city: np.array(
            [
                [value for value, _ in entity["peopleCount"]["values"]]  # type: ignore[call-overload,index]
                for entity in list(people_counts.history(city, LAST))[1:8]
            ]
        )
        for city in (WITH, USUAL, WHOLE)
    }
    others = [q for q in range(96) if q not in quarters]
    assert (by_city[WITH][:, quarters] == by_city[WHOLE][:, quarters]).all()
    assert (by_city[WITH][:, others] == by_city[USUAL][:, others]).all()

    vehicles = {city: counted(city, LAST) for city in (WITH, USUAL, WHOLE)}
    for hour in range(24):
        like = WHOLE if hour in EVENING else USUAL
        assert (vehicles[WITH][:, hour] == vehicles[like][:, hour]).all(), hour


def test_a_place_is_congested_at_the_scale_of_its_hour() -> None:
    def congested(city: City) -> list[list[bool]]:
        found = people_counts.history(city, LAST)
        return [[value for value, _ in e["congested"]["values"]] for e in found]  # type: ignore[call-overload,index,misc]

    quarters = [q for hour in EVENING for q in range(4 * hour, 4 * hour + 4)]

    for mine, whole in zip(congested(WITH), congested(WHOLE), strict=True):
        if len(mine) == 96:
            assert [mine[q] for q in quarters] == [whole[q] for q in quarters]


def test_violations_of_an_evening_keep_their_numbers_in_later_exports() -> None:
    city = replace(WITH, days=10, evenings=10)
    seen = dict[str, str]()
    for day in city.calendar:
        for file in traffic_violations.files_of(city, day):
            for row in file.body.decode("cp874").splitlines()[1:]:
                number, camera, moment, *_ = row.split(",")
                assert seen.setdefault(number, f"{camera} {moment}") == f"{camera} {moment}"
    evening = [moment for moment in seen.values() if 18 <= int(moment.split()[2][:2]) < 21]
    assert len(evening) > 0.7 * len(seen)


def test_the_present_of_the_access_points_is_that_of_its_hour() -> None:
    assert sum(access_points.clients(WITH)) < sum(access_points.clients(WHOLE)) / 10
