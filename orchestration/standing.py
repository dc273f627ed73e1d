"""How a product stands with its readers, as an operator sees it in Dagster: two checks.

Belongs here: `gate` of `candidate/<product>`, the verdict, and `current` of `open/<product>`: since
when a product is held back, why, what to do, what readers have meanwhile. Does not belong here:
holding it (`publication/`). A held product is the platform at work: a warning, and no failed run.
"""

from __future__ import annotations

import dagster as dg

from expectations.report import GateReport
from ingestion.clock import BANGKOK
from ingestion.contracts.words import Bilingual
from orchestration.deployment import Deployment
from orchestration.facts import Metadata, evaluation, gate_metadata
from publication.commits import head
from publication.decisions import ROLLED_BACK
from publication.model import ProductState

GATE, CURRENT = "gate", "current"

_TO_DO = {
    "table_is_built": Bilingual(
        th="ข้อความของ dbt บอกว่าแบบจำลองตารางหรือการทดสอบใดไม่ผ่าน: แก้ไขแบบจำลองหรือข้อมูลต้นทาง"
        " แล้วสั่ง cdp nightly",
        en="dbt's message says which model or test broke: mend it or its source, then cdp nightly",
    ),
    "final_values_are_kept": Bilingual(
        th="แก้ไขข้อมูลต้นทาง หรือหากเราเปลี่ยนวิธีคำนวณเอง ให้เพิ่ม method_changes ใน YAML ของชุดข้อมูล",
        en="mend the source; if a rule of ours changed, add a number to method_changes in the YAML",
    ),
    "personal_sources_are_admitted": Bilingual(
        th="ระบุเกณฑ์การเปิดเผย (disclosure) ที่เหมาะกับข้อมูลส่วนบุคคลใน YAML ของชุดข้อมูล ระหว่างนี้จะยังไม่เผยแพร่",
        en="give it a disclosure rule for persons in its YAML; until then it stays private",
    ),
}
_MEND = Bilingual(
    th="ตาราง rules broken ของ check `gate` บอกเกณฑ์และแถวที่ไม่ผ่าน: แก้ไขข้อมูลต้นทางหรือแบบจำลองตาราง"
    " เมื่อผ่านเกณฑ์แล้วจะเผยแพร่เอง",
    en="the check `gate` of its candidate names rule and rows: mend the source or the model; it "
    "goes out by itself when the rule holds again",
)
_AFTER_A_ROLLBACK = Bilingual(
    th="แก้ไขปัญหาที่ทำให้ต้องย้อนกลับ ข้อมูลใหม่จะเผยแพร่เองในรุ่นถัดไป (cdp release list)",
    en="mend what made you roll back; other data go out by themselves (cdp release list)",
)


def gate_check(report: GateReport) -> dg.AssetCheckResult:
    """The verdict on a candidate. A held product warns; only a gate that fell over is an error."""
    return dg.AssetCheckResult(
        check_name=GATE,
        passed=report.verdict == "passed",
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{report.headline}\n\n{report.headline_th}",
        metadata=gate_metadata(report),
    )


def current_check(deployment: Deployment, report: GateReport) -> dg.AssetCheckResult:
    """Whether readers have the newest data of a product; if not, since when, why, what to do."""
    commit = head(deployment.open)
    state = commit.products.get(report.product) if commit else None
    return dg.AssetCheckResult(
        check_name=CURRENT,
        passed=state is not None and state.state == "fresh",
        severity=dg.AssetCheckSeverity.WARN,
        description=_said(state, report),
        metadata=_metadata(deployment, state, report),
    )


def checks_of(
    deployment: Deployment, report: GateReport
) -> tuple[dg.AssetCheckEvaluation, dg.AssetCheckEvaluation]:
    """Both checks as events, for whoever tells of a product outside the run of its own steps."""
    return (
        evaluation(dg.AssetKey(["candidate", report.product]), gate_check(report)),
        evaluation(dg.AssetKey(["open", report.product]), current_check(deployment, report)),
    )


def to_do(state: ProductState, report: GateReport) -> Bilingual:
    """What an operator does about a held product."""
    if state.reason == ROLLED_BACK:
        return _AFTER_A_ROLLBACK
    known = [_TO_DO[result.rule] for result in report.holding if result.rule in _TO_DO]
    return known[0] if known else _MEND


def _said(state: ProductState | None, report: GateReport) -> str:
    """Paragraphs of Markdown, as Dagster shows them."""
    if state is None:
        return "not published yet\n\nยังไม่เคยเผยแพร่"
    if not (state.stale_since and state.reason):
        return "readers have the newest data\n\nผู้อ่านได้ข้อมูลล่าสุด"
    since = state.stale_since.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M")
    have = Bilingual(th="ยังไม่เคยเผยแพร่", en="readers have no version yet")
    if state.version:
        have = Bilingual(th=f"ผู้อ่านใช้รุ่น {state.version}", en=f"readers have version {state.version}")
    do = to_do(state, report)
    return (
        f"held back since {since}: {state.reason.en}\n\n{have.en}; to do: {do.en}\n\n"
        f"ระงับการเผยแพร่รุ่นใหม่ตั้งแต่ {since}: {state.reason.th}\n\n{have.th}; สิ่งที่ต้องทำ: {do.th}"
    )


def _metadata(deployment: Deployment, state: ProductState | None, report: GateReport) -> Metadata:
    text = dg.MetadataValue.text
    found: dict[str, dg.MetadataValue] = {
        "state": text(state.state if state else "not published yet"),
        "last good version": text((state.version if state else None) or "none"),
    }
    if state and state.version:
        folder = f"{state.domain}/{report.product}/{state.version}"
        found["folder"] = dg.MetadataValue.path(deployment.open.uri(folder))
    if state and state.stale_since and state.reason:
        do = to_do(state, report)
        found |= {
            "held since": dg.MetadataValue.timestamp(state.stale_since),
            "why": text(state.reason.en),
            "เหตุผล": text(state.reason.th),
            "what to do": text(do.en),
            "สิ่งที่ต้องทำ": text(do.th),
        }
    return found
