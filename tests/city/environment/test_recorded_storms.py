"""Storms that really came can be replayed: every seed has their rain, tide and floods."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from city.registers.tambon import TAMBON, TAMBON_CODES, metres
from city.truth.weather.environment import environment
from city.truth.weather.floods import flood_depth
from city.truth.weather.rain import rain_on
from city.truth.weather.recorded_storms import BANG_YAI_MARK_MM, PUBLISHED_MM, RECORDED

TOWN, AIRPORT, KAMALA = (78833, 984000), (81447, 983144), (79530, 982870)
AUGUST_2017 = (date(2017, 8, 27), date(2017, 8, 28))
JUNE_2018 = (date(2018, 6, 5),)
MEASURED = {
    "town, 27 and 28 August 2017": (TOWN, AUGUST_2017),
    "airport, 27 and 28 August 2017": (AIRPORT, AUGUST_2017),
    "Kamala, 5 June 2018": (KAMALA, JUNE_2018),
}
SEEDS = (1, 8355)
TOLERANCE_MM = 1


def fallen(seed: int, days: tuple[date, ...], *places: tuple[int, int]) -> np.ndarray:
    at = np.array([metres(*place) for place in places], dtype=np.int64)
    return sum(rain_on(seed, day, at[:, 0], at[:, 1]).sum(axis=1) for day in days) / 100  # type: ignore[return-value]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("what", MEASURED)
def test_the_published_total_falls_where_it_was_measured(what: str, seed: int) -> None:
    place, days = MEASURED[what]

    assert fallen(seed, days, place)[0] == pytest.approx(PUBLISHED_MM[what], abs=TOLERANCE_MM)


def test_nowhere_falls_more_than_the_published_maximum() -> None:
    everywhere = fallen(1, JUNE_2018, *((t.latitude, t.longitude) for t in TAMBON))

    highest = PUBLISHED_MM["highest of 5 June 2018"]
    assert everywhere.max() == pytest.approx(highest, abs=TOLERANCE_MM)


def test_the_gauges_near_by_see_the_storm() -> None:
    truth = environment(3, date(2018, 6, 5), 1)

    kamala = next(s for s in truth.stations if s.name_en == "Kamala rain gauge 1")
    assert truth.rain[kamala.id].sum() / 100 == pytest.approx(136, rel=0.02)


def test_the_night_of_august_2017_lies_in_one_day_of_rain() -> None:
    before = RECORDED[AUGUST_2017[0]].first
    after = RECORDED[AUGUST_2017[1]].last

    assert before >= 7 * 6  # not before seven in the morning of the first day
    assert after <= 7 * 6  # over by seven in the morning of the second


@pytest.mark.parametrize("seed", SEEDS)
def test_in_november_2021_bang_yai_stood_at_its_mark_at_high_tide(seed: int) -> None:
    truth = environment(seed, date(2021, 11, 18), 4)
    bang_yai = next(s for s in truth.stations if s.id == "WS-001")
    assert bang_yai.channel is not None

    depth = truth.water["WS-001"].level - bang_yai.channel.bed_mm

    assert depth.max() == pytest.approx(BANG_YAI_MARK_MM, abs=100)
    assert truth.sea[int(depth.argmax())] > 0.9 * truth.sea.max()


def test_the_same_rain_would_have_been_no_mark_at_low_tide() -> None:
    truth = environment(1, date(2021, 11, 18), 4)
    channel = next(s.channel for s in truth.stations if s.id == "WS-001")
    assert channel is not None

    tide_in_channel = channel.tidal_pct * truth.sea // 100
    without_tide = truth.water["WS-001"].level - tide_in_channel - channel.bed_mm

    assert without_tide.max() < BANG_YAI_MARK_MM - 500


@pytest.mark.parametrize("day", [date(2018, 6, 5), date(2021, 11, 20), date(2025, 8, 22)])
def test_streets_were_under_water(day: date) -> None:
    assert flood_depth(1, day).max() > 50


def test_a_storm_is_as_heavy_as_it_was_in_its_class() -> None:
    for days in (AUGUST_2017, JUNE_2018, (date(2021, 11, 19),), (date(2025, 8, 22),)):
        everywhere = fallen(1, days, TOWN, KAMALA, AIRPORT)
        assert everywhere.max() >= 90.1  # the class "very heavy" begins there


def test_the_flood_of_june_2018_was_at_kamala_and_not_in_town() -> None:
    depth = flood_depth(1, date(2018, 6, 5))

    assert depth[TAMBON_CODES.index("830203")].max() > 50
    assert depth[TAMBON_CODES.index("830101")].max() == 0
