"""The rain of one day, as a field: how much falls at a place in each ten minutes.

Storms of the afternoon (small, hard, moving), bands of the monsoon (wide, light, long), and once in
each month of the monsoon a cloudburst that stands still over one tambon. A day depends on the seed
and its date only, so that any two cities of one seed share their weather.
Days with a recorded storm are as they were (`recorded_storms`). What a gauge makes of the rain does
not belong here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from city.chance import Draws, Ints, wave
from city.registers.tambon import TAMBON, metres
from city.truth.weather.recorded_storms import RECORDED

STEPS = 144

# Rainy days of each month, rounded after the climate normals of Phuket (wet May to October).
RAINY_DAYS = (5, 3, 6, 11, 18, 17, 18, 18, 21, 21, 15, 9)
# Storm cells that a rainy day may bring, by month.
STORMS = (2, 2, 3, 4, 5, 4, 5, 5, 6, 5, 4, 3)
MONSOON = range(5, 11)
# How a cloudburst comes and goes, step by step in thousandths of its peak.
CLOUDBURST = (300, 880, 1000, 930, 860, 250)


def rain_on(seed: int, day: date, east: Ints, north: Ints) -> Ints:
    """Rain at places (metres), one row a place, 144 columns, in hundredths of a millimetre."""
    if storm := RECORDED.get(day):
        return storm.over(east, north, STEPS)
    fallen = _drawn(seed, day, east, north)
    if burst := cloudburst_on(seed, day):
        # Not added: no place has two storms at once, and no gauge more than it can measure.
        fallen = np.maximum(fallen, burst.over(east, north))
    return fallen


def cloudburst_on(seed: int, day: date) -> Cloudburst | None:
    """The cloudburst of a day, if it is the one of its month."""
    if day.month not in MONSOON:
        return None
    draws = Draws(seed, "violent rain", f"{day:%Y-%m}")
    if draws.one(1, 28) != day.day:
        return None
    tambon = TAMBON[draws.one(0, len(TAMBON) - 1)]
    east, north = metres(tambon.latitude, tambon.longitude)
    return Cloudburst(start=draws.one(80, 100), east=east, north=north, peak=draws.one(3500, 4500))


def rain_before(seed: int, moment: datetime, places: Sequence[tuple[int, int]]) -> Ints:
    """The last 24 hours at places (ten-thousandths of a degree): a row a place, 144 steps.

    The last column ends at the last full ten minutes before the moment, in local time.
    """
    at = np.array([metres(*place) for place in places], dtype=np.int64)
    today = moment.date()
    two_days = np.concatenate(
        [rain_on(seed, day, at[:, 0], at[:, 1]) for day in (today - timedelta(days=1), today)],
        axis=1,
    )
    end = STEPS + step_of(moment) + 1
    return two_days[:, end - STEPS : end]


def step_of(moment: datetime) -> int:
    """Which of a day's steps is the last one told at a local time."""
    return (moment.hour * 60 + moment.minute) // (1440 // STEPS)


def _wet_permille(seed: int, day: date) -> int:
    """Chance of a rainy day; wet and dry spells last five days."""
    spell = Draws(seed, "spell", str(day.toordinal() // 5)).one(55, 145)
    return min(970, RAINY_DAYS[day.month - 1] * 1000 * spell // (30 * 100))


def _drawn(seed: int, day: date, east: Ints, north: Ints) -> Ints:
    fallen = np.zeros((len(east), STEPS), dtype=np.int64)
    draws = Draws(seed, "rain", day.isoformat())
    if draws.one(1, 1000) > _wet_permille(seed, day):
        return fallen
    for _ in range(draws.one(1, STORMS[day.month - 1])):
        fallen += _storm(draws, day).over(east, north)
    if draws.one(1, 100) <= (65 if day.month in MONSOON else 25):
        fallen += _band(draws).over(east, north)
    return fallen


@dataclass(frozen=True)
class Cloudburst:
    """Rain of an hour, most of it in forty minutes: `peak` in hundredths of mm in one step.

    The whole of it falls within `core` metres of the middle, nothing beyond `edge`.
    """

    start: int
    east: int
    north: int
    peak: int
    core: int = 1_500
    edge: int = 4_000

    def over(self, east: Ints, north: Ints) -> Ints:
        """Rain at places, one row a place, in hundredths of a millimetre."""
        square = (east - self.east) ** 2 + (north - self.north) ** 2
        ring = self.edge**2 - self.core**2
        near = np.clip((self.edge**2 - square) * 1000 // ring, 0, 1000)
        fallen = np.zeros((len(east), STEPS), dtype=np.int64)
        strength = np.array(CLOUDBURST, dtype=np.int64)
        fallen[:, self.start : self.start + len(CLOUDBURST)] = (
            self.peak * strength * near[:, None] // 1_000_000
        )
        return fallen


@dataclass(frozen=True)
class _Storm:
    """A cell that rises fast, dies slowly and drifts; metres, steps, hundredths of mm a step."""

    start: int
    steps: int
    east: int
    north: int
    radius: int
    peak: int
    drift_east: int
    drift_north: int

    def over(self, east: Ints, north: Ints) -> Ints:
        age = np.arange(STEPS, dtype=np.int64) - self.start
        alive = (age >= 0) & (age < self.steps)
        strength = np.minimum(3 * (age + 1), self.steps - age) * 1000 // self.steps
        strength = np.where(alive, np.clip(strength, 0, 1000), 0)
        across = east[:, None] - (self.east + self.drift_east * age)
        along = north[:, None] - (self.north + self.drift_north * age)
        square = self.radius * self.radius
        near = np.clip(square - across * across - along * along, 0, None) * 1000 // square
        fallen: Ints = self.peak * strength * near * near // 1_000_000_000
        return fallen


@dataclass(frozen=True)
class _Band:
    """Light rain over the whole island, heavier in stripes that travel across it."""

    start: int
    steps: int
    rate: int
    stripe: int

    def over(self, east: Ints, north: Ints) -> Ints:
        step = np.arange(STEPS, dtype=np.int64)
        alive = (step >= self.start) & (step < self.start + self.steps)
        place = east[:, None] + north[:, None] // 3 + 700 * step
        rate = self.rate * (1000 + 800 * wave(place, self.stripe) // 1000) // 1000
        fallen: Ints = np.where(alive, rate, 0)
        return fallen


def _storm(draws: Draws, day: date) -> _Storm:
    # Two draws added together make a peak at about four in the afternoon.
    afternoon = draws.one(74, 98) + draws.one(0, 24)
    anytime = draws.one(0, STEPS - 1)
    north_east = 1 if day.month in MONSOON else -1
    return _Storm(
        start=anytime if draws.one(1, 6) == 1 else afternoon,
        steps=draws.one(5, 15),
        east=draws.one(0, 22_000),
        north=draws.one(0, 46_000),
        radius=draws.one(5_000, 14_000),
        peak=draws.one(150, 2200),
        drift_east=north_east * draws.one(50, 500),
        drift_north=north_east * draws.one(0, 400),
    )


def _band(draws: Draws) -> _Band:
    steps = draws.one(10, 40)
    return _Band(
        start=draws.one(0, STEPS - 1 - steps),
        steps=steps,
        rate=draws.one(4, 28),
        stripe=2 * draws.one(6_000, 14_000),
    )
