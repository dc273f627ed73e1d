"""Columns: what is said of one, and the library of those that several models have.

Belongs here: an entry of `columns.yml` taken into a model's column, and what dbt holds a column to.
Does not belong here: what a product promises (`products.py`), how dbt is told (`model_yaml.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml
from pydantic import Field, JsonValue, ValidationError

from ingestion.contracts.words import Words
from ingestion.errors import PermanentError
from ingestion.words.closest import closest
from ingestion.words.strict_yaml import read_yaml, yaml_problem

Named = dict[str, object]
Library = Mapping[str, Named]
LIBRARY = "columns.yml"
"""In the dbt project, outside of what dbt reads."""


class ProductError(PermanentError):
    """The YAML of a model, or of the columns that it takes, cannot be used as it is written."""


class Held(Words):
    """What dbt holds a column to, besides its type. Readers are not told of it in these words."""

    required: bool = Field(default=False, description="never empty: a constraint of the table")
    codes: tuple[str, ...] = Field(default=(), description="the values that there are, if few")
    data_tests: tuple[JsonValue, ...] = Field(default=(), description="tests, in dbt's own words")


def load_library(project: Path) -> Library:
    """The entries of `columns.yml`, each whole: with what it takes from another.

    Raises
    ------
    ProductError: naming the entry.
    """
    path = project / LIBRARY
    entries = read_mapping(path)
    for name, entry in entries.items():
        if not isinstance(entry, dict) or "name" in entry:
            raise ProductError(
                f"{path}: {name} is not what can be said of a column",
                expected="data_type, unit, title, description, required, codes, data_tests",
            )
    known = cast("Library", entries)
    return {name: _whole(name, known, str(path)) for name in known}


def with_library(column: Named, library: Library, where: str) -> Named:
    """A column of a model, with what it takes from the library; its own words go first.

    Raises
    ------
    ProductError: the library has no such entry.
    """
    said = dict(column)
    taken = said.pop("column", None)
    if taken is None:
        return said
    if taken not in library:
        near = closest(str(taken), library)
        raise ProductError(
            f"{where}: there is no column {taken} in {LIBRARY}",
            expected=f"an entry of it{f', such as {near}' if near else ''}",
            fix="correct the name, or write the column out under `name`",
        )
    return {"name": taken} | library[str(taken)] | said


def first_fault(error: ValidationError) -> str:
    """Where the first fault of what was written lies, and what it is."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def read_mapping(path: Path) -> Named:
    """The mapping that a YAML file holds."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ProductError(f"{path} is not YAML: {yaml_problem(error)}") from None
    if not isinstance(document, dict):
        raise ProductError(f"{path} is not a mapping", expected="words, each with what it says")
    return cast("Named", document)


def _whole(name: str, entries: Library, where: str) -> Named:
    taken, found = [name], dict(entries[name])
    while (below := found.pop("column", None)) is not None:
        if below in taken:
            raise ProductError(
                f"{where}: {' takes '.join([*taken, str(below)])}, which is a circle"
            )
        if below not in entries:
            raise ProductError(f"{where}: {taken[-1]} takes {below}, which is no entry")
        taken.append(str(below))
        found = dict(entries[str(below)]) | found
    return found
