"""Puts the files of drop sources where their senders would put them.

Every file appears complete or not at all, with the time at which it was sent. Writing again changes
nothing. Buckets and SFTP servers are filled from a folder by `serving`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from functools import partial
from pathlib import Path

from city.channels import Drop, DropFile
from city.city import City
from city.sources import SOURCES

_DAYS_AT_ONCE = 4
"""Days that follow each other share some of their truth."""

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
    chosen = all_drops() if drops is None else tuple(drops)
    written: list[Path] = []
    for done, day in enumerate(city.calendar, start=1):
        written += _write_day(city, root, chosen, day, sent_by)
        if progress:
            progress(done, city.days, day.isoformat())
    return tuple(written)


def write_all_drops(
    city: City, root: Path, *, progress: Progress | None = None
) -> tuple[Path, ...]:
    """The files of all sources, as `write_drops` writes them, some days at once on all cores."""
    if city.days < 2 * _DAYS_AT_ONCE:
        return write_drops(city, root, progress=progress)
    written: list[Path] = []
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawned) as pool:
        days = pool.map(partial(_write_all, city, root), city.calendar, chunksize=_DAYS_AT_ONCE)
        for done, (day, paths) in enumerate(zip(city.calendar, days, strict=True), start=1):
            written += paths
            if progress:
                progress(done, city.days, day.isoformat())
    return tuple(written)


def _write_all(city: City, root: Path, day: date) -> list[Path]:
    return _write_day(city, root, all_drops(), day, None)


def _write_day(
    city: City, root: Path, drops: Iterable[Drop], day: date, sent_by: datetime | None
) -> list[Path]:
    import pyarrow

    # Arrow's own pool keeps what one source needed while the next one is made.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    written = []
    for drop in drops:
        (root / drop.folder).mkdir(parents=True, exist_ok=True)
        for file in drop.sent(city, day):
            if sent_by is None or file.sent_at <= sent_by:
                written.append(_put(file, root / drop.folder))
    return written


def _put(file: DropFile, folder: Path) -> Path:
    path = folder / file.name
    partial = folder / f".{file.name}.part"
    partial.write_bytes(file.body)
    sent = int(file.sent_at.timestamp())
    os.utime(partial, (sent, sent))
    partial.replace(path)  # the one step after which a reader sees the file
    return path
