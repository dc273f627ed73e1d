"""What breaks the rules about airport passengers by year, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.expectations.conftest import NOW, RowOf
from tests.expectations.suites.table import SOON, a_year, breaks, passes

LAST = {"year": 2025}
NEW_YEAR_2028 = datetime(2027, 12, 31, 17, tzinfo=UTC)  # midnight in Phuket
DIRECTIONS = ("arrival", "departure", "transit", "total")
# Domestic is 300 + 290 + 10 = 600, international 400 + 395 + 5 = 800, together 1,400.
FIGURES = {
    "domestic": (300, 290, 10, 600),
    "international": (400, 395, 5, 800),
    "total": (700, 685, 15, 1400),
}


def cell(kind: str, direction: str) -> RowOf:
    """The row of last year that tells of these passengers."""
    return LAST | {"passenger_type": kind, "direction": direction}


def year_of_passengers(year: int) -> list[RowOf]:
    """The twelve rows of one year, in the order of the agency's table."""
    cells = [
        {"passenger_type": kind, "direction": direction, "passengers": passengers}
        for kind, figures in FIGURES.items()
        for direction, passengers in zip(DIRECTIONS, figures, strict=True)
    ]
    return [
        a_year(year) | {"source_record": record, "passengers_status": "reported"} | told
        for record, told in enumerate(cells)
    ]


SOUND = [*year_of_passengers(2024), *year_of_passengers(2025)]

BREAKS = (
    breaks(
        "total_is_sum_of_directions",
        "year=2025, passenger_type=domestic, stated_total=602, sum_of_parts=600",
        (cell("domestic", "total"), {"passengers": 602}),
        (cell("total", "total"), {"passengers": 1402}),
    ),
    breaks(
        "total_is_sum_of_passenger_types",
        "year=2025, direction=transit, stated_total=17, sum_of_parts=15",
        (cell("total", "transit"), {"passengers": 17}),
        (cell("total", "total"), {"passengers": 1402}),
    ),
    breaks(
        "totals_are_exact",
        "direction=total, stated_total=601, sum_of_parts=600",
        (cell("domestic", "total"), {"passengers": 601}),
        (cell("total", "total"), {"passengers": 1401}),
    ),
    breaks(
        "totals_are_exact",
        "passenger_type=total, direction=transit, stated_total=16, sum_of_parts=15",
        (cell("total", "transit"), {"passengers": 16}),
        (cell("total", "total"), {"passengers": 1401}),
    ),
    *(
        breaks(
            "every_year_is_whole",
            f"year=2025, passenger_type={kind}, direction={direction}",
            (cell(kind, direction), None),
        )
        for kind, direction in (
            ("international", "total"),
            ("domestic", "departure"),
            ("total", "transit"),
        )
    ),
    breaks(
        "passengers_are_not_negative",
        "passengers=-10",
        (cell("domestic", "transit"), {"passengers": -10}),
        (cell("domestic", "total"), {"passengers": 580}),
        (cell("total", "transit"), {"passengers": -5}),
        (cell("total", "total"), {"passengers": 1380}),
    ),
    breaks(
        "figures_stand_with_their_status",
        "passengers_status=pending",
        (cell("domestic", "transit"), {"passengers_status": "pending"}),
    ),
    breaks(
        "figures_stand_with_their_status",
        "passengers=None, passengers_status=reported",
        (cell("domestic", "transit"), {"passengers": None}),
    ),
    breaks("no_year_begins_in_the_future", "year=2025", (LAST, {"period_start": SOON})),
    breaks("last_year_is_recent", "last_year=2025", now=NEW_YEAR_2028),
)

PASSES = (
    passes(
        "a part is pending, so nothing can be added up, not even to one less",
        (cell("domestic", "transit"), {"passengers": None, "passengers_status": "pending"}),
        (cell("domestic", "total"), {"passengers": 591}),
        (cell("total", "transit"), {"passengers": 6}),
        (cell("total", "total"), {"passengers": 1391}),
    ),
    passes(
        "nobody changed planes",
        (cell("domestic", "transit"), {"passengers": 0}),
        (cell("domestic", "total"), {"passengers": 590}),
        (cell("total", "transit"), {"passengers": 5}),
        (cell("total", "total"), {"passengers": 1390}),
    ),
    passes("the year begins now", (LAST, {"period_start": NOW})),
    passes("the last year is two years ago", now=NEW_YEAR_2028.replace(hour=16)),
)
