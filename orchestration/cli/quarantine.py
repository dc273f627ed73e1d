"""`cdp quarantine`: which rows and files were kept out, and why; and replaying them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.table import Table

from ingestion.clock import BANGKOK
from ingestion.contracts import SourceContract
from ingestion.deliveries.currency import under_other_words
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.deliveries.outstanding import KeptOut, Waves, kept_out
from ingestion.deliveries.replay import Replayed, ReplayReport
from ingestion.deliveries.report import IngestReport
from ingestion.errors import PermanentError
from ingestion.faults import codes
from ingestion.judging.outcome import ParseOutcome, QuarantinedRow
from orchestration.cli import show
from orchestration.deployment import Deployment, open_deployment

app = typer.Typer(no_args_is_help=True)
_SHOWN = {"source", "name", "sha256", "contract_version", "outcome"}
_PART_OF_SHA256 = re.compile(r"[0-9a-f]{6,64}")


@app.command("list")
def list_files(
    source: Annotated[str, typer.Argument(help="Id of a source; all of them.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per file.")] = False,
) -> None:
    """Every delivery with quarantined rows, every refused file, and whether that is put right."""
    deployment = open_deployment()
    kept = KeptBytes(deployment.settings, deployment.lake)
    heads = ("source", "file", "delivery", "outcome", "rows out", "reasons", "judged by", "now")
    table = Table(*heads)
    for column in table.columns:
        column.overflow = "fold"  # a name that is cut names nothing
    worth = 0
    for each in _kept_out(deployment, source):
        entry = each.entry
        older = bool(under_other_words([entry], deployment.contract(entry.source)))
        gone = kept.why_gone(entry) if older else ""
        worth += older and not gone
        if as_json:
            facts = entry.model_dump(mode="json", include=_SHOWN)
            waved = each.waved.model_dump(mode="json", by_alias=True) if each.waved else None
            told = {"older_words": older, "bytes_gone": gone, "now": each.state, "waved": waved}
            show.as_json({**facts, **told})
            continue
        words = ", older words" * older + ", bytes gone" * bool(gone)
        table.add_row(
            entry.source,
            entry.name,
            entry.sha256[:12],
            entry.outcome.status,
            "all" if entry.outcome.status == "refused" else str(entry.outcome.quarantined),
            _reasons(entry),
            f"{entry.contract_version}{words}",
            _state(each),
        )
    if not as_json:
        show.console.print(table if table.row_count else "nothing is quarantined")
        if worth:
            show.line(f"{worth} judged under older words of the contract: cdp quarantine replay")


@app.command("show")
def show_file(
    delivery: Annotated[str, typer.Argument(help="Beginning of the delivery's SHA-256.")],
    limit: Annotated[int, typer.Option(help="At most so many rows.")] = 50,
) -> None:
    """The quarantined rows of one delivery, each with what was expected."""
    deployment = open_deployment()
    entry = _delivery(deployment, delivery)
    outcome, short = entry.outcome, entry.sha256[:12]
    came = entry.received_at.astimezone(BANGKOK).isoformat(sep=" ", timespec="minutes")
    show.line(f"{entry.source} {entry.name}, delivery {short}, received {came}: {outcome.status}")
    if not entry.kept_out:
        show.line(f"  nothing was kept out: {outcome.accepted} rows are in the lake")
        return
    if outcome.status == "refused":
        show.line(f"  {outcome.code}: {outcome.message}")
    if entry.quarantine:
        print_rows(entry.source, entry.name, deployment.lake.get(entry.quarantine), limit)
    _print_advice(outcome)
    gone = KeptBytes(deployment.settings, deployment.lake).why_gone(entry)
    if gone:
        show.line(f"It cannot be judged again: {gone}; ask the sender to send it again.")
    else:
        show.line(f"Its bytes    {deployment.lake.uri(entry.raw)}")
        show.line(f"To do        correct the contract, then cdp quarantine replay {short};")
        show.line("             or ask the sender to correct the data and to send them again;")
        show.line(f"             cdp quarantine wave-through {entry.source} {short} --why …")
        show.line("             lets stay out what is right to be out")


@app.command("replay")
def replay_files(
    what: Annotated[
        str, typer.Argument(help="Id of a source, or beginning of a delivery's SHA-256; all.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also deliveries of which nothing was kept out.")
    ] = False,
    clock_was_wrong: Annotated[
        bool,
        typer.Option(
            "--clock-was-wrong", help="Judge by the present clock what the one of then kept out."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line per source.")] = False,
) -> None:
    """Judge kept bytes again whose contract was corrected since; good rows enter, once.

    Exits 1 when a delivery could not be judged again.
    """
    from orchestration.replaying import replay_sources

    deployment = open_deployment()
    sources, deliveries = _asked(deployment, what)
    with deployment.alone("nightly"), show.progress(quiet=as_json) as progress:
        reports = replay_sources(
            deployment,
            sources,
            deliveries,
            everything,
            progress,
            clock="wrong" if clock_was_wrong else "as known",
        )
        changed = [deployment.contract(report.source) for report in reports if report.replayed]
        if changed:
            from orchestration.telling import tell_of_standing

            tell_of_standing(deployment, changed)
    if as_json:
        for report in reports:
            show.as_json(_facts(report))
    else:
        _print_replays(reports)
    if any(report.problems for report in reports):
        raise typer.Exit(1)


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


def _print_advice(outcome: ParseOutcome) -> None:
    """Print what each code of a delivery asks of the operator, in both languages."""
    for code in (outcome.code, *outcome.reasons):
        if known := codes().get(code):
            show.line(f"{code}: {known.do.en}")
            show.line(f"  {known.means.th}: {known.do.th}")


def _reasons(entry: LedgerEntry) -> str:
    reasons = entry.outcome.reasons or {entry.outcome.code: entry.outcome.quarantined}
    return ", ".join(f"{code} {count}".removesuffix(" 0") for code, count in reasons.items())


def _delivery(deployment: Deployment, beginning: str) -> LedgerEntry:
    """The one delivery whose SHA-256 begins so. Raises `PermanentError` when it is not one."""
    entries = [e for c in deployment.contracts for e in _entries(deployment, c)]
    found = [entry for entry in entries if entry.sha256.startswith(beginning)]
    if len(found) != 1:
        raise PermanentError(
            f"{len(found)} deliveries begin with {beginning!r}",
            expected="exactly one",
            fix="cdp quarantine list shows them" if not found else "type more of it",
        )
    return found[0]


def _asked(
    deployment: Deployment, what: str
) -> tuple[Sequence[SourceContract], frozenset[str] | None]:
    """The sources that are meant, and which of their deliveries; None for all."""
    known = {contract.id for contract in deployment.contracts}
    if what not in known and _PART_OF_SHA256.fullmatch(what):
        entry = _delivery(deployment, what)
        return [deployment.contract(entry.source)], frozenset({entry.sha256})
    return [deployment.contract(what)] if what else deployment.contracts, None


def _print_replays(reports: Sequence[ReplayReport]) -> None:
    table = Table("source", "file", "delivery", "accepted", "still out", "reasons")
    for report in reports:
        for done in report.replayed:
            table.add_row(*_change(done))
    if table.row_count:
        show.console.print(table)
        show.line("The next build takes them up: cdp build, or the next night")
    elif not any(report.problems for report in reports):
        show.line("nothing to replay: no contract has changed for what was kept out")
    for report in reports:
        for note in _notes(report):
            show.line(f"  {report.source}: {note}")


def _change(done: Replayed) -> tuple[str, ...]:
    before, after = done.before.outcome, done.after.outcome
    return (
        done.after.source,
        done.after.name,
        done.after.sha256[:12],
        f"{before.accepted} → {after.accepted}",
        "refused" if after.status == "refused" else f"{before.quarantined} → {after.quarantined}",
        _reasons(done.after) if done.after.kept_out else "",
    )


def _notes(report: ReplayReport) -> Iterator[str]:
    for entry, why in report.problems:
        yield f"NOT REPLAYED {entry.name} {entry.sha256[:12]}: {why}; it stays as it was"
    if report.older:
        yield (
            f"{report.older} deliveries judged under older words had nothing kept out and were let "
            "be; --all judges them too"
        )


def _facts(report: ReplayReport) -> dict[str, object]:
    return {
        "source": report.source,
        "replayed": [
            {
                "name": done.after.name,
                "sha256": done.after.sha256,
                "gained": done.gained,
                "status": done.after.outcome.status,
                "accepted": done.after.outcome.accepted,
                "quarantined": done.after.outcome.quarantined,
                "reasons": done.after.outcome.reasons,
            }
            for done in report.replayed
        ],
        "problems": {entry.sha256: why for entry, why in report.problems},
        "let_be": report.older,
    }


def _entries(deployment: Deployment, contract: SourceContract) -> list[LedgerEntry]:
    return list(Ledger(deployment.lake, contract.id).entries().values())


def _kept_out(deployment: Deployment, source: str) -> list[KeptOut]:
    contracts = [deployment.contract(source)] if source else deployment.contracts
    lake, now = deployment.lake, deployment.clock.now()
    return [
        each
        for contract in contracts
        for each in kept_out(
            Ledger(lake, contract.id), contract, Waves(lake, contract.id).all(), now
        )
    ]


def _state(each: KeptOut) -> str:
    """Whether what was kept out is put right, by whom and why where somebody said so."""
    said = each.waved
    if said is None or each.state == "replaced":
        return each.state
    end = f" until {said.until.astimezone(BANGKOK):%Y-%m-%d %H:%M}" if said.until else ""
    return f"{each.state}; waved through{end} by {said.who}: {said.why}".removeprefix(
        "waved through; "
    )
