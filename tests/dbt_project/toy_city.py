"""What can happen to the sources of the toy models, and to time.

Belongs here: deliveries in their order, registers, seeds, and what they come to at an instant. Does
not belong here: models and engines.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dbt_project.fingerprints import digest
from dbt_project.made_from import Dated, Leaf, Reported
from ingestion.clock import BANGKOK, bangkok_day
from tests.dbt_project.toy_engine import Inputs
from tests.dbt_project.toy_models import DAY, TOYS, Row, Rows

STATIONS = ("a", "b", "c")
STARTS = ("2024-02-27", "2025-12-30", "2026-03-30", "2026-06-15")
"""Around a leap day, the end of a year, the end of a month, and none of them."""
Span = tuple[date | None, date | None]


@dataclass
class Delivery:
    """Rows by event day, each of a station and an hour; none when it was refused."""

    rows: dict[date, dict[tuple[str, int], int]]
    word: int = 0
    """How often it was judged since."""


@dataclass
class City:
    """All sources, and the clock."""

    chance: random.Random
    now: datetime = field(init=False)
    newest: Delivery = field(init=False)
    adding: dict[str, list[Delivery]] = field(default_factory=lambda: {"readings": [], "cases": []})
    register: list[tuple[date, dict[str, int], int]] = field(default_factory=list)
    """The day on which each delivery came, the interval of each station, and how often judged."""
    authority: list[tuple[str, str, Span]] = field(default_factory=list)
    review: list[tuple[str, date]] = field(default_factory=list)
    tariff: list[tuple[int, Span]] = field(default_factory=list)
    limit: int = 4
    names: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = date.fromisoformat(self.chance.choice(STARTS))
        self.now = datetime.combine(start, time(2), tzinfo=BANGKOK)
        self.register.append((start - 3 * DAY, {"a": 10, "b": 10}, 0))
        self.tariff = [(1, (None, None))]
        for back in self.chance.sample(range(1, 9), 3):
            self.late(back)

    # What happens.

    def late(self, back: int | None = None) -> None:
        """A delivery of a day, which may be told for the first time or once more."""
        back = self.chance.randrange(1, 12) if back is None else back
        day, source = self.today - back * DAY, self.chance.choice(["readings", "readings", "cases"])
        keys = [(s, h) for s in STATIONS for h in (3, 7, 20)]
        rows = {key: self.chance.randrange(9) for key in self.chance.sample(keys, 2)}
        two = {day: rows} | ({day + DAY: dict(rows)} if self.chance.random() < 0.2 else {})
        self.newest = Delivery(two)
        self.adding[source].append(self.newest)

    def revised(self) -> None:
        """What was told of a day is told otherwise."""
        of = self.chance.choice([d for each in self.adding.values() for d in each])
        source = next(s for s, each in self.adding.items() if of in each)
        rows = {day: {k: v + 1 for k, v in rows.items()} for day, rows in of.rows.items()}
        self.adding[source].append(Delivery(rows))

    def judged_again(self) -> None:
        """A delivery is replayed: into refusal, or into other rows."""
        of = self.chance.choice([d for each in self.adding.values() for d in each])
        of.word += 1
        refused = self.chance.random() < 0.7
        of.rows = {} if refused else {d: dict.fromkeys(rows, 7) for d, rows in of.rows.items()}

    def repeated(self) -> None:
        """Known bytes come again, which the ledger does not note."""

    def register_came(self) -> None:
        stations = self.chance.sample(STATIONS, self.chance.randrange(1, 4))
        said = {station: self.chance.choice([5, 10]) for station in stations}
        self.register.append((self.today, said, 0))

    def register_judged_again(self) -> None:
        place = self.chance.randrange(len(self.register))
        came, said, word = self.register[place]
        other = {station: 15 - interval for station, interval in said.items()}
        self.register[place] = (came, other, word + 1)

    def authority_changed(self) -> None:
        if self.authority and self.chance.random() < 0.4:
            self.authority.pop(self.chance.randrange(len(self.authority)))
            return
        row = (self.chance.choice(STATIONS), self.chance.choice("xyz"), self._span())
        self.authority = list(dict.fromkeys([*self.authority, row]))

    def reviewed(self) -> None:
        row = (self.chance.choice(STATIONS), self.today - self.chance.randrange(1, 12) * DAY)
        self.review = [r for r in self.review if r != row] if row in self.review else [
            *self.review, row]  # fmt: skip

    def threshold(self) -> None:
        """One without days; set back it is what it was."""
        self.limit = 6 if self.limit == 4 else 4

    def renamed(self) -> None:
        self.names += 1

    def tariff_changed(self) -> None:
        since = self.today - self.chance.randrange(-2, 12) * DAY
        self.tariff = [(1, (None, since - DAY)), (self.chance.choice([1, 2]), (since, None))]

    def minutes_pass(self) -> None:
        self.now += timedelta(minutes=self.chance.choice([1, 30, 59]))

    def hours_pass(self) -> None:
        self.now += timedelta(hours=self.chance.randrange(3, 24))

    def days_pass(self) -> None:
        self.now += self.chance.choice([1, 1, 2, 4, 35]) * DAY

    def code_changed(self) -> None:
        name = self.chance.choice([name for name in TOYS if not TOYS[name].view])
        self.versions[name] = self.versions.get(name, 0) + 1

    # What it comes to.

    @property
    def today(self) -> date:
        return bangkok_day(self.now)

    def inputs(self) -> Inputs:
        came = {source: self._added(of) for source, of in self.adding.items()}
        steps = self._in_force()
        dated: dict[str, list[tuple[Row, str, Span]]] = {
            "stations": [
                ((station, interval), text, held)
                for said, text, held in steps for station, interval in said.items()
            ],
            "authority": [((s, of), f"{s} {of}", held) for s, of, held in self.authority],
            "review": [((s,), s, (day, day)) for s, day in self.review],
            "tariff": [((factor,), f"{factor}", held) for factor, held in self.tariff],
        }  # fmt: skip
        leaves: dict[str, Leaf] = {source: Reported(said) for source, (said, _) in came.items()}
        leaves |= {n: Dated(tuple((*h, text) for _, text, h in of)) for n, of in dated.items()}
        leaves["stations"] = Dated(tuple((*held, text) for _, text, held in steps))
        rows: dict[str, Rows] = {source: won for source, (_, won) in came.items()}
        rows |= {name: {None: [(*row, *h) for row, _, h in of]} for name, of in dated.items()}
        for seed, says in (("limit", self.limit), ("names", self.names)):
            leaves[seed], rows[seed] = digest(str(says)), {None: [(says,)]}
        return Inputs(self.now, leaves, rows, dict(self.versions))

    def _added(self, deliveries: list[Delivery]) -> tuple[dict[date, str], Rows]:
        """What each day was told of, and the rows that count: of one station and hour the last."""
        said, won = dict[date, str](), dict[date, dict[tuple[str, int], int]]()
        for place, of in enumerate(deliveries):
            for day, rows in of.rows.items():
                said[day] = said.get(day, "") + f" {place}:{of.word}"
                won.setdefault(day, {}).update(rows)
        return said, {day: [(*key, v) for key, v in of.items()] for day, of in won.items()}

    def _in_force(self) -> list[tuple[dict[str, int], str, Span]]:
        """Of each day the delivery that came last, until another came; the first since ever."""
        last = {came: (said, f"{n}:{word}") for n, (came, said, word) in enumerate(self.register)}
        days = sorted(last)
        until = [*(day - DAY for day in days[1:]), None]
        since = [None, *days[1:]]
        return [(*last[day], (since[n], until[n])) for n, day in enumerate(days)]

    def _span(self) -> Span:
        ends = [self.today - self.chance.randrange(-3, 15) * DAY for _ in range(2)]
        since, until = min(ends), max(ends)
        return self.chance.choice([(since, until), (None, until), (since, None)])
