"""Hotels and occupancy by year: what must hold before they go out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
LAST = {"year": 2025}

CHANGES = [
    ("there_are_hotels", "hotels=10001", [({}, {"hotels": 10001})]),
    ("occupancy_is_a_share", "occupancy_pct=100.1", [(LAST, {"occupancy_pct": 100.1})]),
    (
        "figures_stand_with_their_status",
        "hotels_status=pending",
        [(LAST, {"hotels_status": "pending"})],
    ),
    (
        "no_year_begins_in_the_future",
        "year=2025",
        [(LAST, {"period_start": NOW + timedelta(seconds=1)})],
    ),
    ("hotels_change_slowly", "hotels=1331, year_before=950", [(LAST, {"hotels": 1331})]),
    (
        "occupancy_changes_slowly",
        "occupancy_pct=38.5, year_before_pct=78.6",
        [(LAST, {"occupancy_pct": 38.5})],
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
            "hotels": hotels,
            "hotels_status": "reported",
            "occupancy_pct": occupancy,
            "occupancy_status": "reported" if occupancy else "missing",
        }
        for year, hotels, occupancy in ((2023, 900, None), (2024, 950, 78.6), (2025, 980, 77.2))
    ]


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_hotel_years_pass_every_rule(judged):
    report = judged("hotels_yearly", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(("rule", "said", "steps"), CHANGES, ids=[change[0] for change in CHANGES])
def test_one_change_of_hotel_years_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("hotels_yearly", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_hotel_years_that_grow_old_are_marked(judged):
    report = judged("hotels_yearly", sound(), now=NOW + timedelta(days=2 * 365))

    assert list(broken(report)) == ["last_year_is_recent"]
    assert "last_year=2025" in broken(report)["last_year_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_hotel_years_has_been_broken(product_named):
    suite = load_suite(product_named("hotels_yearly"))

    tried = {change[0] for change in CHANGES} | {"last_year_is_recent"}

    assert {rule.rule for rule in suite.expectations} == tried
