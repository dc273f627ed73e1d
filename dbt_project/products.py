"""The contract of every published dataset: the YAML file beside the SQL of its dbt model.

Belongs here: the words of that file, reading and refusing them. Does not belong here: how a product
is built (its SQL), judged (`expectations/`) or released (`publication/`), and the YAML that dbt
reads, which is written from this one (`model_yaml.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from dbt_project.columns import load_library
from dbt_project.lineage import behind
from dbt_project.model_files import ModelFile, read_model_file
from ingestion.contracts.words import Bilingual, Domain, Identifier, Words

PROJECT = Path(__file__).resolve().parent
_REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
_SOURCE = re.compile(
    r"""\b(?:(?:winning|dated)_rows\(|source\(\s*['"]lake['"]\s*,)\s*['"](\w+)['"]\s*[,)]"""
)

ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Text = Annotated[str, StringConstraints(min_length=1)]


class Column(Words):
    """One column of a published file."""

    name: ColumnName
    data_type: Text
    unit: str = ""
    title: Bilingual
    description: Bilingual


class Geometry(Words):
    """Which columns tell where a row lies, in degrees of WGS 84: a point, or an outline."""

    longitude: ColumnName | None = None
    latitude: ColumnName | None = None
    outline: ColumnName | None = Field(default=None, description="a geometry as GeoJSON text")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return tuple(name for name in (self.longitude, self.latitude, self.outline) if name)

    @model_validator(mode="after")
    def _one_of_both(self) -> Geometry:
        named = (self.longitude is not None, self.latitude is not None, self.outline is not None)
        if named not in ((True, True, False), (False, False, True)):
            raise ValueError("geometry names either longitude and latitude, or an outline")
        return self


class MethodChange(Words):
    """A rule that we changed ourselves, so that numbers move which readers took for final.

    The first release under it may move them, once; before and after, final numbers stay.
    """

    number: int = Field(ge=1, description="1, 2, 3 … in the order in which they came")
    date: date
    text: Bilingual = Field(description="what changed and why, for readers")
    columns: tuple[ColumnName, ...] = Field(
        default=(), description="the columns whose final values it moves; none named means any"
    )


class Product(Words):
    """What a dataset promises to its readers. `id` is also the dbt model and the release folder."""

    id: Identifier
    domain: Domain
    title: Bilingual
    description: Bilingual
    grain: Text = Field(description="what one row is")
    cadence: Literal["hourly", "daily", "weekly", "monthly", "yearly"]
    licence: Text
    attribution: Bilingual
    keywords: tuple[Text, ...] = Field(min_length=1)
    key: tuple[ColumnName, ...] = Field(min_length=1)
    place_columns: tuple[ColumnName, ...] = ()
    time_columns: tuple[ColumnName, ...] = ()
    geometry: Geometry | None = Field(
        default=None,
        exclude_if=lambda geometry: geometry is None,
        description="where a row lies: readers get it as GeoJSON and GeoParquet, too",
    )
    provenance_columns: tuple[ColumnName, ...] = Field(
        default=(), description="where a row came from: free to change in final rows, too"
    )
    schema_version: Version
    disclosure: Literal["not_personal", "k_10"] = Field(
        description="k_10: the numbers count persons, and fewer than ten are not shown"
    )
    sources: tuple[Identifier, ...] = Field(
        description="source contracts that the numbers come from"
    )
    method_changes: tuple[MethodChange, ...] = ()
    columns: tuple[Column, ...] = Field(min_length=1)

    @property
    def method(self) -> int:
        """The number of the last method change; 0 before the first."""
        return self.method_changes[-1].number if self.method_changes else 0

    @model_validator(mode="after")
    def _method_changes_follow_each_other(self) -> Product:
        numbers = [change.number for change in self.method_changes]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"method_changes are numbered {numbers}, expected 1, 2, 3 and so on")
        days = [change.date for change in self.method_changes]
        if days != sorted(days):
            raise ValueError("method_changes are not in the order of their dates")
        return self

    @model_validator(mode="after")
    def _a_geometry_has_its_names(self) -> Product:
        taken = {column.name for column in self.columns} & {"geometry", "bbox"}
        if self.geometry and taken:
            raise ValueError(f"column {', '.join(sorted(taken))} is what GeoParquet calls its own")
        return self

    @model_validator(mode="after")
    def _named_columns_exist(self) -> Product:
        names = {column.name for column in self.columns}
        words = ("key", "place_columns", "time_columns", "provenance_columns")
        named = {word: getattr(self, word) for word in words}
        named["geometry"] = self.geometry.columns if self.geometry else ()
        # A column that an earlier change moved may have been given up since.
        for change in self.method_changes[-1:]:
            named["method_changes.columns"] = change.columns
        for word, columns in named.items():
            unknown = sorted(set(columns) - names)
            if unknown:
                raise ValueError(f"{word} names {', '.join(unknown)}, which is not a column")
        return self


@dataclass(frozen=True)
class Written:
    """A product and the file that it was read from."""

    product: Product
    file: ModelFile


def load_products(project: Path = PROJECT) -> tuple[Product, ...]:
    """All published datasets, ordered by domain and id.

    Raises
    ------
    ProductError: naming the file, the word that is missing or wrong, and what is allowed.
    """
    return tuple(written.product for written in read_products(project))


def read_products(project: Path = PROJECT) -> tuple[Written, ...]:
    """All published datasets with their files. Raises as `load_products` does."""
    library = load_library(project)
    lineage = _lineage(project / "models")
    files = sorted((project / "models" / "marts").glob("*/*.yml"))
    return tuple(_product(read_model_file(path, library), lineage) for path in files)


def _product(file: ModelFile, lineage: Mapping[str, frozenset[str]]) -> Written:
    path = file.path
    said_by_the_place = {
        "id": path.stem,
        "domain": path.parent.name,
        "sources": sorted(lineage[path.stem]),
    }
    document = file.said | said_by_the_place | {"columns": file.columns}
    try:
        return Written(Product.model_validate(document), file)
    except ValidationError as error:
        raise file.explain(error) from None


def _lineage(models: Path) -> dict[str, frozenset[str]]:
    """The source contracts behind every model, by what its SQL says; known without dbt.

    The gate does not rely on it: it asks dbt's own graph (`lineage.py`).
    """
    code = {path.stem: path.read_text(encoding="utf-8") for path in sorted(models.rglob("*.sql"))}
    parents = {name: set(_REFERENCE.findall(sql)) for name, sql in code.items()}
    return {
        name: frozenset(
            source
            for each in behind(name, parents)
            for source in _SOURCE.findall(code.get(each, ""))
        )
        for name in code
    }
