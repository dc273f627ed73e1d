"""What dbt made of the project, read for the fingerprints of its models.

dbt compiled it under one input that is always the same (`orchestration/compiling.py`), so the code
of a model differs only when somebody changed what it says. How its rows go by time stands in the
model's YAML, under `config: meta:`

period: what its rows are about (`periods.Period`). None: it is made as a whole.
reads: of a parent, how many days `before` and `after` the period its rows need besides, or `all`;
    `reads: all` of a model without periods says that it is small enough to be made each time.
dated: its rows hold from `valid_from` until `valid_until`.
silent: it has rows for periods in which nothing was reported.

Does not belong here: running dbt, and what the fingerprints are made of (`fingerprints.py`).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dbt_project.columns import ProductError, first_fault
from dbt_project.fingerprints import digest
from dbt_project.lineage import RECEIPTS, node_name
from dbt_project.made_from import Dated, Leaf, Model, Window
from dbt_project.periods import Period
from ingestion.words.closest import closest

AS_OF = "2001-02-03T04:05:06+07:00"
"""The instant under which the project is compiled. Code that holds it depends on the clock."""

SOURCE = "source."
"""Before the id of a source, where it stands among the models."""

All = Literal["all"]
Days = Annotated[int, Field(ge=0)]


class Reach(BaseModel):
    """The days of a parent that a period needs besides its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: Days | All = 0
    after: Days | All = 0

    def window(self) -> Window:
        """The same, as fingerprints have it."""
        return Window(*(None if days == "all" else days for days in (self.before, self.after)))


class InTime(BaseModel):
    """What a model's `meta` says of how its rows go by time."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    period: Period | None = None
    reads: All | dict[str, All | Reach] = {}
    dated: bool = False
    silent: bool = False
    column: str = ""
    """Of a view, the column that says the period; a table says it as its `unique_key`."""


class Compiled(BaseModel):
    """One node of the project that keeps something: a model, a view or a seed."""

    model_config = ConfigDict(frozen=True)

    name: str
    code: str
    parents: tuple[str, ...]
    words: InTime
    has_clock: bool = False
    stays: bool = False
    """Only the periods that are stale are written; else all of it is."""
    is_view: bool = False


class Project(BaseModel):
    """What is known of the whole project."""

    model_config = ConfigDict(frozen=True)

    nodes: tuple[Compiled, ...]
    tests: dict[str, tuple[str, ...]]
    """The models and sources that each test looks at, by the unique id of the test."""

    def models(self, lookback_days: Mapping[str, int]) -> dict[str, Model]:
        """All nodes, as fingerprints have them.

        Parameters
        ----------
        lookback_days: by source, for how many days it may still send late data.
        """
        by_name = {node.name: node for node in self.nodes}
        return {
            node.name: Model(
                code=node.code,
                parents={parent: _window(node, parent) for parent in node.parents},
                period=node.words.period,
                dated=node.words.dated,
                silent=node.words.silent,
                clock=_limits(node, by_name, lookback_days) if node.has_clock else None,
            )
            for node in self.nodes
        }


def read_project(manifest: Mapping[str, Any]) -> Project:
    """Read dbt's manifest of the compiled project.

    Raises
    ------
    ProductError: what a model says of its periods cannot be, naming the model.
    """
    nodes, tests = list[Compiled](), dict[str, tuple[str, ...]]()
    for unique_id, node in sorted(manifest["nodes"].items()):
        behind = tuple(dict.fromkeys(_names(node)))
        match node["resource_type"]:
            case "seed":
                nodes.append(_seed(node))
            case "model":
                nodes.append(_model(node, behind))
            case "test":
                tests[unique_id] = behind
    project = Project(nodes=tuple(nodes), tests=tests)
    _examine(project)
    return project


def seed_leaves(project: Project, folder: Path) -> dict[str, Leaf]:
    """What the seeds say, by the name under which their models read it."""
    return {
        parent: _rows(folder / "seeds" / parent)
        for node in project.nodes
        for parent in node.parents
        if parent.endswith(".csv")
    }


def _model(node: Mapping[str, Any], behind: tuple[str, ...]) -> Compiled:
    try:
        words = InTime.model_validate(node["config"]["meta"])
    except ValidationError as error:
        raise ProductError(f"the model {node['name']}: meta.{first_fault(error)}") from None
    compiled = str(node["compiled_code"])
    columns = [f"{c['name']} {c['data_type']}" for c in node["columns"].values()]
    enforced = node["config"]["contract"]["enforced"]
    config = node["config"]
    laid_out = f"{config['materialized']} {config.get('partitioned_by')} {config['schema']}"
    own = (_plain(compiled), *(columns if enforced else ()), laid_out, str(words.period))
    return Compiled(
        name=node["name"],
        code=digest(*own),
        parents=behind,
        words=words,
        has_clock=AS_OF in compiled,
        stays=config["materialized"] == "incremental",
        is_view=config["materialized"] == "view",
    )


def _seed(node: Mapping[str, Any]) -> Compiled:
    """A seed is made from its file; how dbt reads it is its code."""
    types = node["config"]["column_types"]
    code = digest(*(f"{column} {kind}" for column, kind in sorted(types.items())))
    dated = {"valid_from", "valid_until"} <= types.keys()
    words = InTime(dated=dated)
    return Compiled(name=node["name"], code=code, parents=(f"{node['name']}.csv",), words=words)


def _rows(path: Path) -> Leaf:
    body = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(body.splitlines()))
    if not rows or not {"valid_from", "valid_until"} <= rows[0].keys():
        return hashlib.sha256(body.encode()).hexdigest()
    return Dated(
        tuple(
            (
                _day(row.pop("valid_from")),
                _day(row.pop("valid_until")),
                digest(*(f"{column}={value}" for column, value in row.items())),
            )
            for row in rows
        )
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _names(node: Mapping[str, Any]) -> Iterator[str]:
    """What a node is made from, sources told apart from models."""
    for parent in node["depends_on"].get("nodes", ()):
        name = node_name(parent)
        if parent.startswith("source."):
            source = name.split(".")[-1]
            if source != RECEIPTS:  # comes with every source that is read
                yield SOURCE + source
        elif parent.startswith(("model.", "seed.")):
            yield name


def _window(node: Compiled, parent: str) -> Window:
    said = node.words.reads
    reach = "all" if said == "all" else said.get(parent, Reach())
    return Window(None, None) if reach == "all" else reach.window()


def _limits(
    node: Compiled, by_name: Mapping[str, Compiled], lookback_days: Mapping[str, int]
) -> tuple[int, ...]:
    """How long after the end of a period anything of it may still depend on the clock: at once,
    and when a source behind it sends no late data any more."""
    found, ahead = {0}, [node.name]
    while ahead:
        for parent in by_name[ahead.pop()].parents:
            if parent.startswith(SOURCE):
                found.add(lookback_days.get(parent.removeprefix(SOURCE), 0))
            elif parent in by_name:
                ahead.append(parent)
    return tuple(sorted(found))


def _plain(sql: str) -> str:
    """A query without its comments and its layout; each word as it is spelled, with its quotes."""
    from sqlglot.dialects import DuckDB

    return " ".join(sql[token.start : token.end + 1] for token in DuckDB().tokenize(sql))


def _examine(project: Project) -> None:
    """Hold what models say of their periods against what they read."""
    by_name = {node.name: node for node in project.nodes}
    for node in project.nodes:
        _examine_reads(node)
        words = node.words
        behind = [by_name[parent] for parent in node.parents if parent in by_name]
        by_period = sorted(parent.name for parent in behind if parent.words.period)
        if by_period and not (words.period or words.reads == "all"):
            raise _cannot_be(
                f"the model {node.name} reads {by_period[0]} and does not say which part of it",
                "meta.period: what its rows are about; or `reads: all` for one that is small "
                "enough to be made each time",
            )
        if node.stays and words.period is None:
            raise _cannot_be(
                f"the model {node.name} replaces periods and does not say which",
                f"meta.period: {', '.join(Period)}",
            )
        if words.period and not by_period and len(behind) == len(node.parents):
            raise _cannot_be(
                f"the model {node.name} says a period and reads nothing that has any",
                "a source, or a model that says its period; without one, no meta.period",
            )
        if words.dated and (by_period or node.has_clock):
            of = by_period[0] if by_period else "the time of the build"
            raise _cannot_be(
                f"the model {node.name} says dated and reads {of}",
                "registers and seeds alone: what it says of a day follows from what held on it",
            )


def _examine_reads(node: Compiled) -> None:
    said = node.words.reads
    for parent in said.keys() - set(node.parents) if isinstance(said, dict) else ():
        near = closest(parent, node.parents)
        raise ProductError(
            f"the model {node.name} says meta.reads.{parent}, which it does not read",
            expected=f"one of {', '.join(node.parents)}",
            fix=f"did you mean {near}?" if near else "correct the name, or leave it out",
        )


def _cannot_be(what: str, expected: str) -> ProductError:
    return ProductError(what, expected=expected, fix="see docs/write-a-product.md")
