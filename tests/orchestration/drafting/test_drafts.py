"""Drafts of products: what of them follows from the contract, and what is there stays.

Does not belong here: the command, and running what is drafted (`test_new_product.py`).
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
import yaml

from dbt_project.products import PROJECT, load_products
from expectations.suite import read_suite
from ingestion.contracts import SourceContract
from ingestion.errors import PermanentError
from ingestion.sources import load_contracts
from orchestration.drafting import Plan, Said, draft_product, plan_product
from orchestration.drafting.contract import product_yaml
from orchestration.drafting.promises import promises, suite_yaml
from orchestration.drafting.sql import product_sql, staging_sql
from orchestration.drafting.tables import table_py
from orchestration.drafting.truth import truth_py
from tests.dbt_project.test_sql_style import findings

CONTRACTS = load_contracts()
MARTS = "dbt_project/models/marts"
STAGING = "dbt_project/models/staging"


def planned(name: str, source: str, *key: str, measures: tuple[str, ...] = ()) -> Plan:
    return plan_product(name, source, key, measures, CONTRACTS)


def all_plans() -> list[Plan]:
    """A product of every cadence of every source that one can be drafted of."""
    return [plan for contract in CONTRACTS for plan in plans_of(contract)]


def plans_of(contract: SourceContract) -> list[Plan]:
    found = []
    for cadence in ("daily", "weekly", "monthly", "yearly"):
        try:
            found.append(planned(f"drafted_{contract.id}_{cadence}", contract.id, *contract.key))
        except PermanentError:
            continue
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without tests, that a draft may be written into."""
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT / "models", project / "models")
    for name in ("columns.yml", "dbt_project.yml"):
        shutil.copy(PROJECT / name, project)
    return tmp_path


def test_whatever_can_be_drafted_is_written_as_the_others_are() -> None:
    plans = all_plans()

    assert len(plans) > 40
    assert {plan.contract.delivery for plan in plans} == {"increment", "snapshot"}
    for plan in plans:
        assert findings(product_sql(plan)) == [], plan.name
        assert findings(staging_sql(plan)) == [], plan.name
        ast.parse(table_py(plan))
        ast.parse(truth_py(plan))
        said = yaml.safe_load(product_yaml(plan, Said()))
        names = [column.get("name", column.get("column")) for column in said["columns"]]
        assert len(names) == len(set(names)), plan.name
        assert {*said["key"], *said["time_columns"]} <= set(names), plan.name


def test_a_suite_can_be_read_and_says_why_in_two_languages(tmp_path: Path) -> None:
    for plan in all_plans():
        path = tmp_path / f"{plan.name}.yaml"
        path.write_text(suite_yaml(plan), encoding="utf-8")
        rules = read_suite(path).expectations

        assert [rule.rule for rule in rules] == [each.rule for each in promises(plan)]
        assert all(rule.why.th and rule.why.en for rule in rules)
        assert all(each.breaks for each in promises(plan))


def test_a_column_says_what_the_contract_says_of_it() -> None:
    plan = planned("stays_yearly", "length_of_stay", "origin")

    said = yaml.safe_load(product_yaml(plan, Said(title_th="พำนัก", title_en="Stays")))
    columns = {column.get("name", column.get("column")): column for column in said["columns"]}

    assert said["title"] == {"th": "พำนัก", "en": "Stays"}
    assert said["description"]["en"].startswith("Mean stay of Thai and foreign tourists")
    assert said["key"] == ["origin", "year"]
    assert columns["origin"]["codes"] == ["thai", "foreign", "total"]
    assert columns["stay"]["unit"] == "days"
    assert "required" not in columns["stay"]
    assert columns["stay_status"]["column"] == "figure_status"


def test_the_limits_of_the_contract_are_held_and_a_sum_has_no_most() -> None:
    plan = planned(
        "people_monthly", "people_counts", "zone_id", measures=("people", "people_towards:max")
    )

    kwargs = {each.rule: each.kwargs for each in promises(plan)}

    assert kwargs["people_is_possible"] == {"column": "people", "min_value": 0}
    most = plan.contract.field("people_towards").maximum
    assert kwargs["max_people_towards_is_possible"]["max_value"] == most


def test_a_source_that_nothing_has_read_gets_a_staging_model_and_its_folder_a_group(
    root: Path,
) -> None:
    plan = planned("products_yearly", "gross_provincial_product", "edition", "sector")

    written = draft_product(plan, Said(), root)

    entry = yaml.safe_load((root / STAGING / "economy/staging.yml").read_text("utf-8"))["models"]
    config = yaml.safe_load((root / "dbt_project/dbt_project.yml").read_text("utf-8"))
    models = config["models"]["city"]
    assert (root / STAGING / "economy/stg_gross_provincial_product.sql").exists()
    assert [each["name"] for each in entry] == ["stg_gross_provincial_product"]
    assert models["staging"]["economy"] == models["marts"]["economy"] == {"+group": "economy"}
    assert {product.id for product in load_products(root / "dbt_project")} == {
        "products_yearly", *(product.id for product in load_products())}  # fmt: skip
    assert all(path.exists() for path in written.paths)


def test_an_entry_more_leaves_the_others_and_their_unit_tests(root: Path) -> None:
    path = root / STAGING / "tourism/staging.yml"
    before = yaml.safe_load(path.read_text("utf-8"))

    draft_product(planned("arrivals_daily", "airport_daily", "service"), Said(), root)

    after = yaml.safe_load(path.read_text("utf-8"))
    assert after["models"][:-1] == before["models"]
    assert after["models"][-1]["config"] == {"meta": {"period": "day", "column": "event_day"}}
    assert after["unit_tests"] == before["unit_tests"]


def test_a_staging_model_that_is_there_is_used_and_one_that_tells_too_little_is_named(
    root: Path,
) -> None:
    plan = planned("people_daily", "people_counts", "zone_id", measures=("people",))
    staging = root / STAGING / "tourism/stg_people_counts.sql"
    before = staging.read_text("utf-8")

    draft_product(plan, Said(), root)

    assert staging.read_text("utf-8") == before
    staging.write_text(before.replace("        people,\n", ""), encoding="utf-8")
    shutil.rmtree(root / MARTS / "tourism")
    with pytest.raises(PermanentError, match="stg_people_counts does not tell people"):
        draft_product(plan, Said(), root)


def test_a_draft_takes_no_file_s_place_and_one_that_cannot_be_read_leaves_nothing(
    root: Path,
) -> None:
    plan = planned("arrivals_daily", "airport_daily", "service")
    there = root / MARTS / "tourism/arrivals_daily.sql"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(PermanentError, match="is there already"):
        draft_product(plan, Said(), root)
    assert there.read_text("utf-8") == "mine"
    there.unlink()

    broken = root / MARTS / "tourism/hotels_yearly.yml"
    broken.write_text("title: none\n", encoding="utf-8")
    before = sorted(root.rglob("*"))
    with pytest.raises(PermanentError, match="hotels_yearly"):
        draft_product(plan, Said(), root)

    assert [path for path in sorted(root.rglob("*")) if path.is_file()] == [
        path for path in before if path.is_file()
    ]


def test_what_only_a_person_can_say_is_on_the_list(root: Path) -> None:
    plan = planned("arrivals_daily", "airport_daily", "service")

    to_do = draft_product(plan, Said(title_th="ขาเข้า", title_en="Arrivals"), root).to_do

    assert "description (th), description (en) are the source's own words" in to_do[0]
    assert "title (th)" not in to_do[0]
    assert any("passengers is the sum" in each for each in to_do)


def test_a_staging_model_that_says_no_period_is_on_the_list(root: Path) -> None:
    path = root / STAGING / "tourism/staging.yml"
    said = path.read_text("utf-8")
    before, name, after = said.partition("  - name: stg_people_counts\n")
    period = "    config: {meta: {period: day, column: event_day}}\n"
    plans = [planned(f"people_{each}", "people_counts", "zone_id") for each in ("daily", "weekly")]

    with_period = draft_product(plans[0], Said(), root).to_do
    path.write_text(before + name + after.replace(period, "", 1), encoding="utf-8")
    without = draft_product(plans[1], Said(), root).to_do

    assert after.split("- name:")[0].count(period) == 1
    assert not any("says no period" in each for each in with_period)
    assert any("stg_people_counts says no period" in each for each in without)
