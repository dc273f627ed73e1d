"""`cdp quarantine`: which rows and files were kept out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from ingestion.errors import PermanentError
from ingestion.ingest import IngestReport
from ingestion.ledger import Ledger, LedgerEntry
from ingestion.parsing.outcome import QuarantinedRow
from orchestration.cli import show
from orchestration.deployment import Deployment, open_deployment

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_files(
    source: Annotated[str, typer.Argument(help="Id of a source; all of them.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per file.")] = False,
) -> None:
    """Every delivery with quarantined rows, and every refused file."""
    deployment = open_deployment()
    table = Table("source", "file", "delivery", "outcome", "rows out", "reasons")
    for entry in _kept_out(deployment, source):
        reasons = entry.outcome.reasons or {entry.outcome.code: entry.outcome.quarantined}
        if as_json:
            show.as_json(
                entry.model_dump(mode="json", include={"source", "name", "sha256", "outcome"})
            )
            continue
        shown = ", ".join(f"{code} {count}".removesuffix(" 0") for code, count in reasons.items())
        table.add_row(
            entry.source,
            entry.name,
            entry.sha256[:12],
            entry.outcome.status,
            str(entry.outcome.quarantined),
            shown,
        )
    if not as_json:
        show.console.print(table if table.row_count else "nothing is quarantined")


@app.command("show")
def show_file(
    delivery: Annotated[str, typer.Argument(help="Beginning of the delivery's SHA-256.")],
    limit: Annotated[int, typer.Option(help="At most so many rows.")] = 50,
) -> None:
    """The quarantined rows of one delivery, each with what was expected."""
    deployment = open_deployment()
    found = [e for e in _kept_out(deployment, "") if e.sha256.startswith(delivery)]
    if len(found) != 1:
        raise PermanentError(
            f"{len(found)} deliveries begin with {delivery!r}",
            expected="exactly one",
            fix="cdp quarantine list shows them",
        )
    entry = found[0]
    if entry.outcome.status == "refused":
        message = f"{entry.name} refused ({entry.outcome.code}): {entry.outcome.message}"
        show.console.print(message, markup=False, highlight=False)
    if entry.quarantine:
        print_rows(entry.source, entry.name, deployment.lake.get(entry.quarantine), limit)


def print_rows(source: str, name: str, body: bytes, limit: int) -> None:
    """Print the lines of a quarantine file as messages."""
    lines = body.decode().splitlines()
    for line in lines[:limit]:
        show.line(f"  {_message(source, name, QuarantinedRow.model_validate_json(line))}")
    if len(lines) > limit:
        show.line(f"  … and {len(lines) - limit} more")


def print_examples(deployment: Deployment, reports: Sequence[IngestReport]) -> None:
    """Print, for every source and reason, the first row that was quarantined for it."""
    for report in reports:
        seen: set[str] = set()
        for entry in report.entries:
            if not entry.quarantine or set(entry.outcome.reasons) <= seen:
                continue
            for line in deployment.lake.get(entry.quarantine).decode().splitlines():
                row = QuarantinedRow.model_validate_json(line)
                if row.code not in seen:
                    seen.add(row.code)
                    show.line(f"  {_message(report.source, entry.name, row)}")


def _message(source: str, name: str, row: QuarantinedRow) -> str:
    column = f" column {row.column}" if row.column else ""
    return (
        f"{source} {name} record {row.record} ({row.place}){column}: {row.code}: "
        f"found {row.found!r}, expected {row.expected}; row quarantined"
    )


def _kept_out(deployment: Deployment, source: str) -> list[LedgerEntry]:
    contracts = [deployment.contract(source)] if source else deployment.contracts
    entries = [e for c in contracts for e in Ledger(deployment.lake, c.id).entries().values()]
    return [e for e in entries if e.outcome.quarantined or e.outcome.status == "refused"]
