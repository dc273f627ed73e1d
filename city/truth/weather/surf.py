"""The sea at the guarded beaches: how high the waves are, who bathes, who has to be rescued.

The south-west monsoon makes the waves, the storms of a rainy day add to them, and each beach gets
its own part. What flag an official hoists belongs to `sources.healthcare`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from city.chance import Draws
from city.registers.beaches import BEACHES
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import visitors_by_hour
from city.truth.weather.environment import basin_rain_on

# Waves of the open sea west of the island in centimetres, by month.
WAVES_CM = (60, 55, 60, 75, 130, 175, 185, 190, 170, 120, 75, 65)
AT_TEN = 10  # bathers are counted at ten in the morning
RED_FROM_CM = 175


@dataclass(frozen=True)
class Surf:
    """One beach on one day. `bathers` go in although or because nothing forbids it."""

    beach: str
    wave_cm: int
    bathers: int
    rescues: int
    drownings: int


@lru_cache(maxsize=512)
def surf_on(seed: int, day: date) -> tuple[Surf, ...]:
    """Every beach, in the order of the register."""
    # A swell lasts four days.
    swell = Draws(seed, "swell", str(day.toordinal() // 4)).one(60, 150)
    rain = basin_rain_on(seed, day).sum(axis=1) // 100
    visitors = visitors_by_hour(seed, day)[:, AT_TEN]
    found = []
    for beach in BEACHES:
        draws = Draws(seed, "surf", day.isoformat(), beach.id)
        row = TAMBON_CODES.index(beach.tambon)
        open_sea = WAVES_CM[day.month - 1] * swell // 100 + min(int(rain[row]), 80)
        wave = open_sea * beach.exposure // 100 * draws.one(92, 108) // 100
        goes_in = 3 if wave >= RED_FROM_CM else 10  # per cent of the beach's visitors
        bathers = int(visitors[row]) * beach.bathers * goes_in // 10_000
        rescues = _whole(bathers * wave * 12, draws)
        found.append(
            Surf(
                beach=beach.id,
                wave_cm=wave,
                bathers=bathers,
                rescues=rescues,
                drownings=sum(draws.one(1, 1000) <= 8 for _ in range(rescues)),
            )
        )
    return tuple(found)


def _whole(millionths: int, draws: Draws) -> int:
    """A whole number whose mean is so many millionths."""
    return (millionths + draws.one(0, 999_999)) // 1_000_000
