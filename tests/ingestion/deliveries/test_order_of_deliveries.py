"""Overlapping, late, out-of-order and revised deliveries: the rows that count in the end.

Belongs here: what the order of arrival may change, and what it may not, through the real ingestion
and the real rule of the staging layer. Does not belong here: replays (`test_replay.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.clock import FixedClock
from ingestion.judging.sandbox import Sandbox
from tests.support.arrivals import (
    ISSUED,
    START,
    Arrivals,
    after,
    hours,
    issues,
    levels,
    with_words,
)
from tests.support.ingesting import Crash, CrashingStore


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


@pytest.fixture
def revised(city: Arrivals) -> Arrivals:
    """A source that says when it issued a value."""
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    return replace(city, contract=with_words(city, fields=[*fields, ISSUED], issued="issued_at"))


def test_overlapping_and_late_deliveries_give_the_same_rows_in_every_order(
    city: Arrivals, tmp_path: Path
) -> None:
    bodies = [hours((1, 1), (2, 2)), hours((2, 2), (3, 3)), hours((0, 0)), hours((3, 3), (4, 4))]

    ends = [after(city, tmp_path / f"{n}", list(p)) for n, p in enumerate(permutations(bodies))]

    assert [row[2] for row in ends[0]] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert all(end == ends[0] for end in ends)


def test_a_source_that_says_when_it_issued_a_value_wins_by_that_in_every_order(
    revised: Arrivals, tmp_path: Path
) -> None:
    bodies = [issues((1, 1, 6), (2, 2, 6)), issues((2, 22, 7)), issues((1, 11, 8), (2, 20, 5))]

    ends = [after(revised, tmp_path / f"{n}", list(p)) for n, p in enumerate(permutations(bodies))]

    assert [row[2] for row in ends[0]] == [11.0, 22.0]
    assert all(end == ends[0] for end in ends)


READINGS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 100), st.integers(1, 8)),
    min_size=1,
    max_size=6,
    unique_by=lambda reading: (reading[0], reading[2]),
)


@given(readings=READINGS, chance=st.randoms(use_true_random=False), cuts=st.integers(1, 3))
def test_any_split_of_revisions_into_deliveries_in_any_order_gives_the_last_issues(
    revised: Arrivals,
    tmp_path_factory: pytest.TempPathFactory,
    readings: list[tuple[int, float, int]],
    chance: object,
    cuts: int,
) -> None:
    shuffled = list(readings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    bodies = [issues(*part) for n in range(cuts) if (part := shuffled[n::cuts])]
    last = {hour: level for hour, level, _ in sorted(readings, key=lambda r: r[2])}

    end = after(revised, tmp_path_factory.mktemp("any"), bodies)

    assert [row[2] for row in end] == [float(last[hour]) for hour in sorted(last)]


def test_two_issues_of_a_value_in_one_file_are_a_revision_and_no_conflict(
    revised: Arrivals,
) -> None:
    entry = revised.arrive("a.csv", issues((1, 9, 8), (1, 1, 6)))

    assert (entry.outcome.accepted, entry.outcome.quarantined) == (2, 0)
    assert revised.rows("level") == [(9.0,)]


def test_two_values_of_one_issue_in_one_file_are_a_conflict(revised: Arrivals) -> None:
    entry = revised.arrive("a.csv", issues((1, 9, 8), (1, 1, 8), (2, 2, 8)))

    assert entry.outcome.reasons == {"dup_conflict": 2}


def test_without_an_issue_time_the_last_received_wins(city: Arrivals) -> None:
    city.arrive("a.csv", hours((1, 1)))
    city.arrive("b.csv", hours((1, 2)))

    assert city.rows("level") == [(2.0,)]


@pytest.mark.parametrize("levels", list(permutations((1, 2, 3))))
@pytest.mark.parametrize("steps", [(0, 0, 0), (358, 0, 1), (0, -1, -1)])
def test_the_later_delivery_wins_whatever_the_clock_shows(
    city: Arrivals, levels: tuple[int, ...], steps: tuple[int, ...]
) -> None:
    for number, (level, days) in enumerate(zip(levels, steps, strict=True)):
        city.clock = FixedClock(START + timedelta(days=days))
        city.arrive(f"{number}.csv", hours((1, level)))

    assert city.rows("level") == [(float(levels[-1]),)]


def test_rows_of_a_run_that_was_cut_off_do_not_count(city: Arrivals) -> None:
    city.arrive("a.csv", hours((1, 1)))
    city.drop("b.csv", hours((1, 2), (2, 2)))

    city.through = lambda store: CrashingStore(store, at=3)
    with pytest.raises(Crash):
        city.take()

    assert len(city.objects("lake")) == 2
    assert city.rows("level") == [(1.0,)]


def test_the_same_bytes_again_are_no_work(city: Arrivals) -> None:
    city.arrive("a.csv", hours((1, 1)))
    city.drop("b.csv", hours((1, 1)))

    assert city.take().entries == ()
    assert city.ledger().last_number() == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"issued": "station"}, "issued: 'station' is a string"),
        ({"issued": "issue"}, "no field is named 'issue'"),
    ],
)
def test_an_issue_time_that_is_none_is_refused(
    city: Arrivals, changes: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        with_words(city, **changes)


def test_an_issue_time_that_may_be_missing_is_refused(city: Arrivals) -> None:
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    optional = {name: value for name, value in ISSUED.items() if name != "required"}

    with pytest.raises(ValueError, match="must be required"):
        with_words(city, fields=[*fields, optional], issued="issued_at")
