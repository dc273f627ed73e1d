"""Which days a period spans, when it is over, and which periods touch days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from dbt_project.periods import Period, days_of, next_after, over_at, touching
from ingestion.clock import BANGKOK

DAY = timedelta(days=1)


def on(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize(
    ("kind", "named", "first", "last"),
    [
        (Period.DAY, "2024-02-29", "2024-02-29", "2024-02-29"),
        (Period.HYDROLOGICAL_DAY, "2024-03-01", "2024-02-29", "2024-03-01"),
        (Period.HYDROLOGICAL_DAY, "2026-01-01", "2025-12-31", "2026-01-01"),
        (Period.WEEK, "2025-12-29", "2025-12-29", "2026-01-04"),
        (Period.EPIDEMIOLOGICAL_WEEK, "2025-12-28", "2025-12-28", "2026-01-03"),
        (Period.MONTH, "2024-02-01", "2024-02-01", "2024-02-29"),
        (Period.MONTH, "2026-02-01", "2026-02-01", "2026-02-28"),
        (Period.MONTH, "2025-12-01", "2025-12-01", "2025-12-31"),
        (Period.YEAR, "2024-01-01", "2024-01-01", "2024-12-31"),
    ],
)
def test_the_days_that_a_period_has_a_part_in(
    kind: Period, named: str, first: str, last: str
) -> None:
    assert days_of(kind, on(named)) == (on(first), on(last))


@pytest.mark.parametrize(
    ("kind", "named", "over"),
    [
        (Period.DAY, "2025-12-31", "2026-01-01 00:00"),
        (Period.HYDROLOGICAL_DAY, "2025-12-31", "2025-12-31 07:00"),
        (Period.HYDROLOGICAL_DAY, "2024-02-29", "2024-02-29 07:00"),
        (Period.WEEK, "2025-12-29", "2026-01-05 00:00"),
        (Period.EPIDEMIOLOGICAL_WEEK, "2025-12-28", "2026-01-04 00:00"),
        (Period.MONTH, "2024-02-01", "2024-03-01 00:00"),
        (Period.MONTH, "2025-12-01", "2026-01-01 00:00"),
        (Period.YEAR, "2024-01-01", "2025-01-01 00:00"),
    ],
)
def test_a_period_is_over_when_it_is_over_in_phuket(kind: Period, named: str, over: str) -> None:
    expected = datetime.fromisoformat(over).replace(tzinfo=BANGKOK)

    assert over_at(kind, on(named)) == expected
    assert over_at(kind, on(named)).astimezone(UTC) == expected.astimezone(UTC)


def test_a_hydrological_day_is_a_day_of_utc_named_by_the_date_on_which_it_ends() -> None:
    assert over_at(Period.HYDROLOGICAL_DAY, on("2026-01-02")).astimezone(UTC) == datetime(
        2026, 1, 2, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("kind", "first", "last", "named"),
    [
        (Period.DAY, "2024-02-28", "2024-03-01", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (Period.DAY, "2026-01-02", "2026-01-01", []),
        # From 07:00 on a calendar day belongs to the next.
        (Period.HYDROLOGICAL_DAY, "2024-02-29", "2024-02-29", ["2024-02-29", "2024-03-01"]),
        (Period.HYDROLOGICAL_DAY, "2025-12-31", "2026-01-01", [
            "2025-12-31", "2026-01-01", "2026-01-02"]),
        (Period.WEEK, "2026-01-04", "2026-01-05", ["2025-12-29", "2026-01-05"]),
        (Period.WEEK, "2025-12-29", "2026-01-04", ["2025-12-29"]),
        (Period.EPIDEMIOLOGICAL_WEEK, "2026-01-03", "2026-01-04", ["2025-12-28", "2026-01-04"]),
        (Period.EPIDEMIOLOGICAL_WEEK, "2025-12-28", "2026-01-03", ["2025-12-28"]),
        (Period.MONTH, "2024-02-29", "2024-03-01", ["2024-02-01", "2024-03-01"]),
        (Period.MONTH, "2025-12-31", "2026-01-31", ["2025-12-01", "2026-01-01"]),
        (Period.YEAR, "2024-12-31", "2025-01-01", ["2024-01-01", "2025-01-01"]),
    ],
)  # fmt: skip
def test_the_periods_that_have_a_part_in_some_days(
    kind: Period, first: str, last: str, named: list[str]
) -> None:
    assert [day.isoformat() for day in touching(kind, on(first), on(last))] == named


@pytest.mark.parametrize("kind", list(Period))
def test_periods_follow_each_other_without_a_gap_over_leap_days_and_ends_of_years(
    kind: Period,
) -> None:
    periods = list(touching(kind, on("2023-12-20"), on("2025-01-10")))

    for period, following in pairwise(periods):
        assert next_after(kind, period) == following
        last, first = days_of(kind, period)[1], days_of(kind, following)[0]
        assert first == (last if kind is Period.HYDROLOGICAL_DAY else last + DAY)
        assert over_at(kind, period) < over_at(kind, following)


@pytest.mark.parametrize("kind", list(Period))
def test_a_period_touches_a_day_just_when_it_has_a_part_in_it(kind: Period) -> None:
    known = list(touching(kind, on("2023-12-01"), on("2025-02-01")))
    for number in range(380):
        day = on("2023-12-25") + number * DAY
        first = [period for period in known if days_of(kind, period)[0] <= day]

        assert list(touching(kind, day, day)) == [p for p in first if days_of(kind, p)[1] >= day]
