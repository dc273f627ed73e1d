"""Monthly water quality: what must hold before it goes out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
DECEMBER = {"month": date(2025, 12, 1)}

CHANGES = [
    (
        "dissolved_oxygen_p20_is_possible",
        "do_p20_mg_l=20.5",
        [(DECEMBER, {"do_p20_mg_l": 20.5, "do_class": 2})],
    ),
    ("dissolved_oxygen_mean_is_possible", "=-0.1", [(DECEMBER, {"do_mean_mg_l": -0.1})]),
    ("saturation_is_possible", "=200.5", [(DECEMBER, {"do_sat_p50_pct": 200.5})]),
    ("temperature_is_possible", "=45.5", [(DECEMBER, {"water_temperature_mean_celsius": 45.5})]),
    ("ph_is_possible", "ph_mean=1.5", [(DECEMBER, {"ph_mean": 1.5})]),
    ("salinity_is_possible", "=45.5", [(DECEMBER, {"salinity_mean_psu": 45.5})]),
    ("readings_add_up", "n=16701, parts=16700", [(DECEMBER, {"n": 16701})]),
    (
        "values_stand_with_their_readings",
        "do_p20_mg_l=None",
        [(DECEMBER, {"do_p20_mg_l": None, "do_class": None, "do_class_status": "missing"})],
    ),
    ("saturation_rests_on_all_three_probes", "=4101", [(DECEMBER, {"do_sat_n": 4101})]),
    ("class_rests_on_enough_days", "do_class=3, n_days=19", [(DECEMBER, {"n_days": 19})]),
    (
        "class_follows_from_its_percentile",
        "do_class=2, do_p20_mg_l=4.5",
        [(DECEMBER, {"do_class": 2})],
    ),
    ("a_class_is_there_or_its_reason", "=missing", [(DECEMBER, {"do_class_status": "missing"})]),
    ("a_class_is_there_or_its_reason", "=None", [(DECEMBER, {"do_class_status": None})]),
    ("a_class_is_there_or_its_reason", "do_class=None", [(DECEMBER, {"do_class": None})]),
    (
        "a_class_is_there_or_its_reason",
        "do_class_status=not_yet, n_days=30, status=final",
        [(DECEMBER, {"do_class": None, "do_class_status": "not_yet"})],
    ),
    (
        "suspect_readings_are_a_share",
        "do_suspect_pct=100.1",
        [(DECEMBER, {"do_suspect_pct": 100.1})],
    ),
    ("suspect_readings_are_a_share", "ph_suspect_pct=-0.1", [(DECEMBER, {"ph_suspect_pct": -0.1})]),
    (
        "suspect_readings_are_a_share",
        "water_temperature_suspect_pct=101",
        [(DECEMBER, {"water_temperature_suspect_pct": 101.0})],
    ),
    (
        "suspect_readings_are_a_share",
        "salinity_suspect_pct=101",
        [(DECEMBER, {"salinity_suspect_pct": 101.0})],
    ),
    ("days_fit_into_the_month", "n_days=32", [(DECEMBER, {"n_days": 32})]),
    ("completeness_is_a_share", "=100.1", [(DECEMBER, {"completeness_pct": 100.1})]),
    (
        "no_month_begins_in_the_future",
        "period_start=2026-01-09T02:00:01+07:00",
        [(DECEMBER, {"period_start": NOW + timedelta(seconds=1)})],
    ),
    ("finished_months_are_nearly_complete", "=89.9", [(DECEMBER, {"completeness_pct": 89.9})]),
]


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Phuket."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)


def sound():
    months = [(date(2025, 11, 1), date(2025, 12, 1)), (date(2025, 12, 1), date(2026, 1, 1))]
    return [
        {
            "place_code": "830101",
            "place_name_th": "ตลาดใหญ่",
            "place_name_en": "Talat Yai",
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
        for month, following in months
    ]


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_water_months_pass_every_rule(judged):
    report = judged("water_quality_monthly", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("rule", "said", "steps"), CHANGES, ids=[change[0] + change[1] for change in CHANGES]
)
def test_one_change_of_water_months_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("water_quality_monthly", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_water_months_that_grow_old_are_marked(judged):
    report = judged("water_quality_monthly", sound(), now=NOW + timedelta(days=25))

    assert list(broken(report)) == ["last_month_is_recent"]
    assert "last_month=2025-12-01" in broken(report)["last_month_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_water_months_has_been_broken(product_named):
    suite = load_suite(product_named("water_quality_monthly"))

    tried = {change[0] for change in CHANGES} | {"last_month_is_recent"}

    assert {rule.rule for rule in suite.expectations} == tried
