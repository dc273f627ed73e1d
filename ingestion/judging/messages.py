"""What the parser's process is told, and what it may answer: lines of JSON, checked as a file is.

The answer was once in Python's own form for objects, which runs what it holds: a file that had
taken over the parser would have taken over the platform by its answer.

Nothing in an answer is run, its length is bounded, its numbers are bounded and add up, and the
files that it names are those that a parser writes. Does not belong here: the process
(`sandbox.py`).
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ingestion.contracts.source import SourceContract
from ingestion.faults import codes
from ingestion.judging.outcome import QUARANTINE_FILE, LakeFile, ParseOutcome
from ingestion.judging.results.footers import wrong_with_result
from ingestion.limits import Limits
from ingestion.privacy.periods import Period, PeriodKey
from ingestion.sources.rules import problems

ANSWER_BYTES = 16 << 20
"""More than a file with rows of a hundred thousand days makes."""
_MOST = 10**12
_Word = Literal["memory", "output", "rows_lost", "crash", "defect"]


class AnswerRefused(Exception):
    """An answer that no parser of ours gives; `str` says what is wrong and shows nothing of it."""


@dataclass(frozen=True)
class Job:
    """One file to parse; the parameters of `parse.parse`."""

    contract: SourceContract
    path: Path
    work: Path
    delivery: str
    received_at: datetime
    period_keys: tuple[PeriodKey, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True)
class Failure:
    """Why the child has no outcome for a file."""

    kind: _Word
    said: str


class Beginning(BaseModel):
    """What a child is told first: the bounds of its life, and the folder that it may use."""

    model_config = ConfigDict(frozen=True)

    limits: Limits
    folder: Path


class Ready(BaseModel):
    """What a child says when it can begin: what the system keeps it from, `confining.confine`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kept_from: tuple[str, ...] = Field(max_length=8)


class _Key(BaseModel):
    purpose: str
    kind: Literal["day", "month"]
    first: date
    key: str


class _Job(BaseModel):
    contract: SourceContract
    path: Path
    work: Path
    delivery: str
    received_at: AwareDatetime
    period_keys: tuple[_Key, ...]
    as_of: AwareDatetime | None


class _Failure(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: _Word
    said: str = Field(max_length=400)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    outcome: ParseOutcome | None = None
    failure: _Failure | None = None


def job_line(job: Job) -> bytes:
    """A job as the child reads it."""
    sent = _Job.model_construct(
        contract=job.contract,
        path=job.path,
        work=job.work,
        delivery=job.delivery,
        received_at=job.received_at,
        as_of=job.as_of,
        period_keys=tuple(
            _Key(
                purpose=each.purpose,
                kind=each.period.kind,
                first=each.period.first,
                key=each.key.hex(),
            )
            for each in job.period_keys
        ),
    )
    return sent.model_dump_json(exclude_unset=True).encode() + b"\n"


def read_job(line: bytes) -> Job:
    """The job in a line."""
    sent = _Job.model_validate_json(line, context=problems)
    keys = (
        PeriodKey(each.purpose, Period(each.kind, each.first), bytes.fromhex(each.key))
        for each in sent.period_keys
    )
    return Job(
        sent.contract,
        sent.path,
        sent.work,
        sent.delivery,
        sent.received_at,
        tuple(keys),
        sent.as_of,
    )


def answer_line(answer: ParseOutcome | Failure) -> bytes:
    """An answer as the parent reads it."""
    if isinstance(answer, Failure):
        sent = _Answer(failure=_Failure(kind=answer.kind, said=answer.said[:400]))
    else:
        sent = _Answer.model_construct(outcome=answer)
    line = sent.model_dump_json(exclude_defaults=True).encode() + b"\n"
    if len(line) > ANSWER_BYTES:
        return answer_line(Failure("output", "an answer beyond its length"))
    return line


def read_answer(line: bytes) -> ParseOutcome | Failure:
    """The answer in a line.

    Raises
    ------
    AnswerRefused: it is not one that a parser gives.
    """
    try:
        answer = _Answer.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        at = ".".join(str(part) for part in first["loc"][:2])
        raise AnswerRefused(f"{at or 'it'}: {first['type']}") from None
    if (answer.outcome is None) == (answer.failure is None):
        raise AnswerRefused("it holds no outcome, or two")
    if answer.failure:
        return Failure(answer.failure.kind, answer.failure.said)
    assert answer.outcome
    _add_up(answer.outcome)
    return answer.outcome


def fetch_results(outcome: ParseOutcome, made: Path, work: Path, limits: Limits) -> None:
    """Move the files that an outcome names from where the child made them to where they are wanted.

    Raises
    ------
    AnswerRefused: one of them is no plain file, or all are larger than they may be.
    """
    names = [file.name for file in outcome.files] + [outcome.quarantine][: bool(outcome.quarantine)]
    try:
        # Held open, the folder is the one that was looked at, whatever the child puts in its place.
        folder = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if sum(_size(name, folder) for name in names) > limits.output_bytes:
                raise AnswerRefused("files larger than they may be")
            for name in names:
                _move(name, folder, work / name)
                _size(work / name)  # as it is now, where the child cannot put another one
        finally:
            os.close(folder)
    except OSError as error:
        raise AnswerRefused(f"a file that it names cannot be had ({error.strerror})") from None


def check_results(outcome: ParseOutcome, work: Path, contract: SourceContract) -> None:
    """See that the files of rows in `work` are what a parser writes under a contract.

    Raises
    ------
    AnswerRefused: one of them is not; none of all is left.
    """
    for file in outcome.files:
        if wrong := wrong_with_result(work / file.name, contract, file.rows):
            for each in (*(one.name for one in outcome.files), QUARANTINE_FILE):
                (work / each).unlink(missing_ok=True)
            raise AnswerRefused(wrong)


def _size(path: str | Path, folder: int | None = None) -> int:
    """The bytes of a file that is nothing else, and is known by no other name."""
    found = os.stat(path, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise AnswerRefused("no plain file")
    return found.st_size


def _add_up(outcome: ParseOutcome) -> None:
    numbers = [
        *(outcome.records, outcome.rows, outcome.accepted, outcome.quarantined),
        *(outcome.deduplicated, outcome.dropped, *outcome.reasons.values()),
        *(*outcome.coerced.values(), *(file.rows for file in outcome.files)),
        *(count for why in outcome.missing.values() for count in why.values()),
    ]
    if not all(0 <= number <= _MOST for number in numbers):
        raise AnswerRefused("a number that no file can have")
    became = outcome.accepted + outcome.quarantined + outcome.deduplicated + outcome.dropped
    stored = sum(file.rows for file in outcome.files)
    if outcome.status == "accepted" and (became, stored) != (outcome.rows, outcome.accepted):
        raise AnswerRefused("numbers that do not add up")
    if outcome.status == "refused" and outcome.files:
        raise AnswerRefused("rows of a refused file")
    if not {outcome.code, *outcome.reasons} - {""} <= codes().keys():
        raise AnswerRefused("a code that nobody knows")
    if outcome.quarantine not in ("", QUARANTINE_FILE):
        raise AnswerRefused("another name for the quarantine")
    _check_names(outcome.files)


def _check_names(files: tuple[LakeFile, ...]) -> None:
    if any(file.name != f"{file.day.isoformat()}.parquet" for file in files):
        raise AnswerRefused("a file whose name is not its day")
    if len({file.day for file in files}) != len(files):
        raise AnswerRefused("a day twice")


def _move(name: str, folder: int, wanted: Path) -> None:
    try:
        os.rename(name, wanted, src_dir_fd=folder)
    except OSError as error:
        if error.errno != errno.EXDEV:  # wanted on another disk
            raise
        made = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(made, "rb") as source:
            if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                raise AnswerRefused("no plain file") from None
            with wanted.open("wb") as into:
                shutil.copyfileobj(source, into, 1 << 20)
