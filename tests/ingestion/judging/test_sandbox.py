"""The sandbox: whatever a file does to its parser, that file is refused and the next one parses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from ingestion.contracts import SourceContract
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.limits import MIB, Limits
from tests.support.hostile import TakenOver
from tests.support.judging import DELIVERY, NOW, csv_of, good_rows, read_back, readings

LIMITS = Limits(memory_bytes=64 * MIB, cpu_seconds=30, wall_seconds=120, output_bytes=200_000)
GOOD = csv_of(*good_rows(5))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with TakenOver(LIMITS) as sandbox:
        yield sandbox


def parsed(
    sandbox: Sandbox, folder: Path, body: bytes | str | Path, contract: SourceContract | None = None
) -> ParseOutcome:
    work = folder / uuid4().hex
    work.mkdir()
    path = body if isinstance(body, Path) else work / "file"
    if not isinstance(body, Path):
        path.write_bytes(body.encode() if isinstance(body, str) else body)
    outcome = sandbox.parse(Job(contract or readings(), path, work, DELIVERY, NOW))
    read_back(outcome, work)
    return outcome


HOSTILE = {
    "crash": ("!import os; os.abort()", "parser_crash", "SIGABRT"),
    "memory": ("![bytes(1 << 28) for _ in range(64)]", "parser_memory", "more than 64 MiB"),
    "defect": ("!1 / 0", "parser_defect", "ZeroDivisionError"),
    "poison": ("!answer = object()", "parser_crash", "exit status 1"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_harms_its_parser_is_refused_and_the_next_one_parses(
    case: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    body, code, words = HOSTILE[case]

    harmed = parsed(sandbox, tmp_path, body)
    after = parsed(sandbox, tmp_path, GOOD)

    assert (harmed.status, harmed.code) == ("refused", code)
    assert words in harmed.message
    assert (after.status, after.accepted) == ("accepted", 5)


def test_a_parser_that_hangs_is_ended_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    with TakenOver(Limits(wall_seconds=0.5)) as sandbox:
        outcome = parsed(sandbox, tmp_path, "!import time; time.sleep(600)")

    assert (outcome.status, outcome.code) == ("refused", "parser_time")
    assert "no result after 0.5 s" in outcome.message


def test_an_answer_that_never_ends_is_ended_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    slowly = "!import os, sys, time\nwhile True: os.write(int(sys.argv[1]), b' '); time.sleep(0.1)"
    with TakenOver(Limits(wall_seconds=0.5)) as sandbox:
        outcome = parsed(sandbox, tmp_path, slowly)

    assert (outcome.status, outcome.code) == ("refused", "parser_time")


def test_a_parser_that_computes_without_end_is_ended_by_the_clock_of_its_process(
    tmp_path: Path,
) -> None:
    with TakenOver(Limits(cpu_seconds=1)) as sandbox:
        spinning = parsed(sandbox, tmp_path, "!while True: pass")
        after = parsed(sandbox, tmp_path, GOOD)

    assert (spinning.status, spinning.code) == ("refused", "parser_time")
    assert "more than 1 s of computing" in spinning.message
    assert after.accepted == 5


def test_the_parser_sees_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_S3_SECRET_ACCESS_KEY", "planted")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")

    with TakenOver() as sandbox:
        told = "!import os; raise ZeroDivisionError(' '.join(sorted(os.environ)))"
        outcome = parsed(sandbox, tmp_path, told)

    assert "PATH" in outcome.message
    assert "SECRET" not in outcome.message


BOMBS = {
    "gzip": (
        gzip.compress(b"\n" * MIB) * 300,  # members of one file
        {"type": "csv", "compression": "gzip"},
        "decompression_limit",
    ),
    "depth": (("[" * 200_000 + "]" * 200_000), {"type": "json_lines"}, "too_many_bad_rows"),
    "line": (b"station," + b"x" * 30 * MIB, {"type": "csv"}, "header_mismatch"),
    "columns": (b"a," * 400_000, {"type": "csv"}, "too_many_columns"),
    "quote": (GOOD.encode() + b'"' + b"\n" * 5 * MIB, {"type": "csv"}, "csv_unterminated_quote"),
    "keys": (
        "".join(json.dumps({f"k{n}": 1}) + "\n" for n in range(2_000)),
        {"type": "json_lines"},
        "too_many_columns",
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_refused_within_the_limits_and_the_next_file_parses(
    case: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    body, declared, code = BOMBS[case]

    bomb = parsed(sandbox, tmp_path, body, readings(format=declared))
    after = parsed(sandbox, tmp_path, GOOD)

    assert (bomb.status, bomb.code) == ("refused", code)
    assert (after.status, after.accepted) == ("accepted", 5)


def test_results_beyond_the_limit_refuse_the_file(sandbox: Sandbox, tmp_path: Path) -> None:
    bad = [f"PKT-01,water_level,{'x' * 900}{n},1,m" for n in range(400)]

    swollen = parsed(sandbox, tmp_path, csv_of(*good_rows(5), *bad))
    after = parsed(sandbox, tmp_path, GOOD)

    assert (swollen.status, swollen.code) == ("refused", "parser_output"), swollen.message
    assert "more than 200000 bytes of results" in swollen.message
    assert after.accepted == 5


def test_one_child_parses_many_files_and_keeps_nothing_of_them(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    alone = parsed(sandbox, tmp_path, GOOD)
    parsed(sandbox, tmp_path, csv_of(*good_rows(2), "x"))
    parsed(sandbox, tmp_path, "no header\n")

    again = parsed(sandbox, tmp_path, GOOD)

    assert again == alone


def test_a_child_that_died_between_two_files_is_replaced(tmp_path: Path) -> None:
    with Sandbox(LIMITS) as sandbox:
        parsed(sandbox, tmp_path, GOOD)
        assert sandbox._child is not None
        sandbox._child.process.kill()
        sandbox._child.process.wait()

        outcome = parsed(sandbox, tmp_path, GOOD)

    assert outcome.accepted == 5


def test_closing_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    with Sandbox(LIMITS) as sandbox:
        parsed(sandbox, tmp_path, GOOD)
        assert sandbox._child is not None
        child = sandbox._child

    assert child.process.returncode == 0
    assert not child.folder.exists()
