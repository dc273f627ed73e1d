"""A whole city, running: its files written, its stores and services served, its settings known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.simulator.channels import Drop, Source
from ingestion.simulator.city import City
from ingestion.simulator.dropping import Progress, write_drops
from ingestion.simulator.serving.server import Served
from ingestion.simulator.serving.services import serve_city, settings_of
from ingestion.simulator.serving.stores import drop_stores
from ingestion.simulator.sources import SOURCES

_PAPERS = ".city.json"


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
    _make_room(city, folder)
    write_drops(city, folder, drops=drops, progress=progress)
    with drop_stores(drops, folder) as stores, serve_city(city, port, sources) as served:
        yield RunningCity(served, {**settings_of(served.url, sources), **stores})


def _make_room(city: City, folder: Path) -> None:
    """Two cities in one folder would be one that never was. Only our own folders are cleared."""
    papers = folder / _PAPERS
    mine = json.dumps(
        [city.seed, city.first_day.isoformat(), city.days, city.scale, city.stream_days]
    )
    if papers.exists() and papers.read_text("utf-8") != mine:
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    papers.write_text(mine, encoding="utf-8")
