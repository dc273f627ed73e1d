"""Arrivals through the immigration checkpoint of the airport, by nationality and month.

Two years up to the month before the city's first day. The numbers are sums of the truth's days;
the office writes thousands with commas, and "others" in two ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING

import numpy as np

from city.channels import Catalogued, Row, Table
from city.sources.months import Month, complete_months
from city.sources.spelling import PROVINCE, TOTAL
from city.truth.people.visitors import NATIONS, landed_abroad
from ingestion.clock import BANGKOK

if TYPE_CHECKING:
    from city.city import City

MONTHS = 24
AGENCY = "ตรวจคนเข้าเมืองจังหวัดภูเก็ต"


def immigration_arrivals(city: City) -> Table:
    """The table as it was when the city's first day began."""
    rows = [row for month in complete_months(city.first_day, MONTHS) for row in _rows(city, month)]
    return Table(
        source="immigration_arrivals",
        dataset="immigration_arrivals",
        resource="arrivals-by-nationality.csv",
        title="จำนวนผู้เดินทางเข้าราชอาณาจักรทางท่าอากาศยานภูเก็ต จำแนกตามสัญชาติ",
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "เดือน", "สัญชาติ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(rows),
        published_at=datetime.combine(city.first_day, time(), BANGKOK),
    )


def _rows(city: City, month: Month) -> Iterator[Row]:
    landed = np.stack([landed_abroad(city.seed, day) for day in month.days]).sum(axis=0)
    # Whoever types the table does so anew every other month.
    others = "อื่น ๆ" if month.number % 2 else "อื่นๆ"
    names = [others if nation.code == "OTH" else nation.name_th for nation in NATIONS]
    for name, count in zip((*names, TOTAL), (*landed, landed.sum()), strict=True):
        yield (PROVINCE, month.year_text, month.short, name, f"{count:,}", "คน", AGENCY)


SOURCE = Catalogued("immigration_arrivals", immigration_arrivals)
