"""Daily rain: what must hold before it goes out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product as every

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
TODAY = date(2026, 1, 9)
GAUGE = {"station_id": "RG-001", "hydrological_day": TODAY}
OLD = {"station_id": "RG-001", "hydrological_day": TODAY - timedelta(days=7)}
NO_TOTAL = {"rain_mm": None, "rain_mm_status": "missing", "rain_class": None}

CHANGES = [
    ("day_total_is_possible", "rain_mm=1000.5", [(GAUGE, {"rain_mm": 1000.5})]),
    (
        "day_total_holds_its_wettest_interval",
        "rain_mm=12.4, max_interval_mm=12.5",
        [(GAUGE, {"max_interval_mm": 12.5})],
    ),
    (
        "suspect_rain_is_in_the_total",
        "rain_suspect_mm=12.5",
        [(OLD, {"rain_suspect_mm": 12.5, "rain_mm_status": "suspect"})],
    ),
    ("suspect_rain_is_in_the_total", "rain_suspect_mm=0.1", [(OLD, {"rain_suspect_mm": 0.1})]),
    ("suspect_rain_is_in_the_total", "rain_suspect_mm=-0.1", [(OLD, {"rain_suspect_mm": -0.1})]),
    ("suspect_rain_is_in_the_total", "=None", [(OLD, {"rain_suspect_mm": None})]),
    ("a_total_is_there_or_its_reason", "=missing", [(GAUGE, {"rain_mm_status": "missing"})]),
    ("a_total_is_there_or_its_reason", "=None", [(GAUGE, {"rain_mm_status": None})]),
    ("a_total_is_there_or_its_reason", "=good", [(GAUGE, {"rain_mm_status": "good"})]),
    (
        "a_total_is_there_or_its_reason",
        "rain_mm=None, rain_mm_status=suspect",
        [(GAUGE, {"rain_mm": None, "rain_class": None, "rain_mm_status": "suspect"})],
    ),
    (
        "little_rain_is_suspect",
        "rain_mm_status=suspect, rain_suspect_mm=12.4",
        [(GAUGE, {"rain_suspect_mm": 12.4, "rain_mm_status": "suspect"})],
    ),
    ("no_total_from_an_incomplete_day", "=89.6", [(GAUGE, {"completeness_pct": 89.6})]),
    ("class_stands_with_its_total", "rain_class=None", [(GAUGE, {"rain_class": None})]),
    ("completeness_is_a_share", "=100.1", [(GAUGE, {"completeness_pct": 100.1})]),
    (
        "no_day_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        [(GAUGE, {"period_start": NOW + timedelta(seconds=1)})],
    ),
    (
        "gauges_report_nearly_always",
        "station_id=RG-002, mean_completeness_pct=80.0",
        [
            (
                {"station_id": "RG-002"},
                {"completeness_pct": 80.0, **NO_TOTAL},
            )
        ],
    ),
]


def seven_o_clock(day: date) -> datetime:
    """07:00 of a day in Phuket."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def sound():
    days = [TODAY - timedelta(days=back) for back in range(8)]
    return [
        {
            "place_code": "830101",
            "place_name_th": "ตลาดใหญ่",
            "place_name_en": "Talat Yai",
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
        for day, station in every(days, ("RG-001", "RG-002"))
    ]


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_rain_days_pass_every_rule(judged):
    report = judged("rain_daily", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("rule", "said", "steps"), CHANGES, ids=[change[0] + change[1] for change in CHANGES]
)
def test_one_change_of_rain_days_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("rain_daily", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_rain_days_that_grow_old_are_marked(judged):
    report = judged("rain_daily", sound(), now=NOW + timedelta(days=3))

    assert list(broken(report)) == ["last_day_is_recent"]
    assert "last_day=2026-01-09" in broken(report)["last_day_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_rain_days_has_been_broken(product_named):
    suite = load_suite(product_named("rain_daily"))

    tried = {change[0] for change in CHANGES} | {
        "gauges_report_most_of_the_time",
        "last_day_is_recent",
    }

    assert {rule.rule for rule in suite.expectations} == tried


def test_a_network_that_lost_half_of_its_readings_is_held(judged, altered):
    half = {"completeness_pct": 40.0, **NO_TOTAL}

    report = judged("rain_daily", altered(sound(), [({}, half)]))

    assert "mean_completeness_pct=40.0" in broken(report)["gauges_report_most_of_the_time"]
    assert report.verdict == "held"


def test_a_silent_gauge_does_not_hold_the_others(judged, altered):
    silent = {"n": 0, "completeness_pct": 0.0, **NO_TOTAL}
    silent |= {"max_interval_mm": None, "rain_suspect_mm": None}

    report = judged("rain_daily", altered(sound(), [({"station_id": "RG-002"}, silent)]))

    assert report.verdict == "passed"


def test_the_day_in_progress_is_not_yet_judged_for_completeness(judged, altered):
    early = {"completeness_pct": 5.0, **NO_TOTAL, "rain_mm_status": "not_yet"}

    report = judged("rain_daily", altered(sound(), [({"hydrological_day": TODAY}, early)]))

    assert broken(report) == {}
