"""The embedded city: simulated sources on loopback, and the platform pointed at them.

The demo's home is an ordinary one, marked as simulated, so that the UI and the portal show it and
a home with real data is never mixed with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.errors import PermanentError
from ingestion.settings import Settings, load_settings
from orchestration.deployment import Deployment

_MARK = "simulated-city"


@dataclass(frozen=True)
class Demo:
    """A deployment whose sources are the simulated city, and the days that the city sends."""

    deployment: Deployment
    days: tuple[date, ...]
    address: str
    drop: Path


def is_demo(settings: Settings) -> bool:
    """Does this home hold the simulated city?"""
    return (settings.home / _MARK).exists()


@contextmanager
def demo(
    settings: Settings | None = None, *, airport_corrected: bool = False, port: int = 0
) -> Iterator[Demo]:
    """Serve the city's sources for as long as the block lasts.

    Raises
    ------
    PermanentError: the home holds data that did not come from the simulated city.
    """
    from dataclasses import replace

    from ingestion.simulator.city import demo_city
    from ingestion.simulator.dropping import all_drops, write_drops
    from ingestion.simulator.serving.services import serve_city, settings_of

    settings = settings or load_settings()
    _mark(settings)
    city = replace(demo_city(), airport_corrected=airport_corrected)
    drop = settings.home / "city" / "drop"
    write_drops(city, drop)
    with serve_city(city, port) as served:
        os.environ.update({each.setting: str(drop / each.folder) for each in all_drops()})
        os.environ.update(settings_of(served.url))
        pointed = settings.model_copy(
            update={"allow_loopback": True, "now": settings.now or city.closes_at}
        )
        yield Demo(Deployment(pointed), city.calendar, served.url, drop)


def _mark(settings: Settings) -> None:
    home = settings.home
    if not is_demo(settings) and (home / "lake").exists() and any((home / "lake").iterdir()):
        raise PermanentError(
            f"{home} holds data that are not the demo's",
            fix="name another folder for the demo: CDP_HOME=/tmp/city make demo",
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / _MARK).write_text("This home holds the simulated city of the demo.\n")
    except OSError as error:
        raise PermanentError(
            f"{home} cannot be written ({error.strerror})",
            fix="name another folder: CDP_HOME=/tmp/city make demo",
        ) from None
