"""What breaks the rules about the register of places, and what does not."""

from __future__ import annotations

from datetime import date

from tests.expectations.suites.table import breaks, passes

OUTLINE = '{"type":"MultiPolygon","coordinates":[[[[98,8],[98.1,8],[98.1,8.1],[98,8]]]]}'
PROVINCE, AMPHOE, TAMBON = {"place_code": "83"}, {"place_code": "8301"}, {"place_code": "830102"}
# Talat Yai as it was before and since, had its boundary moved.
BEFORE = {"place_code": "830101", "valid_from": date(2015, 1, 1)}


def _place(code: str, level: str, people: int) -> dict[str, object]:
    return {
        "place_code": code,
        "level": level,
        "parent_code": code[:-2] or None,
        "place_name_th": "พื้นที่",
        "place_name_en": "Place",
        "area_km2": 12.5,
        "area_basis": "published",
        "centroid_latitude": 7.9,
        "centroid_longitude": 98.35,
        "registered_people": people,
        "registered_people_status": "ok",
        "registered_people_month": date(2025, 12, 1),
        "outline": OUTLINE,
        "valid_from": date(2015, 1, 1),
        "is_valid_from_known": False,
        "is_in_force": True,
        "status": "provisional",
    }


SOUND = [
    _place("83", "province", 1700),
    *(
        _place(f"830{amphoe}", "amphoe", 100 * tambon)
        for amphoe, tambon in ((1, 8), (2, 3), (3, 6))
    ),
    *(
        _place(f"830{amphoe}{number:02d}", "tambon", 100)
        for amphoe, tambon in ((1, 8), (2, 3), (3, 6))
        for number in range(1, tambon + 1)
        if (amphoe, number) != (1, 1)
    ),
    _place("830101", "tambon", 90)
    | {"valid_until": date(2019, 12, 31), "is_in_force": False, "status": "final"},
    _place("830101", "tambon", 100) | {"valid_from": date(2020, 1, 1)},
]

BREAKS = (
    breaks(
        "all_places_are_there",
        "tambon=16",
        (TAMBON, None),
        (AMPHOE, {"registered_people": 700}),
        (PROVINCE, {"registered_people": 1600}),
    ),
    breaks("every_place_lies_in_another", "parent_code=8309", (TAMBON, {"parent_code": "8309"})),
    breaks("every_place_lies_in_another", "parent_code=None", (AMPHOE, {"parent_code": None})),
    breaks("outlines_are_polygons", "outline_begins=None", (TAMBON, {"outline": None})),
    breaks("outlines_are_polygons", "outline_begins=[[98", (TAMBON, {"outline": "[[98,8]"})),
    breaks(
        "outlines_are_polygons",
        "Point",
        (TAMBON, {"outline": '{"type":"Point","coordinates":[98,8]}'}),
    ),
    breaks("centroids_lie_in_phuket", "_longitude=7.9", (TAMBON, {"centroid_longitude": 7.9})),
    breaks("areas_stand_with_their_basis", "area_km2=None", (TAMBON, {"area_km2": None})),
    breaks("areas_stand_with_their_basis", "area_km2=0", (TAMBON, {"area_km2": 0.0})),
    breaks(
        "areas_stand_with_their_basis", "area_basis=unknown", (TAMBON, {"area_basis": "unknown"})
    ),
    breaks("people_add_up", "registered_people=801", (AMPHOE, {"registered_people": 801})),
    breaks("people_add_up", "people_of_tambon=1700", (PROVINCE, {"registered_people": 1699})),
    breaks(
        "people_stand_with_their_status",
        "registered_people_status=missing",
        (AMPHOE, {"registered_people_status": "missing"}),
    ),
    breaks(
        "no_version_ends_before_it_begins",
        "valid_until=2014-12-31",
        (BEFORE, {"valid_until": date(2014, 12, 31)}),
    ),
    breaks(
        "versions_do_not_overlap",
        "next_from=2020-01-01",
        (BEFORE, {"valid_until": date(2020, 1, 1)}),
    ),
    breaks("what_has_ended_is_not_in_force", "status=final", (TAMBON, {"status": "final"})),
    breaks(
        "population_is_recent",
        "last_month=2025-08-01",
        ({}, {"registered_people_month": date(2025, 8, 1)}),
    ),
)

PASSES = (
    passes(
        "an area that nobody knows and that says so",
        (TAMBON, {"area_basis": "unknown", "area_km2": None}),
    ),
    passes(
        "one tambon is missing, and what holds it has no number either",
        (TAMBON, {"registered_people": None, "registered_people_status": "missing"}),
        (AMPHOE, {"registered_people": None, "registered_people_status": "missing"}),
        (PROVINCE, {"registered_people": None, "registered_people_status": "missing"}),
    ),
    passes("a month that is three months old", ({}, {"registered_people_month": date(2025, 9, 9)})),
    passes("a simple polygon", (TAMBON, {"outline": OUTLINE.replace("Multi", "")})),
)
