"""The simulated city as one thing: its size, its truth, what it sends, and what is wrong in that.

This is the door of the package. How anything is made belongs to the other modules.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from ingestion.clock import BANGKOK
from ingestion.errors import SettingsError
from ingestion.simulator.drops import DropFile, files_of, register_file
from ingestion.simulator.faults import Defect
from ingestion.simulator.government import Table, government_defects, government_tables
from ingestion.simulator.places import Station, stations
from ingestion.simulator.truth import Truth, ground_truth

Progress = Callable[[int, int, str], None]  # done, of how many, what was last


@dataclass(frozen=True)
class City:
    """A Phuket of some days. Equal parameters give equal bytes, on every machine.

    Parameters
    ----------
    seed: decides the weather, and the noise of instruments.
    first_day, days: the days that its sensors report.
    scale: share of its stations that exist.
    airport_corrected: whether the airport has put its mislabelled totals right.
    """

    seed: int
    first_day: date
    days: int
    scale: float = 1.0
    airport_corrected: bool = False

    def __post_init__(self) -> None:
        if self.days < 1:
            raise SettingsError(
                f"a simulated city cannot have {self.days} days", expected="at least 1"
            )

    @property
    def last_day(self) -> date:
        """The last day that sensors report."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def closes_at(self) -> datetime:
        """Two in the night after the last day: when a nightly build would begin."""
        return datetime.combine(self.last_day + timedelta(days=1), time(2), BANGKOK)

    @cached_property
    def stations(self) -> tuple[Station, ...]:
        """The register of environment stations."""
        return stations(self.scale)

    @cached_property
    def truth(self) -> Truth:
        """What really happened. Nothing that serves the platform may show it."""
        return ground_truth(self.seed, self.first_day, self.days, self.scale)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The government tables."""
        return government_tables(airport_corrected=self.airport_corrected)

    @property
    def calendar(self) -> tuple[date, ...]:
        """The days that sensors report."""
        return tuple(self.first_day + timedelta(days=number) for number in range(self.days))

    @property
    def register(self) -> DropFile:
        """The register of stations, as a file of the drop folder."""
        return register_file(self.stations, self.first_day)

    def drops(self, day: date) -> tuple[DropFile, ...]:
        """The sensor files about one day, those sent late or again included."""
        return tuple(files_of(self.truth, day))

    @cached_property
    def defects(self) -> tuple[Defect, ...]:
        """Everything that is wrong on purpose in what the city sends."""
        files = (file for day in self.calendar for file in self.drops(day))
        in_tables = government_defects(airport_corrected=self.airport_corrected)
        return (*(defect for file in files for defect in file.defects), *in_tables)


def demo_city() -> City:
    """The city of the demo: a wet week of the south-west monsoon.

    It lies after the agencies published their figures of 2568, which its catalogue serves.
    """
    return City(seed=8355, first_day=date(2026, 9, 7), days=7)


def write_drops(
    city: City,
    folder: Path,
    *,
    sent_by: datetime | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Put the files of the drop folder there, or only those sent by some instant.

    Each appears complete or not at all, with the time at which it was sent. Writing again changes
    nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for done, day in enumerate(city.calendar, start=1):
        files = city.drops(day) if done > 1 else (city.register, *city.drops(day))
        for file in files:
            if sent_by is None or file.sent_at <= sent_by:
                written.append(_put(file, folder))
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
