"""The piers, as the marine office shows them on its map: GeoJSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from city.channels import Answer, Api, Json, Request
from city.registers.piers import Pier, piers

if TYPE_CHECKING:
    from city.city import City


def _answer(city: City, request: Request) -> Answer:
    document: dict[str, Json] = {
        "type": "FeatureCollection",
        "features": [_feature(pier) for pier in piers()],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(200, body, {"Content-Type": "application/geo+json"})


def _feature(pier: Pier) -> dict[str, Json]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [pier.longitude / 10_000, pier.latitude / 10_000],
        },
        "properties": {
            "pier_id": pier.id,
            "name_th": pier.name_th,
            "name_en": pier.name_en,
            "tambon": f"ต.{pier.tambon.name_th}",
            "destinations": list(pier.destinations),
        },
    }


SOURCE = Api(
    source="piers",
    setting="CDP_MARINE_OFFICE_URL",
    service="marine-office",
    path="/piers",
    answer=_answer,
)
