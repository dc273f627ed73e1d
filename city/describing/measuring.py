"""How much each source sends: measured, by fetching and reading it as the platform does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from city.channels import Source
from city.city import City
from city.describing.land import within_province
from city.serving.running import run_city
from city.sources import SOURCES
from ingestion.connectors import fetch
from ingestion.contracts import SourceContract
from ingestion.faults import Refused
from ingestion.formats.reading import read
from ingestion.limits import Limits
from ingestion.records import FileNotes
from ingestion.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str], None]
Place = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True)
class SourceSize:
    """What a source sends about one day, or as a whole where days mean nothing to it."""

    contract: SourceContract
    files: int
    size: int
    records: int
    places: tuple[Place, ...] = ()
    """Where the things of a register stand, as far as it tells places in the province."""

    @property
    def daily(self) -> bool:
        """Does it come every day with something else?"""
        often = self.contract.cadence in ("15min", "hourly", "daily")
        return often and self.contract.delivery == "increment"


def measured(
    city: City,
    contracts: Sequence[SourceContract],
    *,
    sources: Sequence[Source] = SOURCES,
    progress: Progress = lambda _: None,
) -> tuple[SourceSize, ...]:
    """The sizes of a city's sources on its first day; refused files count no records."""
    day = replace(city, days=1)
    simulated = {source.source for source in sources}
    chosen = [contract for contract in contracts if contract.id in simulated]
    wanted = {contract.id for contract in chosen}
    served = [source for source in sources if source.source in wanted]
    sizes = []
    with tempfile.TemporaryDirectory(prefix="cdp-city-") as folder:
        work = Path(folder)
        with run_city(day, work / "drop", sources=served) as running, _set(running.settings):
            settings = Settings(home=work, allow_loopback=True, now=day.closes_at)
            for contract in chosen:
                progress(f"measuring {contract.id}")
                sizes.append(_size(contract, settings, day))
    return tuple(sizes)


def _size(contract: SourceContract, settings: Settings, day: City) -> SourceSize:
    alone = contract.model_copy(update={"lookback_days": 0})
    files = size = records = 0
    places: list[Place] = []
    with tempfile.TemporaryDirectory(prefix="cdp-size-") as folder:
        for fetched in fetch(alone, settings, day.first_day, Path(folder), lambda *_: False):
            files += 1
            size += fetched.path.stat().st_size
            for batch in _batches(contract, fetched.path):
                records += batch.num_rows
                places += _places(contract, batch)
    return SourceSize(contract, files, size, records, tuple(places))


def _batches(contract: SourceContract, path: Path) -> Iterator[pa.RecordBatch]:
    """What can be read of a file; of one that is refused, nothing more."""
    with suppress(Refused):
        yield from read(contract, path, Limits(), FileNotes())


def _places(contract: SourceContract, batch: pa.RecordBatch) -> Iterator[Place]:
    names = {field.name: field.column for field in contract.fields}
    if contract.delivery != "snapshot" or not {"latitude", "longitude"} <= set(names):
        return
    texts = [
        batch.column(contract.columns.index(names[name])).to_pylist()
        for name in ("latitude", "longitude")
    ]
    pairs = zip(*texts, strict=True)
    for north, east in pairs:
        with suppress(TypeError, ValueError):
            place = float(north), float(east)
            if within_province(*place):
                yield place


@contextmanager
def _set(settings: Mapping[str, str]) -> Iterator[None]:
    """Contracts find their addresses in the environment; afterwards it is as before."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
