"""The tables of the office of tourism are the published ones, and the truth names what is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from city.city import City, demo_city
from city.published.visitors import PROVINCIAL_VISITORS, visitors_of
from city.truth.people.visitors import airport_arrivals, landed_abroad
from tests.city.sending import table_of
from tests.city.tourism.taking import records, take

CITY = demo_city()


@pytest.mark.parametrize(
    ("source", "rows"),
    [("provincial_visitors", 99), ("visitor_spend", 99), ("length_of_stay", 33)],
)
def test_every_row_is_taken_and_the_pending_ones_have_no_number(
    source: str, rows: int, tmp_path: Path
) -> None:
    table = table_of(CITY, source)

    judged = take(CITY, source, table.body, tmp_path)

    assert (judged.outcome.accepted, judged.outcome.rows) == (rows, rows)
    value = {"provincial_visitors": "visitors", "visitor_spend": "spend"}.get(source, "stay")
    pending = {r["_record"] for r in judged.accepted if r[f"{value}_reason"] == "pending"}
    assert pending == records(table.defects, "missing")
    assert {r["_record"] for r in judged.accepted if r[value] is None} == pending


def test_the_total_of_one_year_is_not_the_sum_of_its_parts() -> None:
    (wrong,) = [d for d in table_of(CITY, "provincial_visitors").defects if d.kind == "wrong_total"]

    row = table_of(CITY, "provincial_visitors").rows[wrong.where.records[0] - 1]
    assert row[1] == wrong.where.first == "2562"
    assert row[3:6] == ("ผู้เยี่ยมเยือน", "รวม", "14576466")
    assert "31,279" in wrong.detail


def test_means_of_all_visitors_lie_outside_their_parts_exactly_where_the_truth_says(
    tmp_path: Path,
) -> None:
    table = table_of(CITY, "visitor_spend")

    rows = take(CITY, "visitor_spend", table.body, tmp_path).accepted

    spend = {(r["year"], r["visitor_kind"], r["origin"]): r["spend"] for r in rows}
    outside = {
        row["_record"]
        for row in rows
        if row["origin"] == "total" and row["spend"] is not None
        for low, high in [
            sorted(spend[row["year"], row["visitor_kind"], o] for o in ("thai", "foreign"))
        ]
        if not low <= row["spend"] <= high
    }
    assert outside == records(table.defects, "held_back")
    assert min(r["year"] for r in rows if r["_record"] in outside) == 2020


def test_a_year_that_nobody_published_is_like_its_nearest_neighbour() -> None:
    assert visitors_of(2569) == PROVINCIAL_VISITORS[2568][:2]
    assert visitors_of(2550) == PROVINCIAL_VISITORS[2558][:2]


def test_arrivals_by_nationality_are_sums_of_the_truths_days(tmp_path: Path) -> None:
    table = table_of(CITY, "immigration_arrivals")

    judged = take(CITY, "immigration_arrivals", table.body, tmp_path)

    assert judged.outcome.accepted == judged.outcome.rows == 24 * 18
    rows = {(r["year"], r["month"], r["nationality"]): r["arrivals"] for r in judged.accepted}
    august = [date(2026, 8, 1) + timedelta(days=n) for n in range(31)]
    assert rows[2026, 8, "total"] == sum(airport_arrivals(CITY.seed, day)[1] for day in august)
    assert rows[2026, 8, "RUS"] == sum(int(landed_abroad(CITY.seed, day)[0]) for day in august)
    for year, month in {(y, m) for y, m, _ in rows}:
        parts = [n for (y, m, who), n in rows.items() if (y, m) == (year, month) and who != "total"]
        assert sum(parts) == rows[year, month, "total"]


def test_only_months_that_are_over_are_reported() -> None:
    rows = table_of(
        City(seed=1, first_day=CITY.first_day.replace(month=3, day=1), days=1),
        "immigration_arrivals",
    ).rows

    assert [rows[0][1:3], rows[-1][1:3]] == [("2567", "มี.ค."), ("2569", "ก.พ.")]
