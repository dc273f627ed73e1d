"""Rooms by district, vintages of tourism, stays that are pending, and what a device stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from city.channels import Request
from city.city import City
from city.published.tourism import LENGTH_OF_STAY, REGISTERED_HOTELS
from city.registers.access_points import access_points
from city.registers.tambon import TAMBON_CODES
from city.sources.months import Month
from city.sources.tourism.density_calibrations import (
    MISCOUNTED,
    SOURCE,
    SURVEYED,
    calibrations,
)
from city.sources.tourism.length_of_stay import length_of_stay
from city.sources.tourism.mots.figures import estimated, figures
from city.sources.tourism.mots.history import SOURCE_ID, mots_tourism_history
from city.sources.tourism.mots.workbook import PRELIMINARY, REVISED
from city.truth.people.devices import devices_by_hour
from city.truth.people.hotels import ROOMS, rooms_by_amphoe
from city.truth.people.whereabouts import visitors_by_hour
from city.truth.people.wifi import sessions
from tests.city.door import at_the_door
from tests.city.sending import table_of
from tests.support.judging import Judged


def test_rooms_of_the_districts_are_all_rooms_of_the_truth(city: City) -> None:
    rows = at_the_door(city, "hotel_rooms", table_of(city, "hotel_rooms").body).accepted
    rooms = {row["area"]: row["rooms"] for row in rows}
    hotels = {row["area"]: int(str(row["hotels"])) for row in rows}

    assert sum(rooms_by_amphoe().values()) == ROOMS
    assert rooms == {**rooms_by_amphoe(), "total": ROOMS}
    assert {row["year"] for row in rows} == {2025}
    assert hotels.pop("total") == sum(hotels.values()) == REGISTERED_HOTELS[2568]


@pytest.mark.parametrize(("year", "told"), [(2015, 2016), (2020, 2019), (2030, 2025)])
def test_a_city_of_another_year_shows_the_last_year_that_was_counted(year: int, told: int) -> None:
    city = City(seed=1, first_day=date(year, 3, 1), days=1)
    rows = at_the_door(city, "hotel_rooms", table_of(city, "hotel_rooms").body).accepted

    assert {row["year"] for row in rows} == {told}


def test_stays_are_told_up_to_the_last_year_or_said_to_be_pending(city: City) -> None:
    judged = at_the_door(city, "length_of_stay", length_of_stay(city).body)
    told = {
        (row["year"], row["origin"]): (row["stay"], row["stay_reason"]) for row in judged.accepted
    }

    assert {year for year, _ in told} == set(range(2015, 2026))
    assert told[2022, "foreign"] == (7, None)
    pending = {year for (year, _), cell in told.items() if cell == (None, "pending")}
    assert pending == {2023, 2024, 2025}
    assert max(LENGTH_OF_STAY) == 2567


@pytest.fixture(scope="module")
def vintages(city: City) -> Judged:
    return at_the_door(city, SOURCE_ID, mots_tourism_history(city).body)


def test_both_vintages_of_24_months_and_the_first_of_the_newest(vintages: Judged) -> None:
    assert vintages.quarantined == []
    of_phuket = [
        (str(r["year"]), r["month"], r["vintage"])
        for r in vintages.accepted
        if r["province_code"] == "83"
    ]

    assert len(vintages.accepted) == 77 * 49
    both = {(year, month) for year, month, vintage in of_phuket if vintage == "revised"}
    first = {(year, month) for year, month, vintage in of_phuket if vintage == "preliminary"}
    assert len(both) == 24
    assert first - both == {("2026", 8)}


def test_vintages_are_those_of_the_workbook(city: City, vintages: Judged) -> None:
    told = {(r["month"], r["province_code"], r["vintage"]): r for r in vintages.accepted
            if r["year"] == 2026}  # fmt: skip
    for api, vintage in ((PRELIMINARY, "preliminary"), (REVISED, "revised")):
        body = api.answer(city, Request(api.path)).body
        for row in at_the_door(city, api.source, body).accepted:
            month = row["month"]
            assert isinstance(month, date)
            kept = told[month.month, row["province_code"], vintage]
            for column in ("occupancy_pct", "guests", "visitors_foreign", "revenue_thai"):
                assert kept[column] == row[column]


def test_what_is_said_first_differs_from_what_is_said_in_the_end(city: City) -> None:
    month = Month(2025, 2)

    assert estimated(city.seed, "ภูเก็ต", month) != figures(city.seed, "ภูเก็ต", month)


def in_force(city: City, day: date) -> dict[str, int]:
    return {
        one.tambon.code: one.factor
        for one in calibrations(city)
        if one.valid_from <= day <= (one.valid_until or date.max)
    }


def test_the_door_takes_the_register_and_one_calibration_holds_at_a_time(city: City) -> None:
    (file,) = SOURCE.sent(city, city.first_day)
    judged = at_the_door(city, SOURCE.source, file.body)

    assert judged.quarantined == []
    assert len(judged.accepted) == 2 * len(SURVEYED)
    for code in SURVEYED:
        rows = [row for row in judged.accepted if row["tambon_code"] == code]
        old, new = sorted(rows, key=lambda row: str(row["valid_from"]))
        until, since = old["valid_until"], new["valid_from"]
        assert isinstance(until, date)
        assert isinstance(since, date)
        assert (since - until, new["valid_until"]) == (timedelta(days=1), None)
    assert not list(SOURCE.sent(city, city.last_day))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("scale", [0.25, 1.0])
def test_devices_times_the_factor_are_the_visitors_within_a_fifth(seed: int, scale: float) -> None:
    city = City(seed=seed, first_day=date(2026, 9, 7), days=1, scale=scale)
    hours = slice(9, 22)
    visitors = visitors_by_hour(seed, city.first_day)[:, hours].sum(axis=1) * scale
    devices = devices_by_hour(seed, city.first_day, city.millionths)[:, hours].sum(axis=1)

    for code, factor in in_force(city, city.first_day).items():
        row = TAMBON_CODES.index(code)
        share = devices[row] * factor / 100 / visitors[row]
        if code == MISCOUNTED:
            assert share > 1.4
        else:
            assert 0.8 < share < 1.2, code


def test_one_factor_for_all_tambon_is_wrong_and_one_new_factor_leaps(city: City) -> None:
    before, now = (in_force(city, day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    leaps = {code for code in now if not 0.8 <= now[code] / before[code] <= 1.4}

    assert max(before.values()) / min(before.values()) > 1.2
    assert leaps == {MISCOUNTED}
    (file,) = SOURCE.sent(city, city.first_day)
    (defect,) = file.defects
    assert (defect.where.station_id, defect.outcome) == (MISCOUNTED, "held_back")
    line = file.body.decode().splitlines()[defect.where.records[0]]
    assert line.startswith(f"{MISCOUNTED},2026-07-01,,")


def test_a_factor_is_the_same_at_every_scale_of_the_city(city: City) -> None:
    assert calibrations(replace(city, scale=0.5)) == calibrations(replace(city, scale=1.0))


def test_a_device_counts_once_an_hour_however_often_it_comes(city: City) -> None:
    day, millionths = city.first_day, 100_000
    of = sessions(city.seed, day, millionths)
    there = {
        (TAMBON_CODES.index(access_points()[point].tambon.code), hour, device)
        for point, device, begins, lasts in zip(
            of.access_point.tolist(),
            of.device.tolist(),
            of.begins.tolist(),
            of.lasts.tolist(),
            strict=True,
        )
        for hour in range(begins // 3600, min((begins + lasts) // 3600, 23) + 1)
        if lasts >= 120
    }
    counted = np.zeros((17, 24), dtype=np.int64)
    for row, hour, _ in there:
        counted[row, hour] += 1

    assert (devices_by_hour(city.seed, day, millionths) == counted).all()


def test_devices_follow_the_visitors_as_far_as_these_are_awake(city: City) -> None:
    day, millionths = city.first_day, 100_000
    devices = devices_by_hour(city.seed, day, millionths)
    visitors = visitors_by_hour(city.seed, day) * millionths // 1_000_000

    assert devices.shape == (17, 24)
    assert (devices < visitors)[visitors > 50].all()
    evening, morning = devices[:, 19].sum(), devices[:, 4].sum()
    assert evening > 3 * morning
    assert np.corrcoef(devices[:, 10:21].ravel(), visitors[:, 10:21].ravel())[0, 1] > 0.95
