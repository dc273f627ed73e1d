"""What the rows of each period are made from, as a fingerprint: a build makes those periods anew
whose fingerprint is another than the one that their table keeps.

The fingerprint of a model's period is the hash of its own code, of what lies in its window (what
deliveries brought for those days; which rows of registers and seeds held on them; the fingerprints
of the models between), of whether the period lies within the days that there are data of, and of
which limits of time its end has passed. Nothing here knows a source or a model by name, asks a
database or looks at a clock: the same arguments give the same fingerprints.

Does not belong here: where the facts come from (`compiled.py`, `orchestration/building.py`), and
what is done with the answer (`macros/periods.sql`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from dbt_project.made_from import Dated, Leaf, Model, Reported, Window
from dbt_project.periods import Period, days_of, over_at, touching
from ingestion.clock import bangkok_day

_ANY = datetime.min.replace(tzinfo=UTC)
WHOLE = None
"""In place of a period: what a table is as a whole."""

Fingerprints = dict[date | None, str]
"""Of one model, by period. Under `WHOLE` stands what makes all of it another table: of a model
without periods everything that it reads, of the others the code alone."""


@dataclass(frozen=True)
class Stale:
    """What a build must make of one model.

    `anew`: the whole table. Else these periods, some of which may have no rows any more.
    """

    anew: bool
    periods: tuple[date, ...] = ()


def fingerprints(
    models: Mapping[str, Model], leaves: Mapping[str, Leaf], as_of: datetime
) -> dict[str, Fingerprints]:
    """The fingerprints of all models at an instant.

    Raises
    ------
    KeyError: a parent is neither a model nor a leaf.
    """
    return _Graph(models, leaves, as_of).all()


def stale(wanted: Mapping[str, Fingerprints], kept: Mapping[str, Fingerprints]) -> dict[str, Stale]:
    """What must be made of each model, so that its table is what is wanted; only those of which
    something must be."""
    found: dict[str, Stale] = {}
    for name, want in wanted.items():
        have = kept.get(name, {})
        if have.get(WHOLE) != want[WHOLE]:
            found[name] = Stale(anew=True)
            continue
        other = (period for period in want.keys() | have.keys() if period is not WHOLE)
        periods = tuple(sorted(p for p in other if want.get(p) != have.get(p)))
        if periods:
            found[name] = Stale(anew=not set(want) - {WHOLE, *periods}, periods=periods)
    return found


def periods_read(
    models: Mapping[str, Model], name: str, parent: str, periods: Iterable[date]
) -> list[date] | None:
    """The periods of a parent, or its days, that these periods of a model are made from; None for
    all of them."""
    model, kind = models[name], _kind(models.get(parent))
    window = model.parents[parent]
    if model.period is None:
        return None
    found = set[date]()
    for period in periods:
        first, last = _window(model.period, period, kind, window)
        if first is None or last is None:
            return None
        found.update(touching(kind or Period.DAY, first, last))
    return sorted(found)


def event_days(
    models: Mapping[str, Model], leaves: Mapping[str, Leaf], name: str
) -> tuple[date, date] | None:
    """The first and the last day that any source told of from which a model has its periods."""
    return _Graph(models, leaves, _ANY).days_behind(name)


def digest(*texts: str) -> str:
    """A short hash of texts, told apart from any other row of texts."""
    found = hashlib.blake2b(digest_size=12)
    for text in texts:
        found.update(f"{len(text)}:{text}".encode())
    return found.hexdigest()


class _Series:
    """Texts of periods in their order: those within some days, and all up to a day."""

    def __init__(self, of: Iterable[tuple[date, date, str]]) -> None:
        ordered = sorted(of)
        self._starts: Sequence[date] = [first for first, _, _ in ordered]
        self._ends: Sequence[date] = [last for _, last, _ in ordered]
        self._texts: Sequence[str] = [f"{first}{text}" for first, _, text in ordered]

    def between(self, first: date | None, last: date | None) -> str:
        until = len(self._texts) if last is None else bisect_right(self._starts, last)
        if first is None:
            return self._up_to[until]
        return " ".join(self._texts[bisect_left(self._ends, first) : until])

    @cached_property
    def _up_to(self) -> Sequence[str]:
        chain = [""]
        for text in self._texts:
            chain.append(digest(chain[-1], text))
        return chain


class _Graph:
    def __init__(
        self, models: Mapping[str, Model], leaves: Mapping[str, Leaf], as_of: datetime
    ) -> None:
        self._models, self._leaves, self._as_of = models, leaves, as_of
        self._made: dict[str, Fingerprints] = {}
        self._series: dict[str, _Series] = {}
        self._contents: dict[tuple[str, date | None, date | None], str] = {}
        self._spans: dict[str, tuple[date, date] | None] = {}

    def all(self) -> dict[str, Fingerprints]:
        return {name: self._of(name) for name in self._models}

    def days_behind(self, name: str) -> tuple[date, date] | None:
        """The first and the last event day of all sources behind a model that it has periods of."""
        if name not in self._spans:
            days: list[date] = []
            for parent in self._models[name].parents:
                leaf = self._leaves.get(parent)
                if isinstance(leaf, Reported):
                    days += leaf.by_day
                elif parent in self._models and self._models[parent].period is not None:
                    days += self.days_behind(parent) or ()
            self._spans[name] = (min(days), max(days)) if days else None
        return self._spans[name]

    def _of(self, name: str) -> Fingerprints:
        if name not in self._made:
            model = self._models[name]
            if model.period is None:
                found: Fingerprints = {WHOLE: self._whole(name, model)}
            else:
                found = {WHOLE: model.code} | dict(self._by_period(name, model, model.period))
            self._made[name] = found
        return self._made[name]

    def _whole(self, name: str, model: Model) -> str:
        today = "" if model.clock is None else bangkok_day(self._as_of).isoformat()
        parents = (self._content(parent, None, None) for parent in sorted(model.parents))
        return digest(name, model.code, today, *parents)

    def _by_period(self, name: str, model: Model, kind: Period) -> Iterator[tuple[date, str]]:
        within = self.days_behind(name)
        for period in self._periods(name, model, kind):
            first, last = days_of(kind, period)
            inside = bool(within and within[0] <= first and last <= within[1])
            texts = [model.code, self._passed(model, kind, period), str(model.silent and inside)]
            for parent, window in sorted(model.parents.items()):
                above = _kind(self._models.get(parent))
                texts.append(self._content(parent, *_window(kind, period, above, window)))
            yield period, digest(*texts)

    def _passed(self, model: Model, kind: Period, period: date) -> str:
        """Which limits of time the end of a period has passed."""
        over = over_at(kind, period)
        return "".join(
            str(int(over + timedelta(days=days) <= self._as_of)) for days in model.clock or ()
        )

    def _named(self, name: str) -> list[date]:
        """The periods of a model."""
        return [period for period in self._of(name) if period is not WHOLE]

    def _periods(self, name: str, model: Model, kind: Period) -> list[date]:
        """All periods that a model may have rows of."""
        found = set[date]()
        for parent in model.parents:
            leaf, above = self._leaves.get(parent), self._models.get(parent)
            if isinstance(leaf, Reported):
                for day in leaf.by_day:
                    found.update(touching(kind, day, day))
            elif above and above.period:
                for period in self._named(parent):
                    same = above.period is kind
                    found.update(
                        [period] if same else touching(kind, *days_of(above.period, period))
                    )
        if model.silent and (within := self.days_behind(name)):
            found.update(touching(kind, *within))
        return sorted(found)

    def _content(self, name: str, first: date | None, last: date | None) -> str:
        """What a parent has for these days; open where None."""
        model = self._models.get(name)
        if model and model.period is None and not model.dated:
            return self._of(name)[WHOLE] or ""
        key = (name, first, last)
        if key not in self._contents:
            self._contents[key] = self._looked_up(name, model, first, last)
        return self._contents[key]

    def _looked_up(
        self, name: str, model: Model | None, first: date | None, last: date | None
    ) -> str:
        if model and model.dated:
            below = (self._content(parent, first, last) for parent in sorted(model.parents))
            return digest(name, model.code, *below)
        leaf = self._leaves[name] if model is None else ""
        if isinstance(leaf, Dated):
            return digest(name, *sorted(_held(leaf, first, last)))
        if isinstance(leaf, str) and model is None:
            return leaf
        return self._of_days(name, model, leaf).between(first, last)

    def _of_days(self, name: str, model: Model | None, leaf: Leaf) -> _Series:
        if name not in self._series:
            if isinstance(leaf, Reported):
                of_days = leaf.by_day.items()
                self._series[name] = _Series((day, day, said + leaf.moves) for day, said in of_days)
            elif model and (kind := model.period):
                of = self._of(name).items()
                self._series[name] = _Series((*days_of(kind, p), said) for p, said in of if p)
        return self._series[name]


def _held(leaf: Dated, first: date | None, last: date | None) -> Iterator[str]:
    """The rows that held on these days, and since and until when within them: that a row ended
    later changes nothing of the time before."""
    for since, until, said in leaf.rows:
        if first is not None and since is not None and since <= first:
            since = None
        if last is not None and until is not None and until >= last:
            until = None
        begins_later = since is not None and last is not None and since > last
        ended_before = until is not None and first is not None and until < first
        if not (begins_later or ended_before):
            yield f"{since} {until} {said}"


def _kind(model: Model | None) -> Period | None:
    return model.period if model else None


def _window(
    kind: Period, named: date, of_parent: Period | None, window: Window
) -> tuple[date | None, date | None]:
    """The first and the last day on which a parent's rows count for a period."""
    first, last = days_of(kind, named)
    if kind is of_parent is Period.HYDROLOGICAL_DAY:
        # Each has a part in two calendar days, and shares one with either neighbour.
        first, last = last, first
    return (
        None if window.before is None else first - timedelta(days=window.before),
        None if window.after is None else last + timedelta(days=window.after),
    )
