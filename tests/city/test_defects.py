"""Every defect is in the written files exactly where the truth says, and undoes as it says."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from city.channels import DropFile
from city.city import City
from city.defects import Defect
from ingestion.clock import BANGKOK
from ingestion.judging.outcome import QuarantinedRow
from ingestion.judging.parse import parse
from ingestion.sources import load_contracts
from tests.city.sending import sensor_defects, sensor_files

Rows = Callable[[str], list[dict[str, str]]]


def defects(city: City, kind: str) -> list[Defect]:
    return [defect for defect in sensor_defects(city) if defect.kind == kind]


def touched(defect: Defect, rows_of: Rows) -> list[dict[str, str]]:
    rows = rows_of(defect.file)
    return [rows[record - 1] for record in defect.where.records]


def test_a_week_of_sensors_shows_what_goes_wrong_with_sensors(city: City) -> None:
    assert {defect.kind for defect in sensor_defects(city)} == {
        *("gap", "spike", "stuck", "sentinel", "out_of_range", "no_value", "duplicate_row"),
        *("unknown_parameter", "buddhist_year", "no_offset"),
        *("html_page", "truncated_file", "late_file", "resent_file"),
    }


def test_defects_name_files_that_exist(city: City, folder: Path) -> None:
    files = {path.name for path in folder.iterdir()} | {"airport-pax.csv"}

    assert {defect.file for defect in sensor_defects(city)} <= files


def test_touched_records_belong_to_the_named_series_and_times(city: City, rows_of: Rows) -> None:
    intact = ("spike", "stuck", "sentinel", "out_of_range", "duplicate_row", "resent_file")
    for defect in sensor_defects(city):
        if defect.kind in intact:
            where = defect.where
            for row in touched(defect, rows_of):
                assert row["station"] == where.station_id
                assert where.first <= row["time"] <= where.last


def test_a_gap_has_no_rows(city: City, rows_of: Rows) -> None:
    gaps = defects(city, "gap")
    where = gaps[0].where

    silent = [
        row
        for defect in gaps
        for row in rows_of(defect.file)
        if row["station"] == where.station_id and where.first <= row["time"] <= where.last
    ]
    heard = [r for d in gaps for r in rows_of(d.file) if r["station"] == where.station_id]

    assert silent == []
    assert len(heard) == 2 * 36 - 30


def test_a_spike_stands_far_from_its_neighbours(city: City, rows_of: Rows) -> None:
    for defect in defects(city, "spike"):
        (row,) = touched(defect, rows_of)
        series = [
            float(other["value"])
            for other in rows_of(defect.file)
            if (other["station"], other["parameter"]) == (row["station"], row["parameter"])
        ]
        at = series.index(float(row["value"]))
        assert abs(series[at] - (series[at - 1] + series[at + 1]) / 2) > 2


def test_a_stuck_probe_repeats_one_value(city: City, rows_of: Rows) -> None:
    stuck = [d for d in defects(city, "stuck") if d.where.parameter == "dissolved_oxygen"]
    values = [row["value"] for d in stuck for row in touched(d, rows_of)]

    assert len(values) == 96
    assert len(set(values)) == 1


def test_a_stuck_gauge_repeats_rain_that_never_fell(city: City, rows_of: Rows) -> None:
    (defect,) = [d for d in defects(city, "stuck") if d.where.parameter == "rain_10min"]
    fallen = city.environment.rain[defect.where.station_id].reshape(city.days, 144)
    day = [at.isoformat() for at in city.calendar].index(defect.where.first[:10])

    assert [row["value"] for row in touched(defect, rows_of)] == ["3.4"] * 24
    assert fallen[day, 72:96].sum() < 100  # 1 mm in those four hours


def test_sentinels_and_impossible_values_stand_where_they_are_said(
    city: City, rows_of: Rows
) -> None:
    (sentinel,) = defects(city, "sentinel")
    (impossible,) = defects(city, "out_of_range")
    (absent,) = defects(city, "no_value")

    assert [row["value"] for row in touched(sentinel, rows_of)] == ["-999"] * 4
    assert [row["value"] for row in touched(impossible, rows_of)] == ["17.30"]
    assert [row["value"] for row in touched(absent, rows_of)] == ["-"] * 3


def test_a_duplicate_equals_the_row_before_it(city: City, rows_of: Rows) -> None:
    (defect,) = defects(city, "duplicate_row")
    (record,) = defect.where.records
    rows = rows_of(defect.file)

    assert rows[record - 1] == rows[record - 2]


def test_unreadable_rows_show_what_is_wrong_with_them(city: City, rows_of: Rows) -> None:
    (unknown,) = defects(city, "unknown_parameter")
    (buddhist,) = defects(city, "buddhist_year")
    (naive,) = defects(city, "no_offset")

    assert {row["parameter"] for row in touched(unknown, rows_of)} == {"turbidity"}
    assert {row["time"][:4] for row in touched(buddhist, rows_of)} == {"2569"}
    assert {len(row["time"]) for row in touched(naive, rows_of)} == {len("2026-09-10T20:00:00")}
    assert [len(d.where.records) for d in (unknown, buddhist, naive)] == [3, 3, 3]


def test_a_truncated_file_cannot_be_unpacked(city: City, folder: Path) -> None:
    (defect,) = defects(city, "truncated_file")

    with pytest.raises(EOFError):
        gzip.decompress((folder / defect.file).read_bytes())


def test_an_error_page_stands_in_place_of_a_file_that_comes_again_later(
    city: City, folder: Path, rows_of: Rows
) -> None:
    (defect,) = defects(city, "html_page")
    again = next(d.file for d in defects(city, "late_file") if "after the error page" in d.detail)

    assert (folder / defect.file).read_bytes().startswith(b"<!DOCTYPE html>")
    assert again > defect.file
    assert len(rows_of(again)) == 36 * 156


def test_a_file_sent_again_differs_in_the_named_records_only(city: City, rows_of: Rows) -> None:
    (defect,) = defects(city, "resent_file")
    first, again = rows_of(defect.file.replace("_resent", "")), rows_of(defect.file)

    changed = [n for n, row in enumerate(again, 1) if row != first[n - 1]]

    assert tuple(changed) == defect.where.records
    for record in changed:
        step = float(again[record - 1]["value"]) - float(first[record - 1]["value"])
        assert step == pytest.approx(-0.150)


def test_late_files_are_sent_after_the_night_that_wanted_them(
    city: City, drops: list[DropFile]
) -> None:
    late = {defect.file for kind in ("late_file", "resent_file") for defect in defects(city, kind)}

    delays = {}
    for file in drops:
        day = datetime.strptime(file.name[12:20], "%Y%m%d").replace(tzinfo=BANGKOK)
        delays[file.name] = file.sent_at - (day + timedelta(days=1, hours=2))

    assert {name for name, delay in delays.items() if delay > timedelta(0)} == late


def test_every_file_of_a_day_is_named_as_its_contract_expects(city: City) -> None:
    for day in city.calendar:
        for file in sensor_files(city, day):
            assert file.name.startswith(f"environment_{day:%Y%m%d}_")
            assert file.name.endswith(".csv.gz")


def test_the_parser_quarantines_exactly_the_rows_that_the_truth_names(
    city: City, folder: Path, tmp_path: Path
) -> None:
    planned = {
        (defect.file, record)
        for defect in sensor_defects(city)
        if defect.outcome == "quarantined"
        for record in defect.where.records
    }
    contract = next(c for c in load_contracts() if c.id == "environment_sensor_readings")
    found = set()
    for name in {file for file, _ in planned}:
        work = tmp_path / name
        work.mkdir()
        parse(contract, folder / name, work, delivery="0" * 64, received_at=city.closes_at)
        for line in (work / "quarantine.jsonl").read_text("utf-8").splitlines():
            found.add((name, QuarantinedRow.model_validate_json(line).record))

    assert found == planned
