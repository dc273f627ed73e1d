"""The one source of "now". Every function that needs the time receives a `Clock`.

UTC inside, Asia/Bangkok for the days that people see. Nothing else in the project may ask the
operating system for the time of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


class Clock(Protocol):
    """Tells the present instant as an aware UTC datetime."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """What the machine's clock says."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may ask


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still: for the demo, for replays of a past day, and for tests."""

    at: datetime

    def now(self) -> datetime:
        """The instant that it was set to."""
        return self.at.astimezone(UTC)


def bangkok_day(instant: datetime) -> date:
    """The calendar day of an aware instant in Asia/Bangkok."""
    return instant.astimezone(BANGKOK).date()


def yesterday(clock: Clock) -> date:
    """The last day that is complete in Asia/Bangkok: the one a nightly build is about."""
    return bangkok_day(clock.now()) - timedelta(days=1)
