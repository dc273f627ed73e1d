"""The seeds say what is known: held against the law, the register of places and the simulated city.

Belongs here: seeds that people write by hand, and those of the simulated city. Does not belong
here: holidays and terms (`test_calendar.py`), outlines and areas (`test_places.py`).
"""

from __future__ import annotations

import csv
import math
from datetime import date
from itertools import pairwise

import pytest
import yaml

from city.city import City
from city.registers.cameras import plate_cameras
from city.registers.local_authorities import KINDS, LOCAL_AUTHORITIES
from city.sources.environment.tide_tables import LOWEST_LOW_WATER_MM, PLACE
from city.sources.governance.population import rows_of
from city.truth.incidents.crime import STATIONS
from city.truth.incidents.violations import OFFENCES, highest_fine
from city.truth.people.gate_pairs import render
from city.truth.weather.floods import DRAINED
from dbt_project.sources import PROJECT
from ingestion import places
from ingestion.sources import load_contracts

Row = dict[str, str]


def seed(name: str) -> list[Row]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


AUTHORITIES, AREAS, PAIRS = seed("authority"), seed("authority_area"), seed("gate_pair")
PLACES = {row["place_code"] for row in seed("place")}
TAMBON = {row["place_code"] for row in seed("place") if row["level"] == "tambon"}
TIERS = {row["authority_id"]: row["tier"] for row in AUTHORITIES}
VILLAGES = {"830301": 11, "830303": 6}


def in_force(rows: list[Row], day: date) -> list[Row]:
    text = day.isoformat()
    return [row for row in rows if row["valid_from"] <= text <= (row["valid_until"] or "9999")]


@pytest.mark.parametrize(
    ("day", "grave", "plain"),
    [
        (date(2015, 1, 1), 1000, 500),
        (date(2022, 9, 4), 1000, 500),
        (date(2022, 9, 5), 4000, 2000),
        (date(2035, 12, 31), 4000, 2000),
    ],
)
def test_a_fine_is_that_of_the_law_on_the_day(day: date, grave: int, plain: int) -> None:
    fines = {row["violation"]: int(row["highest_fine_thb"]) for row in
             in_force(seed("traffic_fine"), day)}  # fmt: skip

    assert fines == {
        "speeding": grave, "red_light": grave, "no_stop_at_crossing": grave,
        "wrong_way": plain, "no_helmet": plain, "no_belt": plain,
    }  # fmt: skip
    assert fines == {offence.id: highest_fine(offence, day) for offence in OFFENCES}
    assert len(in_force(seed("traffic_fine"), day)) == len(fines)


def test_every_violation_of_the_contract_has_a_fine() -> None:
    (contract,) = [c for c in load_contracts() if c.id == "traffic_violations"]
    (field,) = [field for field in contract.fields if field.name == "violation"]

    assert {row["violation"] for row in seed("traffic_fine")} == set(field.allowed)


def test_authorities_are_those_of_the_register_of_places_under_their_names() -> None:
    known = places.spellings("lao")

    assert {row["authority_id"] for row in AUTHORITIES} == set(known.values())
    for row in AUTHORITIES:
        for name in (row["name_th"], row["name_en"]):
            assert known[places.bare(name, "lao")] == row["authority_id"]


def test_authorities_govern_where_and_as_what_the_register_of_the_city_says() -> None:
    (contract,) = [c for c in load_contracts() if c.id == "local_authorities"]
    (field,) = [field for field in contract.fields if field.name == "kind"]
    kinds = {word: kind for kind, spelled in field.allowed.items() for word in spelled}

    assert {(row["authority_id"], row["kind"], row["dla_code"]) for row in AUTHORITIES} == {
        (each.id, kinds[KINDS[each.kind]], each.code) for each in LOCAL_AUTHORITIES
    }
    assert {(row["authority_id"], row["tambon_code"]) for row in AREAS} == {
        (each.id, tambon) for each in LOCAL_AUTHORITIES for tambon in each.tambon
    }


def test_the_city_dates_an_authority_as_it_is_published() -> None:
    published = {row["authority_id"]: row["valid_from"] for row in AUTHORITIES if row["valid_from"]}
    since = {each.id: each.since.isoformat() for each in LOCAL_AUTHORITIES}

    assert len(published) >= 5
    assert {name: since[name] for name in published} == published


@pytest.mark.parametrize("tambon", sorted(TAMBON))
def test_every_village_has_one_authority_or_a_part_of_each_of_two(tambon: str) -> None:
    rows = [row for row in AREAS if row["tambon_code"] == tambon]
    provincial = [row for row in rows if TIERS[row["authority_id"]] == "provincial"]
    first = [row for row in rows if TIERS[row["authority_id"]] == "first"]

    assert [(row["village_code"], row["extent"]) for row in provincial] == [("", "whole")]
    if tambon not in VILLAGES:
        assert [(row["village_code"], row["extent"]) for row in first] == [("", "whole")]
        return
    for number in range(1, VILLAGES[tambon] + 1):
        extents = [row["extent"] for row in first if row["village_code"] == f"{tambon}{number:02d}"]
        assert extents in (["whole"], ["part", "part"]), number
    assert len({row["village_code"] for row in first}) == VILLAGES[tambon]
    assert {row["authority_id"] for row in first} == {
        each.id for each in LOCAL_AUTHORITIES[1:] if tambon in each.tambon
    }


def test_the_villages_of_a_shared_tambon_are_those_that_the_registrar_counts() -> None:
    city = City(seed=6, first_day=date(2026, 9, 7), days=1)
    counted = {record[4] for record in rows_of(city) if record[3] in VILLAGES}

    assert counted == {row["village_code"] for row in AREAS if row["village_code"]}


def test_a_police_station_stands_in_the_amphoe_of_the_tambon_that_it_serves() -> None:
    assert {row["station"]: row["amphoe_code"] for row in seed("police_station")} == {
        station.name_th: station.tambon[0][:4] for station in STATIONS
    }


def test_the_seed_of_gate_pairs_is_what_the_city_writes() -> None:
    path = PROJECT / "seeds" / "gate_pair.csv"

    assert path.read_text("utf-8") == render(), "run python -m city.truth.people.gate_pairs"


def test_no_way_by_road_is_shorter_than_the_straight_line_or_much_longer() -> None:
    at = {camera.id: camera.place for camera in plate_cameras()}
    for row in PAIRS:
        here, there = at[row["from_gate"]], at[row["to_gate"]]
        middle = math.radians((here.latitude + there.latitude) / 20_000)
        north = math.radians((there.latitude - here.latitude) / 10_000)
        east = math.radians((there.longitude - here.longitude) / 10_000) * math.cos(middle)
        straight = 6_371_000 * math.hypot(north, east)

        assert 0.99 * straight - 30 <= int(row["road_m"]), row
        assert row["span"] == "journey" or int(row["road_m"]) <= 1.5 * straight + 100, row


def test_gates_at_the_checkpoint_are_passed_in_the_direction_of_their_lanes() -> None:
    starts = {row["from_gate"] for row in PAIRS}
    ends = {row["to_gate"] for row in PAIRS}

    assert {gate for gate in starts if gate.startswith("TCC")} == {"TCC-001", "TCC-002"}
    assert {gate for gate in ends if gate.startswith("TCC")} == {"TCC-003"}
    assert starts | ends == {camera.id for camera in plate_cameras()}


def test_a_long_way_is_the_sum_of_its_short_ones() -> None:
    metres = {(row["from_gate"], row["to_gate"]): int(row["road_m"]) for row in PAIRS}
    road = [f"LPR-{number:03d}" for number in range(1, 15)]

    assert metres["LPR-001", "LPR-014"] == sum(metres[pair] for pair in pairwise(road))
    assert metres["LPR-014", "LPR-001"] == metres["LPR-001", "LPR-014"]


def test_what_nobody_publishes_is_marked_as_simulated_and_is_the_citys() -> None:
    drains, (tide,) = seed("drain_capacity"), seed("tide_datum")

    assert {row["place_code"] for row in drains} == TAMBON
    assert {float(row["drained_mm_per_h"]) * 100 for row in drains} == {DRAINED}
    assert (tide["tide_station"], float(tide["zero_m_msl"]) * 1000) == (PLACE, LOWEST_LOW_WATER_MM)
    assert {row["basis"] for row in [*drains, tide, *PAIRS]} == {"simulated"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("traffic_fine", "violation"),
        ("authority", "authority_id"),
        ("drain_capacity", "place_code"),
        ("tide_datum", "tide_station"),
    ],
)
def test_periods_of_one_thing_follow_each_other(name: str, key: str) -> None:
    for thing in {row[key] for row in seed(name)}:
        periods = [row for row in seed(name) if row[key] == thing]
        for before, after in pairwise(periods):
            ended = date.fromisoformat(before["valid_until"])
            assert (date.fromisoformat(after["valid_from"]) - ended).days == 1
        assert periods[-1]["valid_until"] == ""


@pytest.mark.parametrize(
    ("name", "key", "codes"),
    [
        ("public_holiday", ["day"], {
            "kind": {"yearly", "in_lieu", "special", "regional", "school", "labour", "observance"},
            "status": {"announced", "projected"},
        }),
        ("school_term", ["academic_year", "term"], {
            "term": {"1", "2"}, "status": {"announced", "regulation"},
        }),
        ("place_outline", ["place_code"], {"place_code": PLACES}),
        ("place_area", ["place_code"], {"place_code": PLACES}),
        ("authority", ["authority_id", "valid_from"], {
            "tier": {"first", "provincial"},
            "kind": {"provincial", "city", "town",
                     "subdistrict_municipality", "subdistrict_organisation"},
        }),
        ("authority_area", ["authority_id", "tambon_code", "village_code", "valid_from"], {
            "authority_id": set(TIERS), "tambon_code": TAMBON, "extent": {"whole", "part"},
        }),
        ("traffic_fine", ["violation", "valid_from"], {}),
        ("police_station", ["station"], {"amphoe_code": {"8301", "8302", "8303"}}),
        ("gate_pair", ["from_gate", "to_gate"], {
            "span": {"neighbour", "journey"}, "basis": {"measured", "simulated"},
        }),
        ("drain_capacity", ["place_code", "valid_from"], {
            "place_code": TAMBON, "basis": {"measured", "simulated"},
        }),
        ("tide_datum", ["tide_station", "valid_from"], {"basis": {"measured", "simulated"}}),
    ],
)  # fmt: skip
def test_a_seed_keeps_to_its_key_and_its_codes(
    name: str, key: list[str], codes: dict[str, set[str]]
) -> None:
    rows = seed(name)
    keys = [tuple(row[column] for column in key) for row in rows]

    assert len(set(keys)) == len(keys) > 0
    for column, allowed in codes.items():
        assert {row[column] for row in rows} <= allowed


def test_every_seed_has_its_types_and_says_what_it_holds() -> None:
    written = yaml.safe_load((PROJECT / "seeds" / "seeds.yml").read_text("utf-8"))["seeds"]

    assert {entry["name"] for entry in written} == {p.stem for p in PROJECT.glob("seeds/*.csv")}
    for entry in written[2:]:  # the two older ones leave names to be guessed as text
        assert set(entry["config"]["column_types"]) == set(seed(entry["name"])[0]), entry["name"]
        assert entry["description"]
