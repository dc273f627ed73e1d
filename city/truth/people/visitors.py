"""The visitors of Phuket: who arrives on a day, from where, how long they stay, where they are.

Yearly numbers are the published ones (`published.visitors`); months, weekdays and festivals shape
them, and a little chance. A day depends on the seed and its date only. Whole numbers throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from city.chance import Draws, Ints
from city.published.visitors import visitors_of as published
from city.truth.calendar import BUDDHIST_ERA, day_kind

LONGEST_STAY = 32
DIRECT_PERMILLE = 835  # of the foreign ones; the others change planes in Bangkok
AIRPORT_PERMILLE = 620  # of the visitors that land at the airport: 8.76 of 14.12 million in 2568


@dataclass(frozen=True)
class Nation:
    """A nation that visitors come from.

    `permille` is its share of foreign arrivals over a year; `months` are per cent of its usual
    share in each month; `stay_days` is the mean stay.
    """

    code: str
    name_th: str
    name_en: str
    permille: int
    stay_days: int
    months: tuple[int, ...] = (100,) * 12


_WINTER = (190, 180, 160, 100, 50, 35, 35, 40, 45, 80, 150, 185)
_SUMMER = (90, 85, 90, 110, 90, 110, 150, 150, 85, 90, 75, 100)

NATIONS = (
    Nation("RUS", "รัสเซีย", "Russia", 165, 11, _WINTER),
    Nation("IND", "อินเดีย", "India", 118, 4, (80, 80, 95, 110, 150, 130, 100, 95, 90, 105, 95, 90)),
    Nation("CHN", "จีน", "China", 112, 6, (120, 150, 80, 90, 85, 95, 130, 125, 75, 120, 80, 80)),
    Nation("GBR", "สหราชอาณาจักร", "United Kingdom", 58, 10, _WINTER),
    Nation("DEU", "เยอรมนี", "Germany", 54, 11, _WINTER),
    Nation("AUS", "ออสเตรเลีย", "Australia", 52, 8, _SUMMER),
    Nation("MYS", "มาเลเซีย", "Malaysia", 46, 4),
    Nation("KAZ", "คาซัคสถาน", "Kazakhstan", 42, 10, _WINTER),
    Nation("FRA", "ฝรั่งเศส", "France", 40, 10, _WINTER),
    Nation("KOR", "เกาหลีใต้", "Korea", 38, 5),
    Nation("USA", "สหรัฐอเมริกา", "United States", 36, 8),
    Nation("ISR", "อิสราเอล", "Israel", 34, 10, _SUMMER),
    Nation("ITA", "อิตาลี", "Italy", 24, 9, _WINTER),
    Nation("SWE", "สวีเดน", "Sweden", 22, 12, _WINTER),
    Nation("SGP", "สิงคโปร์", "Singapore", 22, 4),
    Nation("POL", "โปแลนด์", "Poland", 20, 10, _WINTER),
    Nation("OTH", "อื่น ๆ", "Others", 117, 6),
)
THAI_STAY_DAYS = 3
# Visitors of each month, per mille of the year: high season November to March. The first quarter
# and the first nine months are as large a part of 2567 as the tourism offices told newspapers.
MONTHS_PERMILLE = (92, 88, 86, 80, 72, 70, 76, 77, 71, 83, 98, 107)
WEEKDAYS_PERCENT = (94, 92, 94, 99, 108, 110, 103)


def arrivals(seed: int, day: date) -> Ints:
    """Visitors who arrive on a day: one number a nation (`NATIONS`), the Thai ones last."""
    return _arrivals(seed, day).copy()


def airport_arrivals(seed: int, day: date) -> tuple[int, int]:
    """Passengers who land on a day: on domestic and on international flights."""
    landed = int(_arrivals(seed, day).sum()) * AIRPORT_PERMILLE // 1000
    abroad = int(landed_abroad(seed, day).sum())
    return landed - abroad, abroad


def landed_abroad(seed: int, day: date) -> Ints:
    """Passengers who land on international flights, one number a nation (`NATIONS`)."""
    came: Ints = _arrivals(seed, day)[:-1] * (DIRECT_PERMILLE * AIRPORT_PERMILLE) // 1_000_000
    return came


def present(seed: int, day: date) -> Ints:
    """Visitors who spend the night after a day, in the order of `arrivals`.

    Little's law holds by construction: present = arrivals a day times the mean stay.
    """
    there: Ints = present_since(seed, day).sum(axis=0)
    return there


def present_since(seed: int, day: date) -> Ints:
    """Those who are `present`, by the nights since they came (rows) and by nation (columns)."""
    return _present_since(seed, day)


@lru_cache(maxsize=512)
def _present_since(seed: int, day: date) -> Ints:
    stays = np.array([*(nation.stay_days for nation in NATIONS), THAI_STAY_DAYS], dtype=np.int64)
    nights = np.arange(LONGEST_STAY, dtype=np.int64)[:, None]
    # Of those who came so many nights ago this share is still there; its sum is the mean stay.
    left = np.maximum(2 * stays - nights, 0) * 1000 // (2 * stays + 1)
    came = np.stack([_arrivals(seed, day - timedelta(days=n)) for n in range(LONGEST_STAY)])
    there: Ints = came * left // 1000
    there.flags.writeable = False
    return there


@lru_cache(maxsize=4096)
def _arrivals(seed: int, day: date) -> Ints:
    draws = Draws(seed, "arrivals", day.isoformat())
    whole_day = _usual(day) * draws.one(960, 1040) // 1000
    kind = day_kind(day)
    whole_day = whole_day * (1000 + kind.festival // 4) // 1000
    foreign = whole_day * _foreign_permille(day.year) // 1000
    shares = np.array(
        [nation.permille * nation.months[day.month - 1] for nation in NATIONS], dtype=np.int64
    )
    noise = draws.many(880, 1120, len(NATIONS))
    weights = shares * noise
    by_nation = foreign * weights // int(weights.sum())
    thai = whole_day - foreign
    # Thai visitors come when offices are closed; over a year the two factors cancel out.
    thai = thai * (1180 if kind.festival == 1000 or not kind.working else 914) // 1000
    came: Ints = np.append(by_nation, thai)
    came.flags.writeable = False
    return came


def _usual(day: date) -> int:
    """Visitors of such a day, without chance: the year's by month and weekday."""
    year = visitors_of(day.year + BUDDHIST_ERA)
    of_month = year * MONTHS_PERMILLE[day.month - 1] // 1000
    days = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)).day
    return of_month * WEEKDAYS_PERCENT[day.weekday()] // (days * 100)


def visitors_of(buddhist_year: int) -> int:
    """Visitors of a year: as published, or those of the nearest published year."""
    return sum(published(buddhist_year))


def _foreign_permille(year: int) -> int:
    thai, foreign = published(year + BUDDHIST_ERA)
    return foreign * 1000 // (thai + foreign)
