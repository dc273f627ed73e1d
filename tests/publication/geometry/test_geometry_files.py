"""Releases that lie on a map: GeoJSON and GeoParquet as other readers see them, and their rules.

GeoParquet is read by DuckDB, whose geometry is not our code, and held against the facts of its
specification (1.1.0); GeoJSON against those of RFC 7946.
"""

from __future__ import annotations

import csv
import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest

from dbt_project.products import Geometry
from ingestion.deliveries.simulated import Simulation, mark_simulated
from ingestion.storage import keys
from publication.geometry import write_geometry
from publication.release import Judged, Refused, publish, release
from publication.simulated import as_simulated
from publication.verify import verify
from tests.publication.city import City, Row, product
from tests.publication.downloads import VERSION

PIERS = product(
    "piers",
    "tourism",
    ("pier_id", "valid_from"),
    {
        "pier_id": "varchar",
        "valid_from": "date",
        "longitude": "double",
        "latitude": "double",
        "berths": "bigint",
        "depth_m": "double",
        "seen_at": "timestamp with time zone",
        "note": "varchar",
    },
).model_copy(
    update={"geometry": Geometry(longitude="longitude", latitude="latitude"), "time_columns": ()}
)
ROWS: tuple[Row, ...] = (
    ("P1", "2015-01-01", 98.342, 7.8223456789, 4, 2.5, "2026-01-06 00:00:00+07", '=x "ท่า"'),
    ("P2", "2015-01-01", None, None, None, None, None, None),
    ("P3", "2026-01-02", 98.4443, 8.0693, 2, None, None, "ไทย"),
)
ZONES = product(
    "zones", "safety", ("zone",), {"zone": "varchar", "outline": "varchar", "size": "double"}
).model_copy(update={"geometry": Geometry(outline="outline"), "time_columns": ()})

CLOCKWISE = [[98.0, 8.0], [98.0, 8.2], [98.2, 8.2], [98.2, 8.0], [98.0, 8.0]]
HOLE_AGAINST = [[98.05, 8.05], [98.1, 8.05], [98.1, 8.1], [98.05, 8.05]]
ISLAND = [[98.5, 7.5], [98.6, 7.5], [98.6, 7.6], [98.5, 7.5]]
OUTLINED: tuple[Row, ...] = (
    ("A", json.dumps({"type": "Polygon", "coordinates": [CLOCKWISE, HOLE_AGAINST]}), 1.5),
    ("B", None, None),
    ("C", json.dumps({"type": "MultiPolygon", "coordinates": [[CLOCKWISE], [ISLAND]]}), 2.0),
)


@pytest.fixture
def piers(city: City, tmp_path: Path) -> Path:
    return released(city, PIERS, ROWS, tmp_path / "piers")


@pytest.fixture
def zones(city: City, tmp_path: Path) -> Path:
    return released(city, ZONES, OUTLINED, tmp_path / "zones")


def released(city: City, what: Any, rows: tuple[Row, ...], into: Path) -> Path:
    release(city.publisher, what, city.passed(what, rows))
    prefix = keys.release_prefix(what.domain, what.id, VERSION)
    into.mkdir()
    for info in city.open.list(prefix):
        city.open.download(info.key, into / info.key.removeprefix(prefix))
    return into


def collection(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / f"{folder.name}.geojson").read_text("utf-8"))
    assert isinstance(document, dict)
    return document


def geo(folder: Path) -> dict[str, Any]:
    """What a GeoParquet file says of its geometry."""
    said = pq.read_schema(folder / f"{folder.name}_geo.parquet").metadata[b"geo"]
    return dict(json.loads(said))


def turn(ring: list[list[float]]) -> float:
    """Above zero where a ring runs against the clock."""
    return sum(x * b - a * y for (x, y), (a, b) in pairwise(ring))


def test_features_are_the_rows_with_their_position_taken_out(piers: Path) -> None:
    first, second, third = collection(piers)["features"]

    assert first == {
        "type": "Feature",
        "id": "P1/2015-01-01",
        "geometry": {"type": "Point", "coordinates": [98.342, 7.8223457]},
        "properties": {
            "pier_id": "P1",
            "valid_from": "2015-01-01",
            "berths": 4,
            "depth_m": 2.5,
            "seen_at": "2026-01-06T00:00:00+07:00",
            "note": '=x "ท่า"',
        },
    }
    assert third["geometry"]["coordinates"] == [98.4443, 8.0693]
    assert second["properties"]["pier_id"] == "P2"


def test_a_row_without_a_position_is_a_feature_without_a_geometry(piers: Path) -> None:
    second = collection(piers)["features"][1]

    assert second["geometry"] is None


def test_a_collection_has_its_box_and_no_reference_system_of_its_own(piers: Path) -> None:
    document = collection(piers)

    assert document["type"] == "FeatureCollection"
    assert document["bbox"] == [98.342, 7.8223457, 98.4443, 8.0693]
    assert "crs" not in document
    assert document["attribution"] == {"th": "จังหวัดภูเก็ต", "en": "Phuket Province"}
    assert document["licence"].startswith("https://creativecommons.org/")


def test_outer_rings_run_against_the_clock_and_holes_with_it(zones: Path) -> None:
    first, second, third = collection(zones)["features"]

    ((outer, hole),) = first["geometry"]["coordinates"]
    assert turn(outer) > 0 > turn(hole)
    assert sorted(map(tuple, outer)) == sorted(map(tuple, CLOCKWISE))
    assert second["geometry"] is None
    assert third["geometry"]["type"] == "MultiPolygon"
    assert all(turn(polygon[0]) > 0 for polygon in third["geometry"]["coordinates"])
    assert third["properties"] == {"zone": "C", "size": 2.0}


def test_geoparquet_says_what_its_specification_asks_for(piers: Path, zones: Path) -> None:
    box = {side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")}

    assert geo(piers) == {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["Point"],
                "bbox": [98.342, 7.8223457, 98.4443, 8.0693],
                "covering": {"bbox": box},
            }
        },
    }
    said = geo(zones)["columns"]["geometry"]
    assert (said["geometry_types"], said["orientation"]) == (["MultiPolygon"], "counterclockwise")
    assert said["bbox"] == [98.0, 7.5, 98.6, 8.2]


def test_another_reader_finds_every_row_and_its_geometry(piers: Path, zones: Path) -> None:
    points = duckdb.sql(f"""select pier_id, latitude, cast(geometry as varchar), bbox.xmin
        from '{piers}/piers_geo.parquet'""")
    outlines = duckdb.sql(
        f"select zone, cast(geometry as varchar) from '{zones}/zones_geo.parquet'"
    )

    assert str(points.types[2]) == "VARCHAR"
    kinds = duckdb.sql(f"describe '{piers}/piers_geo.parquet'").fetchall()
    assert [kind for name, kind, *_ in kinds if name == "geometry"] == ["GEOMETRY('OGC:CRS84')"]
    assert points.fetchall() == [
        ("P1", 7.8223456789, "POINT (98.342 7.8223457)", 98.342),
        ("P2", None, None, None),
        ("P3", 8.0693, "POINT (98.4443 8.0693)", 98.4443),
    ]
    told = dict(outlines.fetchall())
    assert told["B"] is None
    assert told["A"] == (
        "MULTIPOLYGON (((98 8, 98.2 8, 98.2 8.2, 98 8.2, 98 8), "
        "(98.05 8.05, 98.1 8.1, 98.1 8.05, 98.05 8.05)))"
    )
    assert told["C"].count("((") == 2


def test_geoparquet_keeps_what_the_table_says_of_itself(piers: Path) -> None:
    plain, with_geometry = (
        pq.read_schema(piers / name) for name in ("piers.parquet", "piers_geo.parquet")
    )

    assert plain.metadata.items() <= with_geometry.metadata.items()
    assert with_geometry.names == [*plain.names, "bbox", "geometry"]
    assert with_geometry.field("depth_m").metadata == plain.field("depth_m").metadata


def test_the_same_rows_are_the_same_bytes(piers: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    shutil.copy(piers / "piers.parquet", tmp_path / "again")

    written = write_geometry(PIERS, tmp_path / "again")

    assert written == ("piers.geojson", "piers_geo.parquet")
    for name in written:
        assert (tmp_path / "again" / name).read_bytes() == (piers / name).read_bytes()
    assert (piers / "piers.geojson").read_bytes().count(b"\n") == len(ROWS) + 2


def test_a_manifest_a_package_and_the_pages_name_both_files(city: City, piers: Path) -> None:
    manifest = json.loads((piers / "manifest.json").read_text("utf-8"))
    package = json.loads((piers / "datapackage.json").read_text("utf-8"))
    sums = (piers / "SHA256SUMS").read_text("utf-8")
    index = city.open.get(keys.INDEX).decode()

    for name in ("piers.geojson", "piers_geo.parquet"):
        assert {f["name"]: f["rows"] for f in manifest["files"]}[name] == 3
        assert name in [resource["path"] for resource in package["resources"]]
        assert name in sums
        assert f"tourism/piers/{VERSION}/{name}" in index
        for language in ("th", "en"):
            assert f"`{name}`" in (piers / f"README.{language}.md").read_text("utf-8")
    assert city.open.head("tourism/piers/latest/piers.geojson")
    assert verify(city.open).ok


def test_the_dictionary_tells_what_only_the_geoparquet_file_has(piers: Path, zones: Path) -> None:
    for folder in (piers, zones):
        with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as stream:
            told = {row["column"]: row for row in csv.DictReader(stream)}

        names = pq.read_schema(folder / f"{folder.name}_geo.parquet").names
        assert list(told) == names
        assert all(all(told[name].values()) for name in ("bbox", "geometry"))


def test_frictionless_finds_a_package_with_a_geometry_valid(piers: Path, zones: Path) -> None:
    for folder in (piers, zones):
        judged = frictionless.validate(str(folder / "datapackage.json"))

        assert judged.valid, judged.flatten(["type", "message"])


def test_a_product_without_a_geometry_has_neither(city: City, tmp_path: Path) -> None:
    plain = product("plain", "tourism", ("pier_id",), {"pier_id": "varchar"})

    folder = released(city, plain, (("P1",),), tmp_path / "plain")

    assert not [path.name for path in folder.iterdir() if "geo" in path.name]
    assert "GeoJSON" not in (folder / "README.en.md").read_text("utf-8")


def test_simulated_features_say_so_one_by_one_and_together(city: City, tmp_path: Path) -> None:
    mark_simulated(city.lake)
    shown = as_simulated(PIERS, Simulation())

    document = collection(released(city, shown, ROWS, tmp_path / "piers"))

    assert document["simulated"] is True
    assert "จำลอง" in document["notice"]["th"]
    assert all("จำลอง" in each["properties"]["simulated"] for each in document["features"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("P1", "2015-01-01", 98.3, None, 1, 1.0, None, None),), "latitude None"),
        ((("P1", "2015-01-01", 98.3, 98.3, 1, 1.0, None, None),), "latitude 98.3"),
        ((("P1", "2015-01-01", float("nan"), 8.0, 1, 1.0, None, None),), "longitude nan"),
    ],
)
def test_half_a_position_goes_out_with_no_file(
    city: City, rows: tuple[Row, ...], said: str
) -> None:
    (outcome,) = publish(city.publisher, [Judged(PIERS, city.passed(PIERS, rows))])

    assert isinstance(outcome, Refused)
    assert said in str(outcome.error)
    assert not list(city.open.list("tourism/piers/"))


@pytest.mark.parametrize(
    "outline",
    [
        "somewhere",
        "[]",
        '{"type": "Point", "coordinates": [98, 8]}',
        '{"type": "Polygon", "coordinates": [[[98, 8], [98, 8.1], [98.1, 8]]]}',
        '{"type": "Polygon", "coordinates": [[[8, 98], [8, 98.1], [8.1, 98], [8, 98]]]}',
        '{"type": "Polygon", "coordinates": [[[98], [98], [98], [98]]]}',
        '{"type": "Polygon"}',
    ],
)
def test_a_text_that_is_no_outline_goes_out_with_no_file(city: City, outline: str) -> None:
    (outcome,) = publish(
        city.publisher, [Judged(ZONES, city.passed(ZONES, (("A", outline, 1.0),)))]
    )

    assert isinstance(outcome, Refused)
    assert "product zones has a row with" in str(outcome.error)
    assert not list(city.open.list("safety/zones/"))
