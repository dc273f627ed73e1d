"""`cdp new`: beginnings of contracts, drafted from what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingestion.errors import PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.scratch import scratch_folder
from ingestion.sources import load_contract
from ingestion.sources.loading import CONTRACTS
from orchestration.cli import show
from orchestration.cli.ingesting import try_files
from orchestration.cli.paths import typed_path
from orchestration.deployment import Deployment, open_deployment

if TYPE_CHECKING:
    from ingestion.scaffold import Draft

app = typer.Typer(no_args_is_help=True)


@app.callback()
def new() -> None:
    """Draft what a person then completes."""


@app.command("source")
def source(
    sample: Annotated[
        Path, typer.Argument(help="A file as the source sends it.", parser=typed_path)
    ],
    name: Annotated[str, typer.Option("--id", help="Id of the source; from the file's name.")] = "",
    domain: Annotated[str, typer.Option(help="tourism, safety, environment, …")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="A folder, or a .yaml file; else beside the others.", parser=typed_path),
    ] = None,
) -> None:
    """Draft a contract that accepts a sample, every guess marked, and judge the sample by it."""
    from ingestion.scaffold import draft_contract

    deployment = open_deployment()
    with Sandbox() as sandbox:
        draft = draft_contract(sample, deployment.clock, sandbox, name, domain)
    path = _place(deployment, draft.id, draft.domain, out)
    _write(draft, path)
    show.line(f"written {path}: {draft.guesses} guesses to review, {draft.to_fill} texts to fill")
    try_files(str(path), [sample])
    show.line(f"next: edit it, then cdp try {path} {sample}")
    show.line(f"last: set what its fetch names, cdp generate, cdp ingest {draft.id}")


def _write(draft: Draft, path: Path) -> None:
    """Write a draft that loads: one that does not would stop the whole platform."""
    with scratch_folder("draft") as folder:
        trial = folder / path.name
        trial.write_text(draft.text, encoding="utf-8")
        load_contract(trial)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft.text, encoding="utf-8")


def _place(deployment: Deployment, name: str, domain: str, out: Path | None) -> Path:
    """Where the draft goes. Raises `PermanentError` when something is there already."""
    if out is None:
        known = {contract.id for contract in deployment.contracts}
        path = CONTRACTS / domain / f"{name}.yaml"
        if name in known:
            raise PermanentError(
                f"there is a contract of source {name!r}",
                fix="name the new one with --id, or write the draft elsewhere with --out",
            )
    else:
        path = out if out.suffix in (".yaml", ".yml") else out / f"{name}.yaml"
    if path.exists():
        raise PermanentError(f"{path} is there already", fix="take it away, or choose --out")
    return path
