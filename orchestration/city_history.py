"""A long history of the simulated city, written straight into the lake of a home.

Two months of all sensors at full size take days over their protocols, and nothing is learnt from
that any more. Belongs here: which sources and days, in whose name, under which keys and clock.
Does not belong here: what the rows are (`city/telling`), and how a day is kept
(`ingestion/deliveries/simulated/writing.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from city.city import City
from city.telling import TELLERS
from ingestion.clock import BANGKOK
from ingestion.clock_trust import ClockTrust
from ingestion.contracts import SourceContract
from ingestion.deliveries.simulated import CityScale
from ingestion.deliveries.simulated.spans import Span
from ingestion.deliveries.simulated.writing import WrittenDay, write_day
from ingestion.deliveries.simulated.written import refuse_another_city, written_history
from ingestion.errors import PermanentError
from ingestion.privacy.belonging import require_keys
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import PeriodKey, living_keys
from ingestion.words.closest import closest
from orchestration.demo import mark
from orchestration.deployment import Deployment
from orchestration.steps import expire_vault

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Told:
    """What was written of one day of a source; `rows` is None where it was there before."""

    source: str
    day: date
    rows: int | None
    cpu_seconds: float


def city_of(deployment: Deployment, first: date, until: date, seed: int, scale: float) -> City:
    """The city that tells of some days: in a home that has a history the one that wrote it.

    So that a day is the same in every run, since what wears out in a city counts its days.
    """
    history = written_history(deployment.lake)
    begins = min(history.begins, first) if history else first
    return City(seed, begins, (until - begins).days + 1, scale)


def write_history(
    deployment: Deployment,
    city: City,
    first: date,
    sources: Collection[str] = (),
    progress: Progress = lambda _: None,
) -> Iterator[Told]:
    """Write the days of a city, day by day; of some sources, or of all that can be told.

    What is written once is done: whoever stops halfway begins again and goes on.

    Parameters
    ----------
    first: the first day that is written; the last is the city's. sources: their ids.

    Raises
    ------
    PermanentError: the home holds real deliveries, or some of the city's own of these days, or the
        city at another scale; a source cannot be told; the days are not over.
    PrivacyFailure: the keys of a period that hid its people are destroyed.
    """
    contracts = _wanted(deployment, sources)
    standing = _standing_at(deployment, city)
    days = tuple(day for day in city.calendar if day >= first)
    known = Span(first=days[0], last=days[-1])
    mark(standing.settings, CityScale(scale=city.scale, known=(known,)))
    refuse_another_city(standing.lake, city.seed, city.first_day)
    now = standing.clock.now()
    with ExitStack() as stack:
        stack.enter_context(standing.locked("city-history"))
        for contract in contracts:
            stack.enter_context(standing.locked(f"ingest-{contract.id}"))
        for day in days:
            for contract in contracts:
                progress(f"{day}, {contract.id}")
                yield _written(standing, city, contract, day, now)
    expire_vault(standing)  # keys of days that are long over


def _wanted(deployment: Deployment, sources: Collection[str]) -> list[SourceContract]:
    for source in sources:
        if source not in TELLERS:
            near = closest(source, TELLERS)
            meant = f"did you mean {near!r}? If not, " if near else ""
            raise PermanentError(
                f"the city cannot write a history of {source!r}",
                expected="one of " + ", ".join(TELLERS),
                fix=f"{meant}what else it has, it serves: cdp city serve",
            )
    return [contract for contract in deployment.contracts if contract.id in (sources or TELLERS)]


def _standing_at(deployment: Deployment, city: City) -> Deployment:
    """The deployment in the night after the last day, unless its clock stands somewhere."""
    settings = deployment.settings
    newest = ClockTrust(deployment.lake).newest()
    now = settings.now or max(city.closes_at, newest or city.closes_at)
    if now < city.closes_at:
        raise PermanentError(
            f"{city.last_day} is not over: the clock stands at {now.astimezone(BANGKOK)}",
            expected="days that are over",
            fix="unset CDP_NOW, or name an earlier day: --until",
        )
    return Deployment(settings.model_copy(update={"now": now}))


def _written(
    deployment: Deployment, city: City, contract: SourceContract, day: date, now: datetime
) -> Told:
    began = time.process_time()
    came = datetime.combine(day + timedelta(days=1), clock_time(2), BANGKOK)
    rows = TELLERS[contract.id](city, day)
    told = WrittenDay(contract, day, rows, came, city.seed, city.first_day)
    hidden_with = _period_keys(deployment, contract, came)
    scratch = deployment.settings.scratch_root
    entry = write_day(told, deployment.lake, scratch, hidden_with, now)
    count = entry.outcome.accepted if entry else None
    return Told(contract.id, day, count, time.process_time() - began)


def _period_keys(
    deployment: Deployment, contract: SourceContract, came: datetime
) -> tuple[PeriodKey, ...]:
    """The keys that lived in that night."""
    if not contract.identifiers:
        return ()
    key_store = KeyStore.of(deployment.settings)
    require_keys(deployment.lake, key_store)
    return living_keys(contract, key_store.obtain, came)
