"""Row queries speak of days as people in Phuket see them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dbt_project.products import Column
from expectations.gate import judge
from tests.expectations.conftest import LINEAGE, NOW, TEXT

ONE_AT_NIGHT = datetime(2026, 1, 7, 18, 0, tzinfo=UTC)  # 01:00 of 8 January in Phuket


@pytest.fixture
def asked(piers, piers_suite, piers_rows, write_candidate):
    """What a query finds among rows of which each was counted at an instant."""
    counted = Column(
        name="counted_at", data_type="timestamp with time zone", title=TEXT, description=TEXT
    )
    product = piers.model_copy(update={"columns": (*piers.columns, counted)})

    def found(condition, at, now=NOW):
        files = write_candidate(product, [row | {"counted_at": at} for row in piers_rows[:2]])
        query = {"unexpected_rows_query": f"select * from {{batch}} where {condition}"}
        rules = [rule.model_copy(update={"kwargs": query}) for rule in piers_suite.expectations[1:]]
        suite = piers_suite.model_copy(update={"expectations": tuple(rules)})
        report = judge(product, files, build="b1", now=now, suite=suite, lineage=LINEAGE)
        assert report.results[-1].outcome != "error", report.results[-1].message.en
        return report.results[-1].unexpected_count

    return found


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("day(counted_at) = 8", 2),
        ("day(counted_at) = 7", 0),
        ("hour(counted_at) = 1", 2),
        ("cast(counted_at as date) = date '2026-01-08'", 2),
        ("date_trunc('day', counted_at) = timestamptz '2026-01-08 00:00:00+07:00'", 2),
        ("cast(counted_at as varchar) = '2026-01-08 01:00:00+07'", 2),
    ],
)
def test_the_day_of_an_instant_is_that_of_bangkok(asked, condition, count):
    assert asked(condition, ONE_AT_NIGHT) == count


def test_today_is_the_day_in_bangkok_at_which_the_gate_judges(asked):
    assert asked("{today} = date '2026-01-08'", ONE_AT_NIGHT, now=ONE_AT_NIGHT) == 2
    assert asked("counted_at < {now}", ONE_AT_NIGHT, now=ONE_AT_NIGHT) == 0
    assert asked("counted_at <= {now}", ONE_AT_NIGHT, now=ONE_AT_NIGHT) == 2
