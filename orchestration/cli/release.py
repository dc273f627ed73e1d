"""`cdp release`: what is published, whether it is whole, and going back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli import show
from orchestration.deployment import open_deployment

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line.")]
Product = Annotated[str, typer.Argument(help="Id of the product.")]


@app.command("list")
def list_releases(
    product: Annotated[str, typer.Argument(help="Id of a product; all of them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Every version that readers could ever see, newest first."""
    from publication.rollback import releases

    table = Table("product", "version", "current", "since commit", "on")
    for info in releases(open_deployment().open, product or None):
        row = (info.product, info.release.version, info.is_current, info.commit, info.committed_at)
        if as_json:
            show.as_json(
                dict(zip(("product", "version", "current", "commit", "at"), row, strict=True))
            )
        else:
            at = f"{info.committed_at:%Y-%m-%d %H:%M %z}"
            table.add_row(row[0], row[1], "yes" if row[2] else "", str(row[3]), at)
    if not as_json:
        show.console.print(table if table.row_count else "nothing is published yet")


@app.command("show")
def show_release(
    product: Product,
    version: Annotated[str, typer.Argument(help="The version; the one readers have now.")] = "",
) -> None:
    """The manifest of a version: files, checksums, inputs, licence."""
    from publication.rollback import show as manifest_of

    deployment = open_deployment()
    deployment.product(product)
    manifest = manifest_of(deployment.open, product, version or None)
    typer.echo(manifest.model_dump_json(indent=2))


@app.command()
def verify(
    product: Annotated[str, typer.Argument(help="Id of a product; all of them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check every published byte against the commits. Exits 1 when anything is damaged."""
    from publication.verify import verify as verified

    report = verified(open_deployment().open, product or None)
    if as_json:
        problems = [str(problem) for problem in report.problems]
        show.as_json(
            {
                "ok": report.ok,
                "commit": report.commit,
                "files": report.files,
                "bytes": report.bytes,
                "problems": problems,
                "behind": report.behind,
                "unfinished": report.unfinished,
            }
        )
    else:
        for problem in report.problems:
            typer.echo(f"DAMAGED {problem}")
        for key in report.behind:
            typer.echo(f"UNFINISHED {key}: says what an earlier commit said")
        if report.behind:
            typer.echo("a publisher died after its commit; cdp release refresh finishes its work")
        for folder in sorted({key.rpartition("/")[0] for key in report.unfinished}):
            typer.echo(f"UNFINISHED {folder}: no commit names it, and no reader is led there")
        unfinished = "unfinished" if report.behind else "whole"
        typer.echo(
            f"{unfinished if report.ok else 'damaged'}: commit {report.commit or 'none'}, "
            f"{report.releases} versions, {report.files} files, {report.bytes:,} bytes checked"
        )
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def refresh() -> None:
    """Write catalogue, page, pointers and the files under latest/ anew where they are not as the
    newest commit says.
    """
    from publication.catalogue import refresh as refreshed

    deployment = open_deployment()
    with deployment.alone("nightly"):
        wrote = refreshed(deployment.open, thorough=True)
    typer.echo("what readers find is as the newest commit says" + ("" if wrote else " already"))


@app.command()
def rollback(
    product: Product,
    version: Annotated[str, typer.Argument(help="The version that readers shall see again.")],
) -> None:
    """Make readers see another version: a new commit, no file is touched."""
    from publication.rollback import rollback as rolled_back

    deployment = open_deployment()
    deployment.product(product)
    with deployment.alone("nightly"):
        commit = rolled_back(deployment.open, product, version, deployment.clock)
    typer.echo(
        f"readers see {product} {version} from commit {commit.number} on"
        if commit
        else f"readers see {product} {version} already; nothing to do"
    )
