"""The simulated city: which days it has, how large it is, and the truth about it.

This is what every source is made from. What is sent belongs to `sources`, how it is sent to
`dropping` and `serving`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from city.registers.stations import Station, stations
from city.truth.weather.environment import Environment, environment
from ingestion.clock import BANGKOK
from ingestion.errors import SettingsError

EVENING = range(18, 21)
"""Hours of the day."""


@dataclass(frozen=True)
class City:
    """A Phuket of some days. Equal parameters give equal bytes, on every machine.

    Parameters
    ----------
    seed: decides the weather, the people, and the noise of instruments.
    first_day, days: the days that are reported.
    scale: share of the people and vehicles that leave a trace: WiFi sessions, plate reads, counts.
        Registers and government tables are whole at every scale.
    station_share: share of the environment stations that exist.
    evenings: so many last days have an evening (`EVENING`) at full size, whatever the scale is, so
        that what only many people show can be seen.
    stream_days: of sources that drop files many times a day (WiFi, plates), only so many last days
        are sent: their senders were connected then. 0 for all days.
    airport_corrected: whether the airport has put its mislabelled totals right.
    """

    seed: int
    first_day: date
    days: int
    scale: float = 1.0
    station_share: float = 1.0
    stream_days: int = 0
    evenings: int = 0
    airport_corrected: bool = False

    def __post_init__(self) -> None:
        if self.days < 1:
            raise SettingsError(
                f"a simulated city cannot have {self.days} days", expected="at least 1"
            )
        if not 0 < self.scale <= 1:
            raise SettingsError(
                f"the simulated city cannot have the scale {self.scale}",
                expected="a number above 0, at most 1",
                fix="1 is a city of full size: about a million rows a day",
            )

    @property
    def last_day(self) -> date:
        """The last day that is reported."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def streams_from(self) -> date:
        """The first day of sources that drop files many times a day."""
        return self.last_day - timedelta(days=(self.stream_days or self.days) - 1)

    @property
    def closes_at(self) -> datetime:
        """Two in the night after the last day: when a nightly build would begin."""
        return datetime.combine(self.last_day + timedelta(days=1), time(2), BANGKOK)

    @property
    def calendar(self) -> tuple[date, ...]:
        """The days that are reported."""
        return tuple(self.first_day + timedelta(days=number) for number in range(self.days))

    @property
    def millionths(self) -> int:
        """The scale as a whole number, for arithmetic that is the same on every machine."""
        return round(self.scale * 1_000_000)

    def whole_hours(self, day: date) -> range:
        """The hours of a day in which the city is at full size, whatever its scale is."""
        ends = (
            self.evenings and self.last_day - timedelta(days=self.evenings) < day <= self.last_day
        )
        return EVENING if ends else range(0)

    def millionths_by_hour(self, day: date) -> tuple[int, ...]:
        """The scale in each hour of a day, as `millionths`."""
        whole = self.whole_hours(day)
        return tuple(1_000_000 if hour in whole else self.millionths for hour in range(24))

    @cached_property
    def stations(self) -> tuple[Station, ...]:
        """The register of environment stations."""
        return stations(self.station_share)

    @cached_property
    def environment(self) -> Environment:
        """What really fell and flowed. Nothing that serves the platform may show it."""
        return environment(self.seed, self.first_day, self.days, self.station_share)


def demo_city() -> City:
    """The city of the demo: a wet week of the south-west monsoon, one person in a hundred.

    It lies after the agencies published their figures of 2568, which its catalogue serves. WiFi and
    plate cameras were connected for its last two days: they alone send hundreds of files a day. The
    evenings of these days are at full size, so that products that show only what many people do
    have something to show.
    """
    return City(
        seed=8355, first_day=date(2026, 9, 7), days=7, scale=0.01, stream_days=2, evenings=2
    )
