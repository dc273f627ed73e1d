"""`cdp city`: the simulated city, served over its protocols, written to a folder, or described."""

from __future__ import annotations

import shlex
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import show
from orchestration.cli.ingesting import parse_day
from orchestration.deployment import open_deployment

if TYPE_CHECKING:
    from ingestion.simulator.city import City

app = typer.Typer(no_args_is_help=True)

# What is not said is as in the city of the demo.
Days = Annotated[int | None, typer.Option(help="How many days it reports.")]
Scale = Annotated[float | None, typer.Option(help="Share of its people and vehicles, at most 1.")]
FirstDay = Annotated[str, typer.Option(help="The first day, YYYY-MM-DD.")]
Seed = Annotated[int | None, typer.Option(help="Decides its weather and its people.")]


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port of its services over HTTP; 0: a free one.")] = 0,
    days: Days = None,
    scale: Scale = None,
    first_day: FirstDay = "",
    seed: Seed = None,
) -> None:
    """Serve all of its sources until stopped, and print the settings that lead to them."""
    from orchestration.demo import demo

    # Left by SIGTERM as by Ctrl-C: through the end of the block, which stops the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = open_deployment().settings
    city = _city(days, scale, first_day, seed)
    with ExitStack() as stack:
        with show.progress() as progress:
            running = demo(settings, city=city, port=port, progress=progress)
            served = stack.enter_context(running)
        now = served.deployment.clock.now().isoformat()
        exports = {**served.settings, "CDP_ALLOW_LOOPBACK": "true", "CDP_NOW": now}
        for name, value in sorted(exports.items()):
            typer.echo(f"export {name}={shlex.quote(value)}")
        sys.stdout.flush()
        typer.echo("serving; stop with Ctrl-C", err=True)
        signal.pause()


@app.command()
def write(
    folder: Annotated[Path, typer.Argument(help="Where; the files of each source in its own.")],
    days: Days = None,
    scale: Scale = None,
    first_day: FirstDay = "",
    seed: Seed = None,
) -> None:
    """Write the files that its sources drop, and nothing else."""
    from ingestion.simulator.dropping import write_drops

    city = _city(days, scale, first_day, seed)
    with show.progress() as progress:
        written = write_drops(
            city, folder, progress=lambda done, of, day: progress(f"{day}, day {done} of {of}")
        )
    size = sum(path.stat().st_size for path in written)
    typer.echo(f"{len(written):,} files, {size / 1e6:,.1f} MB in {folder}")


def _city(days: int | None, scale: float | None, first_day: str, seed: int | None) -> City:
    from ingestion.simulator.city import City, demo_city

    usual = demo_city()
    return City(
        seed=usual.seed if seed is None else seed,
        first_day=parse_day(first_day) if first_day else usual.first_day,
        days=usual.days if days is None else days,
        scale=usual.scale if scale is None else scale,
    )
