"""Counters of rain: their differences are the rain of the truth, whatever made them go back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from city.city import City
from city.registers.stations import COUNTER_GAUGES, CounterGauge
from city.registers.tambon import metres
from city.sources.environment import rain_counters
from city.sources.environment.rain_counters import BATTERY_ON, SILENT, SOURCE, counter_of
from city.truth.weather.rain import rain_on
from tests.city.door import at_the_door

ROLLING, RESET = COUNTER_GAUGES
WET = City(seed=4, first_day=date(2026, 9, 1), days=30)


def readings(city: City, gauge: CounterGauge) -> Iterator[tuple[str, int]]:
    """Time and counter in hundredths of a millimetre, as they were sent."""
    for day in city.calendar:
        (file,) = SOURCE.files(city, day)
        for line in file.body.decode().splitlines()[1:]:
            cells = line.split(",")
            if cells[0] == gauge.id:
                yield cells[1], round(float(cells[2]) * 100)


def increments(shown: list[int], gauge: CounterGauge) -> list[int]:
    """As a reader of counters works them out: full means over, else it was set to nothing."""
    found = []
    for before, now in pairwise(shown):
        over = before > 0.9 * gauge.rolls_over
        found.append(now - before if now >= before else now + gauge.rolls_over - before if over
                     else now)  # fmt: skip
    return found


def fallen(city: City, gauge: CounterGauge) -> int:
    east, north = (np.array([at]) for at in metres(gauge.latitude, gauge.longitude))
    return sum(int(rain_on(city.seed, day, east, north).sum()) for day in city.calendar)


@pytest.mark.parametrize("gauge", COUNTER_GAUGES, ids=lambda gauge: gauge.id)
def test_differences_of_a_counter_are_the_rain(gauge: CounterGauge) -> None:
    shown = [value for _, value in readings(WET, gauge)]
    first = int(rain_counters.tips_on(WET.seed, gauge, WET.first_day)[0])
    rain, truth = first + sum(increments(shown, gauge)), fallen(WET, gauge)

    assert truth > 15_000
    # A bucket keeps up to a tip at midnight; rain in the minutes before a new battery is lost.
    lost = 0 if gauge == ROLLING else 500
    assert truth - WET.days * gauge.tip - lost <= rain <= truth


def test_the_counter_rolls_over_once_and_the_truth_says_where() -> None:
    shown = list(readings(WET, ROLLING))
    back = [at for (_, one), (at, other) in pairwise(shown) if other < one]
    told = [
        defect.where.first
        for day in WET.calendar
        for file in SOURCE.files(WET, day)
        for defect in file.defects
        if defect.kind == "counter_rollover"
    ]

    assert back == told
    assert len(told) == 1
    assert max(value for _, value in shown) < ROLLING.rolls_over
    assert max(value for _, value in shown) > ROLLING.rolls_over - 500


def test_a_counter_may_be_full_at_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    wet = next(
        (seed, day)
        for seed in range(1, 200)
        for day in WET.calendar[1:]
        if rain_counters.tips_on(seed, ROLLING, day)[0]
    )
    city = replace(WET, seed=wet[0])
    counted = sum(
        int(rain_counters.tips_on(city.seed, ROLLING, day).sum())
        for day in city.calendar
        if day < wet[1]
    )
    full = ROLLING.rolls_over - counted - ROLLING.tip
    monkeypatch.setattr(rain_counters, "_at_first", lambda seed: full)

    (file,) = SOURCE.files(city, wet[1])

    (told,) = [defect for defect in file.defects if defect.kind == "counter_rollover"]
    assert told.where.first.endswith("T00:00:00+07:00")
    assert told.where.records == (1,)


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_wet_month_has_a_rollover(seed: int) -> None:
    city = City(seed=seed, first_day=date(2026, 9, 1), days=30)
    shown = np.concatenate([counter_of(city, ROLLING, day) for day in city.calendar])

    assert (np.diff(shown) < 0).any()


def test_a_counter_is_set_to_nothing_at_seven_and_keeps_the_rain_of_those_minutes() -> None:
    wet_morning = None
    for seed in range(1, 40):
        city = City(seed=seed, first_day=date(2026, 9, 1), days=20)
        for day in city.calendar[1:]:
            shown, tips = counter_of(city, RESET, day), rain_counters.tips_on(seed, RESET, day)
            assert shown[42] == tips[42]
            before = rain_counters.tips_on(seed, RESET, day - timedelta(days=1))
            since = before[42:].sum() + tips[:42].sum()
            if (day - timedelta(days=1) - city.first_day).days % 7 != BATTERY_ON:
                assert shown[41] == since
            wet_morning = wet_morning or (bool(tips[42]) and bool(since))

    assert wet_morning


def test_yesterdays_counter_is_carried_over_midnight() -> None:
    for gauge in COUNTER_GAUGES:
        for day in WET.calendar[1:]:
            last = int(counter_of(WET, gauge, day - timedelta(days=1))[-1])
            first = int(rain_counters.tips_on(WET.seed, gauge, day)[0])
            assert int(counter_of(WET, gauge, day)[0]) == (last + first) % gauge.rolls_over


def test_the_door_takes_every_row_and_silence_has_none(city: City) -> None:
    for day in city.calendar:
        (file,) = SOURCE.files(city, day)
        judged = at_the_door(city, SOURCE.source, file.body)
        silent = [defect for defect in file.defects if defect.kind == "gap"]

        assert judged.quarantined == []
        assert len(judged.accepted) == 2 * 144 - len(silent) * len(SILENT)
        for defect in silent:
            assert defect.where.records == ()
            told = [line.split(",")[:2] for line in file.body.decode().splitlines()]
            assert [RESET.id, defect.where.first] not in told


def test_a_defect_names_the_record_that_shows_it(city: City) -> None:
    for day in city.calendar:
        (file,) = SOURCE.files(city, day)
        lines = file.body.decode().splitlines()
        for defect in file.defects:
            for record in defect.where.records:
                gauge, at, *_ = lines[record].split(",")
                assert (gauge, at) == (defect.where.station_id, defect.where.first)


def test_the_day_before_the_city_and_longer_cities_change_nothing(city: City) -> None:
    longer = replace(city, days=city.days + 3)

    for day in city.calendar:
        assert list(SOURCE.files(longer, day)) == list(SOURCE.files(city, day))
