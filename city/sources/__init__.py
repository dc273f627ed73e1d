"""Everything that the city sends, one module a source, by domain.

A module makes one source's bytes from the truth (`truth/`), the registers (`registers/`) and the
published figures (`published/`), spoils them at known places, and ends in an object that says how
they are sent (`channels`). `SOURCES` names them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from city.channels import Catalogued, Drop, Source, Table
from city.defects import Defect
from city.sources import economy, education, environment, governance, healthcare, safety, tourism

if TYPE_CHECKING:
    from city.city import City

SOURCES: tuple[Source, ...] = (
    *tourism.SOURCES,
    *safety.SOURCES,
    *environment.SOURCES,
    *governance.SOURCES,
    *economy.SOURCES,
    *healthcare.SOURCES,
    *education.SOURCES,
)


def tables(city: City) -> tuple[Table, ...]:
    """The government tables of the province's catalogue."""
    return tuple(source.table(city) for source in SOURCES if isinstance(source, Catalogued))


def defects(city: City) -> Iterator[Defect]:
    """Everything that is wrong on purpose in what the city sends."""
    for source in SOURCES:
        if isinstance(source, Drop):
            for day in city.calendar:
                for file in source.sent(city, day):
                    yield from file.defects
        elif isinstance(source, Catalogued):
            yield from source.table(city).defects
        else:
            yield from source.defects(city)


def service_defects(city: City, sources: Sequence[Source] = SOURCES) -> Iterator[Defect]:
    """What is wrong on purpose in what services answer, and when they do not answer."""
    for source in sources:
        if not isinstance(source, Drop | Catalogued):
            yield from source.defects(city)
