"""The four tables of the province: every published number is the agency's, or it is not published.

The truth is read from the original files with the csv module.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from ingestion.storage import keys
from publication.release import Held, Released, Unchanged
from publication.verify import verify
from tests.acceptance.catalogue import DOMESTIC, INTERNATIONAL, TOTAL
from tests.acceptance.conftest import Government
from tests.acceptance.whole_way import Night, unaccounted

pytestmark = pytest.mark.acceptance

ROWS = {
    "registered_hotels": 10,
    "hotel_occupancy": 5,
    "airport_passengers": 72,
    "tap_water_supply": 21,
}
AIRPORT = "airport_passengers_yearly"
TYPES = {DOMESTIC: "domestic", INTERNATIONAL: "international", TOTAL: "total"}
DIRECTIONS = {"เข้า": "arrival", "ออก": "departure", "ผ่าน": "transit", TOTAL: "total"}
VOLUMES = {
    "ปริมาณน้ำผลิต": "produced_m3",
    "ปริมาณน้ำผลิตจ่าย": "distributed_m3",
    "ปริมาณน้ำจำหน่าย": "sold_m3",
}
SIX_YEARS = {2020, 2021, 2022, 2023, 2024, 2025}


def original(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(row: dict[str, str]) -> float:
    return float(row["จำนวน"].replace(",", ""))


def year(row: dict[str, str]) -> int:
    return int(row["ปี"]) - 543


def airport_as_published(folder: Path) -> list[tuple[int, str, str, int]]:
    return [
        (year(row), TYPES[row["ประเภท"]], DIRECTIONS[row["สถานะ"]], int(figure(row)))
        for row in original(folder / "airport-pax.csv")
    ]


def airport_as_corrected(folder: Path) -> list[tuple[int, str, str, int]]:
    """Each year has twelve rows in one order, of which the eighth is the mislabelled total."""
    return [
        (at, "international" if place % 12 == 7 else kind, direction, number)
        for place, (at, kind, direction, number) in enumerate(airport_as_published(folder))
    ]


def rows_of(passengers: pd.DataFrame) -> list[tuple[int, str, str, int]]:
    columns = passengers[["year", "passenger_type", "direction", "passengers"]]
    return sorted(tuple(row) for row in columns.itertuples(index=False))


@pytest.mark.parametrize("source", ROWS)
def test_no_row_of_a_table_is_lost_on_the_way(government: Government, source: str):
    (first, *_) = entries = government.corrected.entries(source)
    assert [entry.outcome.rows for entry in entries] == [ROWS[source]] * len(entries)
    assert unaccounted(entries) == []
    assert first.outcome.accepted == ROWS[source]
    assert [government.corrected.rows_in_lake(e) for e in entries] == [ROWS[source]] * len(entries)
    # Only the corrected table is a new delivery; what is known is not taken in again.
    assert len(entries) == (2 if source == "airport_passengers" else 1)


def test_files_are_kept_byte_for_byte(government: Government):
    lake = government.published.deployment.lake
    for source, name in (
        ("airport_passengers", "airport-pax.csv"),
        ("tap_water_supply", "water-pwa.csv"),
    ):
        first = min(government.published.entries(source), key=lambda entry: entry.received_at)
        assert lake.get(first.raw) == (government.folder / name).read_bytes()


def test_every_number_of_hotels_is_published(government: Government):
    published = government.published.published("hotels_yearly").set_index("year")
    truth = {year(r): figure(r) for r in original(government.folder / "hotels.csv")}
    assert published["hotels"].dropna().to_dict() == truth
    assert len(truth) == ROWS["registered_hotels"]


def test_every_share_of_occupancy_is_published(government: Government):
    published = government.published.published("hotels_yearly").set_index("year")
    truth = {year(r): figure(r) for r in original(government.folder / "occupancy.csv")}
    assert published["occupancy_pct"].dropna().to_dict() == truth
    assert len(truth) == ROWS["hotel_occupancy"]
    alone = set(published.index) - set(truth)
    assert set(published.loc[sorted(alone), "occupancy_status"]) == {"missing"}


def test_every_volume_of_tap_water_is_published(government: Government):
    published = government.published.published("tap_water_yearly").set_index("year")
    cells = {
        (year(r), VOLUMES[r["ประเภท"]]): figure(r)
        for r in original(government.folder / "water-pwa.csv")
    }
    assert published[list(VOLUMES.values())].stack().to_dict() == cells
    assert len(cells) == ROWS["tap_water_supply"]


def test_the_airport_table_is_curated_whole(government: Government):
    candidate = keys.candidate(government.published.report.build.id, AIRPORT, f"{AIRPORT}.parquet")
    lake = government.published.deployment.lake
    assert lake.head(candidate) is not None
    held = pd.read_parquet(lake.open(candidate))
    assert rows_of(held) == sorted(airport_as_published(government.folder))


def test_the_airport_table_is_held_back_for_its_rules_and_years(government: Government):
    report = government.published.verdict(AIRPORT)
    assert report.verdict == "held"
    broken = {result.rule: result for result in report.holding}
    assert {"key_is_unique", "total_is_sum_of_directions"} <= set(broken)
    unique, total = broken["key_is_unique"], broken["total_is_sum_of_directions"]
    assert (unique.unexpected_count, total.unexpected_count) == (12, 6)
    assert {row["year"] for row in unique.unexpected_rows} == SIX_YEARS
    assert {row["year"] for row in total.unexpected_rows} == SIX_YEARS
    # The report says whose total it is.
    assert {row["parts_of"] for row in total.unexpected_rows} == {"international"}


def test_readers_get_nothing_of_what_is_held_back(government: Government):
    state = government.published.commit.products[AIRPORT]
    assert (state.state, state.release) == ("held", None)
    assert state.reason
    (outcome,) = (o for o in government.published.report.outcomes if o.product == AIRPORT)
    assert isinstance(outcome, Held)


def test_a_corrected_airport_table_is_published_with_every_number(government: Government):
    (outcome,) = (o for o in government.corrected.report.outcomes if o.product == AIRPORT)
    assert isinstance(outcome, Released)
    published = government.corrected.published(AIRPORT)
    assert len(published) == ROWS["airport_passengers"]
    assert rows_of(published) == sorted(airport_as_corrected(government.folder))
    assert set(published["passengers_status"]) == {"reported"}


def test_the_second_night_leaves_the_other_products_as_they_were(government: Government):
    others = [o for o in government.corrected.report.outcomes if o.product != AIRPORT]
    assert {type(outcome) for outcome in others} == {Unchanged}


@pytest.mark.parametrize("night", ["published", "corrected"])
def test_a_night_without_any_sensor_fails_nothing_and_readers_get_sound_bytes(
    government: Government, night: str
):
    found: Night = getattr(government, night)
    assert not found.failed
    assert verify(found.deployment.open).problems == ()
    no_readings = {"rain_daily", "water_quality_monthly", "sensor_quality_daily"}
    held = {name for name, state in found.commit.products.items() if state.state == "held"}
    no_data = no_readings | {"wifi_access_points"}
    assert held == no_data | ({AIRPORT} if night == "published" else set())
