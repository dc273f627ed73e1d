"""`cdp clock`: is this machine's clock believable, and somebody who says that it is."""

from __future__ import annotations

import getpass
import socket
from typing import Annotated

import typer

from ingestion.clock_trust import ClockTrust
from ingestion.errors import PermanentError
from orchestration.cli import show
from orchestration.deployment import open_deployment

app = typer.Typer(no_args_is_help=True)


@app.command("show")
def show_clock(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """What the clock says beside what this lake knows, and who confirmed it. Exits 1 in doubt."""
    from orchestration.demo import is_demo

    deployment = open_deployment()
    trust = ClockTrust(deployment.lake)
    verdict, said = trust.verdict(deployment.clock.now()), trust.confirmations()
    if as_json:
        newest = verdict.newest.isoformat() if verdict.newest else None
        show.as_json(
            {
                "now": verdict.now.isoformat(),
                "newest_record": newest,
                "verdict": verdict.state,
                "confirmed": [each.model_dump(mode="json") for each in said],
            }
        )
    else:
        show.line(verdict.sentence if verdict.plausible else f"IN DOUBT: {verdict.doubt.message}")
        if verdict.state == "ahead" and is_demo(deployment.settings):
            show.line("  this home is the demo's, whose city stands still: nothing is to be done")
        for each in said:
            show.line(f"  confirmed {each.at.isoformat()} by {each.who}: {each.why}")
    if not verdict.plausible:
        raise typer.Exit(1)


@app.command()
def confirm(
    why: Annotated[str, typer.Option(help="Why it is right, for whoever asks later.")],
    who: Annotated[str, typer.Option(help="Who says so; the user of this machine.")] = "",
) -> None:
    """Say that the clock is right, whatever the records of this lake say. It is kept for ever.

    From then on what is due is destroyed again.
    """
    deployment = open_deployment()
    if not why.strip():
        raise PermanentError("no reason is given", fix="--why 'off for two months: new machine'")
    with deployment.alone("nightly"):
        said = ClockTrust(deployment.lake).confirm(
            deployment.clock.now(), who.strip() or user(), why.strip()
        )
    show.line(f"confirmed by {said.who}: it is {said.at.isoformat()}; what is due can be destroyed")


def user() -> str:
    """Whoever types here, and on which machine."""
    try:
        return f"{getpass.getuser()} on {socket.gethostname()}"
    except (KeyError, OSError):  # a container whose user has no name
        return f"a user on {socket.gethostname()}"
