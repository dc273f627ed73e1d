"""What the ministry said of the last two years of tourism, month by month: first, and in the end.

The workbook of a month shows what is known then and takes the place of the one before. This table
keeps both vintages (p and R) of the 24 months before the newest, which has a first figure only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING

from city.channels import Catalogued, Row, Table
from city.registers.provinces import PROVINCES_BY_REGION
from city.sources.months import Month, complete_months
from city.sources.tourism.mots.figures import Figures, estimated, figures
from city.writing.json_text import decimal
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

SOURCE_ID, RESOURCE = "mots_tourism_history", "tourism-vintages.csv"
AGENCY = "สำนักงานปลัดกระทรวงการท่องเที่ยวและกีฬา"
MONTHS = 24
PRELIMINARY, REVISED = "p", "R"


def mots_tourism_history(city: City) -> Table:
    """The table as it was when the city's first day began."""
    return Table(
        source=SOURCE_ID,
        dataset="tourism-vintages",
        resource=RESOURCE,
        title="สถิติการท่องเที่ยวรายจังหวัด รายเดือน ข้อมูลเบื้องต้นและข้อมูลปรับปรุง",
        agency=AGENCY,
        headings=(
            "ปี", "เดือน", "จังหวัด", "สถานะข้อมูล", "อัตราการเข้าพัก (%)", "ผู้เข้าพัก (คน)",
            "ผู้เยี่ยมเยือนชาวไทย (คน)", "ผู้เยี่ยมเยือนชาวต่างชาติ (คน)",
            "รายได้ชาวไทย (ล้านบาท)", "รายได้ชาวต่างชาติ (ล้านบาท)", "ที่มา",
        ),
        rows=tuple(_rows(city)),
        published_at=datetime.combine(city.first_day, time(), BANGKOK),
    )  # fmt: skip


def _rows(city: City) -> Iterator[Row]:
    *older, newest = complete_months(city.first_day, MONTHS + 1)
    for month in (*older, newest):
        for province in (name for names in PROVINCES_BY_REGION.values() for name in names):
            first = estimated(city.seed, province, month)
            yield _row(month, province, PRELIMINARY, first)
            if month != newest:
                yield _row(month, province, REVISED, figures(city.seed, province, month))


def _row(month: Month, province: str, vintage: str, known: Figures) -> Row:
    return (
        month.year_text,
        month.short,
        province,
        vintage,
        decimal(known.occupancy, 2),
        f"{known.guests:,}",
        f"{known.thai:,}",
        f"{known.foreign:,}",
        decimal(known.revenue_thai, 2),
        decimal(known.revenue_foreign, 2),
        AGENCY,
    )


SOURCE = Catalogued(SOURCE_ID, mots_tourism_history)
