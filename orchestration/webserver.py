"""Dagster's web server behind our doorkeeper, as a process of its own: `cdp ui` starts it.

Belongs here: which application is served, to whom, and how it ends. Does not belong here: the
daemon and the code server beside it (`orchestration/cli/serving.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    workspace: Path,
    port: int,
    read_only: bool = False,
    name: Annotated[list[str] | None, typer.Option()] = None,
) -> None:
    """Serve the UI of the instance in `DAGSTER_HOME` on 127.0.0.1 until stopped."""
    import uvicorn
    from dagster import DagsterInstance
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context
    from dagster_webserver.version import __version__

    from orchestration.doorkeeper import Doorkeeper

    with (
        DagsterInstance.get() as instance,
        WorkspaceProcessContext(
            instance,
            workspace_load_target=WorkspaceFileTarget(paths=[str(workspace)]),
            version=__version__,
            read_only=read_only,
        ) as context,
    ):
        app = Doorkeeper(create_app_from_workspace_process_context(context), name or ())
        uvicorn.run(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            server_header=False,
            # An open tab keeps its connection for ever; nobody waits for it.
            timeout_graceful_shutdown=2,
        )


if __name__ == "__main__":
    typer.run(serve)
