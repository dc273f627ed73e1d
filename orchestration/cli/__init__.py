"""The `cdp` command: what operators do by hand, and what schedulers call.

Belongs here: arguments, exit codes, and how results are shown. Does not belong here: doing the
work. A user's mistake ends in one line that says what to do, never in a stack trace.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from ingestion.errors import CdpError, TransientError
from ingestion.storage.failures import disk_failure
from orchestration.cli import (
    alerts,
    city,
    clock,
    ingesting,
    lake,
    maintenance,
    new,
    quarantine,
    release,
    serving,
    steps,
    vault,
    verify,
    waving,
)
from orchestration.cli.ending import Stopped, ends_when_told

app = typer.Typer(
    name="cdp",
    help="Phuket City Data Platform: from the city's sources to open data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ingesting.register(app)
steps.register(app)
serving.register(app)
maintenance.register(app)
verify.register(app)
waving.register(quarantine.app)
app.add_typer(quarantine.app, name="quarantine", help="Rows and files that were kept out, and why.")
app.add_typer(new.app, name="new", help="Beginnings: a contract drafted from a sample file.")
app.add_typer(
    city.app,
    name="city",
    help="The simulated city: serve it, write files or a history, look at it.",
)
app.add_typer(vault.app, name="vault", help="Raw bytes of personal sources: list, expire, erase.")
app.add_typer(lake.app, name="lake", help="The curated tables: keep them in order.")
app.add_typer(clock.app, name="clock", help="Is the clock believable: show, confirm.")
app.add_typer(alerts.app, name="alerts", help="Warnings: do they arrive, and who was told what.")
app.add_typer(
    release.app, name="release", help="What is published: list, show, verify, refresh, roll back."
)


def main() -> None:
    """Run a command; exit 1 when it failed, 2 when it was asked for wrongly."""
    _tell_of_waiting()
    try:
        with ends_when_told():
            app()
    except CdpError as error:
        typer.echo(f"cdp: {error.message}", err=True)
        sys.exit(1)
    except OSError as error:  # a full or read-only disk outside of the stores
        typer.echo(f"cdp: {disk_failure(error, Path(error.filename or '.')).message}", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, Stopped) as stopped:
        typer.echo("cdp: stopped; what was finished is kept, run again to go on", err=True)
        sys.exit(stopped.code if isinstance(stopped, Stopped) else 130)


def _tell_of_waiting() -> None:
    """What our own stores are waited for is told once; a source that is asked again, in its log.

    By itself stamina would print a line for every try, between the lines of --json.
    """
    from stamina.instrumentation import RetryDetails, set_on_retry_hooks

    told: set[str] = set()

    def once(details: RetryDetails) -> None:
        error = details.caused_by
        if isinstance(error, TransientError) and error.what not in told:
            told.add(error.what)
            typer.echo(f"cdp: {error.what}; waiting", err=True)

    set_on_retry_hooks([once])
