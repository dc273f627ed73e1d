"""Every rule of every suite has been broken, alone, by a small change of a sound candidate.

Belongs here: judging the tables of `tests/expectations/suites`, and that none lacks a rule. Does
not belong here: rules that every product obeys unasked (`test_standard_rules.py`).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from dbt_project.products import load_products
from expectations.gate import judge
from expectations.suite import SUITES, read_suite, suite_path
from expectations.vocabulary import load_suite
from tests.expectations.altering import stepped
from tests.expectations.conftest import LINEAGE, NOW
from tests.expectations.suites.tourism.airport_passengers_yearly import year_of_passengers

PRODUCTS = {product.id: product for product in load_products()}
TABLES = Path(__file__).parent / "suites"


def table_of(name):
    return import_module(f"tests.expectations.suites.{PRODUCTS[name].domain}.{name}")


def rows_of(part):
    """Every case in this part of every table, under a name that says which."""
    return [
        pytest.param(name, case, id=f"{name}: {case.name}")
        for name, product in PRODUCTS.items()
        if (TABLES / product.domain / f"{name}.py").exists()
        for case in getattr(table_of(name), part)
    ]


@pytest.fixture
def verdict_on(write_candidate):
    """Judges rows of a published product by its own suite."""

    def judged(name, rows, now=NOW):
        product = PRODUCTS[name]
        files = write_candidate(product, rows)
        suite = known_suite(name)
        return judge(product, files, build="b1", now=now, suite=suite, lineage=LINEAGE)

    return judged


@cache
def known_suite(name):
    return load_suite(PRODUCTS[name])


def broken(report):
    return {r.rule: r.message.en for r in report.results if r.outcome != "ok"}


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_rule_of_a_suite_has_a_row_in_its_table_and_no_row_is_about_another(name):
    rules = {rule.rule for rule in read_suite(suite_path(PRODUCTS[name])).expectations}

    assert {case.broken[0] for case in table_of(name).BREAKS} == rules


def test_every_suite_is_that_of_a_product():
    suites = {path.relative_to(SUITES) for path in SUITES.rglob("*.yaml")}

    assert suites == {suite_path(product).relative_to(SUITES) for product in PRODUCTS.values()}


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_sound_candidate_passes_every_rule(verdict_on, name):
    report = verdict_on(name, table_of(name).SOUND)

    assert broken(report) == {}
    assert report.verdict == "passed"


@pytest.mark.parametrize(("name", "case"), rows_of("BREAKS"))
def test_one_change_breaks_exactly_one_rule(verdict_on, name, case):
    report = verdict_on(name, stepped(table_of(name).SOUND, case.steps), case.now)

    assert tuple(broken(report)) == case.broken
    assert case.said in broken(report)[case.broken[0]]
    rules = {rule.rule: rule for rule in known_suite(name).expectations}
    holds = any(rules[rule].severity == "critical" for rule in case.broken)
    assert report.verdict == ("held" if holds else "passed")
    assert rules[case.broken[0]].why.th in report.headline_th


@pytest.mark.whole
@pytest.mark.parametrize(("name", "case"), rows_of("PASSES"))
def test_the_last_good_value_breaks_no_rule(verdict_on, name, case):
    report = verdict_on(name, stepped(table_of(name).SOUND, case.steps), case.now)

    assert broken(report) == {}


def test_an_international_total_labelled_domestic_names_rule_and_rows(verdict_on):
    # Six years in which the agency wrote the international total on a second domestic row.
    years = range(2020, 2026)
    rows = [
        row | {"passenger_type": "domestic"}
        if (row["passenger_type"], row["direction"]) == ("international", "total")
        else row
        for year in years
        for row in year_of_passengers(year)
    ]

    report = verdict_on("airport_passengers_yearly", rows)

    assert report.verdict == "held"
    results = {r.rule: r for r in report.results}
    assert set(broken(report)) == {
        "key_is_unique",
        "total_is_sum_of_directions",
        "every_year_is_whole",
    }
    assert results["key_is_unique"].unexpected_count == 12
    wrong = results["total_is_sum_of_directions"].unexpected_rows
    assert [row["year"] for row in wrong] == list(years)
    assert {(row["stated_total"], row["sum_of_parts"]) for row in wrong} == {(800, 600)}
    assert {row["parts_of"] for row in wrong} == {"international"}
    assert {row["source_record"] for row in wrong} == {7}
