"""The truth of people behaves as Phuket does: published years, high season, festivals, Patong."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from city.published.tourism import AIRPORT_PASSENGERS
from city.published.visitors import POPULATION, visitors_of
from city.registers.tambon import TAMBON_CODES
from city.truth.people.visitors import (
    NATIONS,
    airport_arrivals,
    arrivals,
    landed_abroad,
    present,
    present_since,
)
from city.truth.people.whereabouts import residents, residents_by_hour, visitors_by_hour

PATONG = TAMBON_CODES.index("830202")


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", [2019, 2024, 2025])
def test_a_year_has_the_visitors_that_its_agency_printed(year: int) -> None:
    came = sum(arrivals(5, day) for day in days_of(year))

    thai, foreign = visitors_of(year + 543)
    assert came[-1] == pytest.approx(thai, rel=0.03)
    assert came[:-1].sum() == pytest.approx(foreign, rel=0.03)


def test_a_year_has_the_passengers_that_the_airport_printed() -> None:
    landed = np.array([airport_arrivals(5, day) for day in days_of(2025)]).sum(axis=0)

    domestic, abroad = (AIRPORT_PASSENGERS[2568][at] for at in (0, 4))
    assert landed.tolist() == pytest.approx([domestic, abroad], rel=0.05)


def test_the_high_season_brings_more_people_than_the_monsoon() -> None:
    by_month = {m: sum(int(present(5, d).sum()) for d in days_of(2025) if d.month == m) // 28
                for m in (1, 9)}  # fmt: skip

    assert 1.6 < by_month[1] / by_month[9] < 3


def test_festivals_and_weekends_bring_more_thai_visitors() -> None:
    thai = {day: int(arrivals(5, day)[-1]) for day in days_of(2025)}

    songkran, before = thai[date(2025, 4, 13)], thai[date(2025, 4, 2)]
    assert songkran > 1.3 * before


def test_russians_come_in_winter_and_australians_in_july() -> None:
    codes = [nation.code for nation in NATIONS]
    by_month = [sum(arrivals(5, d) for d in days_of(2025) if d.month == m) for m in (1, 7)]
    january, july = (month / month.sum() for month in by_month)

    assert january[codes.index("RUS")] > 3 * july[codes.index("RUS")]
    assert july[codes.index("AUS")] > 1.3 * january[codes.index("AUS")]


def test_as_many_are_present_as_arrive_in_a_mean_stay() -> None:
    stays = np.array([nation.stay_days for nation in NATIONS])
    june = [date(2025, 6, 1) + timedelta(days=n) for n in range(30)]

    there = sum(present(5, day)[:-1] for day in june) / 30
    came = sum(arrivals(5, day)[:-1] for day in june) / 30

    assert there.sum() == pytest.approx((came * stays).sum(), rel=0.15)
    assert (present_since(5, june[0]).sum(axis=0) == present(5, june[0])).all()


def test_international_passengers_are_the_sum_of_nations() -> None:
    day = date(2025, 8, 1)

    assert landed_abroad(5, day).sum() == airport_arrivals(5, day)[1]
    assert len(landed_abroad(5, day)) == len(NATIONS)


def test_everybody_is_somewhere_at_every_hour() -> None:
    day = date(2026, 9, 9)
    visitors, locals_ = visitors_by_hour(5, day), residents_by_hour(day)

    people = int(present(5, day).sum())
    assert (abs(visitors.sum(axis=0) - people) <= 17).all()
    assert (abs(locals_.sum(axis=0) - sum(POPULATION.values())) <= 34).all()
    assert residents().sum() == sum(POPULATION.values())


def test_patong_holds_a_quarter_of_the_visitors_and_fills_in_the_evening() -> None:
    there = visitors_by_hour(5, date(2026, 9, 9))
    share = there[PATONG] / there.sum(axis=0)

    assert 0.22 < share.mean() < 0.28
    assert share[20] > share[3] > share[11]
