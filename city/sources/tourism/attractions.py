"""Places that visitors look for, as entities of the context broker (NGSI-LD PointOfInterest)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from city.channels import Entities, Json
from city.registers.attractions import attractions

if TYPE_CHECKING:
    from city.city import City

ID = "attractions"
TYPE = "PointOfInterest"


def entities(city: City) -> Iterator[Mapping[str, Json]]:
    """All of them."""
    for place in attractions():
        yield {
            "id": f"urn:ngsi-ld:{TYPE}:Phuket:{place.id}",
            "type": TYPE,
            "name": place.name_th,
            "alternateName": place.name_en,
            "category": [place.category],
            "location": {
                "type": "Point",
                "coordinates": [place.longitude / 10_000, place.latitude / 10_000],
            },
            "areaServed": place.tambon.code,
            "openingHours": place.opening_hours,
        }


SOURCE = Entities(source=ID, setting="CDP_NGSI_LD_URL", entity=TYPE, present=entities)
