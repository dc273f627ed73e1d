"""Equal rows are told without a query, and are the same as a query tells."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.judging.keys import repeats
from tests.support.judging import contract_of, judge

CONTRACT = contract_of(
    [
        {"name": "station", "type": "string"},
        {"name": "level", "type": "number"},
        {"name": "count", "type": "integer"},
        {"name": "seen_at", "type": "timestamp"},
        {"name": "tags", "type": "string", "items": True},
    ],
    key=["station"],
    format={"type": "json_lines"},
    tolerance={"quarantined_pct": 100},
)
ROWS = st.fixed_dictionaries(
    {"station": st.sampled_from(["A", "B", "C", "D"])},
    optional={
        "level": st.sampled_from([0.0, -0.0, 1.5, 1.25]),
        "count": st.sampled_from([0, 7]),
        "seen_at": st.sampled_from(["2026-01-08T02:00:00+07:00", "2026-01-07T19:00:00Z"]),
        "tags": st.sampled_from([[], ["a"], ["a", "b"]]),
    },
)


@given(rows=st.lists(ROWS, min_size=1, max_size=8), again=st.lists(st.integers(0, 7), max_size=4))
@pytest.mark.parametrize("at_once", [2, 1000])
def test_a_query_would_tell_the_same(rows, again, at_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repeats")
    rows += [rows[at % len(rows)] for at in again]
    body = "".join(json.dumps(row) + "\n" for row in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeats, "_AT_ONCE", at_once)
        told = judge(CONTRACT, body, folder)
        patch.setattr(repeats, "_all_equal", lambda *_: None)
        by_query = judge(CONTRACT, body, folder)

    assert told.outcome == by_query.outcome
    assert str(told.accepted) == str(by_query.accepted)
    assert told.quarantined == by_query.quarantined


def test_nothing_and_minus_nothing_contradict_each_other(tmp_path):
    rows = [{"station": "A", "level": 0.0}, {"station": "A", "level": -0.0}, {"station": "B"}]
    body = "".join(json.dumps(row) + "\n" for row in rows)

    judged = judge(CONTRACT, body, tmp_path)

    assert judged.codes == [(1, "dup_conflict"), (2, "dup_conflict")]
    assert judged.column("station") == ["B"]


def test_of_equal_rows_none_is_asked_about(tmp_path, monkeypatch):
    monkeypatch.setattr(repeats, "_met", None)
    body = '{"station":"A","level":1.5}\n' * 3

    assert judge(CONTRACT, body, tmp_path).outcome.deduplicated == 2
