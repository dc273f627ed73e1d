"""Metadata that the national catalogue demands, and where a product's contract says them.

Belongs here: the mandatory items of the Thai government data catalogue that a contract decides.
Does not belong here: items that are the same for every product (publication adds them), the form
in which a catalogue wants them.
"""

from __future__ import annotations

from collections.abc import Iterator

from dbt_project.products import Product
from ingestion.contracts.words import Bilingual


def missing_metadata(product: Product) -> list[tuple[str, str]]:
    """What is blank: the catalogue's item and the word of the contract that should say it."""
    return [(item, word) for item, word, said in _items(product) if not _is_said(said)]


def _items(product: Product) -> Iterator[tuple[str, str, object]]:
    yield "title", "title", product.title
    yield "notes", "description", product.description
    yield "tag_string", "keywords", product.keywords
    yield "license_id", "licence", product.licence
    yield "owner_org, maintainer", "attribution", product.attribution
    yield "data_source", "sources", product.sources
    yield "data_category", "domain", product.domain
    yield "update_frequency_unit", "cadence", product.cadence
    yield "disaggregate", "grain", product.grain
    yield "schema version", "schema_version", product.schema_version
    for column in product.columns:
        yield "data dictionary", f"columns.{column.name}.title", column.title
        yield "data dictionary", f"columns.{column.name}.description", column.description


def _is_said(value: object) -> bool:
    if isinstance(value, Bilingual):
        return bool(value.th.strip()) and bool(value.en.strip())
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, tuple):
        return bool(value) and all(_is_said(part) for part in value)
    return value is not None
