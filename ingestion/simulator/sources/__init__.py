"""Everything that the city sends, one module a source, by domain.

A module makes one source's bytes from the truth (`truth/`), the registers (`registers/`) and the
published figures (`published/`), spoils them at known places, and ends in an object that says how
they are sent (`channels`). `SOURCES` names them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.simulator.channels import Catalogued, Drop, Source, Table
from ingestion.simulator.defects import Defect
from ingestion.simulator.sources import environment
from ingestion.simulator.sources.tourism import (
    airport_passengers,
    hotel_occupancy,
    registered_hotels,
)

if TYPE_CHECKING:
    from ingestion.simulator.city import City

ENVIRONMENT: tuple[Source, ...] = environment.SOURCES
TOURISM: tuple[Source, ...] = (
    registered_hotels.SOURCE,
    hotel_occupancy.SOURCE,
    airport_passengers.SOURCE,
)
SOURCES: tuple[Source, ...] = (*ENVIRONMENT, *TOURISM)


def tables(city: City) -> tuple[Table, ...]:
    """The government tables of the province's catalogue."""
    return tuple(source.table(city) for source in SOURCES if isinstance(source, Catalogued))


def defects(city: City) -> Iterator[Defect]:
    """Everything that is wrong on purpose in what the city sends."""
    for source in SOURCES:
        if isinstance(source, Drop):
            for day in city.calendar:
                for file in source.files(city, day):
                    yield from file.defects
        elif isinstance(source, Catalogued):
            yield from source.table(city).defects
        else:
            yield from source.defects(city)
