"""What brokers and servers of the open standards send: NGSI-LD and SensorThings.

The samples are made up. Does not belong here: asking for them (`tests/ingestion/connectors/`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.judging import contract_of, json_of, judge, values

LONGITUDE: dict[str, object] = {
    "name": "longitude",
    "type": "number",
    "minimum": 98.0,
    "maximum": 98.6,
    "paired_with": "latitude",
}
LATITUDE = LONGITUDE | {
    "name": "latitude",
    "minimum": 7.4,
    "maximum": 8.3,
    "paired_with": "longitude",
}


ENTITY: list[dict[str, object]] = [
    {"name": "entity", "source": "id", "type": "string"},
    {"name": "observed_at", "source": "dateObserved", "type": "timestamp"},
    {"name": "temperature", "type": "number"},
    LONGITUDE | {"source": "location.coordinates.0"},
    LATITUDE | {"source": "location.coordinates.1"},
    {"name": "device", "source": "refDevice", "type": "string"},
]
POINT = {"type": "Point", "coordinates": [98.30, 7.89]}
KEY_VALUES = {
    "id": "urn:ngsi-ld:W:1",
    "type": "WaterQualityObserved",
    "dateObserved": "2026-01-08T02:00:00Z",
    "temperature": 28.5,
    "location": POINT,
    "refDevice": "urn:ngsi-ld:Device:7",
    "@context": ["https://example.org/context.jsonld"],
}
NORMALIZED = KEY_VALUES | {
    "dateObserved": {
        "type": "Property",
        "value": {"@type": "DateTime", "@value": "2026-01-08T02:00:00Z"},
    },
    "temperature": {"type": "Property", "value": 28.5, "unitCode": "CEL"},
    "location": {"type": "GeoProperty", "value": POINT},
    "refDevice": {"type": "Relationship", "object": "urn:ngsi-ld:Device:7"},
}


@pytest.mark.parametrize("entity", [KEY_VALUES, NORMALIZED], ids=["key-values", "normalized"])
def test_ngsi_ld_entities_are_the_same_in_both_forms(
    entity: dict[str, object], tmp_path: Path
) -> None:
    contract = contract_of(ENTITY, format={"type": "ngsi_ld"})

    judged = judge(contract, json_of([entity]), tmp_path)

    assert values(judged, "entity", "temperature", "longitude", "latitude", "device") == [
        ("urn:ngsi-ld:W:1", 28.5, 98.30, 7.89, "urn:ngsi-ld:Device:7")
    ]
    assert judged.column("observed_at") == [datetime(2026, 1, 8, 2, tzinfo=UTC)]


def test_what_an_ngsi_ld_property_says_beside_its_value_is_a_column_of_its_own(
    tmp_path: Path,
) -> None:
    unit: dict[str, object] = {"name": "unit", "source": "temperature.unitCode", "type": "string"}
    contract = contract_of([*ENTITY, unit], format={"type": "ngsi_ld", "layout": "document"})

    judged = judge(contract, json.dumps(NORMALIZED, indent=1), tmp_path)

    assert judged.column("unit") == ["CEL"]
    assert judged.outcome.new_columns == ()


@pytest.mark.parametrize("form", ["values", "instances"])
def test_a_temporal_ngsi_ld_entity_is_a_row_an_instant(form: str, tmp_path: Path) -> None:
    contract = contract_of(
        [
            ENTITY[0],
            {"name": "observed_at", "source": "observedAt", "type": "timestamp"},
            {"name": "temperature", "type": "number"},
            {"name": "acidity", "source": "pH", "type": "number"},
        ],
        format={"type": "ngsi_ld"},
    )

    def series(*pairs: tuple[float, int]) -> object:
        at = [(value, f"2026-01-08T0{hour}:00:00Z") for value, hour in pairs]
        if form == "values":
            return {"type": "Property", "values": [list(pair) for pair in at]}
        return [{"type": "Property", "value": v, "observedAt": t} for v, t in at]

    entity = {"id": "urn:1", "type": "W", "temperature": series((28.5, 1), (28.7, 2))}

    judged = judge(contract, json_of([entity | {"pH": series((8.1, 2))}]), tmp_path)

    assert values(judged, "entity", "temperature", "acidity") == [
        ("urn:1", 28.5, None),
        ("urn:1", 28.7, 8.1),
    ]
    assert [moment.hour for moment in judged.column("observed_at")] == [1, 2]  # type: ignore[attr-defined]


def test_swapped_coordinates_and_a_key_twice_are_quarantined(tmp_path: Path) -> None:
    contract = contract_of(ENTITY, format={"type": "ngsi_ld"}, tolerance={"quarantined_pct": 100})
    swapped = KEY_VALUES | {"location": {"type": "Point", "coordinates": [7.89, 98.30]}}
    twice = '[{"id": "urn:ap", "clientsConnected": 125, "clientsConnected": 258}]'

    judged = judge(contract, json_of([swapped], twice), tmp_path)

    assert judged.codes == [(1, "coords_swapped"), (2, "json_duplicate_key")]
    assert "key 'clientsConnected' twice" in judged.quarantined[1].found


def test_an_ngsi_ld_problem_is_no_entity(tmp_path: Path) -> None:
    contract = contract_of(ENTITY, format={"type": "ngsi_ld"})

    judged = judge(contract, json_of({"type": "urn:x", "title": "Bad Request"}), tmp_path)

    assert judged.outcome.code == "error_document"
    assert "Bad Request" in judged.outcome.message


OBSERVATION = contract_of(
    [
        {"name": "stream", "source": "Datastream@iot.id", "type": "string", "required": True},
        {
            "name": "observed_at",
            "source": "phenomenonTime",
            "type": "timestamp",
            "part": {"separator": "/", "number": 1},
            "required": True,
        },
        {"name": "result", "type": "number", "required": True},
    ],
    format={"type": "sensorthings"},
    key=["stream", "observed_at"],
    tolerance={"quarantined_pct": 100},
)


def test_sensorthings_objects_and_arrays_are_the_same_observations(tmp_path: Path) -> None:
    link = {"Datastream@iot.navigationLink": "https://example.org/v1.1/Datastreams(7)"}
    times = ["2026-01-08T01:00:00Z", "2026-01-08T02:00:00Z/2026-01-08T02:10:00Z"]
    results: list[object] = ["7", 7.5]
    pairs = list(zip(times, results, strict=True))
    objects = {
        "@iot.count": 2,
        "@iot.nextLink": "x",
        "value": [
            {"@iot.selfLink": "y", "phenomenonTime": t, "resultTime": None, "result": r, **link}
            for t, r in pairs
        ],
    }
    array = {
        "value": [
            link
            | {
                "components": ["phenomenonTime", "result"],
                "dataArray@iot.count": 2,
                "dataArray": [list(pair) for pair in pairs],
            }
        ]
    }

    as_objects = judge(OBSERVATION, json_of(objects), tmp_path)
    as_array = judge(OBSERVATION, json_of(array), tmp_path)

    expected = [("7", 7.0), ("7", 7.5)]
    assert (
        values(as_objects, "stream", "result") == values(as_array, "stream", "result") == expected
    )
    assert as_objects.column("observed_at") == as_array.column("observed_at")
    assert as_objects.outcome.new_columns == ("resultTime",)
    assert as_array.outcome.warnings == ()


def test_a_wrong_count_is_a_warning_and_a_wrong_row_is_quarantined(tmp_path: Path) -> None:
    entry = {
        "Datastream@iot.id": 7,
        "components": ["phenomenonTime", "result"],
        "dataArray@iot.count": 9,
        "dataArray": [["2026-01-08T01:00:00Z", 1], ["2026-01-08T02:00:00Z"], "none"],
    }

    judged = judge(OBSERVATION, json_of({"value": [entry, {"dataArray": []}]}), tmp_path)

    assert judged.column("result") == [1.0]
    assert judged.codes == [(2, "columns"), (3, "columns"), (4, "json_type")]
    assert judged.quarantined[0].found == "1 values"
    assert "dataArray@iot.count says 9, 3 rows came" in judged.outcome.warnings
