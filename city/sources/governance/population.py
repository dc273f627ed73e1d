"""Registered people and houses by month and village, as the registration office exports them.

`stat_t.txt`: fields between bars, codes without names, no line of names, a byte-order mark although
the page calls it Thai (Windows). The last month's people of a tambon are those of `whereabouts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from city.chance import Draws
from city.channels import Answer, Api, Request
from city.defects import Defect, Where
from city.registers.tambon import TAMBON_CODES
from city.sources.months import BUDDHIST_ERA, months_before
from city.truth.people.whereabouts import residents

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID = "population"
FILE = "stat_t.txt"
MONTHS = 24
# Villages of each tambon (order of TAMBON) in round numbers; inside a town there is none, code 00.
VILLAGES = (0, 0, 7, 7, 9, 10, 7, 5, 8, 0, 6, 11, 8, 6, 9, 7, 5)
# Registration offices: of a district, or of a town that registers its own people.
TOWN_OFFICES = {"830101": "8399", "830102": "8399", "830202": "8398"}
MEN_PERMILLE = 478
GROWTH = 6  # ten-thousandths a month
# In this record from the end the total is not the sum of men and women.
WRONG_FROM_END, WRONG_BY = 40, 10


def rows_of(city: City) -> Iterator[tuple[str, ...]]:
    """The records of the file, the oldest month first."""
    months = months_before(city.first_day, MONTHS)
    for age, month in zip(reversed(range(MONTHS)), months, strict=True):
        people = residents() * (10_000 - GROWTH * age) // 10_000
        for row, tambon in enumerate(TAMBON_CODES):
            yield from _villages(city.seed, month, tambon, int(people[row]), VILLAGES[row])


def _villages(
    seed: int, month: date, tambon: str, people: int, villages: int
) -> Iterator[tuple[str, ...]]:
    weights = Draws(seed, "villages", tambon).many(60, 180, max(villages, 1))
    shares = people * weights // int(weights.sum())
    shares[0] += people - int(shares.sum())
    men = shares * MEN_PERMILLE // 1000 + np.arange(len(shares)) % 3
    for number, (all_of_them, of_them_men) in enumerate(zip(shares, men, strict=True), start=1):
        yield (
            f"{(month.year + BUDDHIST_ERA) % 100:02d}{month.month:02d}",
            tambon[:2],
            TOWN_OFFICES.get(tambon, tambon[:4]),
            tambon,
            f"{tambon}{number if villages else 0:02d}",
            str(of_them_men),
            str(all_of_them - of_them_men),
            str(all_of_them),
            str(all_of_them * 58 // 100),
        )


def body_of(city: City) -> bytes:
    """The file."""
    rows = [list(row) for row in rows_of(city)]
    wrong = rows[-WRONG_FROM_END]
    wrong[7] = str(int(wrong[7]) + WRONG_BY)
    return "".join(["\ufeff", *("|".join(row) + "\r\n" for row in rows)]).encode()


def _answer(city: City, _: Request) -> Answer:
    return Answer(200, body_of(city), {"Content-Type": "text/plain"})


def _defects(city: City) -> Iterator[Defect]:
    record = len(list(rows_of(city))) + 1 - WRONG_FROM_END
    detail = f"the total is {WRONG_BY} more than men and women"
    yield Defect("wrong_total", SOURCE_ID, FILE, Where(records=(record,)), detail)


SOURCE = Api(
    source=SOURCE_ID,
    setting="CDP_DOPA_URL",
    service="dopa",
    path=f"/{FILE}",
    answer=_answer,
    defects=_defects,
)
