"""Tells what of the compiled models another engine would not understand: `make portable`.

Every model, as dbt compiled it for DuckDB, is put into Spark's and PostgreSQL's SQL and read again
there. Belongs here: that, and naming what does not go through. Does not belong here: proof that the
numbers are the same, which takes the engine itself (`dbt_project/spark/`).

What does not go through must be a word of a macro in `macros/dialect/`: then another engine needs
one file there, in which it says these macros in its own words, and no model changes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.engine import dbt_environment
from ingestion.settings import Settings

ENGINES = ("spark", "postgres")
BUILT_IN = {"spark": {"make_date"}, "postgres": {"make_date", "timezone"}}
"""Functions that an engine has and sqlglot does not know of."""
SAID_BY = {
    "timezone": "day_start, day_of",
    "type int128": "rounded_ratio",
    "frame of a column's length": "window_of_steps",
    "order of a list": "in_order",
    "length of a list": "how_many, percentile",
    "index": "percentile",
    "extract isodow": "iso_weekday",
    "extract isoyear": "iso_year",
}
"""By what does not go through, the macros of `macros/dialect/` that say it."""

_LENGTH_OF_A_LIST = re.compile(r"\blen\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """Something of a model that an engine does not understand, or would take for something else."""

    model: str
    engine: str
    word: str

    @property
    def macro(self) -> str:
        """The macros behind which it stands; empty when it stands in the open."""
        return SAID_BY.get(self.word, "")


def main() -> int:
    """Print what does not go through; fail when a word of it stands behind no macro."""
    with tempfile.TemporaryDirectory() as folder:
        models = compiled_models(Path(folder))
    faults = [
        Fault(model, engine, word)
        for engine in ENGINES
        for model, sql in models.items()
        for word in not_understood(sql, engine)
    ]
    for line in report(models, faults):
        print(line)
    return int(any(not fault.macro for fault in faults))


def report(models: Mapping[str, str], faults: list[Fault]) -> Iterator[str]:
    """Of each engine what does not go through, by which macro it is said, and where it stands."""
    for engine in ENGINES:
        of_engine = [fault for fault in faults if fault.engine == engine]
        whole = len(models) - len({fault.model for fault in of_engine})
        yield f"{engine}: {whole} of {len(models)} models go through as they are"
        for word in sorted({fault.word for fault in of_engine}):
            found = [fault for fault in of_engine if fault.word == word]
            said = f"macro {found[0].macro}" if found[0].macro else "NO MACRO SAYS IT"
            yield f"  {word} ({said}): {', '.join(fault.model for fault in found)}"
    if any(not fault.macro for fault in faults):
        yield "to do: put these words behind a macro in dbt_project/macros/dialect, and name it in"
        yield "dbt_project/portable.py"


def compiled_models(folder: Path) -> dict[str, str]:
    """The SQL of every model as dbt compiles it for a new home, by name."""
    environment = dbt_environment(Settings(home=folder), folder)
    told = json.dumps({"as_of": "2026-01-01T00:00:00+07:00"})
    run = subprocess.run(  # noqa: S603
        [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", "--quiet", "compile"],
        env=os.environ | environment | {"CDP_DBT_BUILD": told},
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise SystemExit(f"dbt could not compile the models: {run.stdout}{run.stderr}")
    manifest = json.loads((folder / "target" / "manifest.json").read_text("utf-8"))
    return {
        node["name"]: node["compiled_code"]
        for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["unique_id"]))
        if node["resource_type"] == "model"
    }


def not_understood(sql: str, engine: str) -> list[str]:
    """What of DuckDB's query the engine does not understand, or would take for something else.

    sqlglot says what it cannot put into other words. It is silent where a word means something
    else there (the length of a list, an index), and where it lets a word stand that it does not
    know; so these are looked for in what it wrote.
    """
    from sqlglot import ErrorLevel, ParseError, UnsupportedError, parse_one

    tree = _with_tables(parse_one(sql, read="duckdb"))
    found = set(_misunderstood(tree, engine))
    if _LENGTH_OF_A_LIST.search(sql):  # of a text it is `length`, to every engine
        found.add("length of a list")
    try:
        tree.sql(engine, unsupported_level=ErrorLevel.RAISE, max_unsupported=20)
    except UnsupportedError as error:
        found |= {f"unsupported: {line}" for line in str(error).splitlines()}
    try:
        again = parse_one(tree.sql(engine, unsupported_level=ErrorLevel.IGNORE), read=engine)
    except ParseError as error:
        return sorted(found | {f"cannot be read again: {str(error).splitlines()[0]}"})
    return sorted(found | set(_unknown(again, engine)))


def _with_tables(tree: Any) -> Any:
    """The query with the lake's files as tables, which they are to every other engine."""
    from sqlglot import exp

    for files in list(tree.find_all(exp.ReadParquet)):
        path = files.expressions[0].name
        name = next((part for part in path.split("/lake/")[1:]), path).split("/")[0]
        files.replace(exp.to_identifier(name.removesuffix(".parquet")))
    return tree


def _misunderstood(tree: Any, engine: str) -> Iterator[str]:
    from sqlglot import exp

    if tree.find(exp.Bracket):
        yield "index"
    if engine == "spark" and any(list_.find(exp.Order) for list_ in tree.find_all(exp.ArrayAgg)):
        yield "order of a list"
    for frame in tree.find_all(exp.WindowSpec):
        ends = [frame.args.get(end) for end in ("start", "end")]
        if any(isinstance(end, exp.Expression) and end.find(exp.Column) for end in ends):
            yield "frame of a column's length"
    for window in tree.find_all(exp.Window):
        if engine == "spark" and window.find(exp.GroupConcat):
            yield "texts joined over a window"


def _unknown(tree: Any, engine: str) -> Iterator[str]:
    from sqlglot import exp

    for function in tree.find_all(exp.Anonymous):
        if function.name.lower() not in BUILT_IN[engine]:
            yield function.name.lower()
    for kind in tree.find_all(exp.DataType):
        if kind.this in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128):
            yield f"type {kind.this.value.lower()}"
    for part in tree.find_all(exp.Extract):
        if engine == "spark" and part.name.lower() in ("isodow", "isoyear"):
            yield f"extract {part.name.lower()}"


if __name__ == "__main__":
    sys.exit(main())
