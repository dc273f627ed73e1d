"""Tap water produced and sold, by year, as the waterworks authority publishes it."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.published.environment import TAP_WATER
from city.sources.spelling import PROVINCE


def tap_water_supply() -> Table:
    """The table as published."""
    agency = "การประปาส่วนภูมิภาคสาขาภูเก็ต"
    item = "ปริมาณน้ำของการประปาส่วนภูมิภาค"
    kinds = ("ปริมาณน้ำผลิต", "ปริมาณน้ำผลิตจ่าย", "ปริมาณน้ำจำหน่าย")
    return Table(
        source="tap_water_supply",
        dataset="dataset_10_25",
        resource="water-pwa.csv",
        title="ปริมาณน้ำของการประปาส่วนภูมิภาค สาขาภูเก็ต",
        agency=agency,
        headings=("ปี", "จังหวัด", "รายการ", "ประเภท", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (str(year), PROVINCE, item, kind, f"{volume:,}.00", "ลบ.ม.", agency)
            for year, volumes in TAP_WATER.items()
            for kind, volume in zip(kinds, volumes, strict=True)
        ),
        published_at=datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
    )


SOURCE = Catalogued("tap_water_supply", lambda city: tap_water_supply())
