"""No contract and no field of one is made without the rules that its words must keep."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from ingestion.contracts import Field, SourceContract
from ingestion.judging.messages import job_line, read_job
from ingestion.judging.sandbox import Job
from ingestion.sources import checked
from tests.support.judging import DELIVERY, NOW, readings

TEXT = {"th": "ก", "en": "a"}
FIELD = {"name": "level", "type": "number", "description": TEXT}


def test_a_contract_that_keeps_the_rules_is_made_by_whoever_has_them() -> None:
    words = readings().model_dump(exclude_unset=True)

    assert checked(words) == readings()


def test_nobody_makes_a_contract_without_the_rules() -> None:
    words = readings().model_dump(exclude_unset=True)

    with pytest.raises(TypeError, match=r"ingestion\.sources\.checked"):
        SourceContract.model_validate(words)
    with pytest.raises(TypeError, match=r"ingestion\.sources\.checked"):
        SourceContract(**words)


def test_nobody_makes_a_field_without_the_rules() -> None:
    with pytest.raises(TypeError, match=r"ingestion\.sources\.checked"):
        Field.model_validate(FIELD)


def test_the_process_that_reads_files_holds_its_contract_against_the_rules_again(tmp_path) -> None:
    line = job_line(Job(readings(), tmp_path, tmp_path, DELIVERY, NOW))
    told = json.loads(line)
    told["contract"]["fields"][0]["minimum"] = 1

    assert read_job(line).contract == readings()
    with pytest.raises(ValidationError, match="minimum and maximum need a numeric type"):
        read_job(json.dumps(told).encode())
