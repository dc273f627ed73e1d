"""Places have their areas and people: held against other formulas and against published areas."""

from __future__ import annotations

import csv
import json
import math
import random
from datetime import date
from itertools import pairwise

import pytest

from dbt_project.place_outlines import OUTLINES, SEED, render
from dbt_project.sources import PROJECT
from tests.dbt_project.city_lake import CityLake, Row

Point = tuple[float, float]


def seed(name: str) -> dict[str, dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["place_code"]: row for row in csv.DictReader(file)}


PLACES, SHAPES, PUBLISHED = seed("place"), seed("place_outline"), seed("place_area")


def rings(code: str) -> list[list[Point]]:
    shape = json.loads(SHAPES[code]["outline"])
    assert shape["type"] == "MultiPolygon"
    return [ring for polygon in shape["coordinates"] for ring in polygon]


def area_on_the_map(ring: list[Point]) -> float:
    """Square kilometres, by the lengths of a degree at 8 degrees north (WGS 84), as a flat map."""
    phi = math.radians(8)
    north = 111.13292 - 0.55982 * math.cos(2 * phi) + 0.001175 * math.cos(4 * phi)
    east = 111.41284 * math.cos(phi) - 0.0935 * math.cos(3 * phi)
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairwise(ring))) / 2 * north * east


def is_inside(point: Point, ring: list[Point]) -> bool:
    east, north = point
    crossed = [
        (x, y, a, b)
        for (x, y), (a, b) in pairwise(ring)
        if (y > north) != (b > north) and east < x + (north - y) * (a - x) / (b - y)
    ]
    return len(crossed) % 2 == 1


def test_the_seed_of_outlines_is_what_its_code_writes() -> None:
    assert SEED.read_text("utf-8") == render(), "run python -m dbt_project.place_outlines"


def test_every_place_has_a_closed_outline_in_phuket_with_its_centroid_within() -> None:
    assert set(SHAPES) == set(PLACES)
    for code, row in SHAPES.items():
        middle = (float(row["centroid_longitude"]), float(row["centroid_latitude"]))
        assert any(is_inside(middle, ring) for ring in rings(code)), code
        for ring in rings(code):
            assert ring[0] == ring[-1]
            assert all(98.2 < east < 98.5 and 7.7 < north < 8.3 for east, north in ring)


@pytest.mark.parametrize("code", SHAPES)
def test_areas_are_those_of_a_flat_map_to_a_thousandth(code: str) -> None:
    expected = sum(map(area_on_the_map, rings(code)))

    assert float(SHAPES[code]["outline_area_km2"]) == pytest.approx(expected, rel=0.001)


def test_outlines_are_named_as_our_places_are() -> None:
    for level, code, name in (
        ("amphoe", "ADM2_PCODE", "ADM2_TH"),
        ("tambon", "adm3_pcode", "adm3_th"),
    ):
        features = json.loads((OUTLINES / f"{level}.geojson").read_text("utf-8"))["features"]
        names = {f["properties"][code][2:]: f["properties"][name] for f in features}
        assert names == {c: r["name_th"] for c, r in PLACES.items() if r["level"] == level}


def test_how_far_an_outline_is_from_what_its_office_publishes_is_known() -> None:
    known = {code: float(row["area_km2"]) for code, row in PUBLISHED.items() if row["area_km2"]}
    short = {code: 100 - 100 * float(SHAPES[code]["outline_area_km2"]) / area
             for code, area in known.items()}  # fmt: skip
    town = sum(float(SHAPES[code]["outline_area_km2"]) for code in ("830101", "830102"))

    assert {code: round(pct) for code, pct in short.items()} == {
        "83": 4, "8301": 28, "830104": 14, "830105": 43,
    }  # fmt: skip
    assert town == pytest.approx(4.7, abs=0.05)
    assert [row["area_km2"] for code, row in PUBLISHED.items() if code in ("830101", "830102")] == [
        "", "",
    ]  # fmt: skip


TAMBON = [code for code, row in PLACES.items() if row["level"] == "tambon"]
MONTHS = (date(2026, 4, 1), date(2026, 5, 1))
NOT_THERE = (date(2026, 5, 1), "830203")


def village(month: date, tambon: str, number: int, chance: random.Random) -> Row:
    men, women = chance.randrange(20, 4000), chance.randrange(20, 4000)
    return {
        "counted_on": month.isoformat(), "province_code": "83", "tambon_code": tambon,
        "registration_office": tambon[:4], "village_code": f"{tambon}{number:02d}",
        "men": men, "women": women, "people": men + women, "houses": men // 2,
    }  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityLake, list[Row]]:
    city, chance = CityLake(tmp_path_factory.mktemp("places")), random.Random(8)
    rows = [
        village(month, tambon, number, chance)
        for month in MONTHS
        for tambon in TAMBON
        for number in range(1, chance.randrange(2, 12))
        if (month, tambon) != NOT_THERE
    ]
    rows[3]["people"] = int(str(rows[3]["people"])) + 10
    before = [row | {"people": 1} for row in rows[:50]]
    city.deliver("population", "p1", date(2026, 5, 20), before)
    city.deliver("population", "p2", date(2026, 6, 20), rows)
    asked = ["--select", "+dim_place", "+dim_place_population", "+dim_authority_area"]
    asked.append("resource_type:seed")
    city.dbt("build", *asked, "--indirect-selection", "cautious")
    return city, rows


def added_up(rows: list[Row], code: str, month: date) -> tuple[object, ...]:
    """Men, women, people, houses and status of a place."""
    if month == NOT_THERE[0] and NOT_THERE[1].startswith(code):
        return (None, None, None, None, "missing")
    found = [
        [int(str(row[name])) for name in ("men", "women", "people", "houses")]
        for row in rows
        if row["counted_on"] == month.isoformat() and str(row["tambon_code"]).startswith(code)
    ]
    wrong = [counts for counts in found if counts[0] + counts[1] != counts[2]]
    return (*map(sum, zip(*found, strict=True)), "suspect" if wrong else "ok")


@pytest.mark.whole
def test_every_place_has_the_people_of_its_villages_in_the_newest_file(
    city: tuple[CityLake, list[Row]],
) -> None:
    lake, rows = city
    told = lake.ask("""select place_code, month, men, women, people, houses, people_status
        from lake.dimensions.dim_place_population""")

    assert {(row[0], row[1]): row[2:] for row in told} == {
        (code, month): added_up(rows, code, month) for code in PLACES for month in MONTHS
    }


@pytest.mark.whole
def test_a_place_has_the_area_that_its_office_publishes(
    city: tuple[CityLake, list[Row]],
) -> None:
    told = dict(city[0].ask("select place_code, area_km2 from lake.dimensions.dim_place"))

    assert (told["83"], told["830105"], told["830101"]) == (543.034, 56.0, None)
    assert told["830202"] == float(SHAPES["830202"]["outline_area_km2"])
    assert len(told) == 21


@pytest.mark.whole
def test_on_a_day_every_tambon_has_its_authorities_once(city: tuple[CityLake, list[Row]]) -> None:
    """Two share a tambon twice, one spans two, and the provincial one lies over all."""
    told = city[0].ask("""
        select tambon_code, tier, list(distinct authority_id), min(valid_from)
        from lake.dimensions.dim_authority_area
        where date '2026-05-01' between valid_from and coalesce(valid_until, date '9999-12-31')
        group by tambon_code, tier""")
    first = {row[0]: row[2] for row in told if row[1] == "first"}
    shared = {tambon: sorted(found) for tambon, found in first.items() if len(found) > 1}

    assert {row[0] for row in told if row[1] == "provincial"} == set(first) == set(TAMBON)
    assert shared == {
        "830301": ["municipality_thep_krasattri", "tao_thep_krasattri"],
        "830303": ["municipality_choeng_thale", "tao_choeng_thale"],
    }
    assert first["830101"] == first["830102"] == ["municipality_phuket"]
    assert {row[3] for row in told if row[0] == "830105"} == {date(2007, 8, 30), date(2015, 1, 1)}
