"""Daily quality of sensor readings: what must hold before it goes out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product as every

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
TODAY = date(2026, 1, 9)
PROBE = {"station_id": "WQ-001", "day": TODAY}
FIRST = {"station_id": "WQ-001"}
NOTHING = {
    **dict.fromkeys(("received", "good", "unknown", "suspect", "failed", "missing"), 0),
    **dict.fromkeys(("min_value", "mean_value", "max_value")),
    "completeness_pct": 0.0,
}

CHANGES = [
    ("flags_add_up", "received=139, flagged=140", [(PROBE, {"received": 139})]),
    ("counts_are_not_negative", "missing=-1", [(PROBE, {"missing": -1, "failed": 4})]),
    ("mean_lies_between_lowest_and_highest", "mean_value=7.1", [(PROBE, {"mean_value": 7.1})]),
    ("values_stand_with_usable_readings", "mean_value=None", [(PROBE, {"mean_value": None})]),
    ("completeness_is_a_share", "=-0.1", [(PROBE, {"completeness_pct": -0.1})]),
    (
        "no_day_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        [(PROBE, {"period_start": NOW + timedelta(seconds=1)})],
    ),
    ("no_more_readings_than_expected", "received=140, expected=139", [(PROBE, {"expected": 139})]),
    (
        "few_readings_are_suspect",
        "suspect=203, received=980, suspect_pct=20.7",
        [(FIRST, {"good": 104, "suspect": 29})],
    ),
    ("stations_are_not_silent", "last_reading_on=None", [(FIRST, NOTHING)]),
    (
        "stations_are_registered",
        "station_id=WQ-001, is_registered=False",
        [(FIRST, {"is_registered": False, "place_code": None})],
    ),
    (
        "no_two_stations_are_identical",
        "station_id=WQ-001, same_as=WQ-002, days=7",
        [(FIRST, {"min_value": 4.1})],
    ),
]


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Phuket."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)


def sound():
    days = [TODAY - timedelta(days=back) for back in range(8)]
    return [
        {
            "place_code": "830101",
            "place_name_th": "ตลาดใหญ่",
            "place_name_en": "Talat Yai",
            "station_id": station,
            "is_registered": True,
            "parameter": "dissolved_oxygen",
            "unit": "mg/L",
            "day": day,
            "period_start": midnight(day),
            "period_end": midnight(day + timedelta(days=1)),
            "expected": 144,
            "received": 140,
            "good": 130,
            "unknown": 4,
            "suspect": 3,
            "failed": 2,
            "missing": 1,
            "min_value": low,
            "mean_value": 5.5,
            "max_value": 7.0,
            "completeness_pct": 93.1,
            "status": "final",
        }
        for day, (station, low) in every(days, (("WQ-001", 4.0), ("WQ-002", 4.1)))
    ]


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_sensor_days_pass_every_rule(judged):
    report = judged("sensor_quality_daily", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(("rule", "said", "steps"), CHANGES, ids=[change[0] for change in CHANGES])
def test_one_change_of_sensor_days_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("sensor_quality_daily", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_sensor_days_that_grow_old_are_marked(judged):
    report = judged("sensor_quality_daily", sound(), now=NOW + timedelta(days=3))

    assert list(broken(report)) == ["last_day_is_recent"]
    assert "last_day=2026-01-09" in broken(report)["last_day_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_sensor_days_has_been_broken(product_named):
    suite = load_suite(product_named("sensor_quality_daily"))

    tried = {change[0] for change in CHANGES} | {"last_day_is_recent"}

    assert {rule.rule for rule in suite.expectations} == tried
