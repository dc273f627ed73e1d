"""Criminal cases by police station, group and month.

A year has about as many as the last published one (2561); where and when follows the people who
are there, visitors above all in the evening. Tables belong to `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.published.safety import CRIME
from city.registers.tambon import TAMBON_CODES
from city.truth.people.whereabouts import residents, visitors_by_hour

GROUPS = tuple(CRIME)
USUAL_PEOPLE = 640_000
"""Residents and visitors on a usual day, to which a usual year's cases belong."""
EVENING_HOURS = slice(18, 24)


@dataclass(frozen=True)
class Station:
    """A provincial police station and the tambon that it answers for here."""

    name_th: str
    name_en: str
    tambon: tuple[str, ...]


STATIONS = (
    Station("สภ.เมืองภูเก็ต", "Mueang Phuket", ("830101", "830102", "830103", "830104")),
    Station("สภ.วิชิต", "Wichit", ("830105",)),
    Station("สภ.ฉลอง", "Chalong", ("830106", "830107")),
    Station("สภ.กะรน", "Karon", ("830108",)),
    Station("สภ.กะทู้", "Kathu", ("830201",)),
    Station("สภ.ป่าตอง", "Pa Tong", ("830202",)),
    Station("สภ.กมลา", "Kamala", ("830203",)),
    Station("สภ.ถลาง", "Thalang", ("830301", "830302", "830304")),
    Station("สภ.เชิงทะเล", "Choeng Thale", ("830303",)),
    Station("สภ.สาคู", "Sakhu", ("830306",)),
    Station("สภ.ท่าฉัตรไชย", "Tha Chatchai", ("830305",)),
)


def cases_of(seed: int, year: int, month: int) -> Ints:
    """Of a month: a row a station, a column a group, and of each reported and arrested."""
    return _cases_of(seed, year, month)


@lru_cache(maxsize=128)
def _cases_of(seed: int, year: int, month: int) -> Ints:
    people = _people_days(seed, year, month)
    draws = Draws(seed, "crime", f"{year}-{month:02d}")
    shape = (len(STATIONS), len(GROUPS))
    share = draws.many(850, 1150, people.size * len(GROUPS)).reshape(shape)
    luck = draws.many(0, 999_999, people.size * len(GROUPS)).reshape(shape)
    of_year = np.array([_published(group)[0] for group in GROUPS], dtype=np.int64)
    expected = people[:, None] * of_year[None, :] * share // (USUAL_PEOPLE * 365 // 1000)
    reported = (expected + luck) // 1_000_000
    solved = np.array([_published(group)[1] for group in GROUPS], dtype=np.int64)
    arrested = reported * solved * draws.many(90, 110, len(GROUPS)) * 10_000 // of_year
    arrested = (arrested + draws.many(0, 999_999, luck.size).reshape(shape)) // 1_000_000
    ordinary = np.array([group != "state" for group in GROUPS])
    # Accused persons may outnumber cases; arrests for reported cases may not.
    arrested = np.where(ordinary, np.minimum(arrested, reported), arrested)
    cases: Ints = np.stack([reported, arrested], axis=2)
    cases.flags.writeable = False
    return cases


def _published(group: str) -> tuple[int, int]:
    """Reported and arrested in the last published year."""
    latest = CRIME[group][2561]
    assert latest is not None
    return latest


def _people_days(seed: int, year: int, month: int) -> Ints:
    """People on the evenings of a month, added up day by day, around each station."""
    home, day = residents(), date(year, month, 1)
    there = np.zeros(len(TAMBON_CODES), dtype=np.int64)
    while day.month == month:
        evening = visitors_by_hour(seed, day)[:, EVENING_HOURS]
        there += home + evening.sum(axis=1) // evening.shape[1]
        day += timedelta(days=1)
    rows = [[TAMBON_CODES.index(code) for code in station.tambon] for station in STATIONS]
    return np.array([int(there[mine].sum()) for mine in rows], dtype=np.int64)
