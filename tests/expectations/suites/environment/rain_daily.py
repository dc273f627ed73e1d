"""What breaks the rules about daily rain, and what does not."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product as every

from tests.expectations.conftest import NOW
from tests.expectations.suites.table import SOON, TALAT_YAI, breaks, passes, seven_o_clock

TODAY = date(2026, 1, 9)  # which began two hours ago
GAUGE = {"station_id": "RG-001", "hydrological_day": TODAY}
WEEK_BEGINS = {"hydrological_day": TODAY - timedelta(days=6)}
BEFORE = {"hydrological_day": TODAY - timedelta(days=7)}
FIRST = {"station_id": "RG-001"}
OLD = FIRST | BEFORE
SECOND = {"station_id": "RG-002"}
NO_TOTAL = {"rain_mm": None, "rain_mm_status": "missing", "rain_class": None}
SEVEN = seven_o_clock(TODAY)  # when the day is over
SILENT = {
    **NO_TOTAL,
    "n": 0,
    "completeness_pct": 0.0,
    "max_interval_mm": None,
    "rain_suspect_mm": None,
}

SOUND = [
    TALAT_YAI
    | {
        "station_id": station,
        "station_name_th": "สถานีวัดฝน",
        "station_name_en": "Rain gauge",
        "hydrological_day": day,
        "period_start": seven_o_clock(day - timedelta(days=1)),
        "period_end": seven_o_clock(day),
        "rain_mm": 12.4,
        "rain_mm_status": "ok",
        "rain_class": "moderate",
        "rain_suspect_mm": 0.0,
        "max_interval_mm": 3.2,
        "interval_minutes": 10,
        "n": 144,
        "flagged_pct": 0.0,
        "completeness_pct": 100.0,
        "status": "final",
    }
    for day, station in every(
        [TODAY - timedelta(days=back) for back in range(8)], ("RG-001", "RG-002")
    )
]

BREAKS = (
    breaks("day_total_is_possible", "rain_mm=1000.5", (GAUGE, {"rain_mm": 1000.5})),
    breaks(
        "day_total_is_possible", "rain_mm=-0.01", (GAUGE, {"rain_mm": -0.01, "max_interval_mm": 0})
    ),
    breaks(
        "day_total_holds_its_wettest_interval",
        "rain_mm=12.4, max_interval_mm=12.5",
        (GAUGE, {"max_interval_mm": 12.5}),
    ),
    breaks("day_total_holds_its_wettest_interval", "=-0.1", (GAUGE, {"max_interval_mm": -0.1})),
    breaks(
        "suspect_rain_is_in_the_total",
        "rain_suspect_mm=12.5",
        (OLD, {"rain_suspect_mm": 12.5, "rain_mm_status": "suspect"}),
    ),
    breaks("suspect_rain_is_in_the_total", "_mm=0.1", (OLD, {"rain_suspect_mm": 0.1})),
    breaks("suspect_rain_is_in_the_total", "_mm=-0.1", (OLD, {"rain_suspect_mm": -0.1})),
    breaks("suspect_rain_is_in_the_total", "=None", (OLD, {"rain_suspect_mm": None})),
    breaks(
        "suspect_rain_is_in_the_total",
        "rain_suspect_mm=0.0",
        (GAUGE, {**SILENT, "rain_suspect_mm": 0.0}),
    ),
    breaks("a_total_is_there_or_its_reason", "=missing", (GAUGE, {"rain_mm_status": "missing"})),
    breaks("a_total_is_there_or_its_reason", "=None", (GAUGE, {"rain_mm_status": None})),
    breaks("a_total_is_there_or_its_reason", "=good", (GAUGE, {"rain_mm_status": "good"})),
    breaks(
        "a_total_is_there_or_its_reason",
        "rain_mm=None, rain_mm_status=good",
        (GAUGE, {**NO_TOTAL, "rain_mm_status": "good"}),
    ),
    breaks(
        "a_total_is_there_or_its_reason",
        "rain_mm=None, rain_mm_status=suspect",
        (GAUGE, {**NO_TOTAL, "rain_mm_status": "suspect"}),
    ),
    breaks(
        "little_rain_is_suspect",
        "rain_mm_status=suspect, rain_suspect_mm=12.4",
        (GAUGE, {"rain_suspect_mm": 12.4, "rain_mm_status": "suspect"}),
    ),
    breaks(
        "little_rain_is_suspect",
        "hydrological_day=2026-01-03",
        (FIRST | WEEK_BEGINS, {"rain_suspect_mm": 0.1, "rain_mm_status": "suspect"}),
    ),
    breaks("no_total_from_an_incomplete_day", "=89.9", (GAUGE, {"completeness_pct": 89.9})),
    breaks("class_stands_with_its_total", "rain_class=None", (GAUGE, {"rain_class": None})),
    breaks(
        "class_stands_with_its_total",
        "rain_mm=None, rain_class=none",
        (GAUGE, {**NO_TOTAL, "rain_class": "none"}),
    ),
    breaks("completeness_is_a_share", "=100.1", (GAUGE, {"completeness_pct": 100.1})),
    breaks("completeness_is_a_share", "=-0.1", (GAUGE, {**NO_TOTAL, "completeness_pct": -0.1})),
    breaks(
        "no_day_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        (GAUGE, {"period_start": SOON}),
    ),
    breaks(
        "gauges_report_most_of_the_time",
        "mean_completeness_pct=49.9",
        ({}, {**NO_TOTAL, "completeness_pct": 49.9}),
        follows=("gauges_report_nearly_always",),
    ),
    breaks(
        "gauges_report_nearly_always",
        "station_id=RG-001, mean_completeness_pct=50.0",
        ({}, {**NO_TOTAL, "completeness_pct": 50.0}),
    ),
    breaks(
        "gauges_report_nearly_always",
        "station_id=RG-002, mean_completeness_pct=89.9",
        (SECOND, {**NO_TOTAL, "completeness_pct": 89.9}),
    ),
    *(
        # The week begins with the day six days ago, and ends with the last day that is over.
        breaks(
            "gauges_report_most_of_the_time",
            f"mean_completeness_pct={mean}",
            ({}, {**NO_TOTAL, "completeness_pct": 57.9}),
            (day, {"completeness_pct": 0.0}),
            now=now,
            follows=("gauges_report_nearly_always",),
        )
        for day, now, mean in (
            (WEEK_BEGINS, NOW, 48.3),
            ({"hydrological_day": TODAY}, SEVEN, 49.6),
        )
    ),
    *(
        breaks(
            "gauges_report_nearly_always",
            f"station_id=RG-001, mean_completeness_pct={mean}",
            (FIRST | day, {**NO_TOTAL, "completeness_pct": 20.0}),
            now=now,
        )
        for day, now, mean in (
            (WEEK_BEGINS, NOW, 86.7),
            ({"hydrological_day": TODAY}, SEVEN, 88.6),
        )
    ),
    breaks(
        "gauges_report_nearly_always",
        "station_id=RG-001, mean_completeness_pct=55.0",
        ({}, {**NO_TOTAL, "completeness_pct": 55.0}),
        (BEFORE, {"completeness_pct": 0.0}),
    ),
    breaks(
        "gauges_report_nearly_always",
        "broken in 1 case",
        (FIRST, {**NO_TOTAL, "completeness_pct": 60.0}),
        (SECOND, SILENT),
    ),
    breaks("last_day_is_recent", "last_day=2026-01-09", now=NOW + timedelta(days=3)),
)

PASSES = (
    passes(
        "it did not rain", (GAUGE, {"rain_mm": 0.0, "max_interval_mm": 0.0, "rain_class": "none"})
    ),
    passes("the most rain of a day", (GAUGE, {"rain_mm": 1000.0, "rain_class": "very_heavy"})),
    passes("all rain fell in one interval, rounded", (GAUGE, {"max_interval_mm": 12.45})),
    passes(
        "all rain of a day before the last week is suspect, rounded",
        (OLD, {"rain_suspect_mm": 12.45, "rain_mm_status": "suspect"}),
    ),
    passes("a gauge gave nine tenths of its readings", (SECOND, {"completeness_pct": 90.0})),
    passes("the day before the last week was bad", (OLD, {**NO_TOTAL, "completeness_pct": 20.0})),
    passes("a gauge is silent, which says nothing of the others", (SECOND, SILENT)),
    passes(
        "the day in progress is not judged for completeness",
        (
            {"hydrological_day": TODAY},
            {**NO_TOTAL, "completeness_pct": 5.0, "rain_mm_status": "not_yet"},
        ),
    ),
    *(
        passes(f"a day without a total: {why}", (GAUGE, {**NO_TOTAL, "rain_mm_status": why}))
        for why in ("missing", "below_quality", "not_yet")
    ),
    passes("the day begins now", (GAUGE, {"period_start": NOW})),
    passes("the last day is two days old", now=NOW + timedelta(days=2)),
)
