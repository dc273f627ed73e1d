"""What breaks the rules about the register of access points, and what does not."""

from __future__ import annotations

from datetime import date

from tests.expectations.suites.table import TALAT_YAI, breaks, passes

ONE, TWO = {"access_point_id": "AP-0001"}, {"access_point_id": "AP-0002"}
BEFORE, NOW_ON = {"valid_from": date(2015, 1, 1)}, {"valid_from": date(2026, 1, 5)}

_POINT = TALAT_YAI | {
    "name_th": "จุดบริการไวไฟ",
    "name_en": "WiFi point",
    "latitude": 7.8874,
    "longitude": 98.3941,
    "state": "on",
    "valid_from": date(2015, 1, 1),
    "is_valid_from_known": False,
    "is_in_force": True,
    "status": "provisional",
}
SOUND = [
    _POINT | ONE | {"valid_until": date(2026, 1, 4), "is_in_force": False, "status": "final"},
    _POINT | ONE | NOW_ON | {"state": "off", "is_valid_from_known": True},
    *(_POINT | {"access_point_id": f"AP-000{number}"} for number in range(2, 6)),
]

BREAKS = (
    breaks("access_points_stand_in_phuket", "latitude=98.3941", (TWO, {"latitude": 98.3941})),
    breaks("access_points_stand_in_phuket", "longitude=None", (TWO, {"longitude": None})),
    breaks("places_are_known", "place_code=83", (TWO, {"place_code": "83"})),
    breaks("places_are_known", "place_code=830101", (TWO, {"place_name_th": None})),
    breaks("an_access_point_is_on_or_off", "broken", (TWO, {"state": "broken"})),
    breaks(
        "no_version_ends_before_it_begins",
        "valid_until=2014-12-31",
        (ONE | BEFORE, {"valid_until": date(2014, 12, 31)}),
    ),
    breaks(
        "versions_do_not_overlap",
        "next_from=2026-01-05",
        (ONE | BEFORE, {"valid_until": date(2026, 1, 5)}),
    ),
    breaks("what_has_ended_is_not_in_force", "=True", (ONE | BEFORE, {"is_in_force": True})),
    breaks("most_access_points_work", "not_working=2", (TWO, {"state": "off"})),
)

PASSES = (
    passes("a fifth is off, and not more"),
    passes("what was off before does not count", (ONE | BEFORE, {"state": "off"})),
    passes("a register without English names", (TWO, {"name_en": None})),
)
