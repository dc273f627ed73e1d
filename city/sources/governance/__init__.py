"""Sources of the domain governance: complaints, money, authorities, and who is registered."""

from __future__ import annotations

from city.channels import Source
from city.sources.governance import (
    local_authorities,
    municipal_budgets,
    population,
    public_contracts,
    public_holidays,
    registered_population,
    traffy_complaints,
)

SOURCES: tuple[Source, ...] = (
    traffy_complaints.SOURCE,
    municipal_budgets.SOURCE,
    public_contracts.SOURCE,
    local_authorities.SOURCE,
    population.SOURCE,
    registered_population.SOURCE,
    public_holidays.SOURCE,
)
