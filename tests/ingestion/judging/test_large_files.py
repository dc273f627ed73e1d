"""A large file is written while it is sifted, and ends as it would in two steps.

Does not belong here: what is right of a row; repeated keys in small files
(`test_meaning_of_rows.py`).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ingestion.contracts import SourceContract
from ingestion.formats.delimited import fast as delimited_fast
from ingestion.formats.raw import text_blocks
from ingestion.judging import file as delivered
from ingestion.judging import parse, sifting
from ingestion.judging.results import day_files
from tests.support.judging import Judged, csv_of, good_rows, judge, readings

CONTRACT = readings()


class Parser:
    """Parses the same rows as a large file and as a small one."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.in_two_steps = 0
        self.written: dict[bool, dict[str, bytes]] = {}
        self._patch, self._folder = patch, folder
        write = parse.write_accepted

        def counted(*args: object) -> object:
            self.in_two_steps += 1
            return write(*args)

        patch.setattr(parse, "write_accepted", counted)
        patch.setattr(sifting, "CHUNK", 400)
        patch.setattr(text_blocks, "FIRST_BLOCK", 4096)
        patch.setattr(delimited_fast, "BLOCK", 4096)

    def judge(self, rows: list[str], *, large: bool, contract: SourceContract = CONTRACT) -> Judged:
        self.in_two_steps = 0
        self._patch.setattr(delivered, "MIB", 0 if large else 1 << 40)
        folder = self._folder / ("large" if large else "small")
        found = judge(contract, csv_of(*rows), folder)
        self.written[large] = {path.name: path.read_bytes() for path in folder.rglob("*.parquet")}
        return found


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Parser:
    return Parser(monkeypatch, tmp_path)


def good(count: int = 2_000) -> list[str]:
    """Rows of two days, a key each, in the order of their times."""
    return [row(n, day=6 + n * 2 // count) for n in range(count)]


def row(number: int, *, day: int = 6, value: str = "1.5") -> str:
    clock = f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
    return f"PKT-{number % 100:02d},water_level,2026-01-0{day}T{clock}+07:00,{value},m"


def moved(rows: list[str], count: int) -> list[str]:
    """Some of the rows once more, each at another place behind itself."""
    chance = random.Random(7)
    for at in sorted(chance.sample(range(len(rows)), count), reverse=True):
        rows.insert(chance.randint(at + 1, len(rows)), rows[at])
    return rows


def assert_same_in_two_steps(parser: Parser, rows: list[str], large: Judged) -> None:
    small = parser.judge(rows, large=False)
    assert large.outcome == small.outcome
    assert large.quarantined == small.quarantined
    assert parser.written[True] == parser.written[False]


def test_good_rows_are_written_once(parser: Parser) -> None:
    large = parser.judge(good(), large=True)
    assert parser.in_two_steps == 0
    assert [file.rows for file in large.outcome.files] == [1_000, 1_000]

    assert_same_in_two_steps(parser, good(), large)
    assert parser.in_two_steps == 1


def test_equal_rows_near_and_far_are_left_out_in_passing(parser: Parser) -> None:
    rows = good()[:1_000]
    rows = moved([*rows, rows[-1], rows[-1]], 40)

    large = parser.judge(rows, large=True)

    assert parser.in_two_steps == 0
    assert (large.outcome.accepted, large.outcome.deduplicated) == (1_000, 42)
    assert_same_in_two_steps(parser, rows, large)


def test_a_row_in_conflict_with_one_long_written_takes_it_back(parser: Parser) -> None:
    rows = [*good()[:1_000], row(0, value="9.5")]

    large = parser.judge(rows, large=True)

    assert parser.in_two_steps == 1
    assert large.codes == [(1, "dup_conflict"), (1_001, "dup_conflict")]
    assert large.outcome.accepted == 999
    assert_same_in_two_steps(parser, rows, large)


def test_rows_that_differ_are_both_kept_where_the_contract_keeps_them(parser: Parser) -> None:
    contract = readings(repeats={"conflict": "keep"})
    rows = [*good()[:1_000], row(0, value="9.5"), row(999)]

    both = [parser.judge(rows, large=large, contract=contract) for large in (True, False)]

    assert both[0].outcome == both[1].outcome
    assert (both[0].outcome.accepted, both[0].outcome.deduplicated) == (1_001, 1)
    assert parser.written[True] == parser.written[False]


def test_days_in_any_order_end_the_same(parser: Parser) -> None:
    rows = [row(n, day=1 + n % 9) for n in range(4_000)]

    large = parser.judge(rows, large=True)

    assert parser.in_two_steps == 1
    assert len(large.outcome.files) == 9
    assert_same_in_two_steps(parser, rows, large)


def test_of_a_file_with_too_many_bad_rows_nothing_is_left(parser: Parser, tmp_path: Path) -> None:
    rows = good()[:1_000] + ["PKT-01,water_level,2026-01-06T00:00:00+07:00,none,m"] * 1_100

    large = parser.judge(rows, large=True)

    assert large.outcome.code == "too_many_bad_rows"
    assert not list(tmp_path.rglob("*.parquet"))


def test_of_a_file_that_breaks_at_its_end_nothing_is_left(parser: Parser, tmp_path: Path) -> None:
    rows = [*good()[:1_000], 'PKT-01,"water_level']

    large = parser.judge(rows, large=True)

    assert large.outcome.status == "refused"
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize("many", [1, 30, 10_000])
def test_wrong_rows_that_wait_for_others_keep_nobody_from_being_written(
    parser: Parser, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(sifting, "_MANY_WRONG", many)
    rows = good()
    wrong = {n: row(n, value="99999") for n in range(50, 2_000, 90)}
    doubtful = {n: row(n, value=" 1.5") for n in (700, 1_300)}
    for n, each in (wrong | doubtful).items():
        rows[n] = each

    large = parser.judge(rows, large=True)

    assert parser.in_two_steps == 0
    assert large.codes == [(n + 1, "value_out_of_range") for n in wrong]
    assert large.outcome.accepted == 2_000 - len(wrong)
    assert_same_in_two_steps(parser, rows, large)


@pytest.mark.parametrize("rows", [9, 10, 11, 20])
def test_a_day_may_fill_its_row_groups_to_the_last_row(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_files, "ROW_GROUP", 10)

    judged = judge(CONTRACT, csv_of(*good_rows(rows)), tmp_path)

    assert judged.outcome.accepted == len(judged.accepted) == rows
