"""`cdp city`: the simulated city served, written to a folder or into a lake, or described."""

from __future__ import annotations

import shlex
import signal
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ingestion.errors import PermanentError
from orchestration.cli import show
from orchestration.cli.ingesting import parse_day
from orchestration.cli.paths import typed_path
from orchestration.deployment import Deployment, open_deployment

if TYPE_CHECKING:
    from city.city import City
    from city.describing.facts import Facts
    from orchestration.city_history import Told

app = typer.Typer(no_args_is_help=True)

# What is not said is as in the city of the demo.
Days = Annotated[int | None, typer.Option(help="How many days it reports.")]
Scale = Annotated[
    float | None,
    typer.Option(
        help="Share of its people and vehicles, at most 1; that of the home, if it has one."
    ),
]
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
    from orchestration.demo import demo, scale_of

    # Left by SIGTERM as by Ctrl-C: through the end of the block, which stops the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    deployment = open_deployment()
    settings = deployment.settings
    city = _city(days, scale, first_day, seed, deployment)
    with ExitStack() as stack:
        with show.progress() as progress:
            running = demo(settings, city=city, port=port, progress=progress)
            served = stack.enter_context(running)
        now = served.deployment.clock.now().isoformat()
        exports = {**served.settings, "CDP_ALLOW_LOOPBACK": "true", "CDP_NOW": now}
        exports["CDP_SIMULATED"] = "true"
        exports["CDP_SIMULATED_SCALE"] = scale_of(city).model_dump_json(exclude_defaults=True)
        for name, value in sorted(exports.items()):
            typer.echo(f"export {name}={shlex.quote(value)}")
        sys.stdout.flush()
        typer.echo("serving; stop with Ctrl-C", err=True)
        signal.pause()


@app.command()
def write(
    folder: Annotated[
        Path, typer.Argument(help="Where; the files of each source in its own.", parser=typed_path)
    ],
    days: Days = None,
    scale: Scale = None,
    first_day: FirstDay = "",
    seed: Seed = None,
) -> None:
    """Write the files that its sources drop, and nothing else."""
    from city.dropping import write_all_drops

    city = _city(days, scale, first_day, seed)
    with show.progress() as progress:
        written = write_all_drops(
            city, folder, progress=lambda done, of, day: progress(f"{day}, day {done} of {of}")
        )
    size = sum(path.stat().st_size for path in written)
    typer.echo(f"{len(written):,} files, {size / 1e6:,.1f} MB in {folder}")


@app.command()
def describe(
    html: Annotated[
        Path | None, typer.Option(help="File for the page; city.html at home.", parser=typed_path)
    ] = None,
    domain: Annotated[str, typer.Option(help="Only the sources of this domain.")] = "",
    days: Days = None,
    scale: Scale = None,
    first_day: FirstDay = "",
    seed: Seed = None,
) -> None:
    """Print how large it is, and draw a map and the curves of its wettest day into a page."""
    from city.describing.facts import facts_of
    from city.describing.measuring import measured
    from city.describing.page import page_of

    deployment = open_deployment()
    city = _city(days, scale, first_day, seed, deployment)
    contracts = [each for each in deployment.contracts if domain in ("", each.domain)]
    if not contracts:
        known = ", ".join(sorted({each.domain for each in deployment.contracts}))
        raise PermanentError(f"no source is of the domain {domain!r}", expected=known)
    with show.progress() as progress:
        sizes = measured(city, contracts, progress=progress)
        progress("drawing")
        facts = facts_of(city, sizes)
    page = html or deployment.settings.home / "city" / "city.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(facts), encoding="utf-8")
    _print(facts)
    typer.echo(f"map and curves: {page}")


@app.command()
def history(
    first: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option(help="The last day, which is written too.")],
    sources: Annotated[str, typer.Option(help="Ids with commas; all that it can tell.")] = "",
    scale: Scale = None,
    seed: Seed = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a source.")] = False,
) -> None:
    """Write days of it straight into the lake, without sending them; the home is marked so."""
    from orchestration.city_history import city_of, write_history

    deployment = open_deployment()
    begins, ends = parse_day(first), parse_day(until)
    if ends < begins:
        raise PermanentError(
            f"the history would end on {ends}, before it begins on {begins}",
            expected="--until on or after --from",
        )
    asked = _city(None, scale, first, seed, deployment)
    city = city_of(deployment, begins, ends, asked.seed, asked.scale)
    wanted = [word.strip() for word in sources.split(",") if word.strip()]
    by_source: dict[str, list[Told]] = {}
    with show.progress(quiet=as_json) as progress:
        for told in write_history(deployment, city, begins, wanted, progress):
            by_source.setdefault(told.source, []).append(told)
    _print_history(by_source, as_json)


def _print_history(by_source: dict[str, list[Told]], as_json: bool) -> None:
    """What was written of each source, and what a day of it cost."""
    table = Table(title="Written into the lake", title_justify="left")
    table.add_column("source", no_wrap=True)
    for name in ("days", "there before", "rows", "CPU s a day"):
        table.add_column(name, justify="right")
    for source, days in sorted(by_source.items()):
        new = [told for told in days if told.rows is not None]
        facts = {
            "source": source,
            "days": len(new),
            "there_before": len(days) - len(new),
            "rows": sum(told.rows or 0 for told in new),
            "cpu_seconds_a_day": round(sum(told.cpu_seconds for told in days) / len(days), 3),
        }
        if as_json:
            show.as_json(facts)
        table.add_row(
            *(f"{fact:,}" if isinstance(fact, int) else str(fact) for fact in facts.values())
        )
    if not as_json:
        show.console.print(table)
        show.line("It was written and not received: cdp doctor, releases and the portal say so.")


def _print(facts: Facts) -> None:
    """A city in numbers."""
    table = Table(title=f"What it sends of {facts.city.first_day}", title_justify="left")
    table.add_column("source", no_wrap=True)
    for name in ("sent", "files", "kB", "records"):
        table.add_column(name, justify="right")
    for size in facts.sizes:
        told = (f"{size.files:,}", f"{-(-size.size // 1000):,}", f"{size.records:,}")
        table.add_row(size.contract.id, size.contract.cadence, *told)
    show.console.print(table)
    show.line(
        f"{facts.residents:,} residents, {facts.visitors:,} visitors staying the night of "
        f"{facts.day}, {facts.landed:,} passengers landing that day"
    )
    for size in facts.registers:
        show.line(f"{size.records:,} in {size.contract.id} ({size.contract.title.en})")
    domains = {size.contract.domain for size in facts.sizes}
    show.line(
        f"{len(facts.sizes)} sources in {len(domains)} domains, {facts.records_a_day:,} records "
        f"a day at a scale of {facts.city.scale:g}"
    )


def _city(
    days: int | None,
    scale: float | None,
    first_day: str,
    seed: int | None,
    deployment: Deployment | None = None,
) -> City:
    """The city that is asked for; at the scale of a home that has one."""
    from city.city import City, demo_city

    usual = demo_city()
    known = deployment.simulation.scale if deployment and deployment.simulation else None
    city = City(
        seed=usual.seed if seed is None else seed,
        first_day=parse_day(first_day) if first_day else usual.first_day,
        days=usual.days if days is None else days,
        scale=scale if scale is not None else known.scale if known else usual.scale,
    )
    same_week = (city.seed, city.calendar, city.scale) == (usual.seed, usual.calendar, usual.scale)
    return replace(city, evenings=usual.evenings) if same_week else city
