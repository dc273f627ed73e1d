"""`cdp lake maintain`: the curated tables put in order by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import show
from orchestration.deployment import open_deployment

app = typer.Typer(no_args_is_help=True)


@app.callback()
def lake() -> None:
    """Keep the curated tables in order."""


@app.command()
def maintain(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Merge small files, let snapshots go that no release names, as every night does.

    Exits 1 when the tables could not be put in order; they are then what they were.
    """
    from orchestration.steps import MAINTAIN, Night, walk

    deployment = open_deployment()
    with show.progress(quiet=as_json) as progress:
        done = walk(Night(deployment, progress=progress), MAINTAIN).maintained
    if as_json:
        show.as_json(done.facts())
    elif done.problem:
        show.line(f"NOT IN ORDER {done.problem}")
    else:
        show.line(
            f"in order: {done.before.files} files of {done.before.bytes:,} bytes are "
            f"{done.after.files} of {done.after.bytes:,}; {done.expired} snapshots expired, "
            f"{done.after.snapshots} left; {done.removed} files removed"
        )
        for release, number in sorted(done.kept.items()):
            show.line(f"  {release}: snapshot {number}")
    if done.problem:
        raise typer.Exit(1)
