"""Which tables, and which periods of them, are no longer what they are made from.

Belongs here: gathering the facts of fingerprints, and what follows from those that differ: what dbt
is told, and which days of the lake it reads. Does not belong here: what a fingerprint is
(`dbt_project/fingerprints.py`), and the plan of a build (`planning.py`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from dbt_project.compiled import SOURCE, seed_leaves
from dbt_project.fingerprints import (
    WHOLE,
    Fingerprints,
    Stale,
    digest,
    event_days,
    fingerprints,
    periods_read,
    stale,
)
from dbt_project.lineage import behind, node_name
from dbt_project.made_from import Leaf, Model, Reported
from dbt_project.sources import words
from ingestion.deliveries.ledger import Ledger
from orchestration.builds import Build
from orchestration.compiling import project
from orchestration.deployment import DBT_PROJECT, Deployment
from orchestration.sources_in_time import leaf

_TOLD_BYTES = 100_000
"""Linux gives a process no longer text than 128 KiB in one variable of its environment."""


class Facts:
    """What there is to be made, by all that is known now."""

    def __init__(
        self,
        deployment: Deployment,
        ledgers: Mapping[str, Ledger],
        last: Build | None,
        as_of: datetime,
    ) -> None:
        self.project = found = project(deployment)
        contracts = {c.id: c for c in deployment.contracts}
        self.models: Mapping[str, Model] = found.models(
            {source: contract.lookback_days for source, contract in contracts.items()}
        )
        sources = {SOURCE + s: leaf(contracts[s], ledgers[s]) for s in contracts if s in ledgers}
        # Of a ledger that cannot be read nothing is known, and nothing is made from it.
        sources |= {SOURCE + s: "" for s in contracts if s not in ledgers}
        self.leaves: Mapping[str, Leaf] = seed_leaves(found, DBT_PROJECT) | sources
        words_of = {SOURCE + c.id: digest(str(words(c))) for c in deployment.contracts}
        self.wanted: dict[str, Fingerprints] = fingerprints(self.models, self.leaves, as_of)
        for name, said in words_of.items():
            self.wanted[name] = _of_source(said, self.leaves[name])
        self.broken = set(last.broken) if last else set[str]()


class Outdated:
    """What of it is to be made, by what the tables keep."""

    def __init__(
        self, facts: Facts, kept: Mapping[str, Fingerprints], untested: Collection[str]
    ) -> None:
        self._facts = facts
        self._stale = stale(facts.wanted, kept)
        # What broke is tried again, and looks at everything: nobody knows which part it was. So is
        # what was written by a build that was stopped, before it could be tested.
        self._doubted = (facts.wanted.keys() & untested) | {
            model
            for test, models in facts.project.tests.items()
            if node_name(test) in facts.broken
            for model in models
        }
        self._stays = {node.name for node in facts.project.nodes if node.stays}
        self._views = {node.name for node in facts.project.nodes if node.is_view}
        self.run = self._stale.keys() | self._doubted

    def anew(self, without: Collection[str] = ()) -> list[str]:
        """The tables that are made as a whole; `without` those that are made from these."""
        of = {name: model.parents for name, model in self._models.items()}
        left = {name for name in self._stays if not behind(name, of).isdisjoint(without)}
        return sorted(name for name in self._stays - left if self._of(name).anew)

    def fingerprints(self) -> dict[str, Fingerprints]:
        """What the rows that are to be written are made from."""
        found: dict[str, Fingerprints] = {}
        for name in self.run:
            want, of = self._facts.wanted[name], self._of(name)
            partly = name in self._stays and not of.anew
            written = {WHOLE, *of.periods}
            found[name] = {p: k for p, k in want.items() if p in written} if partly else want
        return found

    def told(self) -> dict[str, Any]:
        """What dbt must know of it."""
        while len(json.dumps(told := self._told())) > _TOLD_BYTES:
            # A list that is too long to be told is that of a table that can as well be made anew.
            lists = [told[word] for word in ("periods", "reads", "tested")]
            longest = max(
                {name for of in lists for name in of},
                key=lambda name: (sum(len(json.dumps(of.get(name))) for of in lists), name),
            )
            self._stale[longest] = Stale(anew=True)
        return told

    def _told(self) -> dict[str, Any]:
        anew, models = set(self.anew()), self._facts.models
        partly = sorted(self._stays & self.run - anew)
        return {
            "anew": sorted(anew),
            "periods": {name: _iso(self._of(name).periods) for name in partly},
            "reads": {name: self._reads(name) for name in partly},
            "spans": {
                name: _iso(span)
                for name, model in models.items()
                if model.silent and (span := event_days(models, self._facts.leaves, name))
            },
            "tested": {
                name: _iso(self._of(name).periods)
                for name in self.run - self._doubted
                if not self._of(name).anew and self._of(name).periods
            },
        }

    def days_of_sources(self) -> dict[str, list[str] | None]:
        """The days of each source that the build reads, in files of the lake; None for all."""
        found: dict[str, set[date]] = {}
        whole = set[str]()
        for name in self.run:
            if name.startswith(SOURCE):
                source = name.removeprefix(SOURCE)
                if self._of(name).anew or name in self._doubted:
                    whole.add(source)
                found.setdefault(source, set()).update(self._of(name).periods)
            elif name not in self._views:
                self._add_read(name, found, whole)
        days: dict[str, list[str] | None] = {s: _iso(sorted(read)) for s, read in found.items()}
        return days | dict.fromkeys(whole)

    def _add_read(self, name: str, found: dict[str, set[date]], whole: set[str]) -> None:
        """Add what a table reads of sources, through views."""
        ahead: list[tuple[str, Iterable[date] | None]] = [
            (
                name,
                None if self._of(name).anew or name not in self._stays else self._of(name).periods,
            )
        ]
        while ahead:
            model, periods = ahead.pop()
            for parent in self._models[model].parents:
                read = (
                    None if periods is None else periods_read(self._models, model, parent, periods)
                )
                if parent.startswith(SOURCE):
                    source = parent.removeprefix(SOURCE)
                    found.setdefault(source, set()).update(read or ())
                    if read is None:
                        whole.add(source)
                elif parent in self._views:
                    ahead.append((parent, read))

    @property
    def _models(self) -> Mapping[str, Model]:
        return self._facts.models

    def _of(self, name: str) -> Stale:
        return self._stale.get(name, Stale(anew=False))

    def _reads(self, name: str) -> dict[str, list[str]]:
        periods = self._of(name).periods
        # What has no periods is read as it is: dated rows are few.
        read = {
            parent: periods_read(self._models, name, parent, periods)
            for parent in self._models[name].parents
            if parent not in self._models or self._models[parent].period
        }
        return {parent: _iso(days) for parent, days in read.items() if days is not None}


def _of_source(said: str, brought: Leaf) -> Fingerprints:
    """Of a source that adds up, each day is tested once; of another all, when anything is new."""
    if isinstance(brought, Reported):
        of: Fingerprints = {WHOLE: said}
        return of | dict(brought.by_day.items())
    return {WHOLE: digest(said, str(brought))}


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]
