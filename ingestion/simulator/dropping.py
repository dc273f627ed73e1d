"""Puts the files of drop sources where their senders would put them.

Every file appears complete or not at all, with the time at which it was sent. Writing again changes
nothing. Buckets and SFTP servers are filled from a folder by `serving`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from ingestion.simulator.channels import Drop, DropFile
from ingestion.simulator.city import City
from ingestion.simulator.sources import SOURCES

Progress = Callable[[int, int, str], None]  # done, of how many, what was last


def drop_files(city: City, day: date, drops: Iterable[Drop] | None = None) -> Iterator[DropFile]:
    """The files about one day of some drop sources, or of all."""
    for drop in all_drops() if drops is None else drops:
        yield from drop.sent(city, day)


def all_drops() -> tuple[Drop, ...]:
    """The sources that drop files."""
    return tuple(source for source in SOURCES if isinstance(source, Drop))


def write_drops(
    city: City,
    root: Path,
    *,
    drops: Iterable[Drop] | None = None,
    sent_by: datetime | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write every drop file below `root`, in the folder of its source.

    Parameters
    ----------
    drops: the sources; all by default. sent_by: leave out what is sent later.
    """
    import pyarrow

    # Arrow's own pool keeps what one source needed while the next one is made.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    chosen = all_drops() if drops is None else tuple(drops)
    written = []
    for drop in chosen:
        (root / drop.folder).mkdir(parents=True, exist_ok=True)
    for done, day in enumerate(city.calendar, start=1):
        for drop in chosen:
            for file in drop.sent(city, day):
                if sent_by is None or file.sent_at <= sent_by:
                    written.append(_put(file, root / drop.folder))
        if progress:
            progress(done, city.days, day.isoformat())
    return tuple(written)


def _put(file: DropFile, folder: Path) -> Path:
    path = folder / file.name
    partial = folder / f".{file.name}.part"
    partial.write_bytes(file.body)
    sent = int(file.sent_at.timestamp())
    os.utime(partial, (sent, sent))
    partial.replace(path)  # the one step after which a reader sees the file
    return path
