"""Occupancy of hotels by year, as the provincial office of tourism publishes it."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.published.tourism import HOTEL_OCCUPANCY
from city.sources.spelling import PROVINCE


def hotel_occupancy() -> Table:
    """The table as published."""
    agency = "สำนักงานการท่องเที่ยวและกีฬาจังหวัดภูเก็ต"
    item = "อัตราการเข้าพักของนักท่องเที่ยว"
    return Table(
        source="hotel_occupancy",
        dataset="dataset_10_68",
        resource="occupancy.csv",
        title="อัตราการเข้าพักของนักท่องเที่ยว",
        agency=agency,
        headings=("จังหวัด", "ปี", "รายการ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), item, share, "ร้อยละ", agency)
            for year, share in HOTEL_OCCUPANCY.items()
        ),
        published_at=datetime(2026, 2, 23, 3, 0, tzinfo=UTC),
    )


SOURCE = Catalogued("hotel_occupancy", lambda city: hotel_occupancy())
