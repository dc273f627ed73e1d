"""Injuries on the roads by month, as the police publish them beside the deaths."""

from __future__ import annotations

from datetime import UTC, datetime

from city.channels import Catalogued, Table
from city.published.safety import ROAD_INJURIES
from city.sources.safety.road_deaths import (
    HEADINGS,
    INJURIES,
    POLICE,
    casualty_rows,
)


def road_injuries() -> Table:
    """The table as published."""
    return Table(
        source="road_injuries",
        dataset="dataset_10_47",
        resource="road-injuries.csv",
        title=INJURIES,
        agency=POLICE,
        headings=HEADINGS,
        rows=tuple(casualty_rows(ROAD_INJURIES, INJURIES)),
        published_at=datetime(2026, 1, 28, 3, 0, tzinfo=UTC),
    )


SOURCE = Catalogued("road_injuries", lambda city: road_injuries())
