"""Hotels registered in the province, by year, as the provincial administration publishes them."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.published.tourism import REGISTERED_HOTELS
from city.sources.spelling import PROVINCE


def registered_hotels() -> Table:
    """The table as published."""
    agency = "ที่ทำการปกครองจังหวัดภูเก็ต"
    item = "จำนวนที่พัก/โรงแรม ที่จดทะเบียนในจังหวัด"
    return Table(
        source="registered_hotels",
        dataset="dataset_10_11",
        resource="hotels.csv",
        title="จำนวนโรงแรมที่จดทะเบียนในจังหวัดภูเก็ต",
        agency=agency,
        headings=("จังหวัด", "ปี", "รายการ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), item, str(hotels), "แห่ง", agency)
            for year, hotels in REGISTERED_HOTELS.items()
        ),
        published_at=datetime(2026, 2, 16, 3, 0, tzinfo=UTC),
    )


SOURCE = Catalogued("registered_hotels", lambda city: registered_hotels())
