"""What breaks the rules about tap water by year, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.expectations.conftest import NOW
from tests.expectations.suites.table import SOON, a_year, breaks, passes

LAST = {"year": 2025}
NEW_YEAR_2028 = datetime(2027, 12, 31, 17, tzinfo=UTC)  # midnight in Phuket
NOT_SOLD = {"sold_m3": None, "sold_status": "missing"}
NOT_DISTRIBUTED = {"distributed_m3": None, "distributed_status": "missing", **NOT_SOLD}

SOUND = [
    a_year(year)
    | {
        "produced_m3": 35_000_000.0,
        "produced_status": "reported",
        "distributed_m3": 32_000_000.0,
        "distributed_status": "reported",
        "sold_m3": 22_000_000.0,
        "sold_status": "reported",
    }
    for year in (2023, 2024, 2025)
]


def all_of(volume: float) -> dict[str, float]:
    """A year in which all that was produced was distributed and sold."""
    return dict.fromkeys(("produced_m3", "distributed_m3", "sold_m3"), volume)


BREAKS = (
    breaks(
        "volumes_are_positive", "produced_m3=0.0", ({}, {"produced_m3": 0.0, **NOT_DISTRIBUTED})
    ),
    breaks("volumes_are_positive", "=0.0, sold", (LAST, {"distributed_m3": 0.0, **NOT_SOLD})),
    breaks("volumes_are_positive", "sold_m3=0.0", (LAST, {"sold_m3": 0.0})),
    *(
        breaks("figures_stand_with_their_status", f"{figure}=None", (LAST, {figure: None}))
        for figure in ("produced_m3", "distributed_m3", "sold_m3")
    ),
    *(
        breaks("figures_stand_with_their_status", f"{status}=pending", (LAST, {status: "pending"}))
        for status in ("produced_status", "distributed_status", "sold_status")
    ),
    breaks("no_year_begins_in_the_future", "year=2025", (LAST, {"period_start": SOON})),
    breaks(
        "no_more_is_distributed_than_produced",
        "year=2025, produced_m3=35000000.0, distributed_m3=35000001.0, excess_m3=1.0",
        (LAST, {"distributed_m3": 35_000_001.0}),
    ),
    breaks("no_more_is_sold_than_distributed", "excess_m3=1.0", (LAST, {"sold_m3": 32_000_001.0})),
    breaks(
        "production_changes_slowly",
        "produced_m3=70000001.0, year_before_m3=35000000.0",
        (LAST, {"produced_m3": 70_000_001.0}),
    ),
    breaks("production_changes_slowly", "produced_m3=17499999.0", (LAST, all_of(17_499_999.0))),
    breaks("no_year_is_skipped", "year=2024, year_before=2022", ({"year": 2023}, {"year": 2022})),
    breaks("last_year_is_recent", "last_year=2025", now=NEW_YEAR_2028),
)

PASSES = (
    passes("all that is produced is sold, half of last year's", (LAST, all_of(17_500_000.0))),
    passes("the least that is measured", ({}, all_of(0.5))),
    passes("production doubles", (LAST, {"produced_m3": 70_000_000.0})),
    passes("what was sold is not known", (LAST, NOT_SOLD)),
    passes("the year begins now", (LAST, {"period_start": NOW})),
    passes("the last year is two years ago", now=NEW_YEAR_2028.replace(hour=16)),
)
