"""The mean stay of tourists by year, as the office of tourism publishes it."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.defects import Defect, Where
from city.published.tourism import LENGTH_OF_STAY
from city.sources.spelling import PROVINCE
from city.sources.tourism.visitor_groups import (
    AGENCY,
    NATIONALITIES,
    pending_records,
    shown,
)

_FILE = "stay-length.csv"
_TITLE = "ระยะเวลาพำนักเฉลี่ยของนักท่องเที่ยว"


def length_of_stay() -> Table:
    """The table as published."""
    pending = Defect(
        kind="pending",
        source="length_of_stay",
        file=_FILE,
        where=Where(records=pending_records(LENGTH_OF_STAY)),
        detail="the agency had not worked these numbers out yet",
    )
    return Table(
        source="length_of_stay",
        dataset="dataset_10_12",
        resource=_FILE,
        title=_TITLE,
        agency=AGENCY,
        headings=("จังหวัด", "ปี", "รายการ", "สัญชาติ", "จำนวน", "หน่วย", "ที่มา"),
        rows=tuple(
            (PROVINCE, str(year), _TITLE, nationality, shown(days), "วัน", AGENCY)
            for year, stays in LENGTH_OF_STAY.items()
            for nationality, days in zip(NATIONALITIES, stays, strict=True)
        ),
        published_at=datetime(2026, 1, 23, 3, 0, tzinfo=UTC),
        defects=(pending,),
    )


SOURCE = Catalogued("length_of_stay", lambda city: length_of_stay())
