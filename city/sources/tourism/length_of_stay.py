"""The mean stay of tourists by year, as the office of tourism publishes it.

The published table ends with a year that was pending; so are the years after it up to the last
that was over when the city began.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from city.channels import Catalogued, Table
from city.defects import Defect, Where
from city.published.tourism import LENGTH_OF_STAY
from city.sources.spelling import PROVINCE
from city.sources.tourism.visitor_groups import (
    AGENCY,
    NATIONALITIES,
    Figures,
    pending_records,
    shown,
)
from city.truth.calendar import BUDDHIST_ERA

if TYPE_CHECKING:
    from city.city import City

_FILE = "stay-length.csv"
_TITLE = "ระยะเวลาพำนักเฉลี่ยของนักท่องเที่ยว"


def length_of_stay(city: City) -> Table:
    """The table as published, with the years that are still to come said to be pending."""
    figures = stays_by_year(city.first_day.year + BUDDHIST_ERA)
    pending = Defect(
        kind="pending",
        source="length_of_stay",
        file=_FILE,
        where=Where(records=pending_records(figures)),
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
            for year, stays in figures.items()
            for nationality, days in zip(NATIONALITIES, stays, strict=True)
        ),
        published_at=datetime(2026, 1, 23, 3, 0, tzinfo=UTC),
        defects=(pending,),
    )


def stays_by_year(until: int) -> Figures:
    """What is published, and nothing yet of each later Buddhist year before `until`."""
    later = range(max(LENGTH_OF_STAY) + 1, until)
    return {**LENGTH_OF_STAY, **dict.fromkeys(later, (None,) * len(NATIONALITIES))}


SOURCE = Catalogued("length_of_stay", length_of_stay)
