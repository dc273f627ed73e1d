"""Sources of which every delivery is the whole: what counts is the newest, whatever was before.

Does not belong here: sources whose deliveries add up (`test_order_of_deliveries.py`).
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

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


@pytest.fixture
def city(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


@pytest.fixture
def register(city: Arrivals) -> Arrivals:
    """A source of which every file is the whole, in one file that is replaced."""
    return replace(city, contract=with_words(city, delivery="snapshot", day=None))


A, B, C = hours((1, 1), (2, 2)), hours((1, 10)), hours((1, 5))


def test_a_snapshot_that_goes_back_to_earlier_bytes_shows_those_again(register: Arrivals) -> None:
    for body in (A, B, A):
        register.arrive("register.csv", body)

    assert register.rows("level") == [(1.0,), (2.0,)]
    assert len(register.ledger().receipts()) == 3


def test_a_snapshot_that_goes_back_is_seen_although_its_file_looks_untouched(
    register: Arrivals,
) -> None:
    path = Path(register.contract.fetch.url) / "register.csv"  # type: ignore[union-attr]
    register.arrive("register.csv", A)
    old = path.stat()
    register.arrive("register.csv", B)

    path.write_text(A)
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    register.take()

    assert register.rows("level") == [(1.0,), (2.0,)]


def test_known_bytes_under_a_new_name_are_a_snapshot_of_their_own(register: Arrivals) -> None:
    for number, body in enumerate((A, B, A)):
        register.arrive(f"register-{number}.csv", body)

    assert register.rows("level") == [(1.0,), (2.0,)]


def test_three_snapshots_in_one_run_end_in_the_last(register: Arrivals) -> None:
    for number, body in enumerate((A, B, A)):
        register.drop(f"register-{number}.csv", body)

    register.take()

    assert register.rows("level") == [(1.0,), (2.0,)]


def test_snapshots_that_lie_side_by_side_are_taken_once(register: Arrivals) -> None:
    register.arrive("a.csv", A)
    register.arrive("b.csv", B)

    again = [register.take().entries for _ in range(3)]

    assert again == [(), (), ()]
    assert register.rows("level") == [(10.0,)]


def test_a_replay_of_an_earlier_snapshot_leaves_the_latest_in_its_place(
    register: Arrivals,
) -> None:
    bad = hours((1, 500), (2, 2))
    register.arrive("register.csv", bad)
    register.arrive("register.csv", B)
    fields = [field.model_dump(exclude_unset=True) for field in register.contract.fields]
    fields[2]["maximum"] = 1000

    register.correct(fields=fields)
    register.replay()

    assert register.rows("level") == [(10.0,)]
    assert register.take().entries == ()


def test_a_replay_of_a_snapshot_that_came_twice_keeps_both_receipts(register: Arrivals) -> None:
    bad = hours((1, 500), (2, 2))
    for body in (bad, B, bad):
        register.arrive("register.csv", body)
        register.clock.at += timedelta(days=1)  # type: ignore[attr-defined]
    fields = [field.model_dump(exclude_unset=True) for field in register.contract.fields]
    fields[2]["maximum"] = 1000

    register.correct(fields=fields)
    report = register.replay()

    assert [done.gained for done in report.replayed] == [1, 1]
    assert len(register.objects("lake")) == 3
    assert register.rows("level") == [(2.0,), (500.0,)]


def test_a_snapshot_that_came_twice_shows_what_its_last_receipt_was_judged_to_be(
    register: Arrivals,
) -> None:
    for body in (A, B):
        register.arrive("register.csv", body)
    register.clock.at += timedelta(days=1)  # type: ignore[attr-defined]
    fields = [field.model_dump(exclude_unset=True) for field in register.contract.fields]
    fields[2]["minimum"] = 2

    register.correct(fields=fields)
    register.arrive("register.csv", A)

    assert register.rows("level") == [(2.0,)]


@pytest.mark.parametrize("ahead", [timedelta(days=358), timedelta(0), timedelta(days=-30)])
def test_the_last_snapshot_counts_whatever_the_clock_showed(
    register: Arrivals, ahead: timedelta
) -> None:
    right = START
    register.clock = FixedClock(right + ahead)
    register.arrive("register.csv", A)
    register.clock = FixedClock(right)
    register.arrive("register.csv", B)
    register.arrive("register.csv", C)

    assert register.rows("level") == [(5.0,)]
    assert register.take().entries == ()


def test_of_bytes_that_came_twice_at_one_instant_both_receipts_count(register: Arrivals) -> None:
    register.clock = FixedClock(START)
    for body in (A, B, A, B, A):
        register.arrive("register.csv", body)

    assert register.rows("level") == [(1.0,), (2.0,)]
    assert len(register.ledger().receipts()) == 5


def test_a_replay_of_a_snapshot_taken_in_under_a_wrong_clock_does_not_bring_it_back(
    register: Arrivals,
) -> None:
    bad = hours((1, 500), (2, 2))
    register.clock = FixedClock(START + timedelta(days=358))
    register.arrive("register.csv", bad)
    register.clock = FixedClock(START)
    register.arrive("register.csv", B)
    fields = [field.model_dump(exclude_unset=True) for field in register.contract.fields]
    fields[2]["maximum"] = 1000

    register.correct(fields=fields)
    register.replay()

    assert register.rows("level") == [(10.0,)]


def test_a_snapshot_with_an_issue_time_shows_the_last_issued_whenever_it_came(
    register: Arrivals, tmp_path: Path
) -> None:
    fields = [field.model_dump(exclude_unset=True) for field in register.contract.fields]
    words = with_words(register, fields=[*fields, ISSUED], issued="issued_at")
    register = replace(register, contract=words)
    bodies = [issues((1, 1, 6)), issues((1, 2, 8)), issues((1, 3, 7))]

    ends = [after(register, tmp_path / f"{n}", list(p)) for n, p in enumerate(permutations(bodies))]

    assert [row[2] for row in ends[0]] == [2.0]
    assert all(end == ends[0] for end in ends)
