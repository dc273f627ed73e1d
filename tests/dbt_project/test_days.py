"""Which periods a changed reading can reach, asked of dbt itself."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.dbt_project.city_lake import CityLake

pytestmark = pytest.mark.whole

# What is asked: column, changed days, reach of the flags before and after a day.
ASKED = (
    ("event_day", ["2026-01-10"], {"before": 6, "after": 1}),
    ("hydrological_day", ["2026-01-10"], {"before": 6, "after": 1}),
    ("hydrological_day", ["2026-01-10"], {"before": 0, "after": 0}),
    ("hydrological_day", ["2025-12-31", "2026-01-01"], {"before": 0, "after": 0}),
    ("month", ["2026-01-28"], {"before": 6, "after": 1}),
    ("month", ["2026-02-01"], {"before": 0, "after": 0}),
    ("hydrological_day", [], {"before": 6, "after": 1}),
)


def days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The answers, in the order of what is asked: dbt is started once."""
    city = CityLake(tmp_path_factory.mktemp("days"))
    calls = [
        f"{json.dumps(changed)}, {column!r}, {json.dumps(reach)}"
        for column, changed, reach in ASKED
    ]
    answers = "".join(f"|{{{{ days_reached({call}) | join(' ') }}}}" for call in calls)
    told = city.dbt("compile", "--inline", answers)
    return [answer.split() for answer in told.strip().split("|")[1:]]


def test_flags_of_the_days_around_are_made_anew(reached: list[list[str]]) -> None:
    assert reached[0] == days(date(2026, 1, 9), date(2026, 1, 16))


def test_the_afternoon_of_the_last_reached_day_belongs_to_the_next_rain_day(
    reached: list[list[str]],
) -> None:
    assert reached[1] == days(date(2026, 1, 9), date(2026, 1, 17))
    assert reached[2] == ["2026-01-10", "2026-01-11"]
    assert reached[3] == ["2025-12-31", "2026-01-01", "2026-01-02"]


def test_a_change_at_the_end_of_a_month_reaches_into_the_next(reached: list[list[str]]) -> None:
    assert reached[4] == ["2026-01-01", "2026-02-01"]
    assert reached[5] == ["2026-02-01"]


def test_nothing_changed_reaches_nothing(reached: list[list[str]]) -> None:
    assert reached[6] == []
