"""A build in which something broke: which products it spoils, and the reason that is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.engine import attach_lake, connect
from ingestion.sealed import Damaged, seal
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.building import record
from orchestration.builds import Build, BuildConflict, keep_build, last_build
from orchestration.deployment import Deployment
from orchestration.gating import gate, read_report
from orchestration.planning import Plan
from orchestration.spoilt import spoilt
from orchestration.steps import hold_spoilt
from publication.commits import head
from publication.release import Held

NOW = datetime(2026, 1, 8, 19, tzinfo=UTC)
PARENTS = {
    "source.city.lake.rain": [],
    "source.city.lake.register": [],
    "test.city.rain_keeps_the_contract.a1": ["source.city.lake.rain"],
    "model.city.stg_rain": ["source.city.lake.rain"],
    "model.city.stg_register": ["source.city.lake.register"],
    "model.city.rain_daily": ["model.city.stg_rain", "model.city.stg_register"],
    "test.city.unique_rain_daily.b2": ["model.city.rain_daily"],
    "test.city.rain_is_registered.c3": ["model.city.stg_rain", "model.city.stg_register"],
}


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(Settings(home=tmp_path, now=NOW))


def started(**found: object) -> Build:
    facts = {"id": "00000001", "day": date(2026, 1, 9), "as_of": NOW, "code": "c", "full": True}
    return Build.model_validate(facts | {"ledgers": {}} | found)


@pytest.fixture
def broken() -> Build:
    """A build in which one model of the rain broke, so that its product was not built."""
    node = "int_rain_daily"
    return started(
        broken={node: "Conversion Error: Could not convert string 'wet' to DOUBLE"},
        spoilt={node: [node], "rain_daily": [node]},
    )


@pytest.mark.parametrize(
    ("node", "models"),
    [
        ("model.city.stg_register", ["rain_daily", "stg_register"]),
        ("model.city.rain_daily", ["rain_daily"]),
        ("test.city.rain_keeps_the_contract.a1", ["rain_daily", "stg_rain"]),
        ("test.city.unique_rain_daily.b2", ["rain_daily"]),
        ("test.city.rain_is_registered.c3", ["rain_daily"]),
    ],
)
def test_what_broke_spoils_what_is_made_from_it(node: str, models: list[str]) -> None:
    found = spoilt(PARENTS, [node], PARENTS)

    assert list(found) == models
    assert found["rain_daily"] == [node.split(".", 2)[2]]


def ran(node: str, status: str, message: str = "") -> dict[str, str]:
    """What dbt's run_results.json says of a node."""
    return {"unique_id": node, "status": status, "message": message, "relation_name": ""}


@pytest.fixture
def recorded(deployment: Deployment, tmp_path: Path) -> Callable[..., Build]:
    """Keeps the record of a build of which dbt said this."""

    def keep(*nodes: dict[str, str]) -> Build:
        results = tmp_path / "run_results.json"
        results.write_text(json.dumps({"results": nodes}))
        known = {"parent_map": PARENTS, "nodes": {}}
        project = tmp_path / "manifest.json"
        project.write_text(json.dumps(known))
        planned = Plan(build=started(), run=(), spared=(), told={})
        return record(deployment, planned, results, project)

    return keep


def test_a_build_keeps_what_broke_and_what_that_spoilt(recorded: Callable[..., Build]) -> None:
    done = recorded(
        ran("model.city.stg_register", "success"),
        ran("model.city.stg_rain", "error", "Binder Error:\n  no column level"),
        ran("model.city.rain_daily", "skipped"),
    )

    assert done.broken == {"stg_rain": "Binder Error: no column level"}
    assert done.spoilt == {"stg_rain": ["stg_rain"], "rain_daily": ["stg_rain"]}
    assert done.blame("rain_daily") == done.broken
    assert done.blame("stg_register") == {}


def test_a_build_keeps_what_each_product_is_made_from(recorded: Callable[..., Build]) -> None:
    done = recorded(ran("model.city.rain_daily", "success"))

    assert done.lineage["rain_daily"] == ("rain", "register")
    assert done.lineage["hotels_yearly"] == ()


@pytest.mark.parametrize(
    ("status", "broke"),
    [
        *((status, True) for status in ("error", "fail", "runtime error", "partial success", "?")),
        *((status, False) for status in ("success", "pass", "warn", "skipped", "no-op")),
    ],
)
def test_whatever_dbt_does_not_call_whole_is_broken(
    recorded: Callable[..., Build], status: str, broke: bool
) -> None:
    done = recorded(ran("model.city.stg_rain", status), ran("model.city.rain_daily", "skipped"))

    assert bool(done.broken) is broke
    assert bool(done.blame("rain_daily")) is broke


def test_a_product_whose_model_broke_is_held_for_that_and_in_dbts_words(
    deployment: Deployment, broken: Build
) -> None:
    (report,) = gate(deployment, broken, [deployment.product("rain_daily")])

    assert [result.rule for result in report.holding] == ["table_is_built"]
    assert "broke=int_rain_daily, said=Conversion Error: Could not convert" in report.headline
    assert "files_are_readable" in report.not_judged
    assert read_report(deployment, broken, deployment.product("rain_daily")) == report


def test_a_table_that_cannot_be_written_is_told_as_that(deployment: Deployment) -> None:
    with connect(deployment.settings) as con:
        attach_lake(con, deployment.settings)  # a lake without tables

    (report,) = gate(deployment, started(), [deployment.product("rain_daily")])

    assert "product rain_daily has no table lake.marts.rain_daily" in report.headline


def test_readers_are_told_that_the_table_could_not_be_built(
    deployment: Deployment, broken: Build
) -> None:
    (outcome,) = hold_spoilt(deployment, broken).outcomes

    commit = head(deployment.open)
    assert isinstance(outcome, Held)
    assert commit is not None
    reason = commit.products["rain_daily"].reason
    assert reason is not None
    assert reason.en.startswith("Not met: The table of the product, and all that it is made from")
    assert "wet" not in reason.en


def test_a_whole_build_holds_nothing(deployment: Deployment) -> None:
    assert hold_spoilt(deployment, started()).outcomes == ()
    assert head(deployment.open) is None


@pytest.mark.parametrize(
    "changed", [{"build": "00000002"}, {"product": "hotels_yearly"}, {"verdict": "perhaps"}]
)
def test_a_verdict_counts_for_the_build_and_the_product_that_it_names(
    deployment: Deployment, broken: Build, changed: dict[str, str]
) -> None:
    product = deployment.product("rain_daily")
    (report,) = gate(deployment, broken, [product])
    other = report.model_copy(update=changed)
    deployment.lake.put(keys.gate_report(broken.id, product.id), seal(other.to_json()))

    assert read_report(deployment, broken, product) is None
    assert gate(deployment, broken, [product]) == (report,)


def test_a_verdict_counts_for_the_very_bytes_that_it_names(
    deployment: Deployment, broken: Build
) -> None:
    product = deployment.product("rain_daily")
    gate(deployment, broken, [product])

    key = keys.candidate(broken.id, product.id, "rain_daily.parquet")
    deployment.lake.put(key, b"of a build of the same number elsewhere")

    assert read_report(deployment, broken, product) is None


def test_a_record_of_a_build_never_replaces_another(deployment: Deployment, broken: Build) -> None:
    keep_build(deployment.lake, broken)

    with pytest.raises(BuildConflict, match="build again"):
        keep_build(deployment.lake, started())

    last = last_build(deployment.lake)
    assert last is not None
    assert last.broken == broken.broken


def test_a_record_that_is_damaged_is_named(deployment: Deployment, broken: Build) -> None:
    keep_build(deployment.lake, broken)
    body = bytearray(deployment.lake.get(keys.build_record(broken.id)))
    body[len(body) // 2] ^= 1
    deployment.lake.put(keys.build_record(broken.id), bytes(body))

    with pytest.raises(Damaged, match=r"builds/00000001\.json .* delete it"):
        last_build(deployment.lake)
