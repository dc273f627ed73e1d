"""The gate: judges the candidate files of products and writes down what it found.

Belongs here: the order of judging, failing closed, the verdict. Does not belong here: the rules
themselves, storing the report, publishing. Whatever goes wrong while judging is a reason to hold
the product back, and never a reason not to judge the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from dbt_project.products import Product
from expectations.candidate import CSV, PARQUET, CandidateFile, parquet_table
from expectations.disclosure import Lineage
from expectations.finality import LastRelease
from expectations.finding import AnyRule, Finding, failed, result_of, stopped
from expectations.own_code import code_sha256
from expectations.report import GateReport, Row, RuleResult
from expectations.row_rules import row_rules
from expectations.standard import (
    CONTENT_RULES,
    CONTRACT_RULES,
    SHAPE_RULE,
    Evidence,
    StandardRule,
)
from expectations.suite import SUITES, Rule, Suite, SuiteError
from expectations.vocabulary import load_suite
from ingestion.contracts.words import Bilingual
from ingestion.errors import PermanentError


@dataclass(frozen=True)
class Candidate:
    """What one product wants to publish, and its last release or why that cannot be read.

    `unbuilt` tells why the build made no files of it, by what is to blame; empty when it did.
    `lineage` tells how the contract of each source behind it is classified; None when the sources
    are not known.
    """

    product: Product
    files: dict[str, Path]
    previous: LastRelease | PermanentError | None = None
    unbuilt: Mapping[str, str] = field(default_factory=dict)
    lineage: Lineage | None = None


@dataclass
class _Sitting:
    """One product before the gate, while its results gather."""

    candidate: Candidate
    now: datetime
    results: list[RuleResult] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)
    read: list[CandidateFile] = field(default_factory=list)
    rows: int | None = None


def judge(
    product: Product,
    files: dict[str, Path],
    *,
    build: str,
    now: datetime,
    suite: Suite | SuiteError,
    lineage: Lineage | None,
    previous: LastRelease | PermanentError | None = None,
) -> GateReport:
    """The verdict on one candidate.

    Parameters
    ----------
    files: file name to path, of every file that would go out.
    now: the injected clock's instant; freshness is judged against it.
    suite: the product's suite, or the error that says why there is none.
    lineage: how the contract of each source behind it is classified; None when nobody knows.
    previous: the last release, or why it cannot be read; None before the first.
    """
    candidate = Candidate(product, files, previous, lineage=lineage)
    return _Gate(build, now).judge(candidate, suite)


def judge_all(
    candidates: Sequence[Candidate], *, build: str, now: datetime, suites: Path = SUITES
) -> tuple[GateReport, ...]:
    """The verdicts on all candidates of a build, in their order, with one load of GX."""
    gate = _Gate(build, now)
    reports = []
    for candidate in candidates:
        suite: Suite | SuiteError
        try:
            suite = load_suite(candidate.product, suites)
        except SuiteError as error:
            suite = error
        reports.append(gate.judge(candidate, suite))
    return tuple(reports)


class _Gate:
    """What the products of one gate run share."""

    def __init__(self, build: str, now: datetime) -> None:
        self._build = build
        self._now = now
        self._code = gate_sha256()

    def judge(self, candidate: Candidate, suite: Suite | SuiteError) -> GateReport:
        sitting = _Sitting(candidate, self._now)
        _guard(sitting, _SUITE_USABLE, lambda: _suite_problem(suite))
        written = () if isinstance(suite, SuiteError) else suite.expectations
        _guard(sitting, _TABLE_BUILT, lambda: _build_problem(candidate.unbuilt))
        evidence = None if candidate.unbuilt else _read(sitting)
        if evidence is None:
            rules: tuple[AnyRule, ...] = (*CONTRACT_RULES, SHAPE_RULE, *CONTENT_RULES)
            if candidate.unbuilt:
                rules = (_FILES_READABLE, *rules)
            sitting.not_judged += [
                r.rule for r in (*rules, *row_rules(candidate.product), *written)
            ]
        else:
            self._judge_contents(sitting, evidence, written)
        return GateReport(
            product=candidate.product.id,
            build=self._build,
            verdict="held" if any(r.holds_back for r in sitting.results) else "passed",
            judged_at=self._now,
            files=tuple(file.judged for file in sitting.read),
            rows=sitting.rows,
            suite_sha256=None if isinstance(suite, SuiteError) else suite.sha256,
            gate_sha256=self._code,
            contract_sha256=contract_sha256(candidate.product, candidate.lineage),
            results=tuple(sitting.results),
            not_judged=tuple(sitting.not_judged),
        )

    def _judge_contents(
        self, sitting: _Sitting, evidence: Evidence, written: Sequence[Rule]
    ) -> None:
        for rule in (*CONTRACT_RULES, SHAPE_RULE, *CONTENT_RULES):
            _guard(sitting, rule, lambda rule=rule: rule.check(evidence))  # type: ignore[misc]
        rules = (*row_rules(evidence.product), *written)
        shape = next(r for r in sitting.results if r.rule == SHAPE_RULE.rule)
        if shape.outcome != "ok":
            # Every rule about a column that is not there would only repeat this.
            sitting.not_judged += [rule.rule for rule in rules]
            return
        try:
            sitting.results += self._by_gx(rules, evidence)
        except Exception as error:  # whatever GX or a rule did, the product is held
            sitting.results += [stopped(rule, _problem(error)) for rule in rules]

    def _by_gx(self, rules: Sequence[Rule], evidence: Evidence) -> list[RuleResult]:
        from expectations.validation import Judged, validation

        judged = Judged(evidence.table, evidence.product.key, self._now, evidence.previous)
        return validation().judge(rules, judged)


@cache
def gate_sha256() -> str:
    """The hash of all code that judges, our own and other people's: which rules judged."""
    return code_sha256("expectations.gate")


def contract_sha256(product: Product, lineage: Lineage | None) -> str:
    """The hash of what a product promises, and of what it is made from: what the rules ask."""
    said = json.dumps(dict(lineage), sort_keys=True) if lineage is not None else "unknown"
    return hashlib.sha256(f"{product.model_dump_json()}\n{said}".encode()).hexdigest()


_TABLE_BUILT = StandardRule(
    "table_is_built",
    Bilingual(
        th="ตารางของชุดข้อมูลและทุกตารางที่ใช้สร้างต้องสร้างได้โดยไม่มีข้อผิดพลาด",
        en="The table of the product, and all that it is made from, could be built",
    ),
    lambda evidence: Finding(),
)
_FILES_READABLE = StandardRule(
    "files_are_readable",
    Bilingual(
        th="ต้องมีไฟล์ Parquet และ CSV อย่างละหนึ่งไฟล์ที่เปิดอ่านได้",
        en="There is one Parquet and one CSV file, and both can be read",
    ),
    lambda evidence: Finding(),
)
_SUITE_USABLE = StandardRule(
    "suite_is_usable",
    Bilingual(
        th="ชุดข้อมูลต้องมีชุดเกณฑ์ตรวจสอบของตนเองที่ใช้ได้", en="The product has a usable suite of its own"
    ),
    lambda evidence: Finding(),
)


def _guard(sitting: _Sitting, rule: StandardRule, check: Callable[[], Finding]) -> None:
    """Work a rule out; one that cannot be worked out counts as failed."""
    try:
        sitting.results.append(result_of(rule, check()))
    except Exception as error:  # a crashed check is a failed check
        sitting.results.append(stopped(rule, _problem(error)))


def _problem(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _suite_problem(suite: Suite | SuiteError) -> Finding:
    if isinstance(suite, SuiteError):
        return failed(1, note=Bilingual(th=suite.message, en=suite.message))
    return Finding()


def _build_problem(unbuilt: Mapping[str, str]) -> Finding:
    return failed(len(unbuilt), [{"broke": who, "said": why} for who, why in unbuilt.items()])


def _read(sitting: _Sitting) -> Evidence | None:
    """Read every file once and open the Parquet file; None when that is not possible."""
    problems: list[Row] = []
    tables: list[Evidence] = []

    def check() -> Finding:
        for name, path in sorted(sitting.candidate.files.items()):
            try:
                sitting.read.append(CandidateFile.read(name, path))
            except OSError as error:
                problems.append({"file": name, "problem": error.strerror or str(error)})
        problems.extend(_wrong_set(sitting))
        if not problems:
            tables.append(_open(sitting))
        return failed(len(problems), problems)

    _guard(sitting, _FILES_READABLE, check)
    return tables[0] if tables else None


def _wrong_set(sitting: _Sitting) -> list[Row]:
    """Files that are missing, twice there, or of a kind that no rule reads."""
    names = sorted(sitting.candidate.files)
    found: list[Row] = []
    for suffix in (PARQUET, CSV):
        count = sum(name.endswith(suffix) for name in names)
        if count != 1:
            found.append({"file": f"*{suffix}", "problem": f"{count} of them, expected one"})
    for name in names:
        if not name.endswith((PARQUET, CSV)):
            found.append({"file": name, "problem": "no rule reads this kind of file"})
    return found


def _open(sitting: _Sitting) -> Evidence:
    parquet = next(file for file in sitting.read if file.is_a(PARQUET))
    csv = next(file for file in sitting.read if file.is_a(CSV))
    table = parquet_table(parquet)
    sitting.rows = table.num_rows
    candidate = sitting.candidate
    return Evidence(candidate.product, csv, table, candidate.previous, candidate.lineage)
