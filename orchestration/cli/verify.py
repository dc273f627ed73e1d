"""`cdp verify`: is everything in the lake what was written?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.deployment import open_deployment


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(verify)


def verify(
    thirtieth: Annotated[
        bool, typer.Option(help="Only the part whose turn it is, as every night does.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Hold every object of the lake and every key against its record. Exits 1 on damage.

    The open store has its own: cdp release verify.
    """
    from orchestration.steps import VERIFY, Night, walk
    from orchestration.verifying import verify as verified

    deployment = open_deployment()
    with show.progress(quiet=as_json) as progress:
        if thirtieth:
            report = walk(Night(deployment, progress=progress), VERIFY).verified
        else:
            with VERIFY.held(deployment):
                report = verified(deployment, progress)
    if as_json:
        damages = [asdict(damage) for damage in report.damages]
        facts = {"ok": report.ok, "objects": report.objects, "part": report.part}
        show.as_json({**facts, "damaged": damages})
    else:
        for damage in report.damages:
            show.line(f"DAMAGED {damage.message}")
        of = f" (part {report.part} of 30)" if report.part else ""
        show.line(f"{'whole' if report.ok else 'damaged'}: {report.objects} objects looked at{of}")
    if not report.ok:
        raise typer.Exit(1)
