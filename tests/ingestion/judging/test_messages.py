"""What a parser answers is data: nothing of it is run, and what no parser says is refused."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingestion.judging.messages import (
    ANSWER_BYTES,
    AnswerRefused,
    Failure,
    Job,
    answer_line,
    fetch_results,
    job_line,
    read_answer,
    read_job,
)
from ingestion.judging.outcome import LakeFile, ParseOutcome
from ingestion.judging.sandbox import Sandbox
from ingestion.limits import Limits
from ingestion.privacy.periods import Period, PeriodKey
from ingestion.sources import load_contracts
from tests.checkout import ROOT
from tests.support.hostile import TakenOver
from tests.support.judging import DELIVERY, NOW, csv_of, good_rows, readings

DAY = "2026-01-08"
OUTCOME = {"status": "accepted", "records": 2, "rows": 2, "accepted": 2}
FILE = {"day": DAY, "name": f"{DAY}.parquet", "rows": 2}


class Runs:
    """What runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with TakenOver(Limits(wall_seconds=20)) as sandbox:
        yield sandbox


def answered(sandbox: Sandbox, folder: Path, body: bytes, first: str = "") -> ParseOutcome:
    """The outcome when the child, taken over, answers with these bytes."""
    (folder / "work").mkdir(exist_ok=True)
    (folder / "file").write_text(f"!{first}\nanswer = {body!r}")
    return sandbox.parse(Job(readings(), folder / "file", folder / "work", DELIVERY, NOW))


def outcome_with(**changes: object) -> bytes:
    return json.dumps({"outcome": {**OUTCOME, "files": [FILE], **changes}}).encode() + b"\n"


def files_with(**changes: object) -> bytes:
    return outcome_with(files=[{**FILE, **changes}])


REFUSED = {
    "no JSON": b"\x80\x04\x95\n",
    "not UTF-8": b'{"outcome": "\xff"}\n',
    "nothing": b"\n",
    "a number": b"7\n",
    "a list": b"[]\n",
    "no outcome": b"{}\n",
    "two": json.dumps({"outcome": OUTCOME, "failure": {"kind": "memory", "said": ""}}).encode()
    + b"\n",
    "another word": b'{"outcome": null, "run": "this"}\n',
    "another failure": b'{"failure": {"kind": "stop everything", "said": ""}}\n',
    "a long failure": json.dumps({"failure": {"kind": "defect", "said": "x" * 4000}}).encode()
    + b"\n",
    "deep": b"[" * 100_000 + b"]" * 100_000 + b"\n",
    "two lines": outcome_with() + b"{}\n",
    "a beginning of another": outcome_with() + b"{",
    "no status": outcome_with(status="fine"),
    "text for a number": outcome_with(rows="2"),
    "truth for a number": outcome_with(dropped=True),
    "a fraction": outcome_with(rows=2.5),
    "fewer than none": outcome_with(quarantined=-1, rows=1),
    "absurd": outcome_with(records=10**15),
    "absurd reasons": outcome_with(reasons={"a": 10**30}),
    "absurd in missing": outcome_with(missing={"a": {"b": -1}}),
    "no sum": outcome_with(rows=3),
    "more files than rows": outcome_with(accepted=1, rows=1),
    "rows of a refused file": outcome_with(status="refused", code="empty_file"),
    "a name that leads up": files_with(name="../x.parquet"),
    "a name from the root": files_with(name="/etc/passwd"),
    "the name of another day": files_with(name="2026-01-09.parquet"),
    "no name": files_with(name=""),
    "a name with a zero": files_with(name="2026-01-08.parquet\x00"),
    "no day": files_with(day="2026-13-08"),
    "a day twice": outcome_with(files=[{**FILE, "rows": 1}, {**FILE, "rows": 1}]),
    "another quarantine": outcome_with(quarantine="../../keys/master.key"),
    "files that are not there": outcome_with(),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_that_no_parser_gives_refuses_the_file(
    case: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    outcome = answered(sandbox, tmp_path, REFUSED[case])

    assert (outcome.status, outcome.code) == ("refused", "parser_answer"), outcome
    assert "look at the file by hand" in outcome.message
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "changes", [{"status": "refused", "code": "<b>", "files": []}, {"reasons": {"fine": 0}}]
)
def test_a_code_that_nobody_knows_is_no_answer(changes: dict[str, object]) -> None:
    with pytest.raises(AnswerRefused, match="a code that nobody knows"):
        read_answer(outcome_with(**changes))


def test_an_answer_beyond_its_length_is_not_read_to_its_end(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    endless = f"import os, sys\nwhile True: os.write(int(sys.argv[1]), b'x' * {1 << 20})"

    outcome = answered(sandbox, tmp_path, b"", endless)

    assert outcome.code == "parser_answer"
    assert f"more than {ANSWER_BYTES} bytes" in outcome.message


def test_nothing_in_an_answer_is_run(sandbox: Sandbox, tmp_path: Path) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        body = pickle.dumps(Runs(tmp_path / "ran"), protocol)
        framed = len(body).to_bytes(4, "big") + body  # as a Connection sends it
        for said in (body, body + b"\n", framed + b"\n"):
            hangs_up = "" if b"\n" in said else "import os, sys"
            outcome = answered(sandbox, tmp_path, said + b"\n", hangs_up)
            assert outcome.code == "parser_answer"
    assert not (tmp_path / "ran").exists()


def test_data_of_others_is_never_unpickled() -> None:
    rooms = ("ingestion", "dbt_project", "expectations", "publication", "orchestration")
    found = [
        str(path)
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if any(word in path.read_text("utf-8") for word in ("pickle", "marshal", "shelve"))
    ]

    assert found == []


RESULTS = {
    "link": "import os; os.symlink('/etc/passwd', work / '2026-01-08.parquet')",
    "folder": "(work / '2026-01-08.parquet').mkdir()",
    "second link": (
        "import os; (work / 'x').write_text('x'); os.link(work / 'x', work / '2026-01-08.parquet')"
    ),
    "pipe": "import os; os.mkfifo(work / '2026-01-08.parquet')",
    "device": "import os; os.mknod(work / '2026-01-08.parquet', 0o020600, 0x103)",
}


@pytest.mark.parametrize("case", RESULTS)
def test_a_result_that_is_no_plain_file_is_not_taken(case: str, tmp_path: Path) -> None:
    made, work = tmp_path / "made", tmp_path / "work"
    made.mkdir()
    work.mkdir()
    try:
        exec(RESULTS[case], {"work": made})
    except PermissionError:
        pytest.skip("only the superuser makes devices")
    outcome = ParseOutcome.model_validate({**OUTCOME, "files": [FILE]})

    with pytest.raises(AnswerRefused):
        fetch_results(outcome, made, work, Limits())

    assert list(work.iterdir()) == []


def test_a_link_in_the_place_of_the_folder_of_results_leads_nowhere(tmp_path: Path) -> None:
    others, work = tmp_path / "others", tmp_path / "work"
    others.mkdir()
    work.mkdir()
    (others / f"{DAY}.parquet").write_bytes(b"rows of another source")
    (tmp_path / "made").symlink_to(others)
    outcome = ParseOutcome.model_validate({**OUTCOME, "files": [FILE]})

    with pytest.raises(AnswerRefused):
        fetch_results(outcome, tmp_path / "made", work, Limits())

    assert [path.name for path in others.iterdir()] == [f"{DAY}.parquet"]


@pytest.mark.parametrize(
    "harm",
    [
        "import shutil; shutil.rmtree(work)",
        "import shutil; shutil.rmtree(work); work.symlink_to('/tmp')",
        "path.unlink()",
    ],
)
def test_a_child_that_clears_up_by_itself_costs_its_file_alone(harm: str, tmp_path: Path) -> None:
    refused = json.dumps(
        {"outcome": {"status": "refused", "code": "empty_file", "message": "y"}}
    ).encode()
    (tmp_path / "good").write_text(csv_of(*good_rows(5)))
    good = Job(readings(), tmp_path / "good", tmp_path / "work", DELIVERY, NOW)

    with TakenOver(Limits(wall_seconds=20)) as sandbox:
        outcome = answered(sandbox, tmp_path, refused + b"\n", harm)
        after = sandbox.parse(good)

    assert outcome.status == "refused"
    assert (after.status, after.accepted) == ("accepted", 5)


@pytest.mark.parametrize(("size", "taken"), [(100, True), (101, False)])
def test_results_are_no_larger_than_they_may_be(tmp_path: Path, size: int, taken: bool) -> None:
    made, work = tmp_path / "made", tmp_path / "work"
    made.mkdir()
    work.mkdir()
    (made / f"{DAY}.parquet").write_bytes(bytes(size))
    outcome = ParseOutcome.model_validate({**OUTCOME, "files": [FILE]})

    try:
        fetch_results(outcome, made, work, Limits(output_bytes=100))
    except AnswerRefused:
        assert not taken
    assert (work / f"{DAY}.parquet").exists() == taken


def test_a_child_that_was_taken_over_serves_no_further_file(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    answered(sandbox, tmp_path, REFUSED["two lines"])
    (tmp_path / "good").write_text(csv_of(*good_rows(5)))

    after = sandbox.parse(Job(readings(), tmp_path / "good", tmp_path / "work", DELIVERY, NOW))

    assert (after.status, after.accepted) == ("accepted", 5)


def test_a_job_arrives_as_it_was_sent() -> None:
    key = PeriodKey("wifi", Period("month", date(2026, 1, 1)), bytes(range(32)))
    for contract in load_contracts():
        job = Job(contract, Path("/a/ชื่อ b"), Path("/w"), DELIVERY, NOW, (key, key), NOW)
        assert read_job(job_line(job)) == job
        assert job_line(job).count(b"\n") == 1


def test_an_answer_arrives_as_it_was_sent() -> None:
    file = LakeFile(day=date(2026, 1, 8), name="2026-01-08.parquet", rows=2)
    whole = ParseOutcome(
        status="accepted",
        records=9,
        rows=10,
        accepted=2,
        quarantined=5,
        deduplicated=2,
        dropped=1,
        reasons={"ts_format": 5},
        coerced={"b": 1},
        missing={"v": {"sensor_off": 1}},
        warnings=("สวัสดี\n",),
        new_columns=("x",),
        encoding="utf-8",
        files=(file,),
        quarantine="quarantine.jsonl",
    )
    for answer in (
        whole,
        Failure("defect", "said"),
        ParseOutcome(status="refused", code="empty_file"),
    ):
        assert read_answer(answer_line(answer)) == answer


def test_an_outcome_too_long_to_tell_is_a_failure_that_can_be_told() -> None:
    long = ParseOutcome(status="refused", code="empty_file", message="x" * ANSWER_BYTES)

    told = read_answer(answer_line(replace(Failure("output", ""), said="")))
    instead = read_answer(answer_line(long))

    assert isinstance(told, Failure)
    assert isinstance(instead, Failure)
    assert instead.kind == "output"
