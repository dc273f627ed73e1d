"""The span of the event days of some rows is that of the day of every row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.event_days import event_days, event_span
from tests.support.judging import contract_of

CAME = datetime(2026, 1, 7, 18, tzinfo=UTC)
MOMENTS = st.integers(-(120 * 366 * 86_400), 130 * 366 * 86_400).map(
    lambda seconds: datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
)
DATES = st.dates(date(1850, 1, 1), date(2100, 1, 1))
KINDS = {"timestamp": (MOMENTS, pa.timestamp("us", "UTC")), "date": (DATES, pa.date32())}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_the_span_is_that_of_every_day(kind, data):
    values, stored = KINDS[kind]
    moments = data.draw(st.lists(st.none() | values, min_size=1, max_size=6))
    contract = contract_of([{"name": "time", "type": kind}], day="time")
    rows = pa.record_batch({"time": pa.array(moments, stored)})

    days = event_days(rows, contract, CAME).to_pylist()

    assert event_span(rows, contract, CAME) == (min(days), max(days))


def test_without_a_day_it_is_the_day_on_which_they_came():
    rows = pa.record_batch({"count": [1, 2]})
    contract = contract_of([{"name": "count", "type": "integer"}])

    assert event_span(rows, contract, CAME) == (date(2026, 1, 8), date(2026, 1, 8))
