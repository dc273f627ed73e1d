"""Whatever goes wrong while judging holds the product back, and only that product."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations import gate, text_cells, validation
from expectations.gate import Candidate, judge, judge_all
from expectations.suite import SuiteError
from tests.expectations.conftest import LINEAGE

NOW = datetime(2026, 1, 8, 19, 0, tzinfo=UTC)


@pytest.fixture
def files(piers, piers_rows, write_candidate):
    return write_candidate(piers, piers_rows)


@pytest.fixture
def judge_piers(piers, piers_suite):
    def judged(files, suite=piers_suite):
        return judge(piers, files, build="b1", now=NOW, suite=suite, lineage=LINEAGE)

    return judged


def problems(report):
    return {r.rule: (r.outcome, r.message.en) for r in report.results if r.outcome != "ok"}


def test_a_query_that_crashes_holds_the_product_even_as_a_warning(judge_piers, piers_suite, files):
    sound, share = piers_suite.expectations
    kwargs = {"unexpected_rows_query": "select error('boom') from {batch}"}
    crashing = share.model_copy(update={"kwargs": kwargs})
    suite = piers_suite.model_copy(update={"expectations": (sound, crashing)})

    report = judge_piers(files, suite)

    assert report.verdict == "held"
    outcome, said = problems(report).pop("share_is_a_percentage")
    assert outcome == "error"
    assert "could not be checked, which counts as failed" in said
    assert "boom" in said
    assert next(r for r in report.results if r.rule == sound.rule).outcome == "ok"


def test_a_standard_rule_that_crashes_holds_the_product(judge_piers, files, monkeypatch):
    def crash(_):
        raise ZeroDivisionError("in the scan")

    monkeypatch.setattr(text_cells, "personal_data", crash)

    report = judge_piers(files)

    assert report.verdict == "held"
    assert list(problems(report)) == ["no_personal_data"]
    assert "ZeroDivisionError: in the scan" in problems(report)["no_personal_data"][1]


@pytest.mark.parametrize(
    "value", ["081-234-5678", "somsri@example.org", "00:1A:2b:3C:4d:5E", "1-1017-00230-70-8"]
)
def test_an_error_that_quotes_a_person_is_told_without_it(
    judge_piers, piers_suite, files, monkeypatch, value
):
    def crash(_):
        raise ValueError(f"{value} is no depth")

    monkeypatch.setattr(text_cells, "personal_data", crash)
    sound, share = piers_suite.expectations
    kwargs = {"unexpected_rows_query": f"select error('{value} is no share') from {{batch}}"}
    crashing = share.model_copy(update={"kwargs": kwargs})

    report = judge_piers(files, piers_suite.model_copy(update={"expectations": (sound, crashing)}))

    assert {report.verdict, problems(report)["no_personal_data"][0]} == {"held", "error"}
    assert problems(report)["share_is_a_percentage"][0] == "error"
    assert "hidden (personal)" in problems(report)["no_personal_data"][1]
    assert value not in report.to_json().decode()


def test_an_engine_that_does_not_start_holds_the_product(judge_piers, files, monkeypatch):
    def crash():
        raise ImportError("no module")

    monkeypatch.setattr(validation, "load_gx", crash)

    report = judge_piers(files)

    assert report.verdict == "held"
    assert problems(report)["landings_are_plausible"][0] == "error"
    assert problems(report)["key_is_unique"][0] == "error"


def test_a_rule_without_a_result_is_an_error_and_not_a_pass(judge_piers, files, monkeypatch):
    monkeypatch.setattr(validation.Validation, "_run", lambda self, rules, table: {})

    report = judge_piers(files)

    assert report.verdict == "held"
    assert "gave no result" in problems(report)["has_rows"][1]


def test_no_suite_means_held(judge_piers, files):
    report = judge_piers(files, SuiteError("there is no suite", fix="write one"))

    assert report.verdict == "held"
    assert report.suite_sha256 is None
    assert "there is no suite; write one" in problems(report)["suite_is_usable"][1]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda parquet: parquet.unlink(), "No such file"),
        (lambda parquet: parquet.write_bytes(b""), "Parquet"),
        (lambda parquet: parquet.write_bytes(parquet.read_bytes()[:-20]), "Parquet"),
    ],
    ids=["missing", "empty", "cut"],
)
def test_a_file_that_cannot_be_read_means_held(judge_piers, files, damage, said):
    damage(files["pier_landings_yearly.parquet"])

    report = judge_piers(files)

    assert report.verdict == "held"
    assert list(problems(report)) == ["files_are_readable"]
    assert said.lower() in problems(report)["files_are_readable"][1].lower()
    assert "no_personal_data" in report.not_judged
    assert "landings_are_plausible" in report.not_judged


def test_a_flipped_bit_in_a_page_is_no_other_value(judge_piers, files):
    path = files["pier_landings_yearly.parquet"]
    table = pq.read_table(path)
    plain = {"compression": "none", "use_dictionary": False}
    pq.write_table(table, path, **plain, write_page_checksum=True, write_statistics=False)
    assert judge_piers(files).verdict == "passed"
    body = bytearray(path.read_bytes())
    body[body.index(struct.pack("<q", 410))] ^= 1
    path.write_bytes(body)

    report = judge_piers(files)

    assert report.verdict == "held"
    assert "crc" in problems(report)["files_are_readable"][1].lower()


def test_a_csv_that_is_not_utf8_means_held(judge_piers, files):
    path = files["pier_landings_yearly.csv"]
    path.write_bytes(path.read_bytes().replace("จริง".encode(), "จริง".encode("cp874")))

    report = judge_piers(files)

    assert report.verdict == "held"
    assert "csv_and_parquet_agree" in problems(report)


def test_a_file_that_no_rule_reads_means_held(judge_piers, files, tmp_path: Path):
    extra = tmp_path / "pier_landings_yearly.xlsx"
    extra.write_bytes(b"PK")

    report = judge_piers(files | {extra.name: extra})

    assert report.verdict == "held"
    assert "no rule reads this kind of file" in problems(report)["files_are_readable"][1]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_second_file_of_a_kind_means_held(judge_piers, files, tmp_path: Path, suffix):
    second = tmp_path / f"pier_landings_yearly_2{suffix}"
    second.write_bytes(files[f"pier_landings_yearly{suffix}"].read_bytes())

    report = judge_piers(files | {second.name: second})

    assert report.verdict == "held"
    assert f"file=*{suffix}, problem=2 of them" in problems(report)["files_are_readable"][1]


def test_a_candidate_without_csv_means_held(judge_piers, files):
    del files["pier_landings_yearly.csv"]

    report = judge_piers(files)

    assert "0 of them, expected one" in problems(report)["files_are_readable"][1]
    assert report.verdict == "held"


def test_a_file_changed_after_judging_is_not_vouched_for(judge_piers, files):
    report = judge_piers(files)
    path = files["pier_landings_yearly.csv"]
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    path.write_bytes(path.read_bytes().replace(b"410", b"411"))

    after = hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.vouches_for(before)
    assert not report.vouches_for(after)


def test_a_file_changed_while_judging_is_judged_as_it_was_read(judge_piers, files, monkeypatch):
    path = files["pier_landings_yearly.parquet"]
    read = hashlib.sha256(path.read_bytes()).hexdigest()
    open_as_before = gate.parquet_table

    def swap(file):
        path.write_bytes(b"something else")
        return open_as_before(file)

    monkeypatch.setattr(gate, "parquet_table", swap)

    report = judge_piers(files)

    assert report.verdict == "passed"
    assert report.vouches_for(read)
    assert not report.vouches_for(hashlib.sha256(b"something else").hexdigest())


def test_a_held_report_vouches_for_nothing(judge_piers, files):
    report = judge_piers(files, SuiteError("there is no suite"))

    assert report.files
    assert not any(report.vouches_for(file.sha256) for file in report.files)


def test_one_product_without_a_suite_does_not_stop_the_next(piers, files, piers_suite_folder: Path):
    lonely = piers.model_copy(update={"id": "ferries_yearly"})
    candidates = [Candidate(each, files, lineage=LINEAGE) for each in (lonely, piers)]

    first, second = judge_all(candidates, build="b1", now=NOW, suites=piers_suite_folder)

    assert (first.product, first.verdict) == ("ferries_yearly", "held")
    assert "there is no suite" in first.headline
    assert (second.product, second.verdict) == ("pier_landings_yearly", "passed")


def test_judging_the_same_bytes_again_gives_the_same_report(judge_piers, files):
    assert judge_piers(files).to_json() == judge_piers(files).to_json()


def test_importing_the_gate_does_not_import_its_engine():
    code = "import sys, expectations.gate; sys.exit('great_expectations' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=Path(gate.__file__).parents[1])

    assert done.returncode == 0
