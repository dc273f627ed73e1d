"""What is worth telling of a city: its people, registers and sources, and one day in curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from city.city import City
from city.describing.charts import Series
from city.describing.measuring import SourceSize
from city.registers.tambon import TAMBON
from city.truth.people.visitors import airport_arrivals, present
from city.truth.people.whereabouts import residents, visitors_by_hour
from city.truth.weather.rain import STEPS

EVENING_HOUR = 20
SHOWN_TAMBON = 4
SHOWN_DAYS = 28


@dataclass(frozen=True)
class Facts:
    """A city in numbers. `day` is its wettest day, of which the curves are."""

    city: City
    day: date
    residents: int
    visitors: int
    landed: int
    sizes: tuple[SourceSize, ...]
    evening: tuple[int, ...]
    """Visitors in each tambon in the evening of the day."""
    rain: Series
    level: Series
    by_hour: tuple[Series, ...]
    arrivals: tuple[Series, ...]
    arrival_days: tuple[date, ...]

    @property
    def registers(self) -> tuple[SourceSize, ...]:
        """The sources that tell where things stand."""
        return tuple(size for size in self.sizes if size.places)

    @property
    def records_a_day(self) -> int:
        """Records that come anew every day."""
        return sum(size.records for size in self.sizes if size.daily)


def facts_of(city: City, sizes: Sequence[SourceSize]) -> Facts:
    """What there is to tell of a city, given what its sources send."""
    day = _wettest(city)
    visitors = visitors_by_hour(city.seed, day)
    fullest = sorted(range(len(TAMBON)), key=lambda row: -int(visitors[row].max()))[:SHOWN_TAMBON]
    days = tuple(city.last_day - timedelta(days=n) for n in reversed(range(SHOWN_DAYS)))
    landed = [airport_arrivals(city.seed, each) for each in days]
    return Facts(
        city=city,
        day=day,
        residents=int(residents().sum()),
        visitors=int(present(city.seed, day).sum()),
        landed=sum(airport_arrivals(city.seed, day)),
        sizes=tuple(sizes),
        evening=tuple(int(people) for people in visitors[:, EVENING_HOUR]),
        rain=_rain(city, day),
        level=_level(city, day),
        by_hour=tuple(
            Series(TAMBON[row].name_th, TAMBON[row].name_en, [int(v) for v in visitors[row]])
            for row in fullest
        ),
        arrivals=(
            Series("ภายในประเทศ", "domestic", [domestic for domestic, _ in landed]),
            Series("ระหว่างประเทศ", "international", [abroad for _, abroad in landed]),
        ),
        arrival_days=days,
    )


def _wettest(city: City) -> date:
    fallen = np.sum(list(city.environment.rain.values()), axis=0)
    of_days = [
        int(fallen[number * STEPS : (number + 1) * STEPS].sum()) for number in range(city.days)
    ]
    return city.calendar[of_days.index(max(of_days))]


def _rain(city: City, day: date) -> Series:
    """The mean of the gauges, in millimetres an hour."""
    first = (day - city.first_day).days * STEPS
    gauges = [series[first : first + STEPS] for series in city.environment.rain.values()]
    hourly = np.sum(gauges, axis=0).reshape(24, -1).sum(axis=1)
    return Series("ฝนเฉลี่ย", "mean rain", [int(sum_) / len(gauges) / 100 for sum_ in hourly])


def _level(city: City, day: date) -> Series:
    """The level of the station that the rain moved most, in metres above mean sea level."""
    first = (day - city.first_day).days * STEPS
    levels = {
        name: water.level[first : first + STEPS] for name, water in city.environment.water.items()
    }
    name = max(levels, key=lambda each: (int(levels[each].max() - levels[each].min()), each))
    station = next(station for station in city.stations if station.id == name)
    return Series(station.name_th, station.name_en, [int(each) / 1000 for each in levels[name]])
