"""`cdp new`: beginnings of contracts and products, drafted from what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ingestion.contracts.words import Domain
from ingestion.errors import PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.scratch import scratch_folder
from ingestion.sources import load_contract, load_contracts
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


@app.command("product")
def product(
    name: Annotated[str, typer.Argument(help="Its name, which ends in its cadence: _daily, …")],
    source: Annotated[str, typer.Option(help="Id of the source that its figures come from.")],
    key: Annotated[str, typer.Option(help="Fields of the source that tell rows apart: a,b")] = "",
    measure: Annotated[
        str, typer.Option(help="Fields that are told: a,b:sum,c:mean,d:max; else all with a unit.")
    ] = "",
    domain: Annotated[str, typer.Option(help="tourism, safety, …; else the source's.")] = "",
    title_th: Annotated[str, typer.Option(help="Title in Thai; else the source's.")] = "",
    title_en: Annotated[str, typer.Option(help="Title in English; else the source's.")] = "",
    description_th: Annotated[str, typer.Option(help="Description in Thai.")] = "",
    description_en: Annotated[str, typer.Option(help="Description in English.")] = "",
) -> None:
    """Draft a product from the contract of its source: SQL, YAML, suite and tests."""
    from orchestration.drafting import Said, draft_product, plan_product

    if domain and domain not in get_args(Domain):
        raise PermanentError(
            f"{domain} is no domain of the city's data",
            expected=f"one of {', '.join(get_args(Domain))}",
        )
    plan = plan_product(name, source, _listed(key), _listed(measure), load_contracts(), domain)
    written = draft_product(plan, Said(title_th, title_en, description_th, description_en))
    for path in written.paths:
        show.line(f"written {path}")
    show.line("now do:")
    for number, each in enumerate(written.to_do, 1):
        show.line(f"{number}. {each}")


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


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
