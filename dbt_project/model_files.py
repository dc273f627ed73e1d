"""The YAML file that people write beside the SQL of a model: read, and its columns made whole.

Belongs here: what such files have in common, and one sentence about what is wrong in one. Does not
belong here: the words of a product (`products.py`) and of a dimension (`dimensions.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, ValidationError

from dbt_project.columns import (
    Held,
    Library,
    Named,
    ProductError,
    first_fault,
    read_mapping,
    with_library,
)
from dbt_project.compiled import InTime

_SAID_BY_THE_PLACE = {"id", "name", "domain", "sources"}
_HELD = Held.model_fields.keys()


@dataclass(frozen=True)
class ModelFile:
    """What such a file says, its columns with what they take from the library."""

    path: Path
    said: Named
    """The words of the model itself, as they are written."""

    columns: tuple[Named, ...]
    """What readers are told of each column."""

    held: tuple[Held, ...]
    """What dbt holds each of them to."""

    data_tests: tuple[JsonValue, ...]

    in_time: Named
    """How its rows go by time (`compiled.InTime`)."""

    def explain(self, error: ValidationError) -> ProductError:
        """One fault, with the column's name instead of its number."""
        # A misspelt word shows up twice, as unknown and as missing: the first tells more.
        first = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")[0]
        place = [str(part) for part in first["loc"]]
        if place[:1] == ["columns"] and len(place) > 1:
            place[:2] = [_column_name(self.columns[int(place[1])])]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        return ProductError(f"{_what(self.path)}: {'.'.join(place)}: {first['msg']}{more}")


def read_model_file(path: Path, library: Library) -> ModelFile:
    """Read one such file.

    Raises
    ------
    ProductError: it is not YAML, has no SQL beside it, or its columns are none.
    """
    if not path.with_suffix(".sql").is_file():
        raise ProductError(
            f"{path} describes the model {path.stem}",
            expected="the model of that name, with its SQL beside it",
            fix="give the YAML and the SQL one name",
        )
    said = read_mapping(path)
    if unwanted := _SAID_BY_THE_PLACE & said.keys():
        raise ProductError(
            f"{path} says {', '.join(sorted(unwanted))}",
            fix="leave it out: the folder, the name of the file and the SQL say so",
        )
    columns = [with_library(each, library, str(path)) for each in _columns(path, said)]
    held = tuple(_held(path, column) for column in columns)
    tests = {"data_tests": said.pop("data_tests")} if "data_tests" in said else {}
    in_time = {word: said.pop(word) for word in InTime.model_fields.keys() & said.keys()}
    try:
        InTime.model_validate(in_time)
    except ValidationError as error:
        raise ProductError(f"{_what(path)}: {first_fault(error)}") from None
    data_tests = _rules(path, "", tests).data_tests
    return ModelFile(path, said, tuple(columns), held, data_tests, in_time)


def _columns(path: Path, said: Named) -> list[Named]:
    columns = said.pop("columns", None)
    if not isinstance(columns, list) or not all(isinstance(each, dict) for each in columns):
        raise ProductError(
            f"{path}: columns is not a list of columns",
            expected="`- column: …` for one of columns.yml, `- name: …` for any other; "
            "a file in dbt's own words (`models:`) is not read here",
            fix="see docs/write-a-product.md; unit tests lie in unit_tests/ beside it",
        )
    return columns


def _held(path: Path, column: Named) -> Held:
    """Takes out of a column what only dbt is told."""
    said = {word: column.pop(word) for word in _HELD & column.keys()}
    return _rules(path, f"{_column_name(column)}.", said)


def _rules(path: Path, of: str, said: Named) -> Held:
    try:
        return Held.model_validate(said)
    except ValidationError as error:
        raise ProductError(f"{_what(path)}: {of}{first_fault(error)}") from None


def _column_name(column: Named) -> str:
    return f"column {column.get('name', 'without a name')}"


def _what(path: Path) -> str:
    return f"the model {path.stem} in {path}"
