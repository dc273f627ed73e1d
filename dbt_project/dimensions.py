"""Dimensions: tables that products join, described in two languages as products are.

Belongs here: the words of `models/dimensions/<dimension>.yml`. Does not belong here: what a product
promises besides (`products.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from dbt_project.columns import load_library
from dbt_project.model_files import ModelFile, read_model_file
from dbt_project.products import Column
from ingestion.contracts.words import Bilingual, Words


class Dimension(Words):
    """What a dimension says of itself. Its contract with dbt is enforced, as a product's is."""

    description: Bilingual
    columns: tuple[Column, ...] = Field(min_length=1)


@dataclass(frozen=True)
class WrittenDimension:
    """A dimension and the file that it was read from."""

    dimension: Dimension
    file: ModelFile


def read_dimensions(project: Path) -> tuple[WrittenDimension, ...]:
    """All dimensions that have such a file, by name.

    Raises
    ------
    ProductError: naming the file, and the word that is missing or wrong.
    """
    library = load_library(project)
    files = sorted((project / "models" / "dimensions").glob("dim_*.yml"))
    return tuple(_dimension(read_model_file(path, library)) for path in files)


def _dimension(file: ModelFile) -> WrittenDimension:
    try:
        dimension = Dimension.model_validate(file.said | {"columns": file.columns})
    except ValidationError as error:
        raise file.explain(error) from None
    return WrittenDimension(dimension, file)
