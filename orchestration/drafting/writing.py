"""Writes a draft into the project: all of its files, or none; and what a person has to do next.

Does not belong here: what the files say.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dbt_project.model_yaml import write_models
from dbt_project.products import PROJECT
from ingestion.errors import CdpError, PermanentError
from orchestration.drafting.contract import MANY, Said, product_yaml, staging_entry
from orchestration.drafting.plan import PAGE, Plan
from orchestration.drafting.promises import suite_yaml
from orchestration.drafting.sql import product_sql, staging_columns, staging_sql
from orchestration.drafting.tables import table_py
from orchestration.drafting.truth import truth_py

LONGEST_MODEL = 80
"""Lines of a model that can be read at once; `tests/test_architecture.py` holds all to it."""

_CONFIG = "dbt_project/dbt_project.yml"


@dataclass(frozen=True)
class Written:
    """What a draft wrote, and what it cannot know."""

    paths: tuple[Path, ...]
    to_do: tuple[str, ...]


def draft_product(plan: Plan, said: Said, root: Path = PROJECT.parent) -> Written:
    """Write the first files of a product.

    Raises
    ------
    PermanentError: a file is there already, or what is there does not fit. Then nothing is written.
    """
    texts = {root / name: text for name, text in _new(plan, said, root).items()}
    for path in texts:
        if path.exists():
            raise PermanentError(
                f"{path.relative_to(root)} is there already",
                fix="take it away, or choose another name",
            )
    texts |= {root / name: text for name, text in _changed(plan, root).items()}
    before = {path: path.read_text("utf-8") if path.exists() else None for path in texts}
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _laid_out([path for path in texts if path.suffix == ".py"])
        generated = [path for path in write_models(root / "dbt_project") if path.stem == plan.name]
    except (CdpError, OSError):
        _restore(before)
        raise
    return Written((*texts, *generated), tuple(_to_do(plan, said, root)))


def _new(plan: Plan, said: Said, root: Path) -> dict[str, str]:
    place, mart = f"{plan.domain}/{plan.name}", "dbt_project/models/marts"
    sql = product_sql(plan)
    if sql.count("\n") > LONGEST_MODEL:
        raise PermanentError(
            f"{len(plan.figures)} figures make SQL of more than {LONGEST_MODEL} lines",
            fix=f"name fewer: --measure {','.join(f.field.name for f in plan.figures[:3])}",
        )
    texts = {
        f"{mart}/{place}.sql": sql,
        f"{mart}/{place}.yml": product_yaml(plan, said),
        f"expectations/suites/{place}.yaml": suite_yaml(plan),
    }
    if (root / "tests").is_dir():
        texts[f"tests/expectations/suites/{place}.py"] = table_py(plan)
        texts[f"tests/dbt_project/products/test_{plan.name}.py"] = truth_py(plan)
    found = _staging(plan, root)
    if found is None:
        return {f"{_staging_folder(plan)}/{plan.staging}.sql": staging_sql(plan)} | texts
    _fits(plan, found)
    return texts


def _changed(plan: Plan, root: Path) -> dict[str, str]:
    """Files that are there and get a line or an entry more."""
    config = (root / _CONFIG).read_text("utf-8")
    texts: dict[str, str] = {}
    if _staging(plan, root) is None:
        path = root / _staging_folder(plan) / "staging.yml"
        yml = path.read_text("utf-8") if path.exists() else "version: 2\nmodels:\n"
        texts[str(path.relative_to(root))] = _with_entry(yml, staging_entry(plan))
        config = _with_group(config, "staging", plan.contract.domain)
    config = _with_group(config, "marts", plan.domain)
    if config != (root / _CONFIG).read_text("utf-8"):
        texts[_CONFIG] = config
    return texts


def _staging_folder(plan: Plan) -> str:
    return f"dbt_project/models/staging/{plan.contract.domain}"


def _staging(plan: Plan, root: Path) -> Path | None:
    return next((root / "dbt_project/models/staging").glob(f"*/{plan.staging}.sql"), None)


def _fits(plan: Plan, staging: Path) -> None:
    """A staging model that somebody wrote may tell less than a new one would, or otherwise."""
    sql = staging.read_text("utf-8")
    if "dated_rows(" in sql:
        raise PermanentError(
            f"{plan.staging} tells versions of a register, not the newest rows",
            fix=f"write the product by hand as wifi_access_points is ({PAGE}, 5)",
        )
    figures = [c for each in plan.figures for c in (each.field.name, each.reason) if c]
    needed = [*(each.name for each in plan.groups), *figures]
    needed.append("year" if plan.is_told else "event_day")
    words = set(sql.replace(",", " ").split())
    if missing := [name for name in needed if name not in words]:
        raise PermanentError(
            f"{plan.staging} does not tell {', '.join(missing)}",
            expected=f"of {', '.join(staging_columns(plan))} what the product needs",
            fix=f"add it to {staging.name}",
        )


def _with_entry(yml: str, entry: str) -> str:
    """The models with one more, before what else the file has."""
    head, mark, tail = yml.partition("\nunit_tests:")
    return f"{head.rstrip()}\n{entry}{mark}{tail}" if mark else f"{yml.rstrip()}\n{entry}"


def _with_group(config: str, layer: str, domain: str) -> str:
    """The folder of a domain in a layer, named with its group, in order."""
    line = f"      {domain}: {{+group: {domain}}}"
    lines = config.splitlines()
    at = lines.index(f"    {layer}:") + 1
    inside = next(
        (n for n, text in enumerate(lines[at:], at) if not text.startswith("      ")), len(lines)
    )
    if line in lines[at:inside]:
        return config
    groups = [n for n in range(at, inside) if "{+group: " in lines[n] and lines[n] < line]
    place = (
        groups[-1] + 1
        if groups
        else next((n for n in range(at, inside) if "{+group: " in lines[n]), inside)
    )
    return "\n".join([*lines[:place], line, *lines[place:]]) + "\n"


def _laid_out(paths: list[Path]) -> None:
    """As `make check` wants it, where its tool is installed."""
    ruff = Path(sys.executable).parent / "ruff"
    if paths and ruff.exists():
        for words in (["check", "--fix-only", "--exit-zero"], ["format"]):
            command = [str(ruff), *words, "--quiet", *map(str, paths)]
            subprocess.run(command, check=False)  # noqa: S603  our own files, no shell


def _restore(before: Mapping[Path, str | None]) -> None:
    for path, text in before.items():
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")


def _to_do(plan: Plan, said: Said, root: Path) -> Iterator[str]:
    yml = f"dbt_project/models/marts/{plan.domain}/{plan.name}.yml"
    taken = [word.replace("_", " (") + ")" for word, text in vars(said).items() if not text]
    if taken:
        yield (
            f"{yml}: {', '.join(taken)} are the source's own words; say what this product is, "
            "with keywords and grain"
        )
    yield f"{yml}: read the titles and descriptions of its columns in both languages"
    for figure in plan.figures:
        if figure.how in ("sum", "mean") and not plan.is_told:
            yield (
                f"{figure.name} is the {figure.how} of what is sent: is that what it means? Else "
                f"draft again with --measure {figure.field.name}:sum, :mean or :max"
            )
    for each in plan.groups:
        if each.allowed and len(each.allowed) <= MANY:
            yield (
                f"docs/glossary.md: a table of the codes of {each.name} "
                f"({', '.join(each.allowed)}), in both languages"
            )
    if plan.contract.classification == "internal":
        yield f"{plan.contract.id} is internal: ask its owner whether this may be open"
    staging = _staging(plan, root)
    entries = staging and (staging.parent / "staging.yml")
    if entries and entries.exists() and not plan.is_told:
        said_of = entries.read_text("utf-8").partition(f"name: {plan.staging}\n")[2]
        if "period: day" not in said_of.partition("- name:")[0]:
            yield (
                f"{entries.relative_to(root)}: {plan.staging} says no period, so every delivery "
                "makes all of it anew; add config: {meta: {period: day, column: event_day}}"
            )
    suite = f"expectations/suites/{plan.domain}/{plan.name}.yaml"
    yield f"{suite}: add what a person who knows the figures would be surprised by"
    yield "CHANGELOG.md: one sentence; texts that two products have go into columns.yml"
    yield (
        "then: make check, and .venv/bin/python -m pytest tests/dbt_project/products "
        f"tests/expectations/test_suites.py -k {plan.name}"
    )
