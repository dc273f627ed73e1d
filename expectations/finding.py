"""What one rule found, and how it is said: a finding becomes a line of the report.

Belongs here: findings, their one-line messages in Thai and English, hiding personal values.
Does not belong here: the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from expectations.report import SAMPLE, Row, RuleResult, Severity
from ingestion.contracts.words import Bilingual
from ingestion.privacy.personal import hide

NOTHING_BEFORE = Bilingual(th="ยังไม่มีรุ่นก่อนหน้าให้เทียบ", en="no earlier release to compare with")
_SHOWN = 9  # values of the first broken row that fit into one line
_LONGEST = 300


class AnyRule(Protocol):
    """What every rule has, written in a suite or standard."""

    @property
    def rule(self) -> str:
        """Its name for people."""

    @property
    def type(self) -> str:
        """How it is worked out."""

    @property
    def severity(self) -> Severity:
        """Whether breaking it holds a product back."""

    @property
    def why(self) -> Bilingual:
        """What holds where it is kept."""


@dataclass(frozen=True)
class Finding:
    """What a rule found: how many unexpected rows, the first of them, and a note."""

    count: int = 0
    rows: tuple[Row, ...] = ()
    note: Bilingual | None = None


def failed(count: int, rows: Sequence[Row] = (), note: Bilingual | None = None) -> Finding:
    """A finding of a broken rule; only the first rows are kept."""
    return Finding(count, tuple(rows[:SAMPLE]), note)


def result_of(rule: AnyRule, finding: Finding) -> RuleResult:
    """The line of the report for what a rule found."""
    rows = tuple(_without_personal_values(row) for row in finding.rows)
    return RuleResult(
        rule=rule.rule,
        type=rule.type,
        severity=rule.severity,
        why=rule.why,
        outcome="failed" if finding.count else "ok",
        unexpected_count=finding.count,
        unexpected_rows=rows,
        message=_broken(rule, finding, rows) if finding.count else finding.note or rule.why,
    )


def stopped(rule: AnyRule, problem: str) -> RuleResult:
    """The line of the report for a rule that could not be worked out."""
    said = hide(" ".join(problem.split()))[:_LONGEST]
    return RuleResult(
        rule=rule.rule,
        type=rule.type,
        severity=rule.severity,
        why=rule.why,
        outcome="error",
        message=Bilingual(
            th=f"ตรวจไม่ได้ จึงถือว่าไม่ผ่าน: {said}",
            en=f"could not be checked, which counts as failed: {said}",
        ),
    )


def _broken(rule: AnyRule, finding: Finding, rows: Sequence[Row]) -> Bilingual:
    if finding.note:
        return Bilingual(
            th=f"{rule.why.th}: {finding.note.th}", en=f"{rule.why.en}: {finding.note.en}"
        )
    values = list(rows[0].items())[:_SHOWN] if rows else []
    first = ", ".join(f"{name}={value}" for name, value in values)
    cases = "case" if finding.count == 1 else "cases"
    return Bilingual(
        th=f"{rule.why.th}: ไม่ผ่าน {finding.count} กรณี" + (f" เช่น {first}" if first else ""),
        en=f"{rule.why.en}: broken in {finding.count} {cases}"
        + (f", such as {first}" if first else ""),
    )


def _without_personal_values(row: Row) -> Row:
    return {k: hide(value) if isinstance(value, str) else value for k, value in row.items()}
