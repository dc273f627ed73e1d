"""What breaks the rules about the register of stations, and what does not."""

from __future__ import annotations

from datetime import date

from tests.expectations.suites.table import TALAT_YAI, breaks, passes

TODAY = date(2026, 1, 9)
BEFORE, NOW_ON = {"valid_from": date(2015, 1, 1)}, {"valid_from": date(2026, 1, 5)}
RAIN, LEVEL, PROBE = {"station_id": "RG-001"}, {"station_id": "PKT001"}, {"station_id": "PK-01"}

_STATION = TALAT_YAI | {
    "agency": "PHUKET",
    "latitude": 7.8874,
    "longitude": 98.3941,
    "position_status": "ok",
    "valid_from": date(2015, 1, 1),
    "is_valid_from_known": False,
    "is_in_force": True,
    "status": "provisional",
}
_GAUGE = _STATION | RAIN | {"register": "environment_stations", "kind": "rain_gauge"}
SOUND = [
    _GAUGE
    | {"interval_minutes": 10, "valid_until": date(2026, 1, 4)}
    | {"is_in_force": False, "status": "final"},
    _GAUGE | NOW_ON | {"interval_minutes": 5, "is_valid_from_known": True},
    _STATION
    | LEVEL
    | {"register": "thaiwater_levels", "kind": "level_gauge", "agency": "HII"}
    | {"ground_level_m_msl": -1.7, "min_bank_m_msl": 2.15},
    _STATION
    | PROBE
    | {"register": "water_quality_probes", "kind": "water_probe", "agency": "PCD"}
    | {"latitude": None, "longitude": None, "position_status": "missing"},
]

BREAKS = (
    breaks("positions_are_whole", "latitude=None", (LEVEL, {"latitude": None})),
    breaks("positions_are_whole", "longitude=None", (LEVEL, {"longitude": None})),
    breaks("positions_are_whole", "position_status=ok", (PROBE, {"position_status": "ok"})),
    breaks("positions_are_whole", "_status=missing", (LEVEL, {"position_status": "missing"})),
    breaks("stations_stand_in_phuket", "latitude=98.3941", (LEVEL, {"latitude": 98.3941})),
    breaks("stations_stand_in_phuket", "longitude=97.99", (LEVEL, {"longitude": 97.99})),
    breaks(
        "places_are_known",
        "place_code=839999",
        (LEVEL, {"place_code": "839999", "place_name_th": None, "place_name_en": None}),
    ),
    breaks(
        "no_version_ends_before_it_begins",
        "valid_until=2014-12-31",
        (RAIN | BEFORE, {"valid_until": date(2014, 12, 31)}),
    ),
    breaks(
        "versions_do_not_overlap",
        "next_from=2026-01-05",
        (RAIN | BEFORE, {"valid_until": date(2026, 1, 5)}),
    ),
    breaks(
        "versions_do_not_overlap",
        "valid_until=None",
        (RAIN | BEFORE, {"valid_until": None, "is_in_force": True, "status": "provisional"}),
    ),
    breaks("what_has_ended_is_not_in_force", "=True", (RAIN | BEFORE, {"is_in_force": True})),
    breaks(
        "what_has_ended_is_not_in_force",
        "status=provisional",
        (RAIN | BEFORE, {"status": "provisional"}),
    ),
    breaks("what_has_ended_is_not_in_force", "status=final", (LEVEL, {"status": "final"})),
    breaks("banks_stand_above_the_bed", "min_bank_m_msl=-1.7", (LEVEL, {"min_bank_m_msl": -1.7})),
)

PASSES = (
    passes("the last latitude in the north", (LEVEL, {"latitude": 8.3})),
    passes("a channel whose bank is not known", (LEVEL, {"min_bank_m_msl": None})),
    passes("a version of one day", (RAIN | BEFORE, {"valid_from": date(2026, 1, 4)})),
    passes(
        "what ended yesterday was in force when the build began",
        (RAIN | NOW_ON, {"valid_from": TODAY}),
        (
            RAIN | BEFORE,
            {"valid_until": date(2026, 1, 8), "is_in_force": True, "status": "provisional"},
        ),
    ),
    passes("another agency gives the same identifier", (LEVEL, {"station_id": "RG-001"})),
)
