"""What an operator wants to know of a step, as Dagster shows it: numbers, tables, check results.

Belongs here: how reports of the rooms look in the UI. Does not belong here: working them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from expectations.report import GateReport
from ingestion.clock import BANGKOK
from ingestion.deliveries.ledger import LedgerEntry
from ingestion.deliveries.outstanding import Outstanding
from ingestion.deliveries.report import IngestReport
from ingestion.faults import codes
from ingestion.judging.outcome import ParseOutcome
from ingestion.privacy.vault import Expired
from orchestration.deployment import Deployment
from orchestration.verifying import Verified
from publication.release import Held, Released, Unchanged

EXPIRED = dg.AssetKey(["vault", "expired"])
"""The asset of the vault's end; whoever runs a night tells of it under this name."""

VERIFIED = dg.AssetKey(["lake", "verified"])
"""The asset of what was held against its records, likewise."""

_NAMED, _SHOWN = 10, 50
"""Files of those outstanding that a check names, and that its table shows."""
Metadata = Mapping[str, dg.MetadataValue]


def source_metadata(report: IngestReport) -> Metadata:
    """What an operator wants to know of one run."""
    files = [
        dg.TableRecord(
            {
                "file": entry.name,
                "outcome": entry.outcome.status,
                "accepted": entry.outcome.accepted,
                "quarantined": entry.outcome.quarantined,
                "repeated": entry.outcome.deduplicated,
                "why": _why(entry.outcome),
                "delivery": entry.sha256[:12],
            }
        )
        for entry in report.entries[:200]
    ]
    columns = ("file", "outcome", "accepted", "quarantined", "repeated", "why", "delivery")
    numbers = ("accepted", "quarantined", "repeated")
    schema = dg.TableSchema(
        [dg.TableColumn(name, "int" if name in numbers else "string") for name in columns]
    )
    return {
        "dagster/row_count": dg.MetadataValue.int(report.accepted),
        "new files": dg.MetadataValue.int(len(report.entries)),
        "rows quarantined": dg.MetadataValue.int(report.quarantined),
        "values missing": dg.MetadataValue.json(report.missing),
        "rows repeated": dg.MetadataValue.int(report.deduplicated),
        "files refused": dg.MetadataValue.int(len(report.refused)),
        "files": dg.MetadataValue.table(files, schema=schema),
    }


def _why(outcome: ParseOutcome) -> str:
    """The code leads: by it an operator finds what to do in the runbook."""
    refusal = ": ".join(text for text in (_in_thai(outcome.code), outcome.message) if text)
    told = (refusal, ", ".join(map(_in_thai, outcome.reasons)), *outcome.warnings)
    return "; ".join(text for text in told if text)


def _in_thai(code: str) -> str:
    """The code with what it means in Thai; alone where an old record holds one of former times."""
    known = codes().get(code)
    return f"{code} ({known.means.th})" if known else code


def source_checks(report: IngestReport) -> Iterator[dg.AssetCheckResult]:
    """The three checks of a source, each with what to do.

    The last two show what stands, whenever it came: it is green when the sender has replaced it, a
    replay has let it in, or somebody has waved it through, and not because later files are good.
    """
    yield dg.AssetCheckResult(
        check_name="reachable",
        passed=not report.problem,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"the source cannot be taken in · รับข้อมูลจากแหล่งข้อมูลนี้ไม่ได้\n{report.problem}"
        if report.problem
        else "the source answered · แหล่งข้อมูลตอบตามปกติ",
    )
    yield from standing_checks(report)


def standing_checks(report: IngestReport) -> Iterator[dg.AssetCheckResult]:
    """What was kept out of a source and is not put right: refused files, and rows of others."""
    found = report.outstanding
    if found is None:
        yield from _unknown(report.problem)
        return
    refused, others = found.refused, found.with_rows
    yield dg.AssetCheckResult(
        check_name="files_usable",
        passed=not refused,
        severity=dg.AssetCheckSeverity.ERROR,
        description=_standing(
            report.source,
            f"{_counted(len(refused), 'refused file')} outstanding · "
            f"ไฟล์ที่ไม่รับและยังไม่ได้แก้ไข {len(refused)} ไฟล์",
            refused,
        )
        or "no refused file is outstanding · ไม่มีไฟล์ที่ไม่รับค้างอยู่",
        metadata=_standing_metadata(found, refused),
    )
    rows = found.rows
    files = "file" if len(others) == 1 else "files"
    yield dg.AssetCheckResult(
        check_name="rows_usable",
        passed=not others,
        severity=dg.AssetCheckSeverity.WARN,
        description=_standing(
            report.source,
            f"{_counted(rows, 'quarantined row')} outstanding, in {len(others)} {files} · "
            f"แถวที่พักไว้ตรวจสอบและยังไม่ได้แก้ไข {rows:,} แถว ใน {len(others)} ไฟล์",
            others,
        )
        or "no quarantined row is outstanding · ไม่มีแถวที่พักไว้ตรวจสอบค้างอยู่",
        metadata=_standing_metadata(found, others),
    )


def _unknown(problem: str) -> Iterator[dg.AssetCheckResult]:
    """Where the ledger cannot be read: what nobody knows is not green."""
    for name in ("files_usable", "rows_usable"):
        yield dg.AssetCheckResult(
            check_name=name,
            passed=False,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"nobody knows what is outstanding · ไม่ทราบว่ามีสิ่งใดค้างอยู่\n{problem}",
        )


def _standing(source: str, head: str, entries: Sequence[LedgerEntry]) -> str:
    """What stands, the newest files by name, and what to do; empty when nothing does."""
    if not entries:
        return ""
    newest = [f"{e.name}: {_why(e.outcome)}" for e in reversed(entries[-_NAMED:])]
    left = len(entries) - _NAMED
    more = [f"and {left:,} more · และอีก {left:,} ไฟล์"] if left > 0 else []
    todo = (
        f"see cdp quarantine list {source}; ask the sender to send them again under their names, "
        "correct the contract and cdp quarantine replay, or cdp quarantine wave-through "
        f"{source} DELIVERY --why … · ขอให้ผู้ส่งส่งไฟล์ใหม่ด้วยชื่อเดิม แก้ข้อกำหนดข้อมูลแล้วตรวจสอบซ้ำ "
        "หรือปล่อยผ่านโดยระบุเหตุผล"
    )
    return "\n".join([head, *newest, *more, todo])


def _counted(number: int, noun: str) -> str:
    """`1 refused file is`, `2 refused files are`."""
    return f"{number:,} {noun} is" if number == 1 else f"{number:,} {noun}s are"


def _standing_metadata(found: Outstanding, entries: Sequence[LedgerEntry]) -> Metadata:
    now = found.at
    records = [
        dg.TableRecord(
            {
                "file": entry.name,
                "delivery": entry.sha256[:12],
                "received": f"{entry.received_at.astimezone(BANGKOK):%Y-%m-%d %H:%M}",
                "days": max((now - entry.received_at).days, 0),
                "rows out": entry.outcome.quarantined,
                "why": _why(entry.outcome)[:300],
            }
        )
        for entry in reversed(entries[-_SHOWN:])
    ]
    kinds = {"days": "int", "rows out": "int"}
    columns = ("file", "delivery", "received", "days", "rows out", "why")
    schema = dg.TableSchema([dg.TableColumn(name, kinds.get(name, "string")) for name in columns])
    oldest = max(((now - entry.received_at).days for entry in entries), default=0)
    return {
        "outstanding files": dg.MetadataValue.int(len(entries)),
        "outstanding rows": dg.MetadataValue.int(sum(e.outcome.quarantined for e in entries)),
        "oldest, days": dg.MetadataValue.int(max(oldest, 0)),
        "waved through": dg.MetadataValue.int(found.waved),
        "outstanding": dg.MetadataValue.table(records, schema=schema),
    }


def vault_metadata(done: Expired) -> Metadata:
    """What became unreadable for ever: how many files, and whose keys were destroyed."""
    names = "\n".join((*done.data_keys, *done.period_keys))
    return {
        "files gone": dg.MetadataValue.int(done.objects),
        "data keys destroyed": dg.MetadataValue.int(len(done.data_keys)),
        "pseudonym keys destroyed": dg.MetadataValue.int(len(done.period_keys)),
        "destroyed": dg.MetadataValue.text(names or "nothing was due"),
    }


def verified_metadata(done: Verified) -> Metadata:
    """How much of the lake was looked at, and what is damaged."""
    damages = "\n".join(damage.message for damage in done.damages)
    return {
        "objects": dg.MetadataValue.int(done.objects),
        "part of 30": dg.MetadataValue.int(done.part or 0),
        "damaged": dg.MetadataValue.text(damages or "nothing"),
    }


def verified_check(done: Verified) -> dg.AssetCheckResult:
    """Was everything what was written?"""
    return dg.AssetCheckResult(
        check_name="nothing_is_damaged",
        passed=done.ok,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join(damage.message for damage in done.damages)
        or "everything is what was written",
    )


def vault_check(done: Expired) -> dg.AssetCheckResult:
    """Was everything destroyed that was due?"""
    return dg.AssetCheckResult(
        check_name="nothing_outlives_its_day",
        passed=not done.problem,
        severity=dg.AssetCheckSeverity.ERROR,
        description=done.problem or "everything that was due is gone",
    )


def gate_metadata(report: GateReport) -> Metadata:
    """The rules that did not hold, as a table."""
    broken = [result for result in report.results if result.outcome != "ok"]
    records = [
        dg.TableRecord(
            {
                "rule": result.rule,
                "severity": result.severity,
                "rows": result.unexpected_count,
                "what": result.message.en,
                "สิ่งที่พบ": result.message.th,
                "first rows": "\n".join(str(row) for row in result.unexpected_rows[:6]),
            }
        )
        for result in broken
    ]
    names = ("rule", "severity", "rows", "what", "สิ่งที่พบ", "first rows")
    schema = dg.TableSchema(
        [dg.TableColumn(name, "int" if name == "rows" else "string") for name in names]
    )
    return {
        "verdict": dg.MetadataValue.text(report.verdict),
        "rules checked": dg.MetadataValue.int(len(report.results)),
        "rules broken": dg.MetadataValue.table(records, schema=schema),
    }


def release_metadata(
    deployment: Deployment, report: GateReport, outcome: Released | Held | Unchanged
) -> Metadata:
    """What readers have now."""
    domain = deployment.product(report.product).domain
    folder = f"{domain}/{report.product}/{outcome.version}"
    return {
        "version": dg.MetadataValue.text(outcome.version or "none"),
        "new": dg.MetadataValue.bool(isinstance(outcome, Released)),
        "dagster/row_count": dg.MetadataValue.int(report.rows or 0),
        "folder": dg.MetadataValue.path(deployment.open.uri(folder)),
    }


def evaluation(key: dg.AssetKey, check: dg.AssetCheckResult) -> dg.AssetCheckEvaluation:
    """The same result as an event, for whoever tells of it outside a run of that asset."""
    assert check.check_name is not None
    return dg.AssetCheckEvaluation(
        asset_key=key,
        check_name=check.check_name,
        passed=check.passed,
        severity=check.severity,
        description=check.description,
        metadata=check.metadata,
    )
