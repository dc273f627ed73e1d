"""What breaks the rules about the daily quality of sensor readings, and what does not."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product as every

from tests.expectations.conftest import NOW
from tests.expectations.suites.table import SOON, TALAT_YAI, breaks, midnight, passes

TODAY = date(2026, 1, 9)
YESTERDAY = TODAY - timedelta(days=1)
WEEK_BEGINS, BEFORE_IT = (TODAY - timedelta(days=back) for back in (6, 7))
FIRST = {"station_id": "WQ-001"}
PROBE = FIRST | {"day": TODAY}
BEFORE = FIRST | {"day": YESTERDAY}
NOTHING = {
    **dict.fromkeys(("received", "good", "unknown", "suspect", "failed", "missing"), 0),
    **dict.fromkeys(("min_value", "mean_value", "max_value")),
    "completeness_pct": 0.0,
}
FLAGS = {"good": 130, "unknown": 4, "suspect": 3, "failed": 2, "missing": 1}

SOUND = [
    TALAT_YAI
    | {
        "station_id": station,
        "is_registered": True,
        "parameter": "dissolved_oxygen",
        "unit": "mg/L",
        "day": day,
        "period_start": midnight(day),
        "period_end": midnight(day + timedelta(days=1)),
        "expected": 144,
        "received": 140,
        **FLAGS,
        "min_value": low,
        "mean_value": 5.5,
        "max_value": 7.0,
        "completeness_pct": 93.1,
        "status": "final",
    }
    for day, (station, low) in every(
        [TODAY - timedelta(days=back) for back in range(8)], (("WQ-001", 4.0), ("WQ-002", 4.1))
    )
]

BREAKS = (
    breaks("flags_add_up", "received=139, flagged=140", (PROBE, {"received": 139})),
    *(
        # The other flags make up for it, so that they still add up.
        breaks(
            "counts_are_not_negative",
            f"{flag}=-1",
            (PROBE, {flag: -1, other: FLAGS[other] + FLAGS[flag] + 1}),
        )
        for flag, other in zip(FLAGS, ("unknown", *["good"] * 4), strict=True)
    ),
    breaks("counts_are_not_negative", "expected=0", (PROBE, {**NOTHING, "expected": 0})),
    breaks(
        "mean_lies_between_lowest_and_highest", "mean_value=7.0002", (PROBE, {"mean_value": 7.0002})
    ),
    breaks(
        "mean_lies_between_lowest_and_highest", "mean_value=3.9998", (PROBE, {"mean_value": 3.9998})
    ),
    *(
        breaks("values_stand_with_usable_readings", f"{value}=None", (PROBE, {value: None}))
        for value in ("min_value", "mean_value", "max_value")
    ),
    breaks(
        "values_stand_with_usable_readings",
        "good=0, unknown=0, min_value=4.0",
        (PROBE, {"good": 0, "unknown": 0, "failed": 136}),
    ),
    breaks("completeness_is_a_share", "=-0.1", (PROBE, {"completeness_pct": -0.1})),
    breaks("completeness_is_a_share", "=100.1", (PROBE, {"completeness_pct": 100.1})),
    breaks(
        "no_day_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        (PROBE, {"period_start": SOON}),
    ),
    breaks(
        "no_more_readings_than_expected", "received=140, expected=139", (PROBE, {"expected": 139})
    ),
    breaks(
        "few_readings_are_suspect",
        "suspect=203, received=980, suspect_pct=20.7",
        (FIRST, {"good": 104, "suspect": 29}),
    ),
    breaks(
        "few_readings_are_suspect",
        "suspect=200, received=980",
        (FIRST, {"good": 113, "suspect": 20}),
        (FIRST | {"day": WEEK_BEGINS}, {"good": 53, "suspect": 80}),
    ),
    breaks("stations_are_not_silent", "last_reading_on=None", (FIRST, NOTHING)),
    breaks(
        "stations_are_not_silent", "last_reading_on=2026-01-07", (PROBE, NOTHING), (BEFORE, NOTHING)
    ),
    breaks("stations_are_registered", "is_registered=False", (FIRST, {"is_registered": False})),
    breaks("stations_are_registered", "place_code=None", (FIRST, {"place_code": None})),
    breaks(
        "no_two_stations_are_identical",
        "station_id=WQ-001, same_as=WQ-002, days=7",
        (FIRST, {"min_value": 4.1}),
    ),
    breaks(
        "no_two_stations_are_identical",
        "days=3",
        *((FIRST | {"day": day}, {"min_value": 4.1}) for day in (WEEK_BEGINS, YESTERDAY, TODAY)),
    ),
    breaks("last_day_is_recent", "last_day=2026-01-09", now=NOW + timedelta(days=3)),
)

PASSES = (
    passes("every reading has one value", (PROBE, {"min_value": 5.5, "max_value": 5.5})),
    passes("all readings came", (PROBE, {"expected": 140, "completeness_pct": 100.0})),
    passes("a fifth of the readings is suspect", (FIRST, {"good": 105, "suspect": 28})),
    passes("one reading a day is expected", (PROBE, {**NOTHING, "expected": 1})),
    passes(
        "all readings of the day before the last week are suspect",
        (FIRST | {"day": BEFORE_IT}, {"good": 0, "suspect": 133}),
        (FIRST, {"good": 113, "suspect": 20}),
    ),
    passes("a station is silent for a day", (PROBE, NOTHING)),
    passes(
        "two stations say the same for two days of the last week",
        *((FIRST | {"day": day}, {"min_value": 4.1}) for day in (BEFORE_IT, YESTERDAY, TODAY)),
    ),
    passes(
        "two stations say the same where nothing moves",
        ({}, dict.fromkeys(("min_value", "mean_value", "max_value"), 5.5)),
    ),
    passes("the day begins now", (PROBE, {"period_start": NOW})),
    passes("the last day is two days old", now=NOW + timedelta(days=2)),
)
