"""The embedded city: simulated sources on loopback, and the platform pointed at them.

The demo's home is an ordinary one, marked as simulated, so that the UI and the portal show it and
a home with real data is never mixed with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.clock import BANGKOK, Clock, FixedClock
from ingestion.contracts import SourceContract
from ingestion.contracts.fetching import DropFolder
from ingestion.deliveries.simulated import (
    CityScale,
    WholeHours,
    mark_simulated,
    record_scale,
)
from ingestion.deliveries.simulated.spans import Span
from ingestion.deliveries.simulated.written import refuse_another_city, refuse_served_again
from ingestion.errors import PermanentError
from ingestion.settings import Settings, load_settings
from ingestion.storage import open_store
from orchestration.deployment import Deployment

if TYPE_CHECKING:
    from city.city import City

_MARK = "simulated-city"


@dataclass(frozen=True)
class Demo:
    """A deployment whose sources are the simulated city, and the days that the city sends.

    `settings` are those that the contracts of its sources name; they are in the environment, too.
    """

    deployment: Deployment
    days: tuple[date, ...]
    address: str
    drop: Path
    settings: dict[str, str]

    down: frozenset[str] = frozenset()
    """Sources that are down on purpose on one of the days."""

    def clock_of(self, contract: SourceContract, day: date) -> Clock:
        """When a day of a source is taken in: its files in the night after the day.

        What is asked for is answered as of the city's end, so it is taken in then.
        """
        if not isinstance(contract.fetch, DropFolder):
            return self.deployment.clock
        night = datetime.combine(day + timedelta(days=1), time(2), BANGKOK)
        return FixedClock(min(night, self.deployment.clock.now()))


def is_demo(settings: Settings) -> bool:
    """Does this home hold the simulated city?"""
    return (settings.home / _MARK).exists()


@contextmanager
def demo(
    settings: Settings | None = None,
    *,
    city: City | None = None,
    airport_corrected: bool = False,
    port: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Demo]:
    """Serve a city's sources for as long as the block lasts.

    Parameters
    ----------
    city: the demo's week by default; a smaller one for those who are in a hurry.
    airport_corrected: has the airport put its totals right since?

    Raises
    ------
    PermanentError: the home holds data that did not come from the simulated city, came from one of
        another scale, or were written by it for days that this one serves.
    """
    from city.city import demo_city
    from city.serving.running import run_city
    from city.sources import service_defects

    settings = settings or load_settings()
    city = replace(city or demo_city(), airport_corrected=airport_corrected)
    mark(settings, scale_of(city))
    lake = open_store(settings.lake, settings)
    refuse_another_city(lake, city.seed)
    refuse_served_again(lake, city.first_day)

    def tell(done: int, of: int, day: str) -> None:
        progress(f"simulating the city: {day}, day {done} of {of}")

    drop = settings.home / "city" / "drop"
    with run_city(city, drop, port=port, progress=tell) as running:
        os.environ.update(running.settings)
        now = settings.now or city.closes_at
        pointed = settings.model_copy(update={"allow_loopback": True, "now": now})
        url = running.served.url
        down = frozenset(d.source for d in service_defects(city) if d.kind == "source_down")
        yield Demo(Deployment(pointed), city.calendar, url, drop, running.settings, down)


def mark(settings: Settings, scale: CityScale) -> None:
    """Record that a home holds the simulated city, and at which scale.

    Raises
    ------
    PermanentError: it holds something else, or the city at another scale; or cannot be written.
    """
    home, lake = settings.home, open_store(settings.lake, settings)
    mark_simulated(lake, known=is_demo(settings))
    record_scale(lake, scale)
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / _MARK).write_text("This home holds the simulated city of the demo.\n")
    except OSError as error:
        raise PermanentError(
            f"{home} cannot be written ({error.strerror})",
            fix="name another folder: CDP_HOME=/tmp/city make demo",
        ) from None


def scale_of(city: City) -> CityScale:
    """The scale of a city, as its home remembers it."""
    whole = (
        WholeHours(first=_hour(day, hours.start), until=_hour(day, hours.stop))
        for day in city.calendar
        if (hours := city.whole_hours(day))
    )
    days = Span(first=city.first_day, last=city.last_day)
    return CityScale(scale=city.scale, whole=tuple(whole), known=(days,))


def _hour(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BANGKOK)
