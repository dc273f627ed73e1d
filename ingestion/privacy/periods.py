"""The periods within which a pseudonym stays the same, and how long their keys live.

A day's key lives 48 hours, a month's key 7 days, beyond the period's end in Asia/Bangkok: long
enough for late deliveries and for the reads after midnight that also get yesterday's pseudonym.
After that no pseudonym of the period can be made again, so nothing can be joined to it any more.
Does not belong here: the computing of pseudonyms (`pseudonyms.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from ingestion.clock import BANGKOK, bangkok_day
from ingestion.contracts.source import SourceContract
from ingestion.privacy.key_store import KeyGone, KeyStore

PeriodKind = Literal["day", "month"]
GRACE: dict[PeriodKind, timedelta] = {"day": timedelta(hours=48), "month": timedelta(days=7)}
_AHEAD = timedelta(hours=1)
"""How far ahead of our clock a row may be stamped; `parsing.temporal` refuses what is further."""
_ROOM = "pseudonym"


@dataclass(frozen=True)
class Period:
    """A day or a month of Asia/Bangkok."""

    kind: PeriodKind
    first: date

    @classmethod
    def at(cls, kind: PeriodKind, day: date) -> Period:
        """The period that a day belongs to."""
        return cls(kind, day if kind == "day" else day.replace(day=1))

    @property
    def next(self) -> Period:
        """The period that follows."""
        return Period.at(self.kind, self.first + timedelta(days=1 if self.kind == "day" else 32))

    @property
    def dies_at(self) -> datetime:
        """When its key must be destroyed."""
        return datetime.combine(self.next.first, time(), BANGKOK) + GRACE[self.kind]

    @property
    def name(self) -> str:
        """2026-01-08 or 2026-01: how the key store calls it."""
        return self.first.isoformat() if self.kind == "day" else f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class PeriodKey:
    """The key of a purpose in one period; its bytes are never shown."""

    purpose: str
    period: Period
    key: bytes = field(repr=False)


def key_name(purpose: str, period: Period) -> str:
    """What the key store calls the key of a period."""
    return f"{_ROOM}/{purpose}/{period.name}"


def living(kind: PeriodKind, now: datetime) -> Iterator[Period]:
    """The periods whose keys may be used at an instant, oldest first."""
    period = Period.at(kind, bangkok_day(now - GRACE[kind]))  # the first that is not dead yet
    while period.first <= bangkok_day(now + _AHEAD):
        yield period
        period = period.next


def living_keys(
    contract: SourceContract, obtain: Callable[[str], bytes], now: datetime
) -> tuple[PeriodKey, ...]:
    """Every key that the identifiers of a source may need now.

    Parameters
    ----------
    obtain: gives the key of a name, `KeyStore.obtain`. One that raises `KeyGone`, because it was
        destroyed before its time, is left out.
    """
    found = []
    needed = {(f.identifier.purpose, f.identifier.period) for f in contract.fields if f.identifier}
    for purpose, kind in sorted(needed):
        for period in living(kind, now):
            try:
                key = obtain(key_name(purpose, period))
            except KeyGone:
                continue
            found.append(PeriodKey(purpose, period, key))
    return tuple(found)


def expire_periods(store: KeyStore, now: datetime) -> tuple[str, ...]:
    """Destroy the keys whose life has ended; their names. A name that is none of ours stays."""
    dead = []
    for name in store.names(f"{_ROOM}/"):
        period = named(name)
        if period and now >= period.dies_at:
            store.destroy(name)
            dead.append(name)
    return tuple(dead)


def named(name: str) -> Period | None:
    """The period in a name made by `key_name`; None in any other."""
    said = name.rsplit("/", 1)[-1]
    kind: PeriodKind = "month" if len(said) == len("2026-01") else "day"
    try:
        period = Period(kind, date.fromisoformat(f"{said}-01" if kind == "month" else said))
    except ValueError:
        return None
    return period if name.endswith(f"/{period.name}") and name.count("/") == 2 else None
