"""The city is the same everywhere, stands in Phuket, and writes what its contracts describe."""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

import ingestion.contracts
from city.channels import DropFile
from city.city import City
from city.dropping import write_all_drops, write_drops
from city.sources.environment.sensor_drops import READINGS, STATIONS
from city.writing.gzipped import gzipped
from ingestion.contracts.field import Field
from ingestion.contracts.source import SourceContract
from ingestion.errors import SettingsError
from ingestion.sources import checked
from tests.city.sending import sensor_defects, sensor_files

SMALL = City(seed=5, first_day=date(2026, 9, 7), days=2, station_share=0.1)
FINGERPRINT = """
from datetime import date
from hashlib import sha256
from city.city import City
from city.sources.environment.sensor_drops import READINGS
city = City(seed=5, first_day=date(2026, 9, 7), days=2, station_share=0.1)
files = [file for day in city.calendar for file in READINGS.files(city, day)]
print(sha256(b"".join(file.body for file in files)).hexdigest())
"""
DROPS = (STATIONS, READINGS)
PHUKET = (7.4, 8.3, 98.0, 98.6)


def fingerprint(city: City) -> str:
    bodies = (file.body for day in city.calendar for file in READINGS.files(city, day))
    return hashlib.sha256(b"".join(bodies)).hexdigest()


def contract(source: str) -> SourceContract:
    folder = Path(ingestion.contracts.__file__).parent
    (path,) = folder.rglob(f"{source}.yaml")
    return checked(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_equal_parameters_give_equal_bytes() -> None:
    again = City(seed=5, first_day=date(2026, 9, 7), days=2, station_share=0.1)

    assert fingerprint(again) == fingerprint(SMALL)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    project = Path(ingestion.contracts.__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env=environment, cwd=project, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == fingerprint(SMALL)


def test_another_seed_gives_another_city() -> None:
    assert fingerprint(replace(SMALL, seed=6)) != fingerprint(SMALL)


def test_more_days_leave_the_earlier_days_as_they_were() -> None:
    longer = replace(SMALL, days=3)

    for day in SMALL.calendar:
        assert sensor_files(longer, day) == sensor_files(SMALL, day)


def test_more_stations_leave_the_others_as_they_were() -> None:
    whole = replace(SMALL, station_share=1.0)

    for station, series in SMALL.environment.rain.items():
        assert (whole.environment.rain[station] == series).all()
    for station, water in SMALL.environment.water.items():
        assert (whole.environment.water[station].oxygen == water.oxygen).all()


def test_an_hour_weighs_the_same_from_whichever_day_the_city_begins() -> None:
    later = replace(SMALL, first_day=SMALL.first_day + timedelta(days=1), days=1)

    for station, water in later.environment.water.items():
        assert (SMALL.environment.water[station].level[144:] == water.level).all()


def test_the_smallest_city_has_one_station_of_each_kind_and_every_defect(city: City) -> None:
    smallest = replace(city, station_share=0.01)

    assert [station.id for station in smallest.stations] == ["RG-001", "WS-001"]
    found, all_of_them = sensor_defects(smallest), sensor_defects(city)
    assert [(d.kind, d.file) for d in found] == [(d.kind, d.file) for d in all_of_them]


@pytest.mark.parametrize("scale", [0, -1, 1.01])
def test_a_scale_outside_its_range_is_refused(scale: float) -> None:
    with pytest.raises(SettingsError, match="scale"):
        replace(SMALL, scale=scale)


@pytest.mark.parametrize("share", [0, -1, 1.01])
def test_a_station_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(SettingsError, match="station share"):
        _ = replace(SMALL, station_share=share).stations


def test_a_city_without_days_is_refused() -> None:
    with pytest.raises(SettingsError, match="0 days"):
        replace(SMALL, days=0)


def test_the_register_has_31_gauges_and_25_water_stations_in_all_17_tambon(city: City) -> None:
    kinds = [station.kind for station in city.stations]

    assert (kinds.count("rain_gauge"), kinds.count("water_station")) == (31, 25)
    assert len({station.id for station in city.stations}) == 56
    for kind in ("rain_gauge", "water_station"):
        assert len({s.tambon.code for s in city.stations if s.kind == kind}) == 17


def test_every_line_of_the_register_obeys_its_contract(folder: Path) -> None:
    lines = list(csv.DictReader((folder / "stations.csv").read_text("utf-8").splitlines()))
    south, north, west, east = PHUKET
    tambon = {f"8301{n:02d}" for n in range(1, 9)}
    tambon |= {f"8302{n:02d}" for n in range(1, 4)} | {f"8303{n:02d}" for n in range(1, 7)}

    assert list(lines[0]) == [field.column for field in contract("environment_stations").fields]
    for line in lines:
        assert line["tambon_code"] in tambon
        assert south < float(line["latitude"]) < north
        assert west < float(line["longitude"]) < east
        if line["kind"] == "rain_gauge":
            assert line["ground_level_m_msl"] == line["min_bank_m_msl"] == ""
        else:
            assert float(line["ground_level_m_msl"]) < float(line["min_bank_m_msl"])


def canonical(field: Field) -> dict[str, str]:
    """The value in the lake of every spelling that the contract allows."""
    allowed = field.allowed or {}
    return {sent: name for name, spellings in allowed.items() for sent in spellings}


def test_every_row_without_a_defect_obeys_the_contract(
    city: City, drops: list[DropFile], rows_of: Callable[[str], list[dict[str, str]]]
) -> None:
    terms = contract("environment_sensor_readings")
    parameters, units = canonical(terms.field("parameter")), canonical(terms.field("unit"))
    cases = terms.field("value").by.cases  # type: ignore[union-attr]
    spoiled = {
        (defect.file, record) for defect in sensor_defects(city) for record in defect.where.records
    }
    refused = {defect.file for defect in sensor_defects(city) if defect.outcome == "refused"}
    good = [
        (file.name, row)
        for file in drops
        if file.name not in refused
        for record, row in enumerate(rows_of(file.name), start=1)
        if (file.name, record) not in spoiled
    ]

    assert len(good) > 150_000
    assert len({(name, r["station"], r["parameter"], r["time"]) for name, r in good}) == len(good)
    for name, row in good:
        case = cases[parameters[row["parameter"]]]
        assert row["time"][:10].replace("-", "") == name[12:20]
        assert row["time"].endswith(":00+07:00")
        assert units[row["unit"]] == case.unit
        assert case.minimum <= float(row["value"]) <= case.maximum  # type: ignore[operator]


def test_a_day_has_a_row_for_each_instrument_and_step(
    rows_of: Callable[[str], list[dict[str, str]]],
) -> None:
    last_day = [rows_of(f"environment_20260913_{part:02d}.csv.gz") for part in range(4)]

    assert sum(map(len, last_day)) == 144 * (31 + 25 * 5)
    assert list(last_day[0][0]) == ["station", "parameter", "time", "value", "unit", "flag"]


def contents(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime) for path in folder.iterdir()}


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_drops(SMALL, tmp_path, drops=DROPS)
    before = contents(tmp_path / "sensors")

    write_drops(SMALL, tmp_path, drops=DROPS)

    assert contents(tmp_path / "sensors") == before


def test_only_what_was_sent_by_an_instant_is_written(city: City, tmp_path: Path) -> None:
    first_night = replace(city, days=1).closes_at

    written = write_drops(replace(SMALL, days=2), tmp_path, drops=DROPS, sent_by=first_night)

    parts = [f"environment_20260907_{part:02d}.csv.gz" for part in range(4)]
    assert [path.name for path in written] == ["stations.csv", *parts]


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []

    write_drops(SMALL, tmp_path, drops=DROPS, progress=lambda *step: told.append(step))

    assert told == [(1, 2, "2026-09-07"), (2, 2, "2026-09-08")]


def test_the_demo_sends_everything_before_it_closes(city: City, drops: list[DropFile]) -> None:
    assert max(file.sent_at for file in drops) < city.closes_at


@pytest.mark.parametrize("size", [0, 1, 8000, 8001, 100_000])
def test_gzip_files_hold_what_was_put_in_and_nothing_else(size: int) -> None:
    body = (b"station,parameter\n" * (size // 18 + 1))[:size]

    packed = gzipped(body)

    assert gzip.decompress(packed) == body
    assert packed[3:8] == bytes(5)  # no name, no time


@pytest.mark.whole
def test_many_days_at_once_are_the_same_files(tmp_path: Path) -> None:
    city = replace(SMALL, days=8, scale=0.0005)
    told: list[int] = []

    write_drops(city, tmp_path / "one")
    write_all_drops(city, tmp_path / "many", progress=lambda done, *_: told.append(done))

    one, many = ({p.name: p for p in (tmp_path / n).iterdir()} for n in ("one", "many"))
    assert {n: contents(p) for n, p in one.items()} == {n: contents(p) for n, p in many.items()}
    assert told == list(range(1, 9))
