"""Columns of text made at once say what one text at a time would say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from city.chance import mixed
from city.writing.text_columns import (
    body_of,
    chosen,
    decimals,
    hexadecimal,
    joined,
    lines,
    moments,
    numerals,
    where,
)

NUMBERS = np.array([0, 1, 255, 0x0200_5E00_53FF], dtype=np.uint64)


def test_hexadecimal_texts_have_all_their_digits_and_signs() -> None:
    assert hexadecimal(NUMBERS, 12).to_pylist() == [f"{int(n):012x}" for n in NUMBERS]
    assert hexadecimal(NUMBERS, 12, capital=True, between="-").to_pylist()[-1] == (
        "02-00-5E-00-53-FF"
    )


def test_whole_numbers_may_have_leading_zeros() -> None:
    numbers = np.array([7, 0, 123_456], dtype=np.int64)

    assert numerals(numbers).to_pylist() == ["7", "0", "123456"]
    assert numerals(numbers, 6).to_pylist() == ["000007", "000000", "123456"]


def test_whole_numbers_that_count_hundredths_are_shown_as_decimals() -> None:
    numbers = np.array([5, 120, 98_765], dtype=np.int64)

    assert decimals(numbers, 2).to_pylist() == ["0.05", "1.20", "987.65"]


def test_lines_that_carry_their_ends_are_a_body_even_when_sliced() -> None:
    whole = joined(numerals(np.arange(4, dtype=np.int64)), "\n")

    assert body_of(whole) == b"0\n1\n2\n3\n"
    assert body_of(whole[2:]) == b"2\n3\n"
    assert body_of(whole[4:]) == b""


def test_moments_cross_midnights_and_years() -> None:
    seconds = np.array([-1, 0, 86_399, 86_400], dtype=np.int64)
    midnight = datetime(2027, 1, 1)  # noqa: DTZ001

    found = moments(date(2027, 1, 1), seconds, "YYYY-MM-DD hh:mm:ss+07").to_pylist()

    expected = [midnight + timedelta(seconds=int(n)) for n in seconds]
    assert found == [f"{at:%Y-%m-%d %H:%M:%S}+07" for at in expected]


def test_lines_end_files_where_they_are_told_to() -> None:
    names = chosen(["a", "b"], np.array([0, 1, 1], dtype=np.int64))
    other = where(np.array([True, False, True]), "x", "")

    assert lines([names, other], np.array([1, 1, 3])) == [b"a,x\n", b"", b"b,\nb,x\n"]
    nothing = np.array([], dtype=np.int64)
    assert lines([numerals(nothing)] * 2, np.array([0, 0])) == [b"", b""]


def test_mixed_numbers_are_those_of_splitmix64() -> None:
    # The first two numbers that the public generator gives for the seed 0.
    assert mixed(np.zeros(1, dtype=np.uint64), salt=0).tolist() == [0xE220A8397B1DCDAF]
    assert mixed(np.zeros(1, dtype=np.uint64), salt=1).tolist() == [0x6E789E6AA1B965F4]
