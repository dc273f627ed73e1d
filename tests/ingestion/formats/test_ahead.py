"""Work that goes on beside other work: nothing is lost, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ingestion.formats.raw.ahead import Handed


def test_what_was_handed_over_comes_in_its_order():
    with Handed(list[int], waiting=2) as handed:
        for number in range(50):
            handed.give(number)
        assert handed.result() == list(range(50))


def test_work_that_ends_early_keeps_nobody_waiting():
    def first(numbers: Iterator[int]) -> int:
        return next(numbers)

    with Handed(first, waiting=1) as handed:
        for number in range(50):
            handed.give(number)
        assert handed.result() == 0


def test_an_error_of_the_work_is_told_to_whoever_hands_over():
    def full(_: Iterator[int]) -> None:
        raise OSError("no space left")

    def handing_over() -> None:
        with Handed(full, waiting=1) as handed:
            for number in range(50):
                handed.give(number)

    with pytest.raises(OSError, match="no space left"):
        handing_over()


def test_work_is_given_up_where_its_things_cannot_be_made():
    begun, left = threading.Event(), list[int]()

    def writing(numbers: Iterator[int]) -> None:
        try:
            for number in numbers:
                left.append(number)
                begun.set()
        except BaseException:
            left.clear()
            raise

    def handing_over() -> None:
        with Handed(writing, waiting=1) as handed:
            handed.give(1)
            assert begun.wait(timeout=30)
            raise ValueError("the file breaks at its end")

    with pytest.raises(ValueError, match="at its end"):
        handing_over()
    assert left == []
