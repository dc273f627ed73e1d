"""The contract of every published dataset, read from the YAML of its dbt model.

Belongs here: the words of `meta.open_data`, reading and refusing them. Does not belong here: how
a product is built (its SQL), judged (`expectations/`) or released (`publication/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, cast

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from dbt_project.lineage import behind
from ingestion.contracts.words import Bilingual, Domain, Identifier, Words
from ingestion.errors import PermanentError
from ingestion.words.strict_yaml import read_yaml, yaml_problem

PROJECT = Path(__file__).resolve().parent
_REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
_SOURCE = re.compile(r"""\b(?:winning_rows\(|source\(\s*['"]lake['"]\s*,)\s*['"](\w+)['"]\s*\)""")

Named = dict[str, object]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Text = Annotated[str, StringConstraints(min_length=1)]


class ProductError(PermanentError):
    """The YAML of a product cannot be used as it is written."""


class Column(Words):
    """One column of a published file."""

    name: ColumnName
    data_type: Text
    unit: str = ""
    title: Bilingual
    description: Bilingual


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
    def _named_columns_exist(self) -> Product:
        names = {column.name for column in self.columns}
        words = ("key", "place_columns", "time_columns", "provenance_columns")
        named = {word: getattr(self, word) for word in words}
        # A column that an earlier change moved may have been given up since.
        for change in self.method_changes[-1:]:
            named["method_changes.columns"] = change.columns
        for word, columns in named.items():
            unknown = sorted(set(columns) - names)
            if unknown:
                raise ValueError(f"{word} names {', '.join(unknown)}, which is not a column")
        return self


def load_products(project: Path = PROJECT) -> tuple[Product, ...]:
    """All published datasets, ordered by domain and id.

    Raises
    ------
    ProductError: naming the file, the word that is missing or wrong, and what is allowed.
    """
    lineage = _lineage(project / "models")
    files = sorted((project / "models" / "marts").glob("*/*.yml"))
    products = [_load_product(path, lineage) for path in files]
    return tuple(sorted(products, key=lambda product: (product.domain, product.id)))


def _load_product(path: Path, lineage: Mapping[str, frozenset[str]]) -> Product:
    model = _only_model(path)
    name = str(model.get("name"))
    if name != path.stem or name not in lineage or path.with_suffix(".sql").is_file() is False:
        raise ProductError(
            f"{path} describes the model {name}",
            expected=f"the model {path.stem}, with its SQL beside it",
            fix="give the YAML, the SQL and the model one name",
        )
    said = _within(model, "config", "meta", "open_data")
    if not said:
        raise ProductError(
            f"the product {name} has no config.meta.open_data",
            expected="title, domain, grain, cadence, licence and so on",
            fix=f"add it to {path}, or move a model that is not published out of models/marts",
        )
    document = dict(said) | {
        "id": name,
        "description": {"th": said.get("description_th"), "en": model.get("description")},
        "sources": sorted(lineage[name]),
        "columns": [_column(column) for column in _mappings(model.get("columns"))],
    }
    document.pop("description_th", None)
    try:
        product = Product.model_validate(document)
    except ValidationError as error:
        raise ProductError(_explain(path, name, error, document)) from None
    if product.domain != path.parent.name:
        raise ProductError(
            f"the product {name} says domain {product.domain} and lies in {path.parent.name}",
            fix=f"move {path.stem}.yml and .sql to models/marts/{product.domain}",
        )
    return product


def _column(column: Named) -> Named:
    meta = dict(_within(column, "config", "meta"))
    description = {"th": meta.pop("description_th", None), "en": column.get("description")}
    known = {key: column[key] for key in ("name", "data_type") if key in column}
    return meta | known | {"description": description}


def _explain(path: Path, name: str, error: ValidationError, document: Named) -> str:
    """One fault, with the column's name instead of its number."""
    # A misspelt word shows up twice, as unknown and as missing: the first tells more.
    first = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")[0]
    place = [str(part) for part in first["loc"]]
    if place[:1] == ["columns"] and len(place) > 1:
        columns = cast("list[Named]", document["columns"])
        place[:2] = [f"column {columns[int(place[1])].get('name', place[1])}"]
    for at, part in enumerate(place[:-1]):
        if part == "description" and place[at + 1] == "th":
            place[at : at + 2] = ["description_th"]
            break
    where = ".".join(place) or "open_data"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"the product {name} in {path}: {where}: {first['msg']}{more}"


def _only_model(path: Path) -> Named:
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ProductError(f"{path} is not YAML: {yaml_problem(error)}") from None
    models = _mappings(document.get("models")) if isinstance(document, dict) else []
    if len(models) != 1:
        raise ProductError(
            f"{path} describes {len(models)} models", expected="one product in one file"
        )
    return models[0]


def _within(document: object, *keys: str) -> Named:
    """The mapping under those keys; empty where there is none."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return cast("Named", document) if isinstance(document, dict) else {}


def _mappings(found: object) -> list[Named]:
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


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
