"""Dengue in Phuket: who falls ill where and when, and when it becomes known.

Mosquitoes follow rain after four to eight weeks and warmth after two to four; people near them
follow. The level and the places are those of the published cases of early 2562. A day depends on
the seed and its date only. How a case is reported belongs to `sources.healthcare`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import residents
from city.truth.weather.air import air_on
from city.truth.weather.environment import basin_rain_on

# How much likelier a case is than elsewhere, in per cent: Kathu and Kamala more, Patong less.
PLACES = {"830201": 320, "830203": 320, "830202": 70}
# Years unlike the others, in per cent: outbreaks come every few years (2023 all over the country),
# and in 2021, when nobody travelled, few fell ill.
YEARS = {2021: 45, 2023: 230}
# A million residents have so many cases a day, in thousandths, when it is neither wet nor dry.
PER_MILLION_MILLI = 3400
USUAL_RAIN = 550  # hundredths of a millimetre a day, over the year
RAIN_FROM, RAIN_UNTIL = 28, 56
WARMTH_FROM, WARMTH_UNTIL = 14, 28
USUAL_WARMTH = 283  # tenths of a degree, over the year

DENGUE_FEVER, HAEMORRHAGIC_FEVER, SHOCK = "66", "26", "27"
"""Codes of the ministry's form 506."""


@dataclass(frozen=True)
class Case:
    """One case. `first_code` is what the doctor wrote down, `code` what the laboratory found."""

    onset: date
    number: int
    tambon: str
    male: bool
    age: int
    admitted: bool
    treated: date
    defined: date
    first_code: str
    code: str
    confirmed: date


@lru_cache(maxsize=2048)
def cases_on(seed: int, onset: date) -> tuple[Case, ...]:
    """The cases that fall ill on a day, whenever they become known."""
    expected = expected_millionths(seed, onset)
    found: list[Case] = []
    for row, tambon in enumerate(TAMBON_CODES):
        draws = Draws(seed, "dengue", onset.isoformat(), tambon)
        for _ in range((int(expected[row]) + draws.one(0, 999_999)) // 1_000_000):
            found.append(_case(draws, onset, len(found) + 1, tambon))
    return tuple(found)


def expected_millionths(seed: int, onset: date) -> Ints:
    """Mean number of cases of a day in each tambon (order of TAMBON), in millionths."""
    rain = sum(
        (
            _daily_rain(seed, onset - timedelta(days=age))
            for age in range(RAIN_FROM, RAIN_UNTIL + 1)
        ),
        start=np.zeros(len(TAMBON_CODES), dtype=np.int64),
    ) // (RAIN_UNTIL - RAIN_FROM + 1)
    warm = sum(
        (
            _warmth(seed, onset - timedelta(days=age))
            for age in range(WARMTH_FROM, WARMTH_UNTIL + 1)
        ),
        start=np.zeros(len(TAMBON_CODES), dtype=np.int64),
    ) // (WARMTH_UNTIL - WARMTH_FROM + 1)
    # Half of the breeding water is kept indoors and knows no season; heavy rain washes larvae away.
    wetness = 50 + 50 * np.minimum(rain, 3 * USUAL_RAIN) // USUAL_RAIN
    warmth = np.maximum(40, 100 + 2 * (warm - USUAL_WARMTH))
    place = np.array([PLACES.get(code, 100) for code in TAMBON_CODES], dtype=np.int64)
    cluster = Draws(seed, "dengue clusters", str(onset.toordinal() // 14)).many(
        40, 160, len(TAMBON_CODES)
    )
    people = residents()
    milli = people * PER_MILLION_MILLI * place // 100 * wetness // 100 * warmth // 100
    found: Ints = milli * cluster // 100 * YEARS.get(onset.year, 100) // 100 // 1000
    return found


@lru_cache(maxsize=4096)
def _daily_rain(seed: int, day: date) -> Ints:
    fallen: Ints = basin_rain_on(seed, day).sum(axis=1)
    return fallen


@lru_cache(maxsize=4096)
def _warmth(seed: int, day: date) -> Ints:
    mean: Ints = air_on(seed, day).temperature.sum(axis=1) // 24
    return mean


def _case(draws: Draws, onset: date, number: int, tambon: str) -> Case:
    treated = onset + timedelta(days=draws.one(1, 4))
    defined = treated + timedelta(days=draws.one(0, 6) + draws.one(0, 9) * draws.one(0, 2))
    severity = draws.one(1, 100)
    code = SHOCK if severity <= 2 else HAEMORRHAGIC_FEVER if severity <= 38 else DENGUE_FEVER
    # Of the severe ones some were written down as plain fever at first.
    doubted = code != DENGUE_FEVER and draws.one(1, 100) <= 35
    return Case(
        onset=onset,
        number=number,
        tambon=tambon,
        male=draws.one(1, 100) <= 54,
        age=min(draws.one(0, 45) + draws.one(0, 30), 90),
        admitted=code != DENGUE_FEVER or draws.one(1, 100) <= 45,
        treated=treated,
        defined=defined,
        first_code=DENGUE_FEVER if doubted else code,
        code=code,
        confirmed=defined + timedelta(days=draws.one(5, 16)),
    )
