"""A few models in plain Python, of the shapes that the real ones have, over sources in memory.

Each is a function of the rows that it reads and gives rows by period, as SQL would: what it was not
given it does not know. Does not belong here: which periods are made when (`toy_engine.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dbt_project.made_from import Window
from dbt_project.periods import Period
from ingestion.clock import BANGKOK, bangkok_day

DAY = timedelta(days=1)
SEVEN = 7
Row = tuple[Any, ...]
Rows = dict[date | None, list[Row]]


@dataclass(frozen=True)
class Read:
    """What a model is given: rows of its parents, and what a build is told."""

    rows: dict[str, Rows]
    only: Collection[date] | None
    """The periods to be written; None for all."""
    span: tuple[date, date] | None
    now: datetime
    version: int
    """Of the model's code, which shows in what it makes."""

    def each(self, parent: str) -> Iterator[tuple[date, Row]]:
        return ((p, row) for p, rows in self.rows[parent].items() for row in rows if p)

    def all(self, parent: str) -> list[Row]:
        return self.rows[parent].get(None, [])

    def spine(self, own: Collection[date]) -> set[date]:
        """All days between the first and the last that any source told of, and those with rows."""
        first, last = self.span or (date.max, date.min)
        days = {first + n * DAY for n in range((last - first).days + 1)} | set(own)
        return days if self.only is None else days & set(self.only)

    def state(self, over: datetime) -> str:
        """Of a period that is over at an instant."""
        done = [over + days * DAY <= self.now for days in (0, LOOKBACK)]
        return ("not yet", "provisional", "final")[sum(done)]


LOOKBACK = 3
Make = Callable[[Read], Iterator[tuple[date | None, Row]]]


@dataclass(frozen=True)
class Toy:
    """A model and what its YAML says of it."""

    make: Make
    parents: dict[str, Window]
    period: Period | None = None
    silent: bool = False
    dated: bool = False
    clock: tuple[int, ...] | None = None
    view: bool = False


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + DAY, time(), tzinfo=BANGKOK)


def holds(row: Row, day: date) -> bool:
    """Whether a dated row, which ends with its two days, holds on a day."""
    since, until = row[-2:]
    return (since is None or since <= day) and (until is None or day <= until)


def same(parent: str) -> Make:
    def view(read: Read) -> Iterator[tuple[date | None, Row]]:
        return ((period, row) for period, rows in read.rows[parent].items() for row in rows)

    return view


def rule(read: Read) -> Iterator[tuple[date | None, Row]]:
    """Limits of each station while the register and the tariff said so: dated, dated and not."""
    (limit,) = read.all("limit")
    for station, interval, *held in read.all("station"):
        for factor, *counted in read.all("tariff"):
            since = max((d for d in (held[0], counted[0]) if d), default=None)
            until = min((d for d in (held[1], counted[1]) if d), default=None)
            yield None, (station, interval, factor * limit[0] + read.version, since, until)


def flagged(read: Read) -> Iterator[tuple[date | None, Row]]:
    """Readings beside those of six days before, in steps as long, and of the day after."""
    days = dict[date, list[Row]](read.rows["reading"])
    rules = read.all("rule")
    steps = {
        (station, day): next((r[1] for r in rules if r[0] == station and holds(r, day)), 10)
        for day, rows in days.items()
        for station in {row[0] for row in rows}
    }
    sums = defaultdict[tuple[object, date], int](int)
    for day, (station, _, value) in read.each("reading"):
        sums[station, day] += value
    for day, (station, hour, value) in read.each("reading"):
        step, around = steps[station, day], [day - n * DAY for n in range(7)]
        before = sum(sums[station, d] for d in around if steps.get((station, d)) == step)
        after = sums.get((station, day + DAY))
        limits = [r[2] for r in rules if r[0] == station and holds(r, day)]
        out = any(r[0] == station and holds(r, day) for r in read.all("review"))
        failed = out or any(value > limit for limit in limits)
        yield day, (station, hour, value, before + read.version, after, step, failed)


def rain(read: Read) -> Iterator[tuple[date | None, Row]]:
    """By hydrological day, with all that the two calendar days know besides."""
    total, beside = defaultdict[tuple[date, object], int](int), defaultdict[object, int](int)
    for day, (station, hour, value, *_, failed) in read.each("flagged"):
        if not failed:
            total[day + (hour >= SEVEN) * DAY, station] += value
        for each in (day, day + DAY):
            beside[each, station] += value
    for (day, station), value in total.items():
        yield day, (station, value, beside[day, station] + read.version)


def rain_mart(read: Read) -> Iterator[tuple[date | None, Row]]:
    """A row for every day since a station's first, whether it reported or not."""
    measured = {(day, row[0]): row for day, row in read.each("rain")}
    first = {s: min(d for d, other in measured if other == s) for _, s in measured}
    for day in read.spine({day for day, _ in measured}):
        over = datetime.combine(day, time(SEVEN), tzinfo=BANGKOK)
        for station, since in first.items():
            if since <= day:
                named = [r[1] for r in read.all("station") if r[0] == station and holds(r, day)]
                row = measured.get((day, station), (station, None, None))
                yield day, (*row, *named, since, read.state(over), read.version)


def quality(read: Read) -> Iterator[tuple[date | None, Row]]:
    found = defaultdict[tuple[date, object], list[Row]](list)
    for day, row in read.each("flagged"):
        found[day, row[0]].append(row)
    for (day, station), rows in found.items():
        usable = sum(row[2] for row in rows if not row[-1])
        yield day, (station, len(rows), usable + read.version, min(row[5] for row in rows))


def quality_mart(read: Read) -> Iterator[tuple[date | None, Row]]:
    measured = {(day, row[0]): row for day, row in read.each("quality")}
    first = {s: min(d for d, other in measured if other == s) for _, s in measured}
    for day in read.spine({day for day, _ in measured}):
        over = midnight_after(day)
        for station, since in first.items():
            if since <= day:
                of = [r[1] for r in read.all("authority") if r[0] == station and holds(r, day)]
                row = measured.get((day, station), (station, 0, None, None))
                kept = (*row, *sorted(of), *read.all("place"), measured[since, station][1])
                yield day, (*kept, read.state(over), read.version)


def monthly(read: Read) -> Iterator[tuple[date | None, Row]]:
    found = defaultdict[tuple[date, object], list[Row]](list)
    for day, row in read.each("flagged"):
        found[day.replace(day=1), row[0]].append(row)
    for (month, station), rows in found.items():
        over = midnight_after((month.replace(day=28) + 4 * DAY).replace(day=1) - DAY)
        total = sum(row[3] for row in rows) + read.version
        yield month, (station, len(rows), total, read.state(over))


def yearly(read: Read) -> Iterator[tuple[date | None, Row]]:
    found = defaultdict[date, list[Row]](list)
    for month, row in read.each("monthly"):
        found[month.replace(month=1)].append(row)
    for year, rows in found.items():
        yield year, (len(rows), sum(row[2] for row in rows), read.version)


def index(read: Read) -> Iterator[tuple[date | None, Row]]:
    """Cases of an epidemiological week beside those of eight weeks."""
    cases = defaultdict[date, int](int)
    for day, row in read.each("case"):
        cases[day] += row[-1]
    for week in {day - day.isoweekday() % 7 * DAY for day in cases}:
        reach = [week + n * DAY for n in range(-49, 7)]
        counts = [sum(cases.get(day, 0) for day in days) for days in (reach[49:], reach)]
        yield week, (*counts, read.version)


def known(read: Read) -> Iterator[tuple[date | None, Row]]:
    """Stations of the register and those that sent something: small, of everything."""
    registered = {r[0]: r[1] for r in read.all("station") if r[-1] is None}
    seen = defaultdict[object, int](int)
    for _, row in read.each("quality"):
        seen[row[0]] += row[1]
    for station in registered.keys() | seen.keys():
        yield None, (station, registered.get(station), seen.get(station), read.version)


def place(read: Read) -> Iterator[tuple[date | None, Row]]:
    """What a seed without days says, made as a whole."""
    yield None, (*read.all("names")[0], read.version)


def ranking(read: Read) -> Iterator[tuple[date | None, Row]]:
    best = sorted((row[2], month, row[0]) for month, row in read.each("monthly"))
    yield None, (bangkok_day(read.now), tuple(best), read.version)


HERE, BOTH = Window(), Window(6, 1)
TOYS = {
    "reading": Toy(same("readings"), {"readings": HERE}, Period.DAY, view=True),
    "case": Toy(same("cases"), {"cases": HERE}, Period.DAY, view=True),
    "station": Toy(same("stations"), {"stations": HERE}, dated=True, view=True),
    "rule": Toy(rule, {"station": HERE, "tariff": HERE, "limit": HERE}, dated=True),
    "flagged": Toy(
        flagged, {"reading": BOTH, "rule": Window(before=6), "review": HERE}, Period.DAY
    ),
    "place": Toy(place, {"names": HERE}),
    "rain": Toy(rain, {"flagged": HERE}, Period.HYDROLOGICAL_DAY),
    "rain_mart": Toy(
        rain_mart, {"rain": Window(before=None), "station": HERE}, Period.HYDROLOGICAL_DAY,
        silent=True, clock=(0, LOOKBACK),
    ),
    "quality": Toy(quality, {"flagged": HERE}, Period.DAY),
    "quality_mart": Toy(
        quality_mart, {"quality": Window(before=None), "authority": HERE, "place": HERE},
        Period.DAY, silent=True, clock=(0, LOOKBACK),
    ),
    "monthly": Toy(monthly, {"flagged": HERE}, Period.MONTH, clock=(0, LOOKBACK)),
    "yearly": Toy(yearly, {"monthly": HERE}, Period.YEAR),
    "index": Toy(index, {"case": Window(before=49)}, Period.EPIDEMIOLOGICAL_WEEK),
    "known": Toy(known, {"quality": Window(None, None), "station": Window(None, None)}),
    "ranking": Toy(ranking, {"monthly": Window(None, None)}, clock=(0, LOOKBACK)),
}  # fmt: skip
"""In an order in which each comes after its parents."""
