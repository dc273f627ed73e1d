"""`cdp vault`: raw bytes of personal sources, until they are unreadable for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from ingestion.errors import PermanentError
from ingestion.privacy.belonging import adopt_keys
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.vault import Expired, Vault
from orchestration.cli import show
from orchestration.cli.ingesting import parse_day
from orchestration.deployment import Deployment, open_deployment

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line.")]


@app.command("list")
def list_kept(as_json: AsJson = False) -> None:
    """What the vault holds, by source and day of receipt, and when each day will be gone."""
    deployment = open_deployment()
    days: dict[tuple[str, str], dict[str, object]] = {}
    for kept in _vault(deployment).kept():
        row = days.setdefault(
            (kept.source, f"{kept.day}"),
            {
                "source": kept.source,
                "day": f"{kept.day}",
                "files": 0,
                "bytes": 0,
                "gone_at": kept.expires_at.isoformat(),
                "readable": kept.readable,
            },
        )
        row["files"] = int(str(row["files"])) + 1
        row["bytes"] = int(str(row["bytes"])) + kept.size
    if as_json:
        show.as_json(list(days.values()))
        return
    table = Table("source", "day (UTC)", "files", "bytes", "gone at", "readable")
    for row in days.values():
        table.add_row(*(str(value) for value in row.values()))
    show.console.print(table if table.row_count else "the vault is empty")


@app.command()
def expire(as_json: AsJson = False) -> None:
    """Make unreadable for ever what is older than CDP_VAULT_DAYS, and every key that is due.

    The nightly run does this first.
    """
    deployment = open_deployment()
    with deployment.locked("vault"):
        done = _vault(deployment).expire(deployment.clock.now())
    if as_json:
        show.as_json(
            {"objects": done.objects, "data_keys": done.data_keys, "period_keys": done.period_keys}
        )
    else:
        show.line(told(done))


@app.command()
def erase(
    source: Annotated[str, typer.Argument(help="Id of a personal source.")],
    day: Annotated[str, typer.Argument(help="Day of receipt in UTC, as `cdp vault list` says.")],
) -> None:
    """Make one day's raw bytes of a source unreadable now, as somebody has the right to ask."""
    deployment = open_deployment()
    contract, asked = deployment.contract(source), parse_day(day)
    if not contract.personal:
        raise PermanentError(
            f"source {contract.id} is not personal, so that its raw bytes are not in the vault",
            expected="the id of a personal source",
            fix="cdp vault list shows what the vault holds",
        )
    today = deployment.clock.now().astimezone(UTC)
    if datetime(asked.year, asked.month, asked.day, tzinfo=UTC).date() >= today.date():
        raise PermanentError(
            f"{asked} is not over in UTC, so more may come under its key",
            fix="ask again tomorrow, which is within the day that the law's answer may take",
        )
    with deployment.locked("vault"):
        count = _vault(deployment).erase(contract.id, asked)
    show.line(f"{contract.id} {asked}: {count} files are gone, and their key, for ever")
    show.line("The rows in the lake stay; pseudonyms stand there in the place of identifiers.")


@app.command()
def adopt() -> None:
    """Make this home's key store the one of the lake, after the one that was is lost for good.

    Raw bytes that the lost keys sealed stay unreadable; whoever comes again gets other pseudonyms.
    """
    deployment = open_deployment()
    with deployment.locked("vault"):
        own = adopt_keys(deployment.lake, KeyStore.of(deployment.settings))
    show.line(f"the key store {deployment.settings.keys} ({own}) is now that of the lake")


def told(done: Expired) -> str:
    """One line about what a run made unreadable."""
    if done.problem:
        return f"vault: NOT EXPIRED: {done.problem}"
    if done == Expired():
        return "vault: nothing was due"
    return (
        f"vault: {done.objects} files and {len(done.data_keys)} of their keys are gone, "
        f"and {len(done.period_keys)} keys of pseudonyms"
    )


def _vault(deployment: Deployment) -> Vault:
    return Vault.of(deployment.settings, deployment.lake)
