"""Tide tables, water samples and waste: what agencies publish about nature, judged and compared."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from city.channels import Catalogued
from city.city import City
from city.registers.agency_stations import WATER_PROBES
from city.sources.environment import pcd_water_quality, tide_tables, waste
from city.truth.weather.environment import around
from city.truth.weather.water import tide
from tests.city.environment.conftest import Judge
from tests.support.judging import Judged

TABLES = (pcd_water_quality.SOURCE, waste.GENERATED, waste.DISPOSED)


def tide_table(city: City) -> bytes:
    return next(iter(tide_tables.SOURCE.files(city, city.first_day))).body


@pytest.fixture(scope="module")
def tides(nature: City, judged: Judge) -> Judged:
    return judged("tide_tables", tide_table(nature))


def test_a_year_of_tides_is_taken_whole_though_most_of_it_lies_ahead(tides: Judged) -> None:
    assert tides.codes == []
    assert tides.outcome.accepted == len(tide_tables.turns_of(2025))
    assert len(tides.accepted) == pytest.approx(365 * 2 * 24 / 12.42, abs=4)


def test_high_and_low_water_take_turns_about_six_hours_apart(tides: Judged) -> None:
    turns = [row["turn"] for row in tides.accepted]
    apart = np.diff([turn.at.timestamp() for turn in tide_tables.turns_of(2025)]) / 3600

    assert set(pairwise(turns)) == {("high", "low"), ("low", "high")}
    assert apart.min() > 4
    assert apart.max() < 9


def test_the_tables_agree_with_the_sea(tides: Judged) -> None:
    sea = tide(date(2025, 1, 1), 365 * 144)
    heights = np.array([row["height_m_above_lowest_low_water"] for row in tides.accepted])

    assert heights.max() == pytest.approx((sea.max() + 1350) / 1000, abs=0.011)
    assert heights.min() == pytest.approx((sea.min() + 1350) / 1000, abs=0.011)
    assert heights.min() > 0


def test_a_row_tells_its_day_and_time_in_parts(tides: Judged) -> None:
    first = tides.accepted[0]
    at = tide_tables.turns_of(2025)[0].at

    assert (first["year"], first["month_of_year"], first["day_of_month"]) == (2025, 1, at.day)
    assert first["local_time"] == f"{at:%H.%M}"


def test_the_file_is_in_the_agencys_encoding_and_is_the_same_twice(nature: City) -> None:
    body = tide_table(nature)

    assert body.decode("cp874").startswith("มาตราน้ำ น่านน้ำไทย\r\n")
    assert body == tide_table(nature)
    assert [file.name for file in tide_tables.SOURCE.files(nature, nature.first_day)] == [
        "tide_tables_2568.csv",
        "tide_tables_2569.csv",
    ]
    assert not list(tide_tables.SOURCE.files(nature, nature.last_day))


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.source)
def test_a_table_is_taken_whole(source: Catalogued, nature: City, judged: Judge) -> None:
    table = source.table(nature)

    found = judged(source.source, table.body)

    assert found.codes == []
    assert found.outcome.accepted == len(table.rows)
    assert source.table(nature).body == table.body


def test_samples_still_in_the_laboratory_are_pending(nature: City, judged: Judge) -> None:
    table = pcd_water_quality.SOURCE.table(nature)
    (defect,) = table.defects

    found = judged("pcd_water_quality", table.body)

    pending = [row["_record"] for row in found.accepted if row["value_reason"] == "pending"]
    assert tuple(pending) == defect.where.records
    assert len(pending) == 3 * len(WATER_PROBES)


def test_samples_are_of_the_water_of_their_day(nature: City, judged: Judge) -> None:
    found = judged("pcd_water_quality", pcd_water_quality.SOURCE.table(nature).body)
    reach = {probe.code: probe.reach for probe in WATER_PROBES}

    for row in found.accepted:
        if row["parameter"] == "dissolved_oxygen":
            sampled_on = row["sampled_on"]
            assert isinstance(sampled_on, date)
            truth = around(nature.seed, sampled_on).water[reach[str(row["station_id"])]]
            assert row["value"] == pytest.approx(int(truth.oxygen[144 + 60]) / 100, abs=0.11)


def test_no_sample_is_taken_after_the_city_begins(nature: City) -> None:
    later = nature.first_day + timedelta(days=90)

    assert all(s.day < nature.first_day for s in pcd_water_quality.samples(7, nature.first_day))
    assert len(pcd_water_quality.samples(7, later)) > len(
        pcd_water_quality.samples(7, nature.first_day)
    )


def test_waste_is_disposed_as_it_is_generated_and_two_totals_are_off_by_one(
    nature: City, judged: Judge
) -> None:
    tables = {
        name: judged(name, table.body)
        for name, table in (
            ("waste_generated", waste.waste_generated()),
            ("waste_disposed", waste.waste_disposed()),
        )
    }
    series = {
        name: {(row["year"], row["lao_code"]): row["waste_t"] for row in found.accepted}
        for name, found in tables.items()
    }

    assert series["waste_generated"] == series["waste_disposed"]
    assert series["waste_generated"][2025, "total"] == 412_478
    parts: dict[object, int] = {}
    for row in tables["waste_generated"].accepted:
        sign = -1 if row["lao_code"] == "total" else 1
        parts[row["year"]] = parts.get(row["year"], 0) + sign * int(str(row["waste_t"]))
    assert {year: by for year, by in parts.items() if by} == {2021: -1, 2025: 1}


def test_the_truth_names_the_rounded_totals_and_the_identical_series() -> None:
    table = waste.waste_disposed()
    rounded = [n for d in table.defects if d.kind == "rounded_total" for n in d.where.records]

    assert [table.rows[n - 1][0] for n in rounded] == ["2564", "2568"]
    assert {table.rows[n - 1][4] for n in rounded} == {"รวม"}
    assert [d.kind for d in table.defects].count("identical_series") == 1
    assert all(d.kind != "identical_series" for d in waste.waste_generated().defects)
