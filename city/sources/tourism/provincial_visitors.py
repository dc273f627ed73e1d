"""Visitors of the province by year, as its office of tourism publishes them, mistakes included.

The visitors' total of 2562 is not the sum of its parts, and for 2568 most numbers are pending.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.defects import Defect, Where
from city.published.visitors import PROVINCIAL_VISITORS
from city.sources.tourism.visitor_groups import (
    AGENCY,
    HEADINGS,
    group_rows,
    pending_records,
    triples,
)

_FILE = "visitors.csv"
_TITLE = "ผู้มาเยี่ยมเยือน นักท่องเที่ยว และนักทัศนาจร"


def provincial_visitors() -> Table:
    """The table as published."""
    return Table(
        source="provincial_visitors",
        dataset="dataset_10_34",
        resource=_FILE,
        title=_TITLE,
        agency=AGENCY,
        headings=HEADINGS,
        rows=group_rows(PROVINCIAL_VISITORS, _TITLE, "คน"),
        published_at=datetime(2026, 3, 30, 3, 0, tzinfo=UTC),
        defects=tuple(_defects()),
    )


def _defects() -> Iterator[Defect]:
    for year, record, (thai, foreign, total) in triples(PROVINCIAL_VISITORS):
        if thai + foreign != total:
            yield Defect(
                kind="wrong_total",
                source="provincial_visitors",
                file=_FILE,
                where=Where(first=str(year), last=str(year), records=(record,)),
                detail=f"the parts are {total - thai - foreign:,} less than the total beside them",
            )
    yield Defect(
        kind="pending",
        source="provincial_visitors",
        file=_FILE,
        where=Where(records=pending_records(PROVINCIAL_VISITORS)),
        detail="the agency had not worked these numbers out yet",
    )


SOURCE = Catalogued("provincial_visitors", lambda city: provincial_visitors())
