"""From a product down to its sources, by dbt's own manifest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dbt_project.lineage import Manifest, sources_behind

WIFI = "source.city.lake.wifi_sessions"
PIERS = "source.city.lake.piers"
RECEIPTS = "source.city.lake._receipts"


def manifest(parents: Mapping[str, list[str]], code: Mapping[str, str] | None = None) -> Manifest:
    """A manifest of these nodes, of which some were compiled."""
    said = code or {}
    relations = {node: f'"lake"."curated"."{node.split(".")[-1]}"' for node in parents}
    return {
        "parent_map": {node: list(above) for node, above in parents.items()},
        "nodes": {
            node: {"relation_name": relations[node], "compiled_code": said.get(node)}
            for node in parents
        },
    }


STAGED = {
    "model.city.stg_piers": [PIERS, RECEIPTS],
    "model.city.stg_wifi": [WIFI, RECEIPTS],
    "seed.city.place": [],
}


@pytest.mark.parametrize(
    ("above", "sources"),
    [
        pytest.param({"model.city.crowd": ["model.city.stg_piers"]}, ("piers",), id="one"),
        pytest.param(
            {"model.city.crowd": ["model.city.stg_piers", "model.city.stg_wifi"]},
            ("piers", "wifi_sessions"),
            id="only a filter",
        ),
        pytest.param(
            {
                "model.city.int_near": ["model.city.stg_wifi"],
                "model.city.int_open": ["model.city.int_near", "seed.city.place"],
                "model.city.crowd": ["model.city.stg_piers", "model.city.int_open"],
            },
            ("piers", "wifi_sessions"),
            id="through two",
        ),
        pytest.param({"model.city.crowd": [WIFI]}, ("wifi_sessions",), id="without staging"),
        pytest.param({"model.city.crowd": ["seed.city.place"]}, (), id="a seed alone"),
        pytest.param({"model.city.crowds": [WIFI]}, (), id="another model"),
        pytest.param(
            {"model.city.a": ["model.city.crowd"], "model.city.crowd": ["model.city.a", PIERS]},
            ("piers",),
            id="in a circle",
        ),
    ],
)
def test_sources_are_found_through_whatever_lies_between(
    above: dict[str, list[str]], sources: tuple[str, ...]
) -> None:
    assert sources_behind("crowd", manifest(STAGED | above)) == sources


@pytest.mark.parametrize(
    "sql",
    [
        "from read_parquet('/data/lake/lake/wifi_sessions/day=*/*.parquet')",
        "from read_parquet('s3://bucket/lake/wifi_sessions/*/*.parquet')",
        "from lake.curated.stg_wifi where id in (1)",
        'from "lake"."curated"."stg_wifi"',
        "from Curated.STG_WIFI",
    ],
)
def test_what_the_sql_names_without_telling_dbt_counts_too(sql: str) -> None:
    nodes = STAGED | {"model.city.crowd": ["model.city.stg_piers"]}

    found = sources_behind("crowd", manifest(nodes, {"model.city.crowd": f"select 1 {sql}"}))

    assert found == ("piers", "wifi_sessions")
