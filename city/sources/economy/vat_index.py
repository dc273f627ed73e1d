"""An index of value added tax of hotels and restaurants by month; the mean of 2562 is 100.

Tax is paid in the month after the guests were there, so the index follows the nights of visitors
with a month's lag. The latest month is still being counted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from city.chance import Draws
from city.channels import Catalogued, Row, Table
from city.defects import Defect, Where
from city.sources.months import BUDDHIST_ERA, SHORT_MONTHS, months_before
from city.sources.spelling import PROVINCE
from city.truth.people.nights import nights_of

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "vat_index", "vat-index.csv"
AGENCY = "สำนักงานคลังจังหวัดภูเก็ต"
MONTHS = 36
BASE_YEAR = 2562


def index_of(seed: int, month: date) -> int:
    """The index of a month in tenths."""
    month_before = (month - timedelta(days=1)).replace(day=1)
    noise = Draws(seed, "vat", month.isoformat()).one(985, 1015)
    return nights_of(seed, month_before) * noise // _usual(seed)


@lru_cache(maxsize=16)
def _usual(seed: int) -> int:
    """Nights of a usual month of the base year."""
    year = BASE_YEAR - BUDDHIST_ERA
    return sum(nights_of(seed, date(year, month, 1)) for month in range(1, 13)) // 12


def vat_index(city: City) -> Table:
    """The table of the last complete months."""
    months = months_before(city.first_day, MONTHS)
    return Table(
        source=SOURCE_ID,
        dataset="dataset_vat_83",
        resource=RESOURCE,
        title="ดัชนีภาษีมูลค่าเพิ่มหมวดโรงแรมและภัตตาคาร จังหวัดภูเก็ต",
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "เดือน", "รายการ", "ดัชนี", "หน่วย", "ที่มา"),
        rows=tuple(_row(city.seed, month, pending=month == months[-1]) for month in months),
        published_at=datetime(city.first_day.year, city.first_day.month, 3, 3, 0, tzinfo=UTC),
        defects=(
            Defect("pending", SOURCE_ID, RESOURCE, Where(records=(MONTHS,)), "not yet counted"),
        ),
    )


def _row(seed: int, month: date, *, pending: bool) -> Row:
    index = index_of(seed, month)
    return (
        PROVINCE,
        str(month.year + BUDDHIST_ERA),
        SHORT_MONTHS[month.month - 1],
        "ดัชนีภาษีมูลค่าเพิ่มหมวดโรงแรมและภัตตาคาร",
        "รอประมวลผล" if pending else f"{index // 10}.{index % 10}",
        f"ปี {BASE_YEAR} = 100",
        AGENCY,
    )


SOURCE = Catalogued(SOURCE_ID, vat_index)
