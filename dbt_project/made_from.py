"""The facts that fingerprints of periods are made of: models with what they read, and what they
are made from at the bottom.

Does not belong here: where the facts come from (`compiled.py`, `orchestration/`), and fingerprints
(`fingerprints.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dbt_project.periods import Period


@dataclass(frozen=True)
class Window:
    """Which days of a parent the rows of a period need, besides those of the period itself.

    None means: all of them. A model that asks from when on there was something needs all days
    before; one that ranks or smooths over everything needs all on both sides.
    """

    before: int | None = 0
    after: int | None = 0


@dataclass(frozen=True)
class Model:
    """What the fingerprints of a model depend on.

    Parameters
    ----------
    code: hash of its SQL and of its columns; of a seed, of the file.
    parents: what it reads, and which days of that.
    period: what its rows are about; None for a table that is made as a whole.
    dated: its rows say from when until when they hold, and depend on nothing else of that time.
    silent: it has rows for periods that nothing was reported in, too.
    clock: after how many days from the end of a period its rows may change; None when never.
    """

    code: str
    parents: Mapping[str, Window] = field(default_factory=dict)
    period: Period | None = None
    dated: bool = False
    silent: bool = False
    clock: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Reported:
    """A source that adds up: what its deliveries brought for each event day.

    `moves`: all that they brought, where a row may come again on another day than before: nobody
    knows from which day it is gone then.
    """

    by_day: Mapping[date, str]
    moves: str = ""


@dataclass(frozen=True)
class Dated:
    """A register or a seed whose rows held from one day until another, both included; None where
    that is open. `(first, last, what the rows say)`."""

    rows: tuple[tuple[date | None, date | None, str], ...]


Leaf = Reported | Dated | str
"""What is not made from anything here. A text stands for all of something that has no days."""
