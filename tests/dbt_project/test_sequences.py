"""Whatever happened before, builds by fingerprints end in the tables of a build of everything.

The real dbt over the real models, each night planned as an operator's is. The same is asked of toy
models thousands of times, and without dbt, by `test_fingerprints_hold.py`.
"""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from dbt_project.compiled import SOURCE
from dbt_project.lineage import behind
from ingestion.clock import BANGKOK, bangkok_day
from ingestion.errors import PermanentError
from orchestration.compiling import project
from orchestration.tables import open_tables
from tests.dbt_project.city_lake import Row, reading, station
from tests.dbt_project.delivered_city import READINGS, STATIONS, DeliveredCity

FIRST, DAYS = date(2026, 1, 26), 6
"""The days that there are readings of at the beginning: the end of a month among them."""
SENDING = ("RG-001", "WQ-001", "WQ-002")
EVERY = {"RG-001": 10}
FEW, MANY = 6, 200

pytestmark = pytest.mark.whole


def day_of_readings(day: date, chance: random.Random, stations: tuple[str, ...]) -> list[Row]:
    """Readings with what flags are for: gaps, values out of range, jumps and days of standstill."""
    rows: list[Row] = []
    start = datetime.combine(day, time(), tzinfo=BANGKOK)
    for name in stations:
        minutes = EVERY.get(name, 60)
        for at in (start + timedelta(minutes=passed) for passed in range(0, 1440, minutes)):
            if chance.random() < 0.1:
                continue
            swing = 2 * math.sin(at.timestamp() / 7000)
            oxygen = None if chance.random() < 0.05 else round(6 + swing, 2)
            rows.append(reading(name, "rain_10min", at, chance.choice([0, 0, 0.2, 5.25, 40])))
            rows.append(reading(name, "dissolved_oxygen", at, oxygen))
            rows.append(reading(name, "salinity", at, 30.0 if chance.random() < 0.95 else 12.5))
    return rows


def registered(**intervals: int) -> list[Row]:
    return [
        station(name.replace("_", "-"))
        | {"interval_minutes": minutes, "name_en": f"Every {minutes}"}
        for name, minutes in intervals.items()
    ]


@dataclass
class Sequence:
    """A city, and what happens to it by chance."""

    city: DeliveredCity
    chance: random.Random

    def some_day(self) -> date:
        last = bangkok_day(self.city.now) - timedelta(days=1)
        return last - timedelta(days=self.chance.randrange(9))

    def late(self) -> None:
        day, several = self.some_day(), tuple(self.chance.sample(SENDING, 2))
        self.city.readings({day: day_of_readings(day, self.chance, several)})

    def revised(self) -> None:
        """A few readings of two days, told otherwise."""
        days = {self.some_day(), self.some_day()}
        self.city.readings(
            {day: day_of_readings(day, self.chance, SENDING[:1])[::5] for day in days}
        )

    def retracted(self) -> None:
        """A delivery is refused afterwards: its rows vanish."""
        of = [e for e in self.city.delivered if e.source == READINGS and e.lake]
        self.city.judge_again(self.chance.choice(of), {})

    def judged_otherwise(self) -> None:
        of = [e for e in self.city.delivered if e.source == READINGS and e.lake]
        entry = self.chance.choice(of)
        self.city.judge_again(
            entry, {day: day_of_readings(day, self.chance, SENDING[1:]) for day in entry.days}
        )

    def repeated(self) -> None:
        """Known bytes come again, which the ledger does not note."""

    def register_came(self) -> None:
        intervals = {"RG_001": 10, "WQ_001": 60, "WQ_002": 60}
        changed = {self.chance.choice([*intervals]): self.chance.choice([20, 30, 120])}
        gone = self.chance.choice(["", *intervals])
        said = intervals | changed
        said.pop(gone, None)
        self.city.register(registered(**said))

    def register_judged_otherwise(self) -> None:
        """What the register said from some day on becomes another, also of days long built."""
        of = [entry for entry in self.city.delivered if entry.source != READINGS]
        entry = self.chance.choice(of)
        self.city.judge_again(entry, {entry.days[0]: registered(RG_001=30, WQ_001=60, WQ_002=120)})

    def days_pass(self) -> None:
        self.city.pass_time(days=self.chance.choice([1, 2, 3]), hours=self.chance.choice([0, 6]))

    def killed(self) -> None:
        """dbt is killed in the midst of it."""
        with pytest.raises(PermanentError, match="dbt could not build"):
            self.city.build_killed(after=self.chance.randrange(1, 8))

    def a_test_fails(self) -> None:
        """Readings break a promise of their contract, and are refused afterwards."""
        day = self.some_day()
        bad = [row | {"unit": None} for row in day_of_readings(day, self.chance, SENDING)]
        entry = self.city.readings({day: bad})
        assert self.city.build().broken
        self.city.judge_again(entry, {})


EVENTS: tuple[Callable[[Sequence], None], ...] = (
    Sequence.late, Sequence.revised, Sequence.retracted, Sequence.judged_otherwise,
    Sequence.repeated, Sequence.register_came, Sequence.register_judged_otherwise,
    Sequence.days_pass,
)  # fmt: skip
WRONG = (None, Sequence.killed, None, Sequence.a_test_fails, None, None)
"""What goes wrong in each sequence, when it is half told."""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> DeliveredCity:
    """Some days of readings, and all that is made from them."""
    home = tmp_path_factory.mktemp("beginning")
    (home / "extensions").symlink_to(extensions)
    city = DeliveredCity(home, datetime.combine(FIRST, time(2), tzinfo=BANGKOK))
    city.register(registered(RG_001=10, WQ_001=60))
    chance = random.Random("beginning")
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        city.pass_time(days=1)
        city.readings({day: day_of_readings(day, chance, SENDING[: 2 + (number > 3)])})
    assert city.build().broken == {}
    return city


def moved(city: DeliveredCity, home: Path) -> DeliveredCity:
    """The same city in a home of its own."""
    shutil.copytree(city.home, home, symlinks=True)
    return DeliveredCity(home, city.now, deepcopy(city.delivered))


@pytest.mark.parametrize(
    "number",
    [*range(FEW), *(pytest.param(n, marks=pytest.mark.long) for n in range(FEW, FEW + MANY))],
)
def test_any_sequence_of_events_ends_in_the_tables_of_a_build_of_everything(
    beginning: DeliveredCity, tmp_path: Path, number: int
) -> None:
    city = moved(beginning, tmp_path / "home")
    sequence = Sequence(city, random.Random(number))
    told = sequence.chance.sample(EVENTS, 4)
    for event in told[:2]:
        event(sequence)
    if wrong := WRONG[number % len(WRONG)]:
        wrong(sequence)
    for event in told[2:]:
        event(sequence)
    assert city.build().broken == {}
    by_fingerprint, made_from = city.tables(), city.fingerprints()

    everything_anew(city, number)

    full, happened = city.tables(), [event.__name__ for event in told]
    assert by_fingerprint["marts.rain_daily"]
    assert [name for name in full if full[name] != by_fingerprint[name]] == [], happened
    assert city.fingerprints() == made_from


def test_a_gauge_that_sends_twice_as_often_from_today_on_leaves_its_final_days_as_they_are(
    beginning: DeliveredCity, tmp_path: Path
) -> None:
    city = moved(beginning, tmp_path / "home")
    city.pass_time(days=4)
    today = bangkok_day(city.now)
    assert city.build().broken == {}
    tables = ("marts.rain_daily", "marts.sensor_quality_daily")
    of_the_gauge = "where station_id = 'RG-001' and status = 'final' order by all"
    before = {name: city.ask(f"from lake.{name} {of_the_gauge}") for name in tables}

    city.register(registered(RG_001=5, WQ_001=60))
    start = datetime.combine(today, time(), tzinfo=BANGKOK)
    every_five = [start + timedelta(minutes=5 * step) for step in range(288)]
    city.readings({today: [reading("RG-001", "rain_10min", at, 0.2) for at in every_five]})
    city.pass_time(days=1)
    assert city.build().broken == {}

    after = {name: city.ask(f"from lake.{name} {of_the_gauge}") for name in tables}
    assert len(before["marts.rain_daily"]) >= DAYS
    assert all(row in after[name] for name in tables for row in before[name])
    told = city.ask(f"""
        select day, expected, received, completeness_pct, station_name_en
        from lake.marts.sensor_quality_daily
        where station_id = 'RG-001' and parameter = 'rain_10min' and day >= date '{FIRST}'
        order by day""")
    assert [row[1] for row in told] == [144] * (len(told) - 1) + [288]
    assert told[-1] == (today, 288, 288, 100.0, "Every 5")
    assert told[0][4] == "Every 10"


def everything_anew(city: DeliveredCity, number: int) -> None:
    """A build of everything; but in most sequences not of what nothing that happened has a part in,
    which takes half as long."""
    if number % FEW == 0:
        assert city.build(anew=True).broken == {}
        return
    parents = {node.name: node.parents for node in project(city.deployment).nodes}
    touched = [n for n in parents if behind(n, parents) & {SOURCE + READINGS, SOURCE + STATIONS}]
    with open_tables(city.deployment) as tables:
        tables.forget(touched)
    assert city.build().broken == {}
