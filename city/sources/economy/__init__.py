"""Sources of the domain economy: the product of the province, its firms and its tills."""

from __future__ import annotations

from city.channels import Source
from city.sources.economy import business_registrations, gross_provincial_product, vat_index

SOURCES: tuple[Source, ...] = (
    gross_provincial_product.SOURCE,
    business_registrations.SOURCE,
    vat_index.SOURCE,
)
