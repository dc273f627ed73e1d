"""What breaks the rules about monthly water quality, and what does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.expectations.conftest import NOW
from tests.expectations.suites.table import SOON, TALAT_YAI, breaks, midnight, passes

DECEMBER = {"month": date(2025, 12, 1)}
NOVEMBER = {"month": date(2025, 11, 1)}
FEBRUARY = datetime(2026, 1, 31, 17, tzinfo=UTC)  # midnight in Phuket
NO_CLASS = {"do_class": None, "do_class_status": "missing"}
NO_SATURATION = {"do_sat_p50_pct": None, "do_sat_n": 0}
NO_OXYGEN = {
    "do_n": 0,
    "n": 12500,
    "do_mean_mg_l": None,
    "do_p20_mg_l": None,
    **NO_SATURATION,
    **NO_CLASS,
}
COUNTS = dict.fromkeys(("do_n", "water_temperature_n", "salinity_n"), 4200)
SHARES = (
    *("do_suspect_pct", "water_temperature_suspect_pct"),
    *("ph_suspect_pct", "salinity_suspect_pct"),
)

SOUND = [
    TALAT_YAI
    | {
        "station_id": "WQ-001",
        "month": month,
        "period_start": midnight(month),
        "period_end": midnight(following),
        "do_p20_mg_l": 4.5,
        "do_mean_mg_l": 5.2,
        "do_n": 4200,
        "do_sat_p50_pct": 71.0,
        "do_sat_n": 4000,
        "do_class": 3,
        "do_class_status": "ok",
        "do_suspect_pct": 0.5,
        "water_temperature_suspect_pct": 0.0,
        "ph_suspect_pct": 0.0,
        "salinity_suspect_pct": None,
        "water_temperature_mean_celsius": 29.1,
        "water_temperature_n": 4200,
        "ph_mean": 7.4,
        "ph_n": 4200,
        "salinity_mean_psu": 12.0,
        "salinity_n": 4100,
        "n_days": 30,
        "n": 16700,
        "probe_mask": "dissolved_oxygen+water_temperature+ph+salinity",
        "completeness_pct": 97.2,
        "status": "final",
    }
    for month, following in (
        (date(2025, 11, 1), date(2025, 12, 1)),
        (date(2025, 12, 1), date(2026, 1, 1)),
    )
]

# Of each figure the rule about it, and the lowest and the highest that it lets pass.
RANGES = {
    "do_mean_mg_l": ("dissolved_oxygen_mean_is_possible", 0.0, 20.0),
    "do_sat_p50_pct": ("saturation_is_possible", 0.0, 200.0),
    "water_temperature_mean_celsius": ("temperature_is_possible", 0.0, 45.0),
    "ph_mean": ("ph_is_possible", 2.0, 12.0),
    "salinity_mean_psu": ("salinity_is_possible", 0.0, 45.0),
    "completeness_pct": ("completeness_is_a_share", 0.0, 100.0),
}
# Of each class the percentiles that are just too low and too high for it, and the last good ones.
CLASSES = {
    2: {"bad": (5.9993,), "good": (5.9994, 20.0)},
    3: {"bad": (3.9993, 6.0007), "good": (3.9994, 6.0006)},
    4: {"bad": (1.9993, 4.0007), "good": (1.9994, 4.0006)},
    5: {"bad": (2.0006,), "good": (0.0, 2.0005)},
}

BREAKS = (
    breaks(
        "dissolved_oxygen_p20_is_possible",
        "do_p20_mg_l=20.1",
        (DECEMBER, {"do_p20_mg_l": 20.1, "do_class": 2}),
    ),
    breaks(
        "dissolved_oxygen_p20_is_possible",
        "do_p20_mg_l=-0.1",
        (DECEMBER, {"do_p20_mg_l": -0.1, "do_class": 5}),
    ),
    *(
        breaks(rule, f"{figure}={value}", (NOVEMBER, {figure: value}))
        for figure, (rule, lowest, highest) in RANGES.items()
        for value in (lowest - 0.5, highest + 0.5)
    ),
    breaks("readings_add_up", "n=16701, parts=16700", (DECEMBER, {"n": 16701})),
    breaks(
        "values_stand_with_their_readings",
        "do_p20_mg_l=None",
        (DECEMBER, {"do_p20_mg_l": None, **NO_CLASS}),
    ),
    *(
        breaks("values_stand_with_their_readings", said, (DECEMBER, {figure: None}))
        for figure, said in {
            "do_mean_mg_l": "do_mean_mg_l=None",
            "do_sat_p50_pct": "do_sat_p50_pct=None",
            "water_temperature_mean_celsius": "water_temperature_n=4200",
            "ph_mean": "ph_n=4200",
            "salinity_mean_psu": "month=2025-12-01",
        }.items()
    ),
    *(
        breaks(
            "values_stand_with_their_readings",
            f"{count}=0",
            (DECEMBER, {count: 0, "n": 12500, "salinity_n": 4100, **NO_SATURATION} | changed),
        )
        for count, changed in (
            ("water_temperature_n", {}),
            ("ph_n", {}),
            ("do_n", {**NO_OXYGEN, "do_mean_mg_l": 5.2}),
            ("do_n", {**NO_OXYGEN, "do_p20_mg_l": 4.5}),
        )
    ),
    breaks(
        "values_stand_with_their_readings",
        "do_sat_n=0",
        (DECEMBER, {"salinity_n": 0, "n": 12600, **NO_SATURATION}),
    ),
    breaks("values_stand_with_their_readings", "do_sat_n=0", (DECEMBER, {"do_sat_n": 0})),
    *(
        # Each probe in turn is the one that gave too few.
        breaks(
            "saturation_rests_on_all_three_probes",
            "do_sat_n=4000",
            (DECEMBER, {**COUNTS, few: 3999, "n": 16599}),
        )
        for few in COUNTS
    ),
    breaks("class_rests_on_enough_days", "do_class=3, n_days=19", (DECEMBER, {"n_days": 19})),
    *(
        breaks(
            "class_follows_from_its_percentile",
            f"do_class={number}, do_p20_mg_l={percentile}",
            (DECEMBER, {"do_class": number, "do_p20_mg_l": percentile}),
        )
        for number, limits in CLASSES.items()
        for percentile in limits["bad"]
    ),
    breaks("class_follows_from_its_percentile", "do_class=1", (DECEMBER, {"do_class": 1})),
    breaks(
        "a_class_is_there_or_its_reason", "=missing", (DECEMBER, {"do_class_status": "missing"})
    ),
    breaks("a_class_is_there_or_its_reason", "=None", (DECEMBER, {"do_class_status": None})),
    breaks("a_class_is_there_or_its_reason", "do_class=None", (DECEMBER, {"do_class": None})),
    breaks(
        "a_class_is_there_or_its_reason",
        "do_class=None, do_class_status=pending",
        (DECEMBER, {"do_class": None, "do_class_status": "pending"}),
    ),
    breaks(
        "a_class_is_there_or_its_reason",
        "do_class_status=not_yet, n_days=30, status=final",
        (DECEMBER, {"do_class": None, "do_class_status": "not_yet"}),
    ),
    *(
        breaks("suspect_readings_are_a_share", f"{share}={value}", (DECEMBER, {share: value}))
        for share in SHARES
        for value in (-0.1, 100.1)
    ),
    breaks("days_fit_into_the_month", "n_days=32", (DECEMBER, {"n_days": 32})),
    breaks("days_fit_into_the_month", "n_days=31", (NOVEMBER, {"n_days": 31})),
    breaks("days_fit_into_the_month", "n_days=-1", (DECEMBER, {"n_days": -1, **NO_CLASS})),
    breaks(
        "no_month_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        (DECEMBER, {"period_start": SOON}),
    ),
    breaks("finished_months_are_nearly_complete", "=89.9", (DECEMBER, {"completeness_pct": 89.9})),
    breaks(
        "finished_months_are_nearly_complete",
        "completeness_pct=10.0",
        (DECEMBER, {"completeness_pct": 10.0}),
        now=midnight(date(2026, 1, 1)),
    ),
    breaks("last_month_is_recent", "last_month=2025-12-01", now=FEBRUARY),
)

PASSES = (
    passes("figures at their lowest", (NOVEMBER, {f: low for f, (_, low, _) in RANGES.items()})),
    passes("figures at their highest", (NOVEMBER, {f: high for f, (_, _, high) in RANGES.items()})),
    *(
        passes(
            f"class {number} at its limits",
            (NOVEMBER, {"do_class": number, "do_p20_mg_l": limits["good"][0]}),
            (DECEMBER, {"do_class": number, "do_p20_mg_l": limits["good"][1]}),
        )
        for number, limits in CLASSES.items()
    ),
    passes("saturation from every reading of salinity", (DECEMBER, {"do_sat_n": 4100})),
    passes("a class from 20 days", (DECEMBER, {"n_days": 20})),
    passes("readings on every day of December", (DECEMBER, {"n_days": 31})),
    passes(
        "no reading is suspect, and all are",
        (NOVEMBER, dict.fromkeys(SHARES, 0.0)),
        (DECEMBER, dict.fromkeys(SHARES, 100.0)),
    ),
    passes("no day with readings", (DECEMBER, {"n_days": 0, **NO_CLASS})),
    passes("no oxygen was measured", (DECEMBER, {**NO_OXYGEN, "completeness_pct": 10.0})),
    passes("no class from 19 days", (DECEMBER, {"n_days": 19, **NO_CLASS})),
    passes(
        "a month in progress has no class yet",
        (DECEMBER, {"do_class": None, "do_class_status": "not_yet", "status": "provisional"}),
    ),
    passes("nine tenths of the last month", (DECEMBER, {"completeness_pct": 90.0})),
    passes("an earlier month is not nearly complete", (NOVEMBER, {"completeness_pct": 10.0})),
    passes("the month begins now", (DECEMBER, {"period_start": NOW})),
    passes("the last month is the one before", now=FEBRUARY - timedelta(seconds=1)),
)
