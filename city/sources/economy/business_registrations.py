"""Firms founded and dissolved by month and district, as the commerce office publishes them.

Founders follow the visitors of the quarter before, to where they stay. Districts are spelled as
they come, each month has a row for the province, and one of these is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.registers.tambon import AMPHOE, TAMBON_CODES
from city.sources.months import BUDDHIST_ERA, SHORT_MONTHS, months_before
from city.sources.spelling import PROVINCE
from city.truth.people.nights import nights_of
from city.truth.people.whereabouts import DAYTIME, residents

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "business_registrations", "business.csv"
AGENCY = "สำนักงานพาณิชย์จังหวัดภูเก็ต"
MONTHS = 24
USUAL_FIRMS = 330  # a month, in the whole province
USUAL_NIGHTS = 6_800_000  # a month's, with which so many are founded
SPELLINGS = {
    "8301": ("อำเภอเมืองภูเก็ต", "เมืองภูเก็ต", "เมือง"),
    "8302": ("กะทู้", "อำเภอกะทู้"),
    "8303": ("ถลาง", "อำเภอถลาง"),
}
WHOLE = "รวมทั้งจังหวัด"
WRONG_MONTH, WRONG_BY = 17, 9  # in this month of the table the province's row says so many more


@dataclass(frozen=True)
class Firms:
    """Firms of one district in one month; their capital is in million baht."""

    amphoe: str
    founded: int
    capital: int
    dissolved: int


@lru_cache(maxsize=256)
def firms_of(seed: int, month: date) -> tuple[Firms, ...]:
    """The firms of a month, a district each."""
    before = months_before(month, 3)
    nights = sum(nights_of(seed, one) for one in before) // 3
    founded = USUAL_FIRMS * (50 + 50 * nights // USUAL_NIGHTS) // 100
    weights = {
        amphoe: sum(
            300 + DAYTIME[row] + int(residents()[row]) // 300
            for row, code in enumerate(TAMBON_CODES)
            if code.startswith(amphoe)
        )
        for amphoe in AMPHOE
    }
    found = []
    for amphoe, weight in weights.items():
        draws = Draws(seed, "firms", month.isoformat(), amphoe)
        firms = founded * weight // sum(weights.values()) * draws.one(900, 1100) // 1000
        capital = sum(draws.one(1, 5) for _ in range(firms))
        # Who gives up does so at the end of the year.
        closed = firms * draws.one(150, 260) * (3 if month.month == 12 else 1) // 1000
        found.append(Firms(amphoe, firms, capital, closed))
    return tuple(found)


def business_registrations(city: City) -> Table:
    """The table of the last complete months."""
    rows = tuple(_rows(city))
    wrong = (WRONG_MONTH - 1) * (len(AMPHOE) + 1) + len(AMPHOE) + 1
    detail = f"the province's firms are {WRONG_BY} more than those of its districts"
    return Table(
        source=SOURCE_ID,
        dataset="dataset_dbd_83",
        resource=RESOURCE,
        title="การจดทะเบียนนิติบุคคล จังหวัดภูเก็ต รายเดือน",
        agency=AGENCY,
        headings=(
            "จังหวัด", "ปี", "เดือน", "อำเภอ", "จดทะเบียนจัดตั้งใหม่ (ราย)",
            "ทุนจดทะเบียน (ล้านบาท)", "จดทะเบียนเลิก (ราย)", "ที่มา",
        ),
        rows=rows,
        published_at=datetime(city.first_day.year, city.first_day.month, 5, 3, 0, tzinfo=UTC),
        defects=(Defect("wrong_total", SOURCE_ID, RESOURCE, Where(records=(wrong,)), detail),),
    )  # fmt: skip


def _rows(city: City) -> Iterator[Row]:
    for number, month in enumerate(months_before(city.first_day, MONTHS), start=1):
        when = (str(month.year + BUDDHIST_ERA), SHORT_MONTHS[month.month - 1])
        found = firms_of(city.seed, month)
        for one in found:
            names = SPELLINGS[one.amphoe]
            yield _row(when, names[number % len(names)], one)
        more = WRONG_BY if number == WRONG_MONTH else 0
        whole = Firms(
            amphoe="",
            founded=sum(one.founded for one in found) + more,
            capital=sum(one.capital for one in found),
            dissolved=sum(one.dissolved for one in found),
        )
        yield _row(when, WHOLE, whole)


def _row(when: tuple[str, str], place: str, firms: Firms) -> Row:
    counts = (f"{firms.founded:,}", f"{firms.capital:,}.00", f"{firms.dissolved:,}")
    return (PROVINCE, *when, place, *counts, AGENCY)


SOURCE = Catalogued(SOURCE_ID, business_registrations)
