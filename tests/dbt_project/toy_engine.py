"""An engine for the models of `toy_models.py`: by fingerprints, and all anew.

The first keeps tables with their fingerprints, makes the periods that are stale and reads for each
just what `periods_read` says, so that a window that is too small shows. The second is the truth.
Does not belong here: what happens to the sources (`toy_city.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dbt_project.fingerprints import (
    WHOLE,
    Fingerprints,
    Stale,
    event_days,
    fingerprints,
    periods_read,
    stale,
)
from dbt_project.lineage import behind
from dbt_project.made_from import Leaf, Model
from tests.dbt_project.toy_models import TOYS, Read, Rows

Written = dict[str, set[date] | None]
"""What a build made: periods by model; None for all of a table."""
PARENTS = {name: tuple(toy.parents) for name, toy in TOYS.items()}
ADDING = {name: behind(name, PARENTS) & {"readings", "cases"} for name in TOYS}
"""The sources behind each model that add up."""


@dataclass(frozen=True)
class Inputs:
    """All that there is at an instant."""

    now: datetime
    leaves: Mapping[str, Leaf]
    rows: Mapping[str, Rows]
    """What the leaves stand for."""
    versions: Mapping[str, int]
    """Of the code of models that was changed."""

    def models(self) -> dict[str, Model]:
        return {
            name: Model(
                code=f"{name} {self.versions.get(name, 0)}",
                parents=toy.parents,
                period=toy.period,
                dated=toy.dated,
                silent=toy.silent,
                clock=toy.clock,
            )
            for name, toy in TOYS.items()
        }

    def run(
        self,
        name: str,
        rows: dict[str, Rows],
        span: tuple[date, date] | None,
        only: Collection[date] | None = None,
    ) -> Rows:
        """The rows of a model by period, in order."""
        read = Read(rows, only, span, self.now, self.versions.get(name, 0))
        made = Rows()
        for period, row in TOYS[name].make(read):
            if only is None or period in only:
                made.setdefault(period, []).append(row)
        return {period: sorted(of, key=str) for period, of in made.items()}


def in_full(inputs: Inputs) -> dict[str, Rows]:
    """Every table, made of everything."""
    tables = dict(inputs.rows)
    for name, toy in TOYS.items():
        days = [day for source in ADDING[name] for day in inputs.rows[source] if day]
        span = (min(days), max(days)) if days else None
        tables[name] = inputs.run(name, {p: tables[p] for p in toy.parents}, span)
    return {name: tables[name] for name, toy in TOYS.items() if not toy.view}


@dataclass
class Engine:
    """Tables with what they are made from, kept between builds."""

    tables: dict[str, Rows] = field(default_factory=dict)
    kept: dict[str, Fingerprints] = field(default_factory=dict)

    def build(
        self,
        inputs: Inputs,
        *,
        some: Collection[str] = tuple(TOYS),
        failing: str = "",
        killed_after: int = len(TOYS),
    ) -> Written:
        """Make what is stale.

        Parameters
        ----------
        some: only these models. failing: this one makes nothing, and what is made from it is left.
        killed_after: so many models the process ends.
        """
        models = inputs.models()
        wanted = fingerprints(models, inputs.leaves, inputs.now)
        todo = stale(wanted, self.kept)
        left = todo.keys() - set(some)
        written: Written = {}
        broken = {failing}
        for name in [name for name in TOYS if name in todo and name in some][:killed_after]:
            over = behind(name, PARENTS)
            if over & broken or not self._there(inputs, name):
                broken.add(name)
                continue
            work = todo[name] if TOYS[name].period else Stale(anew=True)
            self._write(inputs, models, name, work)
            of = None if work.anew else set(work.periods)
            self._keep(name, {} if left & over else wanted[name], of)
            written[name] = of
        return written

    def _write(self, inputs: Inputs, models: Mapping[str, Model], name: str, work: Stale) -> None:
        if TOYS[name].view:
            return
        span = event_days(models, inputs.leaves, name) if TOYS[name].silent else None
        if work.anew:
            rows = {parent: self._rows(inputs, parent) for parent in TOYS[name].parents}
            self.tables[name] = inputs.run(name, rows, span)
            return
        for period in work.periods:
            rows = {}
            for parent in TOYS[name].parents:
                of, read = self._rows(inputs, parent), periods_read(models, name, parent, [period])
                dated = read is None or None in of
                rows[parent] = of if dated else {p: of[p] for p in read or () if p in of}
            self.tables[name].pop(period, None)
            self.tables[name] |= inputs.run(name, rows, span, {period})

    def _there(self, inputs: Inputs, name: str) -> bool:
        """Is everything there that a model reads? dbt may be asked for it before what it reads."""
        known = self.tables.keys() | inputs.rows.keys()
        return all(TOYS[p].view if p in TOYS else True for p in PARENTS[name] if p not in known)

    def _rows(self, inputs: Inputs, name: str) -> Rows:
        if name in inputs.rows:
            return inputs.rows[name]
        if TOYS[name].view:
            (of,) = TOYS[name].parents
            return inputs.rows[of]
        return self.tables[name]

    def _keep(self, name: str, made_from: Fingerprints, of: set[date] | None) -> None:
        """What the rows that were written are made from, with the rows."""
        before = {} if of is None else self.kept.get(name, {})
        kept = {p: said for p, said in before.items() if p is not WHOLE and p not in (of or ())}
        new = {p: said for p, said in made_from.items() if of is None or p is WHOLE or p in of}
        self.kept[name] = kept | new
