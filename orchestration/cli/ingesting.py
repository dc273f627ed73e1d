"""`cdp try` and `cdp ingest`: try files, and take sources in."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.clock import FixedClock, yesterday
from ingestion.contracts.source import SourceContract
from ingestion.errors import PermanentError
from ingestion.scratch import scratch_folder
from ingestion.settings import absolute
from ingestion.sources import load_contract
from orchestration.cli import show
from orchestration.cli.paths import typed_path
from orchestration.deployment import open_deployment

if TYPE_CHECKING:
    from ingestion.deliveries.trying import Tried

QUARANTINE_FILE = "quarantine.jsonl"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("try")(try_files)
    app.command("ingest")(ingest)


def try_files(
    contract: Annotated[str, typer.Argument(help="A contract file, or the id of a source.")],
    files: Annotated[list[Path], typer.Argument(help="Files to judge.", parser=typed_path)],
    out: Annotated[
        Path | None,
        typer.Option(help="Write accepted rows and quarantine here.", parser=typed_path),
    ] = None,
    now: Annotated[str, typer.Option(help="Judge as at this instant (ISO 8601).")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON line per file.")] = False,
) -> None:
    """Judge files against a contract, storing nothing but what --out asks for.

    Exits 1 when a file is refused.
    """
    from ingestion.deliveries.trying import try_files

    deployment = open_deployment()
    words = _contract(contract, deployment.settings.contracts_overlay)
    clock = FixedClock(_instant(now)) if now else deployment.clock
    missing = [path for path in files if not path.is_file()]
    if missing:
        raise PermanentError(f"{missing[0]} is not a file", fix="check the path")
    with scratch_folder("try") as folder:
        tried = try_files(words, files, folder, clock)
        places = _places(tried, out) if out else []
        for each, place in itertools.zip_longest(tried, places):
            if place:
                _keep(each, place)
            if json:
                kept = {"kept": str(place)} if place else {}
                facts = each.outcome.model_dump(exclude={"files"})
                show.as_json({"file": each.path.name, "path": str(each.path), **kept, **facts})
                continue
            _print(words, each)
            if place:
                show.line(f"  kept in {place}")
    if any(each.outcome.status == "refused" for each in tried):
        raise typer.Exit(1)


def ingest(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    day: Annotated[str, typer.Option(help="Day in Asia/Bangkok, YYYY-MM-DD; yesterday.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Fetch what a source has, judge it, keep the good rows. Exits 1 when it is out of reach."""
    from orchestration.steps import INGEST, Night, walk

    deployment = open_deployment()
    contract = deployment.contract(source)
    with show.progress(quiet=json) as progress:
        asked = parse_day(day) if day else yesterday(deployment.clock)
        (report,) = walk(Night(deployment, [asked], [contract], progress=progress), INGEST).sources
    if json:
        show.as_json(show.source_facts(report))
    else:
        show.print_sources([report])
    if report.problem:
        raise typer.Exit(1)


def parse_day(text: str) -> date:
    """A day as typed. Raises `PermanentError` with the form that is expected."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PermanentError(f"{text!r} is not a day", expected="YYYY-MM-DD") from None


def _contract(name: str, overlay: Path | None) -> SourceContract:
    if name.endswith((".yaml", ".yml")):
        return load_contract(absolute(Path(name)))
    return open_deployment().contract(name)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise PermanentError(
            f"{text!r} is not an instant",
            expected="ISO 8601 with an offset, 2026-01-08T02:00+07:00",
        )
    return instant


def _print(contract: SourceContract, tried: Tried) -> None:
    outcome = tried.outcome
    head = f"{tried.label}: {outcome.status}"
    if outcome.status == "refused":
        head += f" ({outcome.code}): {outcome.message}"
    show.line(head)
    show.line(
        f"  {outcome.records} records, {outcome.rows} rows: {outcome.accepted} accepted, "
        f"{outcome.quarantined} quarantined, {outcome.deduplicated} repeated"
        + (f", {outcome.dropped} dropped as subtotals" if outcome.dropped else "")
    )
    for name, why in outcome.missing.items():
        reasons = ", ".join(f"{reason} {count}" for reason, count in why.items())
        show.line(f"  accepted without {name}: {reasons}")
    for warning in outcome.warnings:
        show.line(f"  note: {warning}")
    if outcome.quarantine:
        from orchestration.cli.quarantine import print_rows

        lines = (tried.work / outcome.quarantine).read_bytes()
        print_rows(contract.id, tried.label, lines, limit=10)


def _places(tried: Sequence[Tried], out: Path) -> list[Path]:
    """A folder for the results of each file: of its name, with a number where that is taken."""
    places: list[Path] = []
    for each in tried:
        names = (each.path.name, *(f"{each.path.name}-{number}" for number in range(2, 10_000)))
        places.append(next(out / name for name in names if out / name not in places))
    return places


def _keep(tried: Tried, out: Path) -> None:
    """Copy the results of a trial to where the user wants them; those of an earlier one go."""
    import duckdb

    outcome, accepted = tried.outcome, out / "accepted.parquet"
    out.mkdir(parents=True, exist_ok=True)
    for earlier in (accepted, out / QUARANTINE_FILE):
        earlier.unlink(missing_ok=True)
    if outcome.quarantine:
        shutil.copyfile(tried.work / outcome.quarantine, out / QUARANTINE_FILE)
    if outcome.files:
        names = [str(tried.work / file.name) for file in outcome.files]
        duckdb.sql("set TimeZone = 'UTC'")
        duckdb.from_parquet(names).write_parquet(str(accepted))
