"""`cdp build`, `gate`, `publish`, `nightly`, `demo`: the steps alone, and all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from ingestion.clock import yesterday
from ingestion.deliveries.report import IngestReport
from ingestion.privacy.vault import Expired
from orchestration.builds import Build
from orchestration.cli import show
from orchestration.cli.ingesting import parse_day
from orchestration.cli.quarantine import print_examples
from orchestration.cli.vault import told
from orchestration.deployment import Deployment, open_deployment
from orchestration.nightly import NightlyReport
from orchestration.steps import BUILD, GATE, PUBLISH, Night, walk

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (build, gate, publish, nightly, demo):
        app.command()(command)


def build(
    anew: Annotated[bool, typer.Option(help="Make every table anew from the lake.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the curated tables up to date with what was ingested. Exits 1 when a model broke."""
    with show.progress(quiet=as_json) as progress:
        night = walk(Night(open_deployment(), progress=progress, anew=anew), BUILD)
    made, built = night.made, night.built
    if as_json:
        show.as_json({"build": made.id, "built": built, "broken": made.broken})
    else:
        typer.echo(
            f"build {made.id}: {_what_was_made(made) if built else 'nothing new, nothing to do'}"
        )
        if built and made.why:
            typer.echo(f"  a table was made anew: {made.why}")
        for node, message in made.broken.items():
            typer.echo(f"  BROKEN {node}: {message}")
    if made.broken:
        raise typer.Exit(1)


def _what_was_made(made: Build) -> str:
    if made.full:
        return f"all tables and views made, {len(made.tables)}"
    return f"tables and views made: {len(made.tables)}; the others are as they were"


def gate(
    product: Annotated[str, typer.Argument(help="Id of a product; all of them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Judge the last build's candidates. Exits 1 when a product is held back."""
    deployment = open_deployment()
    wanted = [deployment.product(product)] if product else deployment.products
    with show.progress(quiet=as_json) as progress:
        night = walk(Night(deployment, products=wanted, progress=progress), GATE)
    for report in night.reports:
        if as_json:
            show.as_json(report.model_dump(mode="json"))
            continue
        typer.echo(report.headline)
        for result in report.results:
            if result.outcome != "ok":
                typer.echo(f"  {result.severity} {result.rule}: {result.message.en}")
                for row in result.unexpected_rows[:6]:
                    typer.echo(f"    {row}")
    if any(report.verdict == "held" for report in night.reports):
        raise typer.Exit(1)


def publish(as_json: AsJson = False) -> None:
    """Release what the gate passed and hold the rest, in one commit. Exits 1 when one is left."""
    from publication.release import Refused

    deployment = open_deployment()
    outcomes = walk(Night(deployment, products=deployment.products), PUBLISH).outcomes
    if as_json:
        show.as_json({o.product: type(o).__name__.lower() for o in outcomes})
    else:
        show.print_products(outcomes)
    judged = {outcome.product for outcome in outcomes}
    left = [product.id for product in deployment.products if product.id not in judged]
    if left:
        told = f"not judged as they are now, and left as they were: {', '.join(left)}"
        typer.echo(f"cdp: {told}; run cdp gate, then publish again", err=True)
    if left or any(isinstance(outcome, Refused) for outcome in outcomes):
        raise typer.Exit(1)


def nightly(
    day: Annotated[str, typer.Option(help="Day in Asia/Bangkok, YYYY-MM-DD; yesterday.")] = "",
    as_json: AsJson = False,
) -> None:
    """All steps of a night, for every source and product. Exits 1 when somebody must act."""
    from orchestration.nightly import nightly as run

    deployment = open_deployment()
    asked = parse_day(day) if day else yesterday(deployment.clock)
    with show.progress(quiet=as_json) as progress:
        report = run(deployment, [asked], progress, on_sources=_told(deployment))
    _conclude(deployment, report, as_json)


def demo(
    as_json: AsJson = False,
    airport_corrected: Annotated[
        bool, typer.Option(help="The airport has corrected its totals since.")
    ] = False,
) -> None:
    """The whole way on a simulated week of Phuket, served on this machine."""
    from orchestration.demo import demo as simulated
    from orchestration.nightly import nightly as run

    with show.progress(quiet=as_json) as progress:
        progress("simulating a week of the city")
        with simulated(airport_corrected=airport_corrected, progress=progress) as city:
            deployment = city.deployment
            report = run(
                deployment,
                city.days,
                progress,
                clock_of=city.clock_of,
                on_sources=_told(deployment),
            )
    _conclude(deployment, report, as_json, _counted(deployment), city.down)


def _told(deployment: Deployment) -> Callable[[Sequence[IngestReport]], None]:
    """Tells Dagster of the sources."""

    def tell(sources: Sequence[IngestReport]) -> None:
        from orchestration.telling import tell_of_sources

        tell_of_sources(deployment, sources)

    return tell


def _counted(deployment: Deployment) -> str:
    from city.sources import SOURCES

    contracts = deployment.contracts
    domains = {contract.domain for contract in contracts}
    simulated = {source.source for source in SOURCES} & {contract.id for contract in contracts}
    return (
        f"{len(contracts)} contracts, {len(simulated)} of their sources simulated, "
        f"{len(domains)} domains"
    )


def _conclude(
    deployment: Deployment,
    report: NightlyReport,
    as_json: bool,
    counted: str = "",
    down: frozenset[str] = frozenset(),
) -> None:
    """Tell what a night did. Sources in `down` are out of reach on purpose."""
    from orchestration.telling import tell_of_night

    tell_of_night(deployment, report)
    if as_json:
        show.as_json(show.facts(report))
    else:
        if report.expired != Expired():
            show.line(told(report.expired))
        show.print_sources(report.sources)
        if counted:
            show.line(counted)
        for source in sorted(s.source for s in report.sources if s.problem and s.source in down):
            show.line(f"  {source}: down on purpose for a day, and no reason to act")
        print_examples(deployment, report.sources)
        show.print_products(report.outcomes)
        if report.built and report.build.why:
            typer.echo(f"A table was made anew: {report.build.why}")
        for node, message in report.build.broken.items():
            typer.echo(f"BROKEN dbt {node}: {message}")
        if report.maintained.problem:
            show.line(f"NOT IN ORDER {report.maintained.problem}")
        for damage in report.verified.damages:
            show.line(f"DAMAGED {damage.message}")
        _what_next(deployment, report)
    if report.failed_but_for(down):
        raise typer.Exit(1)


def _what_next(deployment: Deployment, report: NightlyReport) -> None:
    if report.committed is None:
        typer.echo("Nothing new: readers see what they saw before; no new commit.")
    else:
        typer.echo(f"Commit {report.committed} is what readers see now.")
    typer.echo(f"Open data   {deployment.open.url}")
    typer.echo("Look        make portal (the open data) · make ui (the operators' view)")
    typer.echo("Ask         cdp quarantine list · cdp gate · cdp release list · cdp release verify")
