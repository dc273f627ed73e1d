"""Instruments wear out over weeks, a logger is changed, a gauge is misplaced: seen and undone."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from city.city import City, demo_city
from city.defects import Defect
from city.registers.stations import stations
from city.registers.tambon import metres
from city.sources.environment.sensor_drops import (
    MISPLACED,
    STATIONS,
    files_of,
)
from city.sources.environment.sensor_readings import (
    LOGGERS_CHANGED,
    TIP,
    WATER,
    Reading,
    readings_of,
)
from city.sources.environment.sensor_wear import WEAR, Wear
from city.truth.weather.rain import rain_on
from tests.city.door import at_the_door

LONG = City(seed=4, first_day=date(2026, 8, 1), days=64)
SERIES = {
    "water_level": "level", "dissolved_oxygen": "oxygen", "ph": "ph",
}  # fmt: skip
DECIMALS = {instrument.parameter: instrument.decimals for instrument in WATER}


@cache
def sent(number: int) -> tuple[list[tuple[str, Reading]], tuple[Defect, ...]]:
    """File and row of everything that is sent of a day of the long city, with its defects."""
    files = list(files_of(LONG.environment, LONG.calendar[number]))
    rows = []
    for file in files:
        if not any(defect.outcome == "refused" for defect in file.defects):
            text = gzip.decompress(file.body).decode()
            rows += [(file.name, Reading(*line.split(","))) for line in text.splitlines()[1:]]
    return rows, tuple(defect for file in files for defect in file.defects)


def series(number: int, station: str, parameter: str) -> list[Reading]:
    """A day's series, each time once: the first that was sent."""
    known: dict[str, Reading] = {}
    for _, row in sent(number)[0]:
        if (row.station, row.parameter) == (station, parameter) and row.flag == "ok":
            known.setdefault(row.time, row)
    return [known[time] for time in sorted(known)]


def off(wear: Wear, number: int) -> float:
    """By how much a worn water instrument is off on the mean of a day, in its own unit."""
    station = wear.station_id(LONG.stations)
    spelled = {"ph": "pH", "dissolved_oxygen": "do"} if int(station[3:]) % 3 == 0 else {}
    rows = series(number, station, spelled.get(wear.parameter, wear.parameter))
    truth = getattr(LONG.environment.water[station], SERIES[wear.parameter])
    steps = [int(row.time[11:13]) * 6 + int(row.time[14:16]) // 10 for row in rows]
    true = truth[number * 144 + np.array(steps)] / 10 ** DECIMALS[wear.parameter]
    return float(np.mean([float(row.value) for row in rows] - true))


def of(kind: str, parameter: str = "") -> Wear:
    (wear,) = [w for w in WEAR if w.kind == kind and parameter in ("", w.parameter)]
    return wear


@pytest.mark.parametrize(
    ("parameter", "after", "by"),
    [("dissolved_oxygen", 0, -0.05), ("dissolved_oxygen", 20, -1.05), ("ph", 30, 0.31)],
)
def test_a_probe_drifts_day_by_day(parameter: str, after: int, by: float) -> None:
    wear = of("drift", parameter)

    assert off(wear, wear.first + after) == pytest.approx(by, abs=0.03)


@pytest.mark.parametrize(
    "wear", [of("drift", "dissolved_oxygen"), of("level_shift")], ids=lambda wear: wear.kind
)
def test_it_is_right_before_and_after(wear: Wear) -> None:
    for number in (wear.first - 1, wear.last + 1):
        assert off(wear, number) == pytest.approx(0, abs=0.02)


def test_a_staff_that_was_mounted_again_is_off_by_the_same_height_every_day() -> None:
    wear = of("level_shift")

    for number in (wear.first, wear.last):
        assert off(wear, number) == pytest.approx(0.25, abs=0.005)


def caught(station: str, number: int) -> float:
    return sum(float(row.value) for row in series(number, station, "rain_10min"))


def fell(station: str, number: int) -> float:
    return float(LONG.environment.rain[station][number * 144 : (number + 1) * 144].sum()) / 100


def test_a_funnel_with_leaves_catches_six_tenths_and_its_neighbour_all() -> None:
    wear = of("undercatch")
    station, neighbour = wear.station_id(LONG.stations), "RG-012"
    # But for the days with a file that cannot be read.
    days = [
        n for n in range(wear.first, wear.last) if len(series(n, neighbour, "rain_10min")) > 140
    ]
    shares = {
        each: sum(caught(each, n) for n in days) / sum(fell(each, n) for n in days)
        for each in (station, neighbour)
    }

    assert shares[station] == pytest.approx(0.6, abs=0.03)
    assert shares[neighbour] > 0.97


def test_a_jammed_bucket_tips_no_more_although_it_rains() -> None:
    wear = of("jammed")
    station = wear.station_id(LONG.stations)
    days = range(wear.first, wear.last + 1)

    assert sum(fell(station, n) for n in days) > 30
    assert sum(caught(station, n) for n in days) == 0
    later = range(wear.last + 1, wear.last + 15)
    assert sum(caught(station, n) for n in later) > 0


def test_the_truth_names_every_row_of_a_worn_instrument() -> None:
    for wear in WEAR:
        rows, defects = sent(wear.first)
        told = {(d.file, r) for d in defects if d.kind == wear.kind
                and d.where.parameter == wear.parameter for r in d.where.records}  # fmt: skip
        number: dict[str, int] = {}
        mine = set()
        for file, row in rows:
            number[file] = number.get(file, 0) + 1
            if row.station == wear.station_id(LONG.stations):
                spelled = {"ph": "pH", "dissolved_oxygen": "do"}
                if row.parameter in (wear.parameter, spelled.get(wear.parameter)):
                    mine.add((file, number[file]))
        assert mine
        assert mine <= told, wear
        assert {file for file, _ in told} >= {file for file, _ in mine}


def test_no_instrument_is_worn_in_the_week_of_the_demo() -> None:
    assert min(wear.first for wear in WEAR) >= demo_city().days
    assert demo_city().days <= LOGGERS_CHANGED


def registers() -> Iterator[list[dict[str, str]]]:
    for day in LONG.calendar:
        for file in STATIONS.files(LONG, day):
            yield list(csv.DictReader(file.body.decode().splitlines()))


def test_the_register_is_sent_anew_with_one_interval_and_one_place_changed() -> None:
    before, after = registers()
    changed = {
        (new["station_id"], column): (old[column], new[column])
        for old, new in zip(before, after, strict=True)
        for column in old
        if old[column] != new[column]
    }

    assert changed == {
        ("RG-001", "interval_minutes"): ("10", "5"),
        (MISPLACED, "latitude"): ("7.9022", "8.0022"),
    }


def test_each_register_has_a_name_of_its_own_and_the_door_takes_both() -> None:
    files = [file for day in LONG.calendar for file in STATIONS.files(LONG, day)]
    day = LONG.calendar[LOGGERS_CHANGED]

    assert [file.name for file in files] == ["stations.csv", f"stations_{day:%Y%m%d}.csv"]
    assert sorted(file.name for file in files) == [file.name for file in files]
    for file in files:
        judged = at_the_door(LONG, STATIONS.source, file.body)
        assert (len(judged.accepted), judged.quarantined) == (len(stations()), [])
    (defect,) = files[1].defects
    line = files[1].body.decode().splitlines()[defect.where.records[0]]
    assert (line[:6], defect.kind) == (MISPLACED, "misplaced")


@pytest.mark.parametrize(("number", "readings"), [(LOGGERS_CHANGED - 1, 144), (15, 288)])
def test_a_changed_logger_reports_every_five_minutes_from_that_day(
    number: int, readings: int
) -> None:
    rows = series(number, "RG-001", "rain_10min")

    assert len(rows) == readings
    assert {row.time[14:16] for row in rows} == {
        f"{minute:02d}" for minute in range(0, 60, 10 if readings == 144 else 5)
    }
    assert len(series(number, "RG-003", "rain_10min")) == 144


def test_five_minutes_add_up_to_the_rain_of_the_truth() -> None:
    days = [n for n in range(15, 40) if len(series(n, "RG-001", "rain_10min")) == 288]
    told, truth = 0.0, 0.0
    for number in days:
        rows = series(number, "RG-001", "rain_10min")
        told += sum(float(row.value) for row in rows[1:-1])
        truth += fell("RG-001", number) - LONG.environment.rain["RG-001"][number * 144] / 100

    assert len(days) > 15
    assert truth > 50
    assert truth - len(days) * TIP / 100 <= told <= truth + len(days) * TIP / 100


def test_the_last_five_minutes_of_a_day_hold_the_rain_before_midnight() -> None:
    gauge = stations()[0]
    east, north = (np.array([at]) for at in metres(gauge.latitude, gauge.longitude))
    seed, after, fallen = next(
        (seed, day, fallen)
        for seed in range(1, 400)
        for day in (date(2026, 9, 1) + timedelta(days=n) for n in range(28))
        if (fallen := int(rain_on(seed, day, east, north)[0, 0])) >= 100
    )
    day = after - timedelta(days=1)
    city = City(seed, day - timedelta(days=LOGGERS_CHANGED), LOGGERS_CHANGED + 1)
    last = [row for row in readings_of(city.environment, day) if row.time[11:16] == "23:55"]

    assert [row.station for row in last] == [gauge.id]
    assert float(last[0].value) == pytest.approx(fallen / 200, abs=TIP / 100 + 1e-9)


def test_readings_stand_in_the_order_of_time_and_parts_hold_their_hours() -> None:
    for file in files_of(LONG.environment, LONG.calendar[LOGGERS_CHANGED + 1]):
        if any(defect.outcome == "refused" for defect in file.defects):
            continue
        times = [line.split(",")[2] for line in
                 gzip.decompress(file.body).decode().splitlines()[1:]]  # fmt: skip
        part = int(file.name[21:23])
        good = [time for time in times if time[:4] == "2026" and time.endswith("+07:00")]
        assert good == sorted(good)
        assert {int(time[11:13]) // 6 for time in good} == {part}


def test_more_days_leave_the_readings_of_earlier_days_as_they_were() -> None:
    shorter = replace(LONG, days=LOGGERS_CHANGED + 2)
    for number in (LOGGERS_CHANGED, LOGGERS_CHANGED + 1):
        day = shorter.first_day + timedelta(days=number)
        assert list(files_of(shorter.environment, day)) == list(files_of(LONG.environment, day))
