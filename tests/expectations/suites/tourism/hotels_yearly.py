"""What breaks the rules about hotels and occupancy by year, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.expectations.conftest import NOW
from tests.expectations.suites.table import SOON, a_year, breaks, passes

LAST = {"year": 2025}
NEW_YEAR_2028 = datetime(2027, 12, 31, 17, tzinfo=UTC)  # midnight in Phuket

SOUND = [
    a_year(year)
    | {
        "hotels": hotels,
        "hotels_status": "reported",
        "occupancy_pct": occupancy,
        "occupancy_status": "reported" if occupancy else "missing",
    }
    for year, hotels, occupancy in ((2023, 900, None), (2024, 950, 78.6), (2025, 980, 77.2))
]

BREAKS = (
    breaks("there_are_hotels", "hotels=10001", ({}, {"hotels": 10001})),
    breaks("there_are_hotels", "hotels=0", ({}, {"hotels": 0})),
    breaks("occupancy_is_a_share", "occupancy_pct=100.1", (LAST, {"occupancy_pct": 100.1})),
    breaks(
        "occupancy_is_a_share",
        "occupancy_pct=-0.1",
        ({}, {"occupancy_pct": -0.1, "occupancy_status": "reported"}),
    ),
    breaks(
        "figures_stand_with_their_status",
        "hotels_status=pending",
        (LAST, {"hotels_status": "pending"}),
    ),
    breaks("figures_stand_with_their_status", "hotels=None", (LAST, {"hotels": None})),
    breaks(
        "figures_stand_with_their_status",
        "occupancy_status=missing",
        (LAST, {"occupancy_status": "missing"}),
    ),
    breaks("figures_stand_with_their_status", "_pct=None", (LAST, {"occupancy_pct": None})),
    breaks("no_year_begins_in_the_future", "year=2025", (LAST, {"period_start": SOON})),
    breaks("hotels_change_slowly", "hotels=1331, year_before=950", (LAST, {"hotels": 1331})),
    breaks("hotels_change_slowly", "hotels=664, year_before=950", (LAST, {"hotels": 664})),
    breaks(
        "occupancy_changes_slowly",
        "occupancy_pct=38.5, year_before_pct=78.6",
        (LAST, {"occupancy_pct": 38.5}),
    ),
    breaks("no_year_is_skipped", "year=2024, year_before=2022", ({"year": 2023}, {"year": 2022})),
    breaks("last_year_is_recent", "last_year=2025", now=NEW_YEAR_2028),
)

PASSES = (
    passes("the fewest hotels", ({}, {"hotels": 1})),
    passes("the most hotels", ({}, {"hotels": 10000})),
    passes(
        "occupancy from nothing to 40 points",
        ({}, {"occupancy_pct": 0.0, "occupancy_status": "reported"}),
        (LAST, {"occupancy_pct": 40.0}),
    ),
    passes("every bed is taken", (LAST, {"occupancy_pct": 100.0})),
    passes("hotels grow by 40 %", (LAST, {"hotels": 1330})),
    passes("hotels fall by 30 %", (LAST, {"hotels": 665})),
    passes("a figure is pending and says so", (LAST, {"hotels": None, "hotels_status": "pending"})),
    passes("the year begins now", (LAST, {"period_start": NOW})),
    passes("the last year is two years ago", now=NEW_YEAR_2028.replace(hour=16)),
)
