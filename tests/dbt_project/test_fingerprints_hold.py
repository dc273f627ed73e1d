"""Builds by fingerprints end in the tables of builds of everything, whatever happened before."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from dbt_project.periods import days_of
from tests.dbt_project.toy_city import City
from tests.dbt_project.toy_engine import Engine, in_full
from tests.dbt_project.toy_models import DAY, TOYS

SEQUENCES = 2_000
HAPPENS: dict[Callable[[City], object], int] = {
    City.late: 6, City.revised: 2, City.judged_again: 3, City.repeated: 1, City.register_came: 2,
    City.register_judged_again: 1, City.authority_changed: 2, City.reviewed: 2, City.threshold: 1,
    City.renamed: 1, City.tariff_changed: 1, City.minutes_pass: 1, City.hours_pass: 2,
    City.days_pass: 4, City.code_changed: 1,
}  # fmt: skip


def something_goes_wrong(engine: Engine, city: City, chance: random.Random) -> None:
    """A build that does not come to its end, or was not asked for all."""
    if chance.random() < 0.5:
        engine.build(
            city.inputs(),
            some=chance.choice([tuple(TOYS), chance.sample(sorted(TOYS), 6)]),
            failing=chance.choice(["", *TOYS]),
            killed_after=chance.choice([99, chance.randrange(8)]),
        )


@pytest.mark.parametrize("part", range(4))
def test_after_any_sequence_of_events_every_table_is_that_of_a_build_of_everything(
    part: int,
) -> None:
    for number in range(part, SEQUENCES, 4):
        chance = random.Random(number)
        city, engine, told = City(chance), Engine(), list[str]()
        for _ in range(chance.randrange(2, 5)):
            for event in chance.choices([*HAPPENS], [*HAPPENS.values()], k=chance.randrange(1, 4)):
                event(city)
                told.append(event.__name__)
            something_goes_wrong(engine, city, chance)
            inputs = city.inputs()
            engine.build(inputs)

            full = in_full(inputs)
            wrong = [name for name, rows in full.items() if engine.tables[name] != rows]
            assert not wrong, f"sequence {number}: {told}"
            assert engine.build(inputs) == {}, f"sequence {number}: {told}"


def built(chance: random.Random) -> tuple[City, Engine]:
    """A city some time after its beginning, and all that is made from it."""
    city, engine = City(chance), Engine()
    for _ in range(4):
        city.late()
    engine.build(city.inputs())
    return city, engine


def made_by(engine: Engine, city: City) -> dict[str, set[date]]:
    """The periods that a build makes, by model; none of a table that has none."""
    made = engine.build(city.inputs())
    return {
        name: {p for p in engine.kept[name] if p} if periods is None else periods
        for name, periods in made.items()
    }


def told_of(city: City, source: str) -> set[date]:
    return {day for of in city.adding[source] for day in of.rows}


def around(days: set[date], told: set[date], before: int, after: int) -> set[date]:
    """Those of the days told of, in whose window of so many days one of these lies."""
    return {day + n * DAY for day in days for n in range(-after, before + 1)} & told


def weeks_of(days: set[date]) -> set[date]:
    return {day - day.isoweekday() % 7 * DAY for day in days}


def by_hand(city: City, days: set[date], source: str) -> dict[str, set[date]]:
    """The periods that these days are in the windows of, told model by model from their code."""
    told = told_of(city, source)
    if source == "cases":
        later = {day + 7 * n * DAY for day in weeks_of(days) for n in range(9)}
        reach = {week for week in later if any(week - 49 * DAY <= day for day in days)}
        return {"case": days, "index": reach & weeks_of(told)}
    flagged = around(days, told, 6, 1)
    rain = flagged | {day + DAY for day in flagged}
    spine = {min(told) + n * DAY for n in range((max(told) - min(told)).days + 2)}
    return {
        "reading": days,
        "flagged": flagged,
        "quality": flagged,
        "rain": rain,
        "monthly": {day.replace(day=1) for day in flagged},
        "yearly": {day.replace(month=1, day=1) for day in flagged},
        "rain_mart": {day for day in spine if day >= min(rain)},
        "quality_mart": {day for day in spine - {max(spine)} if day >= min(flagged)},
    }


def test_a_late_delivery_makes_just_what_its_days_are_in_the_windows_of() -> None:
    seen = 0
    for number in range(300):
        city, engine = built(random.Random(number))
        city.late()
        source = next(s for s, of in city.adding.items() if of[-1] is city.newest)
        days, told = set(city.newest.rows), told_of(city, source)
        if not min(told) < min(days) <= max(days) < max(told):
            continue  # which also moves the ends of the spine
        seen += 1
        of = made_by(engine, city)
        whole = set() if source == "cases" else {"known", "ranking"}

        assert of.keys() - whole == by_hand(city, days, source).keys(), number
        for name, periods in by_hand(city, days, source).items():
            assert of[name] == periods, (number, name)
    assert seen > 100


@pytest.mark.parametrize("event", [City.repeated, City.minutes_pass])
def test_what_changes_nothing_makes_nothing(event: Callable[[City], object]) -> None:
    for number in range(50):
        city, engine = built(random.Random(number))
        event(city)

        assert engine.build(city.inputs()) == {}


def test_what_a_register_says_from_today_on_leaves_all_before_as_it_is() -> None:
    for number in range(100):
        city, engine = built(random.Random(number))
        city.register_came()
        for name, periods in made_by(engine, city).items():
            kind = TOYS[name].period
            assert kind or name in {"station", "rule", "known", "ranking"}
            assert all(kind and days_of(kind, period)[1] >= city.today for period in periods)


def test_a_dated_row_makes_just_the_days_on_which_it_holds() -> None:
    for number in range(100):
        city, engine = built(random.Random(number))
        before = set(city.authority)
        city.authority_changed()
        ((_, _, (since, until)),) = set(city.authority) ^ before
        (periods,) = engine.build(city.inputs()).values() or [set()]

        days = [min(told_of(city, "readings")), max(told_of(city, "readings"))]
        first, last = max(since or days[0], days[0]), min(until or days[1], days[1])
        expected = {first + n * DAY for n in range((last - first).days + 1)}
        all_of_it = expected == {days[0] + n * DAY for n in range((days[1] - days[0]).days + 1)}
        assert periods == (None if all_of_it else expected), number


def test_a_review_of_one_day_reaches_no_other_day() -> None:
    for number in range(100):
        city, engine = built(random.Random(number))
        city.reviewed()
        made = engine.build(city.inputs())
        ((_, day),) = city.review

        assert made.get("flagged", set()) in ({day}, set())
        assert made.get("rain", set()) in ({day, day + DAY}, set())
