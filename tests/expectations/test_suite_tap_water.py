"""Tap water by year: what must hold before it goes out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
LAST = {"year": 2025}

CHANGES = [
    ("volumes_are_positive", "sold_m3=0.0", [(LAST, {"sold_m3": 0.0})]),
    ("figures_stand_with_their_status", "sold_m3=None", [(LAST, {"sold_m3": None})]),
    (
        "no_year_begins_in_the_future",
        "year=2025",
        [(LAST, {"period_start": NOW + timedelta(seconds=1)})],
    ),
    (
        "no_more_is_distributed_than_produced",
        "year=2025, produced_m3=35000000.0, distributed_m3=35000001.0, excess_m3=1.0",
        [(LAST, {"distributed_m3": 35_000_001.0})],
    ),
    ("no_more_is_sold_than_distributed", "excess_m3=1.0", [(LAST, {"sold_m3": 32_000_001.0})]),
    (
        "production_changes_slowly",
        "produced_m3=70000001.0, year_before_m3=35000000.0",
        [(LAST, {"produced_m3": 70_000_001.0})],
    ),
    ("no_year_is_skipped", "year=2024, year_before=2022", [({"year": 2023}, {"year": 2022})]),
]


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Phuket."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)


def a_year(year: int):
    begins, ends = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    return {
        "place_code": "83",
        "place_name_th": "ภูเก็ต",
        "place_name_en": "Phuket",
        "year": year,
        "period_start": begins,
        "period_end": ends,
        "status": "final",
    }


def sound():
    return [
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


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_water_years_pass_every_rule(judged):
    report = judged("tap_water_yearly", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(("rule", "said", "steps"), CHANGES, ids=[change[0] for change in CHANGES])
def test_one_change_of_water_years_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("tap_water_yearly", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_water_years_that_grow_old_are_marked(judged):
    report = judged("tap_water_yearly", sound(), now=NOW + timedelta(days=2 * 365))

    assert list(broken(report)) == ["last_year_is_recent"]
    assert "last_year=2025" in broken(report)["last_year_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_water_years_has_been_broken(product_named):
    suite = load_suite(product_named("tap_water_yearly"))

    tried = {change[0] for change in CHANGES} | {"last_year_is_recent"}

    assert {rule.rule for rule in suite.expectations} == tried


def test_water_distributed_beyond_production_is_marked_and_goes_out(judged, altered):
    excess = [(LAST, {"produced_m3": 38_839_193.0, "distributed_m3": 39_115_244.0})]

    report = judged("tap_water_yearly", altered(sound(), excess))

    assert report.verdict == "passed"
    (marked,) = report.warnings
    assert marked.rule == "no_more_is_distributed_than_produced"
    assert marked.unexpected_rows[0]["excess_m3"] == 276_051.0
    assert "น้ำที่จ่ายไม่ควรเกินน้ำที่ผลิต" in report.headline_th
