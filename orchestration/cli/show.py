"""How results look in a terminal, and as one JSON line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from ingestion.clock import BANGKOK
from ingestion.deliveries.report import IngestReport
from orchestration.ingesting import Progress
from orchestration.nightly import NightlyReport
from publication.release import Held, Outcome, Refused, Released

# A pipe or a log file is not 80 columns wide.
_MOST_REMARKS = 5
console = Console(width=None if Console().is_terminal else 120)


def as_json(facts: object) -> None:
    """Print one line of JSON."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A line that tells what is being done now; silent where nobody watches."""
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("starting") as status:
        yield lambda text: status.update(text[:100])


def print_sources(reports: Sequence[IngestReport]) -> None:
    """Sources: files, and what became of their rows; then every reason, a line each."""
    table = Table(title="Sources", title_justify="left")
    table.add_column("source", no_wrap=True)
    for name in ("new files", "accepted", "quarantined", "repeated", "refused"):
        table.add_column(name, justify="right")
    for report in reports:
        table.add_row(
            report.source,
            _new_files(report),
            f"{report.accepted:,}",
            f"{report.quarantined:,}",
            f"{report.deduplicated:,}",
            str(len(report.refused)),
        )
    console.print(table)
    for report in reports:
        for note in _notes(report):
            line(f"  {report.source}: {note}")


def print_products(outcomes: Sequence[Outcome]) -> None:
    """Products: published, or held back; then every reason, a line each."""
    table = Table(title="Products", title_justify="left")
    for name in ("product", "outcome", "version readers have"):
        table.add_column(name, no_wrap=True)
    for outcome in outcomes:
        table.add_row(outcome.product, *_outcome(outcome))
    console.print(table)
    for outcome in outcomes:
        if isinstance(outcome, Held):
            for reason in outcome.reason.en.split("; "):
                line(f"  {outcome.product} held back: {reason}")
        elif isinstance(outcome, Refused):
            line(f"  {outcome.product} refused: {outcome.error.message}")


def line(text: str) -> None:
    """Print a text as it is: no markup, no colours, no line breaks of our own."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def facts(report: NightlyReport) -> dict[str, object]:
    """A nightly report for programs."""
    return {
        "day": report.day,
        "build": report.build.id,
        "built": report.built,
        "commit": report.committed,
        "failed": report.failed,
        "vault_problem": report.expired.problem,
        "sources": [source_facts(source) for source in report.sources],
        "products": {o.product: type(o).__name__.lower() for o in report.outcomes},
        "broken": report.build.broken,
        "tables": report.maintained.facts(),
        "damaged": [damage.message for damage in report.verified.damages],
    }


def source_facts(report: IngestReport) -> dict[str, object]:
    """A source's report for programs."""
    return {
        "source": report.source,
        "files": len(report.entries),
        "accepted": report.accepted,
        "quarantined": report.quarantined,
        "deduplicated": report.deduplicated,
        "missing": report.missing,
        "remarks": report.remarks,
        "refused": [
            {"name": e.name, "code": e.outcome.code, "message": e.outcome.message}
            for e in report.refused
        ],
        "problem": report.problem,
        "outstanding": {
            "refused": len(report.outstanding.refused),
            "rows": report.outstanding.rows,
            "waved_through": report.outstanding.waved,
        }
        if report.outstanding
        else None,
        "clock": report.clock,
        "received_in_future": report.ahead,
        "judged_again": [entry.name for entry in report.replayed],
    }


def _new_files(report: IngestReport) -> str:
    if report.entries:
        return str(len(report.entries))
    return "not reached" if report.problem else "nothing new"


def _notes(report: IngestReport) -> Iterator[str]:
    if report.problem:
        yield f"NOT REACHED: {report.problem}"
    reasons: dict[str, int] = {}
    for entry in report.entries:
        if entry.outcome.status == "accepted":
            for code, count in entry.outcome.reasons.items():
                reasons[code] = reasons.get(code, 0) + count
    if reasons:
        shown = ", ".join(f"{code} {count}" for code, count in sorted(reasons.items()))
        yield f"quarantined: {shown}"
    if report.missing:
        shown = ", ".join(f"{why} {count}" for why, count in report.missing.items())
        yield f"accepted without a value: {shown}"
    for remark, files in list(report.remarks.items())[:_MOST_REMARKS]:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        yield f"note on {files[0]}{more}: {remark}"
    if report.older:
        yield (
            f"{report.older} deliveries were judged under older words of the contract; "
            f"cdp quarantine replay {report.source}"
        )
    yield from _of_before(report)
    for entry in report.refused:
        yield f"refused {entry.name}: {entry.outcome.code}: {entry.outcome.message}"


def _of_before(report: IngestReport) -> Iterator[str]:
    """What stands of earlier runs, and what a clock has to do with it."""
    standing = report.outstanding
    came = {entry.sha256 for entry in report.entries}
    if standing and any(entry.sha256 not in came for entry in standing.entries):
        oldest = f"{standing.entries[0].received_at.astimezone(BANGKOK):%Y-%m-%d}"
        yield (
            f"outstanding since {oldest}: files refused {len(standing.refused)}, "
            f"rows quarantined {standing.rows:,}; cdp quarantine list {report.source}"
        )
    if report.clock:
        yield f"CLOCK IN DOUBT: {report.clock}; what it keeps out is judged again once it is right"
    if report.ahead:
        when = f"{report.ahead.astimezone(BANGKOK):%Y-%m-%d %H:%M}"
        yield (
            f"a delivery was received in the future, {when} Bangkok time: the clock was wrong "
            "then, or is now (cdp clock show); the order of deliveries does not depend on it"
        )
    if report.replayed:
        rows = sum(entry.outcome.accepted for entry in report.replayed)
        yield (
            f"{len(report.replayed)} deliveries that a wrong clock had judged were judged "
            f"again: {rows:,} of their rows are accepted now"
        )


def _outcome(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Released):
        return "published again" if outcome.resumed else "published", outcome.version
    if isinstance(outcome, Held):
        return "HELD BACK", outcome.version or "none yet"
    if isinstance(outcome, Refused):
        return "REFUSED", "as before"
    return "still held back" if outcome.held else "unchanged", outcome.version or "none yet"
