"""How results look in a terminal, and as one JSON line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from ingestion.ingest import IngestReport
from orchestration.nightly import NightlyReport, Progress
from publication.release import Held, Outcome, Refused, Released

console = Console()


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


def sources_table(reports: Sequence[IngestReport]) -> Table:
    """Sources: files, and what became of their rows."""
    table = Table(title="Sources", title_justify="left", expand=False)
    table.add_column("source")
    for name in ("new files", "accepted", "quarantined", "repeated", "refused"):
        table.add_column(name, justify="right")
    table.add_column("note", overflow="fold")
    for report in reports:
        table.add_row(
            report.source,
            str(len(report.entries)),
            f"{report.accepted:,}",
            f"{report.quarantined:,}",
            f"{report.deduplicated:,}",
            str(len(report.refused)),
            "\n".join(_notes(report)),
        )
    return table


def products_table(outcomes: Sequence[Outcome]) -> Table:
    """Products: published, or held back and why."""
    table = Table(title="Products", title_justify="left", expand=False)
    table.add_column("product")
    table.add_column("outcome")
    table.add_column("version readers have")
    table.add_column("why", overflow="fold")
    for outcome in outcomes:
        table.add_row(outcome.product, *_outcome(outcome))
    return table


def facts(report: NightlyReport) -> dict[str, object]:
    """A nightly report for programs."""
    return {
        "day": report.day,
        "build": report.build.id,
        "built": report.built,
        "commit": report.committed,
        "failed": report.failed,
        "sources": [source_facts(source) for source in report.sources],
        "products": {o.product: type(o).__name__.lower() for o in report.outcomes},
        "broken": report.build.broken,
    }


def source_facts(report: IngestReport) -> dict[str, object]:
    """A source's report for programs."""
    return {
        "source": report.source,
        "files": len(report.entries),
        "accepted": report.accepted,
        "quarantined": report.quarantined,
        "deduplicated": report.deduplicated,
        "refused": [
            {"name": e.name, "code": e.outcome.code, "message": e.outcome.message}
            for e in report.refused
        ],
        "problem": report.problem,
    }


def _notes(report: IngestReport) -> Iterator[str]:
    if report.problem:
        yield f"NOT REACHED: {report.problem}"
    elif not report.entries:
        yield "nothing new"
    reasons: dict[str, int] = {}
    for entry in report.entries:
        if entry.outcome.status == "accepted":
            for code, count in entry.outcome.reasons.items():
                reasons[code] = reasons.get(code, 0) + count
    if reasons:
        yield ", ".join(f"{code} {count}" for code, count in sorted(reasons.items()))
    for entry in report.refused:
        yield f"{entry.name} refused, {entry.outcome.code}: {entry.outcome.message}"


def _outcome(outcome: Outcome) -> tuple[str, str, str]:
    if isinstance(outcome, Released):
        return (
            "published",
            outcome.version,
            "the reason it was held is gone" if outcome.resumed else "",
        )
    if isinstance(outcome, Held):
        return "HELD BACK", outcome.version or "none yet", outcome.reason.en
    if isinstance(outcome, Refused):
        return "REFUSED", "as before", outcome.error.message
    if outcome.held:
        return "still held back", outcome.version or "none yet", "as before; see cdp gate"
    return "unchanged", outcome.version or "none yet", ""
