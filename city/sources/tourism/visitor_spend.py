"""What a visitor spends in a day, by year, as the office of tourism publishes it.

From 2563 on its totals are sums of two means, which is no mean of anything.
"""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.defects import Defect, Where
from city.published.tourism import VISITOR_SPEND
from city.sources.tourism.visitor_groups import (
    AGENCY,
    HEADINGS,
    group_rows,
    pending_records,
    triples,
)

_FILE = "avg-spend.csv"
_TITLE = "ค่าใช้จ่ายเฉลี่ยต่อคนของผู้มาเยี่ยมเยือน นักท่องเที่ยวและนักทัศนาจร"


def visitor_spend() -> Table:
    """The table as published."""
    return Table(
        source="visitor_spend",
        dataset="dataset_10_09",
        resource=_FILE,
        title=_TITLE,
        agency=AGENCY,
        headings=HEADINGS,
        rows=group_rows(VISITOR_SPEND, _TITLE, "บาท"),
        published_at=datetime(2026, 2, 10, 3, 0, tzinfo=UTC),
        defects=(_sums_of_means(), _pending()),
    )


def _sums_of_means() -> Defect:
    wrong = [
        record
        for _, record, (thai, foreign, total) in triples(VISITOR_SPEND)
        if not min(thai, foreign) <= total <= max(thai, foreign)
    ]
    return Defect(
        kind="wrong_total",
        source="visitor_spend",
        file=_FILE,
        where=Where(first="2563", last="2568", records=tuple(wrong)),
        detail="the mean of all visitors is the sum of the means of Thai and foreign ones",
    )


def _pending() -> Defect:
    return Defect(
        kind="pending",
        source="visitor_spend",
        file=_FILE,
        where=Where(records=pending_records(VISITOR_SPEND)),
        detail="the agency had not worked these numbers out yet",
    )


SOURCE = Catalogued("visitor_spend", lambda city: visitor_spend())
