"""Airport passengers by year: what must hold before they go out.

The figures are made up. Each rule is broken alone, by a small change of a sound candidate.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from expectations.suite import load_suite

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)  # 02:00 of 9 January in Phuket
LAST = {"year": 2025}


def cell(kind, direction):
    return LAST | {"passenger_type": kind, "direction": direction}


# Of the sound figures, domestic is 300 + 290 + 10 = 600 and international 400 + 395 + 5 = 800.
CHANGES = [
    (
        "total_is_sum_of_directions",
        "year=2025, passenger_type=domestic, stated_total=609, sum_of_parts=600",
        [
            (cell("domestic", "total"), {"passengers": 609}),
            (cell("total", "total"), {"passengers": 1409}),
        ],
    ),
    (
        "total_is_sum_of_passenger_types",
        "year=2025, direction=transit, stated_total=19, sum_of_parts=15",
        [
            (cell("total", "transit"), {"passengers": 19}),
            (cell("total", "total"), {"passengers": 1404}),
        ],
    ),
    (
        "totals_are_exact",
        "direction=total, stated_total=601, sum_of_parts=600",
        [
            (cell("domestic", "total"), {"passengers": 601}),
            (cell("total", "total"), {"passengers": 1401}),
        ],
    ),
    (
        "every_year_is_whole",
        "year=2025, passenger_type=international, direction=total",
        [(cell("international", "total"), None)],
    ),
    (
        "passengers_are_not_negative",
        "passengers=-10",
        [
            (cell("domestic", "transit"), {"passengers": -10}),
            (cell("domestic", "total"), {"passengers": 580}),
            (cell("total", "transit"), {"passengers": -5}),
            (cell("total", "total"), {"passengers": 1380}),
        ],
    ),
    (
        "figures_stand_with_their_status",
        "passengers_status=pending",
        [(cell("domestic", "transit"), {"passengers_status": "pending"})],
    ),
    (
        "no_year_begins_in_the_future",
        "year=2025",
        [(LAST, {"period_start": NOW + timedelta(seconds=1)})],
    ),
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
    parts = {"domestic": (300, 290, 10), "international": (400, 395, 5)}
    parts["total"] = tuple(map(sum, zip(*parts.values(), strict=True)))
    directions = ("arrival", "departure", "transit", "total")
    return [
        a_year(year)
        | {
            "source_record": record,
            "passenger_type": kind,
            "direction": direction,
            "passengers": passengers,
            "passengers_status": "reported",
        }
        for year in (2024, 2025)
        for record, (kind, direction, passengers) in enumerate(
            (kind, direction, passengers)
            for kind, figures in parts.items()
            for direction, passengers in zip(directions, (*figures, sum(figures)), strict=True)
        )
    ]


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


def test_sound_airport_years_pass_every_rule(judged):
    report = judged("airport_passengers_yearly", sound())

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(("rule", "said", "steps"), CHANGES, ids=[change[0] for change in CHANGES])
def test_one_change_of_airport_years_breaks_exactly_its_rule(judged, altered, rule, said, steps):
    report = judged("airport_passengers_yearly", altered(sound(), steps))

    assert list(broken(report)) == [rule]
    assert said in broken(report)[rule]


def test_airport_years_that_grow_old_are_marked(judged):
    report = judged("airport_passengers_yearly", sound(), now=NOW + timedelta(days=2 * 365))

    assert list(broken(report)) == ["last_year_is_recent"]
    assert "last_year=2025" in broken(report)["last_year_is_recent"]
    assert report.verdict == "passed"


def test_every_rule_about_airport_years_has_been_broken(product_named):
    suite = load_suite(product_named("airport_passengers_yearly"))

    tried = {change[0] for change in CHANGES} | {"last_year_is_recent"}

    assert {rule.rule for rule in suite.expectations} == tried


def test_an_international_total_labelled_domestic_names_rule_and_rows(judged):
    # Six years in which the agency wrote the international total on a second domestic row.
    years = range(2020, 2026)
    rows = [
        row | a_year(year) | {"passenger_type": "domestic"}
        if (row["passenger_type"], row["direction"]) == ("international", "total")
        else row | a_year(year)
        for year in years
        for row in sound()
        if row["year"] == 2025
    ]

    report = judged("airport_passengers_yearly", rows)

    assert report.verdict == "held"
    results = {r.rule: r for r in report.results}
    assert set(broken(report)) == {
        "key_is_unique",
        "total_is_sum_of_directions",
        "every_year_is_whole",
    }
    assert results["key_is_unique"].unexpected_count == 12
    wrong = results["total_is_sum_of_directions"].unexpected_rows
    assert [row["year"] for row in wrong] == list(years)
    assert {(row["stated_total"], row["sum_of_parts"]) for row in wrong} == {(800, 600)}
    assert {row["parts_of"] for row in wrong} == {"international"}
    assert {row["source_record"] for row in wrong} == {7}


def test_a_year_with_a_pending_part_is_not_reconciled(judged, altered):
    pending = {"passengers": None, "passengers_status": "pending"}

    report = judged(
        "airport_passengers_yearly", altered(sound(), [(cell("domestic", "transit"), pending)])
    )

    assert broken(report) == {}
