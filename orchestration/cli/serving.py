"""`cdp ui`, `cdp portal`: things that run until they are stopped."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ingestion.errors import PermanentError
from orchestration.deployment import open_deployment

Port = Annotated[int, typer.Option(help="Port on this machine (127.0.0.1).")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(ui)
    app.command()(portal)


def ui(
    port: Port = 3000,
    read_only: Annotated[
        bool, typer.Option(help="For looking alone: nothing can be started or changed.")
    ] = False,
    name: Annotated[
        list[str] | None, typer.Option(help="Name under which a proxy in front shows it.")
    ] = None,
) -> None:
    """The Dagster UI on this machine, with this home's own instance."""
    from orchestration.demo import demo, is_demo
    from orchestration.instance import environment_elsewhere, prepare_instance
    from orchestration.operators_ui import show_ui

    deployment = open_deployment()
    with ExitStack() as stack:
        if is_demo(deployment.settings) and not read_only:
            city = stack.enter_context(demo(deployment.settings))
            os.environ["CDP_ALLOW_LOOPBACK"] = "true"
            os.environ["CDP_NOW"] = city.deployment.clock.now().isoformat()
        home = prepare_instance(deployment.settings)
        typer.echo(f"Dagster UI: http://127.0.0.1:{port}  (stop with Ctrl-C)")
        there = environment_elsewhere(deployment.settings, deployment.contracts, os.environ)
        show_ui(home, there, port, read_only=read_only, names=name or ())


def portal(port: Port = 8080) -> None:
    """The open data as their readers see them, on this machine."""
    from orchestration.portal import serve_folder

    deployment = open_deployment()
    settings = deployment.settings
    if settings.open.startswith("s3://"):
        raise PermanentError(
            f"the open store is {settings.open}", fix="its bucket serves it; open index.html there"
        )
    deployment.finish_publication()
    tell = "Open data: {}  (stop with Ctrl-C)".format
    serve_folder(Path(settings.open), port, ready=lambda url: typer.echo(tell(url)))
