"""The report says in one line what an operator must know, and survives being stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from expectations.report import GateReport, JudgedFile, RuleResult, cell
from ingestion.contracts.words import Bilingual

WHY = Bilingual(th="ยอดรวมถูกต้อง", en="Totals are right")


def result(rule: str, severity: str = "critical", outcome: str = "failed") -> RuleResult:
    return RuleResult(
        rule=rule,
        type="standard",
        severity=severity,
        why=WHY,
        outcome=outcome,
        unexpected_count=6,
        unexpected_rows=({"year": 2020, "passengers": 7, "note": None, "pct": 1.5},),
        message=Bilingual(th=f"ผิดที่ {rule}", en=f"wrong at {rule}"),
    )


def report(*results: RuleResult) -> GateReport:
    return GateReport(
        product="airport_passengers_yearly",
        build="b1",
        verdict="held" if any(r.holds_back for r in results) else "passed",
        judged_at=datetime(2026, 1, 8, 19, 0, tzinfo=UTC),
        files=(JudgedFile(name="a.csv", bytes=3, sha256="ab" * 32),),
        rows=72,
        suite_sha256="cd" * 32,
        gate_sha256="ef" * 32,
        results=results,
    )


def test_a_held_product_is_told_by_its_worst_rule_and_names_the_others():
    held = report(
        result("marked", severity="warning"),
        result("unclear", severity="warning", outcome="error"),
        result("totals"),
    )

    assert held.headline == (
        "airport_passengers_yearly held back by totals: wrong at totals; also unclear"
    )
    assert held.headline_th.startswith(
        "airport_passengers_yearly ระงับการเผยแพร่รุ่นใหม่เนื่องจาก totals: ผิดที่ totals"
    )


def test_a_warning_lets_a_product_pass_and_is_told():
    passed = report(result("marked", severity="warning"), result("fine", outcome="ok"))

    assert passed.verdict == "passed"
    assert passed.headline == (
        "airport_passengers_yearly passed with 1 warning: marked: wrong at marked"
    )
    assert "คำเตือน 1 ข้อ" in passed.headline_th


def test_a_report_read_back_is_the_same_report():
    stored = report(result("totals")).to_json()

    assert GateReport.from_json(stored) == report(result("totals"))
    assert GateReport.from_json(stored).to_json() == stored
    assert "ยอดรวมถูกต้อง".encode() in stored


def test_a_report_with_an_unknown_key_is_refused():
    stored = report(result("totals")).to_json().replace(b'"rows"', b'"lines"')

    with pytest.raises(ValidationError):
        GateReport.from_json(stored)


def test_only_the_judged_bytes_of_a_passed_report_are_vouched_for():
    assert report().vouches_for("ab" * 32)
    assert not report().vouches_for("00" * 32)
    assert not report(result("totals")).vouches_for("ab" * 32)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (datetime(2026, 1, 8, 19, 0, tzinfo=UTC), "2026-01-09T02:00:00+07:00"),
        (date(2026, 1, 9), "2026-01-09"),
        (Decimal("1.50"), "1.50"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (1.7e308, 1.7e308),
        (True, True),
        (None, None),
    ],
)
def test_every_value_of_a_broken_row_fits_into_json(value, kept):
    assert cell(value) == kept
