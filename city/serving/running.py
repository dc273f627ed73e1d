"""A whole city, running: its files written, its stores and services served, its settings known."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from city.channels import Drop, Source
from city.city import City
from city.dropping import Progress, write_drops
from city.serving.server import Served
from city.serving.services import serve_city, settings_of
from city.serving.stores import drop_stores
from city.sources import SOURCES

_PAPERS = ".city.json"
_CODE = Path(__file__).parents[1]


@dataclass(frozen=True)
class RunningCity:
    """The city's servers, and every setting that the contracts of its sources name."""

    served: Served
    settings: dict[str, str]


@contextmanager
def run_city(
    city: City,
    folder: Path,
    *,
    port: int = 0,
    sources: Sequence[Source] = SOURCES,
    progress: Progress | None = None,
) -> Iterator[RunningCity]:
    """Send and serve all that a city has until the block ends.

    Parameters
    ----------
    folder: where its drop files are; the files of another city that ran there are taken away.
    port: of the services over HTTP; 0 takes any free one.
    """
    drops = [source for source in sources if isinstance(source, Drop)]
    papers = _Papers(city, drops)
    if not papers.say_that_all_is_in(folder):
        papers.open_in(folder)
        papers.close_in(folder, write_drops(city, folder, drops=drops, progress=progress))
    with drop_stores(drops, folder) as stores, serve_city(city, port, sources) as served:
        yield RunningCity(served, {**settings_of(served.url, sources), **stores})


@dataclass(frozen=True)
class _Papers:
    """Beside the files of a city: whose they are, by which code they were made, how many there are.

    A city is the same whenever it is made, so that files which are there need not be made again.
    """

    city: City
    drops: Sequence[Drop]

    def say_that_all_is_in(self, folder: Path) -> bool:
        """Are all files of this city there, as this code makes them?"""
        written = self._read(folder)
        files = sum(1 for path in folder.rglob("*") if path.is_file()) - 1
        return written == self._text(files)

    def open_in(self, folder: Path) -> None:
        """Make room: two cities in one folder would be one that never was.

        Only what has papers is cleared away, since that is ours.
        """
        if self._read(folder):
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _PAPERS).write_text(self._text(0), encoding="utf-8")

    def close_in(self, folder: Path, files: Collection[Path]) -> None:
        """Say that these are all files: the commit point."""
        (folder / _PAPERS).write_text(self._text(len(set(files))), encoding="utf-8")

    def _read(self, folder: Path) -> str:
        papers = folder / _PAPERS
        return papers.read_text("utf-8") if papers.exists() else ""

    def _text(self, files: int) -> str:
        of = self.city
        days = [of.first_day.isoformat(), of.days, of.stream_days]
        size = [of.scale, of.station_share, of.evenings]
        drops = sorted(drop.source for drop in self.drops)
        return json.dumps([of.seed, days, size, drops, _made_by(), files])


@cache
def _made_by() -> str:
    """The hash of the code that makes a city."""
    digest = hashlib.sha256()
    for path in sorted(_CODE.rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
